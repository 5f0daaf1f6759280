"""The verdict of the audit equals an enumeration of all worlds, written apart from it.

All persons are invented.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import polars as pl
import pytest

from anonymize.audit import attack
from benchmarks.cubes import UNIT, Register
from tests.oracle.worlds import Rules, failing
from tests.policies import POLICY

# Small enough to count out every possibility.
TINY = POLICY.model_copy(update={"base": 2, "hide_up_to": 2, "narrowest_interval": 2, "few": 2})
RULES = Rules(2, 2, 2, 2)
MOST = 4
PAIRS = Register(
    single={"a": ("0", "1"), "b": ("0", "1"), "c": ("0", "1")},
    many={},
    tables=(("a", "b"), ("b", "c"), ("a", "c")),
)
ANSWERS = Register(single={}, many={"form": ("P1", "P2", "_U")}, tables=(("form",),))


def cell(codes: dict[str, str]) -> str:
    """A cell's name in the oracle: its codes without totals."""
    return " ".join(f"{name}={code}" for name, code in sorted(codes.items()) if code != "_T")


def within(register: Register, person: dict[str, set[str]]) -> frozenset[str]:
    """The published cells in which a person stands."""
    found = set()
    for table in register.tables:
        for chosen in product(*(("_T", *person[name]) for name in table)):
            found.add(cell(dict(zip(table, chosen, strict=True))))
    return frozenset(found)


def types(register: Register) -> list[frozenset[str]]:
    """Every kind of person there can be; of questions with several answers every set of them."""
    ways: list[list[set[str]]] = [[{code} for code in codes] for codes in register.single.values()]
    for codes in register.many.values():
        known = [code for code in codes if code != "_U"]
        every = [set(some) for n in range(1, len(known) + 1) for some in combinations(known, n)]
        ways.append([{"_U"}, *every])
    return [within(register, dict(zip(register.codes, one, strict=True))) for one in product(*ways)]


def rounded(kinds: Sequence[frozenset[str]], world: Any, name: str) -> int:
    """The number of a cell; the same people get the same draw, which follows from who they are."""
    mine = [n for n, kind in enumerate(kinds) if name in kind]
    n, draw = int(world[mine].sum()), int(world[mine] @ (np.array(mine) * 7 + 3)) % 2
    return n - n % 2 + 2 * (draw < n % 2)


def told(
    kinds: Sequence[frozenset[str]], world: Any, names: Iterable[str]
) -> dict[str, int | None]:
    """The numbers of a world, rounded and hidden, by cell."""
    numbers = {name: rounded(kinds, world, name) for name in names}
    return {name: number if number > 2 else None for name, number in numbers.items()}


def release(register: Register, seed: int) -> tuple[dict[str, int | None], frozenset[str]]:
    """Numbers of a random world, rounded and hidden; some hidden by another rule."""
    chance = np.random.default_rng(seed)
    kinds = types(register)
    world = chance.integers(0, MOST + 1, len(kinds)) * (chance.random(len(kinds)) < 0.6)
    shown: dict[str, int | None] = {}
    large = set()
    for name in sorted(frozenset().union(*kinds)):
        mine = [n for n, kind in enumerate(kinds) if name in kind]
        number = rounded(kinds, world, name)
        by_case = number > 2 and int(world[mine] @ (np.array(mine) * 5 + 1)) % 7 == 0
        shown[name] = None if number <= 2 or by_case else number
        large |= {name} if by_case else set()
    return shown, frozenset(large)


def tables(register: Register, shown: dict[str, int | None]) -> dict[str, pl.DataFrame]:
    """The release as tables."""
    made = {}
    for name, spec in register.specs.items():
        rows = []
        for codes in product(*(("_T", *register.codes[field]) for field in spec.dimensions)):
            of = dict(zip(spec.dimensions, codes, strict=True))
            value = shown[cell(of)]
            rows.append(
                {"country": "XAA", "period": "2025-Q1", "unit": UNIT} | of | {"value": value}
            )
        frame = pl.DataFrame(rows, schema_overrides={"value": pl.Int64})
        status = pl.when(pl.col("value").is_null()).then(pl.lit("Q")).otherwise(pl.lit("A"))
        made[name] = frame.with_columns(obs_status=status)
    return made


def other_rule(register: Register, cells: dict[str, pl.DataFrame], large: frozenset[str]) -> Any:
    kept = {}
    for name, frame in cells.items():
        fields = list(register.specs[name].dimensions)
        is_large = [
            cell({f: row[f] for f in fields}) in large for row in frame.iter_rows(named=True)
        ]
        kept[name] = frame.filter(pl.Series(is_large)).select("country", "period", "unit", *fields)
    return kept


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("register", [PAIRS, ANSWERS], ids=["pairs", "answers"])
def test_what_fails_is_what_enumeration_finds(register: Register, seed: int) -> None:
    shown, large = release(register, seed)
    cells = tables(register, shown)
    report = attack(
        cells, register.specs, TINY, contracts=register.contracts, lists=register.lists,
        other_rule=other_rule(register, cells, large),
    )  # fmt: skip
    found = {
        (
            cell(one.dims),
            one.without and cell({n: c for n, c in one.without.items() if n in register.codes}),
        )
        for one in report.failures
    }
    assert report.uncertified == 0
    assert found == failing(
        types(register), shown, large, RULES, 4 * MOST + 1 if register is ANSWERS else MOST + 1
    )
