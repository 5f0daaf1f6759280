"""A declared zero is exactly zero to whoever attacks, and tells what it tells.

All persons are invented.
"""

from itertools import product

import numpy as np
import polars as pl
import pytest

from anonymize.audit import attack
from benchmarks.cubes import UNIT, Register
from data_contracts.model import Table
from tests.anonymize.test_audit_worlds import RULES, TINY
from tests.oracle.worlds import failing

REGISTER = Register(
    single={"stage": ("open", "ended"), "sex": ("F", "M")}, many={}, tables=(("stage", "sex"),)
)
ZERO = {"stage": "ended", "sex": "M"}
SPEC = Table.model_validate(REGISTER.specs["by_stage_sex"].model_dump() | {"impossible": (ZERO,)})
CELLS = [
    dict(zip(("stage", "sex"), codes, strict=True))
    for codes in product(("_T", "open", "ended"), ("_T", "F", "M"))
]


def cell(codes: dict[str, str]) -> str:
    return " ".join(f"{name}={code}" for name, code in codes.items() if code != "_T")


NAMES = [cell(one) for one in CELLS if one != ZERO]
KINDS = [
    frozenset(cell(one) for one in CELLS if all(one[f] in ("_T", who[f]) for f in who))
    for who in CELLS
    if "_T" not in who.values() and who != ZERO
]


def release(seed: int) -> dict[str, int | None]:
    """The numbers of a random world, rounded and hidden; the same people have one number."""
    world = np.random.default_rng(seed).integers(0, 6, len(KINDS))
    shown: dict[str, int | None] = {}
    for name in NAMES:
        mine = [n for n, kind in enumerate(KINDS) if name in kind]
        n, draw = int(world[mine].sum()), int(world[mine] @ (np.array(mine) * 7 + 3)) % 2
        rounded = n - n % 2 + 2 * (draw < n % 2)
        shown[name] = rounded if rounded > 2 else None
    return shown


def found(shown: dict[str, int | None]) -> set[tuple[str, str | None]]:
    values = pl.Series([0 if one == ZERO else shown[cell(one)] for one in CELLS], dtype=pl.Int64)
    status = pl.when(values.is_null()).then(pl.lit("Q")).otherwise(pl.lit("A"))
    rows = [{"country": "XAA", "period": "2025-Q1", "unit": UNIT} | one for one in CELLS]
    cells = pl.DataFrame(rows).with_columns(value=values, obs_status=status)
    report = attack(
        {"by_stage_sex": cells}, {"by_stage_sex": SPEC}, TINY,
        contracts=REGISTER.contracts, lists=REGISTER.lists, other_rule={},
    )  # fmt: skip
    assert report.uncertified == 0
    parts = [one.without and {n: one.without[n] for n in ZERO} for one in report.failures]
    ends = zip(report.failures, parts, strict=True)
    return {(cell(one.dims), cell(part) if part else None) for one, part in ends}


@pytest.mark.parametrize("seed", range(10))
def test_what_fails_is_what_enumeration_finds(seed: int) -> None:
    shown = release(seed)
    expected = failing(KINDS, shown, frozenset(), RULES, 9)
    assert found(shown) == {pair for pair in expected if is_asked(*pair)}


def is_asked(whole: str, part: str | None) -> bool:
    """A cell, or a difference by codes, unless all know that there is nobody between the two."""
    if part is None:
        return True
    is_inside = set(whole.split()) <= set(part.split())
    return is_inside and any(whole in kind and part not in kind for kind in KINDS)
