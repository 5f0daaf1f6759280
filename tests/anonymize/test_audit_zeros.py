"""A declared zero is exactly zero to whoever attacks, and tells what it tells.

All persons are invented.
"""

from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest

from anonymize.audit import attack
from anonymize.audit_sheets import Reader
from anonymize.repair import secure
from benchmarks.cubes import UNIT, Register
from data_contracts.model import Table
from tests.anonymize.drawings import CONTRACTS, drawn, spec, specs
from tests.anonymize.test_audit_worlds import RULES, TINY, told
from tests.oracle.worlds import failing
from tests.policies import POLICY

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
    return told(KINDS, world, NAMES)


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


STAGE = {"field": "stage", "codelist": "stage", "codes": ("open", "ended")}
OUTCOME = {"field": "outcome", "codelist": "outcome", "codes": ("none", "convicted", "_U")}
BY_OUTCOME = spec("by_stage_outcome", stage=STAGE, outcome=OUTCOME).model_copy(
    update={"impossible": ({"stage": "open", "outcome": "convicted"},)}
)
SEX = {"field": "sex", "codelist": "sex", "codes": ("F", "M")}
KNOWN = specs(BY_OUTCOME, spec("by_sex", sex=SEX))
# All who were convicted ended: the zero proves the hidden cell of both to be large.
YEAR = """
    period | stage | outcome   | value
    2025   | _T    | _T        | 120
    2025   | open  | _T        | 60
    2025   | ended | _T        | 60
    2025   | _T    | none      |
    2025   | open  | none      | 30
    2025   | ended | none      |
    2025   | _T    | convicted | 45
    2025   | open  | convicted | 0
    2025   | ended | convicted |
    2025   | _T    | _U        |
    2025   | open  | _U        |
    2025   | ended | _U        |
"""
QUARTER = """
    period  | sex | value
    2025-Q4 | _T  | 45
    2025-Q4 | F   | 25
    2025-Q4 | M   | 20
"""


def failures(now: dict[str, pl.DataFrame], before: list[dict[str, pl.DataFrame]]) -> list[int]:
    """What fails to whoever knows why cells are hidden, and after the repair."""
    year = now["by_stage_outcome"]
    hidden = year.filter(pl.col("value").is_null()).select(BY_OUTCOME.key)
    about: dict[str, Any] = {"contracts": CONTRACTS, "lists": {}, "earlier": before}
    known = attack(now, KNOWN, POLICY, other_rule={"by_stage_outcome": hidden}, **about)
    return [known.failing, secure(now, KNOWN, POLICY, **about)[1].failing]


def test_what_a_zero_proved_before_is_no_news() -> None:
    first = {"by_stage_outcome": drawn(YEAR)}
    assert failures(first, []) == [0, 0]
    assert failures(first | {"by_sex": drawn(QUARTER)}, [first]) == [0, 0]


def test_a_zero_that_is_hidden_later_was_known_before() -> None:
    """As after a withdrawal, when one record that says the impossible has come."""
    first = {"by_stage_outcome": drawn(YEAR)}
    later = {"by_stage_outcome": drawn(YEAR.replace("| 0", "|"))}
    assert failures(later, [first])[0] == 0


def test_a_zero_is_one_of_those_who_are_counted_anew_too() -> None:
    reader = Reader(KNOWN, CONTRACTS, POLICY, {})
    first, later = drawn(YEAR), drawn(YEAR.replace("| 120", "| 140").replace("| 60", "| 70"))
    sheets = reader.sheets({"by_stage_outcome": later}, None, [{"by_stage_outcome": first}])
    assert [int(sheet.is_zero.sum()) for sheet in sheets] == [1, 1]
    assert [sheet.place.vintage for sheet in sheets] == [0, 1]
