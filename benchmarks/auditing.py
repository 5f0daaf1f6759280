"""What the audit costs and finds, on invented cubes (see ``cubes``): seconds, failures.

``python -m benchmarks.auditing --cubes 100 --seeds 10`` repairs every cube and attacks again;
``--cells 100000`` measures one release by the clock: its audit, what hiding and auditing anew add
to that, and the memory held by all processes; once of countries alone, once with eighty cells of
their region, or only that which ``--register`` names.
"""

import argparse
import resource
import time
from dataclasses import replace
from typing import Any

from anonymize.audit import attack, made
from anonymize.audit_beliefs import tempered
from anonymize.audit_crew import processes
from anonymize.audit_search import REPAIRING
from anonymize.audit_sheets import Reader
from anonymize.repair import mended, secure
from benchmarks.cubes import Register, Size, cubes
from data_contracts import load

SMALL = Register(
    single={"sex": ("F", "M", "_U"), "age": ("child", "adult", "_U"), "from": ("here", "abroad")},
    many={"form": ("P1", "P2", "P3", "_U")},
    tables=((), ("sex", "age"), ("sex", "from"), ("age", "from"), ("form", "sex")),
)
LARGE = Register(
    single={
        "sex": ("F", "M", "X", "_U"),
        "age": ("a0", "a1", "a2", "a3", "_U"),
        "from": ("here", "abroad", "_U"),
        "place": (*(f"p{number}" for number in range(10)), "_U"),
        "authority": (*(f"q{number}" for number in range(6)), "_U"),
        "service": (*(f"o{number}" for number in range(8)), "_U"),
        "status": ("s0", "s1", "s2", "_U"),
    },
    many={
        "form": ("P1", "P2", "P3", "P4", "P5", "P9", "_U"),
        "means": (*(f"M{number}" for number in range(1, 8)), "_U"),
    },
    tables=(
        (), ("sex", "age", "from"), ("sex", "age", "form"), ("sex", "form", "from"),
        ("form", "place"), ("place", "sex"), ("place", "authority"), ("authority", "sex", "age"),
        ("service", "sex", "age"), ("service", "from"), ("service", "form"), ("means", "sex"),
        ("means", "form"), ("status", "sex", "age"), ("status", "from"), ("service", "authority"),
        ("status", "form"), ("place", "age"),
    ),
)  # fmt: skip
SPARSE, DENSE = Size(), Size(least=400, most=4000)
# Of one country and year of the large register, without missing series.
CELLS_A_YEAR = 9_560
# Five periods of one, four, five and six numbers.
REGIONAL = ((), ("sex",), ("age",), ("from",))
REGION = replace(
    LARGE,
    tables=tuple(dict.fromkeys((*REGIONAL, *LARGE.tables))),
    regional=tuple("_".join(("by", *fields)) for fields in REGIONAL),
)


REGISTERS = {"countries": LARGE, "region": REGION}


def repaired(register: Register, size: Size, seed: int) -> tuple[float, float, int, int, int]:
    """Seconds of attack and repair, failures before and after, and cells hidden in addition."""
    drawn = cubes(register, size, load.policy(), seed)
    given: dict[str, Any] = {"contracts": register.contracts, "lists": register.lists}
    began = time.process_time()
    before = attack(drawn.tables, register.specs, load.policy(), other_rule={}, **given)
    between = time.process_time()
    after_it, after = secure(drawn.tables, register.specs, load.policy(), **given)
    hidden = sum(keys.height for keys in after_it.hidden.values())
    took = between - began, time.process_time() - between
    return *took, before.failing, after.failing, hidden


def release(register: Register, size: Size, seed: int) -> tuple[float, float, int, int]:
    """Seconds of the clock of the first audit, and of hiding and auditing anew; failing, hidden."""
    drawn = cubes(register, size, load.policy(), seed)
    reader = Reader(register.specs, register.contracts, load.policy(), register.lists)
    began = time.perf_counter()
    cases = made(reader, drawn.tables, {}, (), REPAIRING)
    for case in cases:
        case.run(yielding=False)
        tempered(case)
    between = time.perf_counter()
    hidden = sum(len(mended(case)) for case in cases)
    failing = sum(int((~case.is_safe).sum()) for case in cases)
    return between - began, time.perf_counter() - between, failing, hidden


def held() -> int:
    """Mebibytes that this process and those it started held at most, if all did at once."""
    own, theirs = (
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own + theirs * (processes() if theirs else 0)


def main(arguments: list[str] | None = None) -> None:
    """Print each figure with its size."""
    parser = argparse.ArgumentParser(description="Attack and repair invented cubes.")
    parser.add_argument("--cubes", type=int, default=10, help="cubes, half sparse and half dense")
    parser.add_argument("--seeds", type=int, default=1, help="seeds of each cube")
    parser.add_argument("--cells", type=int, default=0, help="cells of one large release")
    parser.add_argument("--register", choices=list(REGISTERS), help="of large releases only this")
    asked = parser.parse_args(arguments)
    for number in range(asked.cubes):
        size = SPARSE if number % 2 else DENSE
        for seed in range(asked.seeds):
            found = repaired(SMALL, size, 1000 * number + seed)
            words = "attack {:.1f} s, repair {:.1f} s, failing {} then {}, hidden {} more"
            print(f"cube {number} seed {seed}: " + words.format(*found), flush=True)
    chosen = [asked.register] if asked.register else list(REGISTERS)
    for register in map(REGISTERS.__getitem__, chosen if asked.cells else ()):
        large = Size(countries=max(1, asked.cells // CELLS_A_YEAR))
        regional = "eighty regional" if register.regional else "no regional"
        words = "audit {:.0f} s, hiding and anew {:.1f} s, failing then {}, hidden {} more"
        told = words.format(*release(register, large, 1))
        print(f"{asked.cells} cells, {regional}: {told}, {held()} MiB", flush=True)


if __name__ == "__main__":
    main()
