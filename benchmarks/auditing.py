"""What the audit costs and finds, on invented cubes (see ``cubes``): seconds, failures.

``python -m benchmarks.auditing --cubes 100 --seeds 10`` attacks every cube, repairs it, and attacks
it again as whoever knows why each cell is hidden, who has the last word (decision 36).
``--cells 100000`` measures one release of at least so many by the clock: the first look of its
repair, what hiding and looking anew add to that, the audit of what is left (that of ``tipstat
audit``), and the memory held by all processes until then; once of countries alone, once with
eighty cells of their region, or only that which ``--register`` names.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import polars as pl

from anonymize.audit import attack, made
from anonymize.audit_beliefs import tempered
from anonymize.audit_crew import processes
from anonymize.audit_search import REPAIRING
from anonymize.audit_sheets import Reader, Tables
from anonymize.disclosure import hide
from anonymize.repair import joined, marked, mended, secure
from benchmarks.cubes import Register, Size, cubes
from data_contracts import load
from data_contracts.model import TOTAL

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
# Goals: seconds of an audit with a region and without one, its memory, and the share of the first
# that another one after hiding may take.
GOAL_SECONDS, GOAL_SECONDS_NATIONAL, GOAL_MIB, GOAL_ANEW = 600, 300, 4096, 0.2


class Mended(NamedTuple):
    """Of one cube: processor seconds of attack and repair, failures, and cells hidden more.

    Failing ``before`` the repair; after it ``by_belief`` that what is hidden is small, as repair
    itself reports, and ``by_reasons``, for whoever knows them.
    """

    attacked: float
    mended: float
    before: int
    by_belief: int
    by_reasons: int
    hidden: int


class Look(NamedTuple):
    """Of one repair: seconds of the clock of its first look, and of hiding and looking anew.

    ``failing`` as repair believes, ``hidden`` in addition; mebibytes ``held`` until its end.
    """

    first: float
    anew: float
    failing: int
    hidden: int
    held: int


class Audit(NamedTuple):
    """Of one audit with the true reasons: seconds of the clock, mebibytes held until its end."""

    seconds: float
    targets: int
    failing: int
    held: int


class Costs(NamedTuple):
    """Of one large release: its cells, those of the region among them, its repair and audit."""

    cells: int
    regional: int
    look: Look
    audit: Audit


def repaired(register: Register, size: Size, seed: int) -> Mended:
    """What fails in a cube before repair, and after it for both readers."""
    drawn = cubes(register, size, load.policy(), seed)
    given: dict[str, Any] = {"contracts": register.contracts, "lists": register.lists}
    began = time.process_time()
    before = attack(drawn.tables, register.specs, load.policy(), other_rule={}, **given)
    between = time.process_time()
    (tables, hidden), after = secure(drawn.tables, register.specs, load.policy(), **given)
    ended = time.process_time()
    reasons = joined(drawn.other_rule, hidden)
    known = attack(tables, register.specs, load.policy(), other_rule=reasons, **given)
    more = sum(keys.height for keys in hidden.values())
    took = between - began, ended - between
    return Mended(*took, before.failing, after.failing, known.failing, more)


def release(register: Register, size: Size, seed: int) -> Costs:
    """What repair and audit of a large release cost."""
    drawn = cubes(register, size, load.policy(), seed)
    reader = Reader(register.specs, register.contracts, load.policy(), register.lists)
    tables, hidden, look = looked(reader, drawn.tables)
    audit = audited(reader, tables, joined(drawn.other_rule, hidden))
    regional = sum(frame.filter(country=TOTAL).height for frame in tables.values())
    return Costs(sum(map(len, tables.values())), regional, look, audit)


def looked(reader: Reader, tables: Tables) -> tuple[Tables, Tables, Look]:
    """The steps of ``secure`` by the clock: what is left, what was hidden, what it took."""
    began = time.perf_counter()
    cases = made(reader, tables, {}, (), REPAIRING)
    for case in cases:
        case.run(yielding=False)
        tempered(case)
    between = time.perf_counter()
    chosen = [(case.system.sheets[at], cell) for case in cases for at, cell in mended(case)]
    took = between - began, time.perf_counter() - between
    failing = sum(int((~case.is_safe).sum()) for case in cases)
    hidden = {name: marked(reader.specs[name], frame, chosen) for name, frame in tables.items()}
    after = {name: hide(frame, hidden[name]) for name, frame in tables.items()}
    return after, hidden, Look(*took, failing, sum(map(len, hidden.values())), held())


def audited(reader: Reader, tables: Tables, reasons: dict[str, pl.DataFrame]) -> Audit:
    """The audit of a release by whoever knows which cells another rule than rounding hid."""
    given: dict[str, Any] = {"contracts": reader.contracts, "lists": reader.lists}
    began = time.perf_counter()
    found = attack(tables, reader.specs, reader.policy, other_rule=reasons, **given)
    return Audit(time.perf_counter() - began, found.targets, found.failing, held())


def held() -> int:
    """Mebibytes that this process and those it started held at most, if all did at once."""
    own, theirs = (
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own + theirs * (processes() if theirs else 0)


def at_least(cells: int) -> Size:
    """So many countries that a large release has at least ``cells``."""
    return Size(countries=-(-cells // CELLS_A_YEAR))


def told(costs: Costs) -> Iterator[str]:
    """The figures of a large release, each beside its goal."""
    look, audit = costs.look, costs.audit
    seconds = GOAL_SECONDS if costs.regional else GOAL_SECONDS_NATIONAL
    yield f"{costs.cells:,} cells, {costs.regional} of the region, {audit.targets:,} targets"
    yield f"repair, first look: {look.first:.0f} s"
    yield (
        f"repair, hiding and looking anew: {look.anew:.1f} s, {look.anew / look.first:.0%} of its "
        f"first look and {look.anew / audit.seconds:.0%} of the audit (goal: {GOAL_ANEW:.0%}), "
        f"{look.held} MiB, failing by its belief {look.failing}, hidden {look.hidden} more"
    )
    yield (
        f"audit of what is left, with true reasons: {audit.seconds:.0f} s (goal: {seconds} s), "
        f"{audit.held} MiB (goal: {GOAL_MIB} MiB), failing {audit.failing}"
    )


def main(arguments: list[str] | None = None) -> None:
    """Print each figure with its size."""
    parser = argparse.ArgumentParser(description="Attack and repair invented cubes.")
    parser.add_argument("--cubes", type=int, default=10, help="cubes, half sparse and half dense")
    parser.add_argument("--seeds", type=int, default=1, help="seeds of each cube")
    parser.add_argument("--cells", type=int, default=0, help="least cells of one large release")
    parser.add_argument("--register", choices=list(REGISTERS), help="of large releases only this")
    asked = parser.parse_args(arguments)
    if asked.cubes:
        small(asked.cubes, asked.seeds)
    chosen = [asked.register] if asked.register else list(REGISTERS)
    for name in chosen if asked.cells else ():
        for line in told(release(REGISTERS[name], at_least(asked.cells), 1)):
            print(f"{name}: {line}", flush=True)


def small(many: int, seeds: int) -> None:
    """Repair small cubes, every other one sparse; each, and all of them together."""
    found = []
    for number in range(many):
        for seed in range(seeds):
            size = SPARSE if number % 2 else DENSE
            one = repaired(SMALL, size, 1000 * number + seed)
            found.append(one)
            took = f"attack {one.attacked:.1f} s, repair {one.mended:.1f} s"
            print(f"cube {number} seed {seed}: {took}, {counts([one])}", flush=True)
    print(f"{len(found)} cubes: {counts(found)}", flush=True)


def counts(cubes: list[Mended]) -> str:
    """What fails in cubes and for whom, and what was hidden more, in words."""
    before, belief, reasons, hidden = (
        sum(getattr(one, name) for one in cubes)
        for name in ("before", "by_belief", "by_reasons", "hidden")
    )
    return (
        f"failing {before} before, after repair {belief} by its belief and {reasons} "
        f"by true reasons, hidden {hidden} more"
    )


if __name__ == "__main__":
    main()
