"""Spans of years with numbers by code, beside the totals of their years. All data are invented."""

from collections.abc import Mapping
from itertools import combinations, product

import numpy as np
import polars as pl
import pytest

from anonymize.repair import Repaired, secure
from data_contracts.policy import Policy
from tests.anonymize.drawings import CONTRACTS, SEX, drawn, spec, specs
from tests.anonymize.test_audit import attacked
from tests.anonymize.test_audit_worlds import RULES, TINY
from tests.oracle.worlds import failing
from tests.policies import POLICY

COUNTED = {"frequencies": ("quarter", "year", "span")}
TABLES = specs(
    spec("total").model_copy(update=COUNTED), spec("by_sex", sex=SEX).model_copy(update=COUNTED)
)
YEARS, SPAN = ("2022", "2023"), "2022-P2Y"
MEN, WOMEN = f"{SPAN} M", f"{SPAN} F"
Shown = Mapping[str, int | None]
# Who was met in which years, and is a woman or a man.
KINDS = [
    frozenset({*met, SPAN, f"{SPAN} {sex}"})
    for met in (some for n in (1, 2) for some in combinations(YEARS, n))
    for sex in "FM"
]


def release(shown: Shown) -> dict[str, pl.DataFrame]:
    said = {cell: "" if value is None else str(value) for cell, value in shown.items()}
    total = "period | value\n" + "\n".join(f"{one} | {said[one]}" for one in (*YEARS, SPAN))
    sexes = f"sex | value\n_T | {said[SPAN]}\nF | {said[WOMEN]}\nM | {said[MEN]}"
    return {"total": drawn(total), "by_sex": drawn(sexes, period=SPAN)}


def mended(shown: Shown, policy: Policy = POLICY) -> Repaired:
    repaired, report = secure(release(shown), TABLES, policy, contracts=CONTRACTS, lists={})
    assert (report.failing, report.uncertified) == (0, 0)
    return repaired


def left(repaired: Repaired) -> dict[str, int | None]:
    """The numbers that a repair leaves."""
    total, sexes = repaired.tables["total"], repaired.tables["by_sex"]
    found = dict(total.select("period", "value").iter_rows())
    return found | {f"{SPAN} {sex}": n for sex, n in sexes.select("sex", "value").iter_rows()
                    if sex != "_T"}  # fmt: skip


def world(seed: int) -> dict[str, int | None]:
    """What is shown of invented persons, few of them in both years, rounded by chance."""
    chance = np.random.default_rng(seed)
    counts = [int(chance.integers(7 if len(kind & {*YEARS}) == 1 else 3)) for kind in KINDS]
    shown: dict[str, int | None] = {}
    for cell in (*YEARS, SPAN, WOMEN, MEN):
        n = sum(count for count, kind in zip(counts, KINDS, strict=True) if cell in kind)
        rounded = n + n % 2 * int(chance.choice([-1, 1]))
        shown[cell] = rounded if rounded > 2 else None
    return shown


@pytest.mark.parametrize("seed", range(20))
def test_what_a_repair_leaves_is_wide_in_an_enumeration_of_all_worlds(seed: int) -> None:
    before = world(seed)
    after = left(mended(before, TINY))
    hidden = {cell for cell, value in after.items() if value is None}
    chosen = {cell for cell in hidden if before[cell] is not None}
    assert failing(KINDS, after, frozenset(chosen | hidden & {SPAN}), RULES, 8) == set()


def test_a_span_by_code_stays_where_its_years_leave_room() -> None:
    shown = {"2022": 40, "2023": 45, SPAN: 80, WOMEN: 50, MEN: 30}
    assert left(mended(shown)) == shown


def test_codes_that_bind_the_total_of_a_span_hide_all_of_it() -> None:
    """At least 77 in the span by code, and 78 at most in its years: each year is known to two."""
    shown = {"2022": 40, "2023": 30, SPAN: 80, WOMEN: 55, MEN: 30}
    assert attacked(release(shown), TABLES).failing
    assert left(mended(shown)) == {"2022": 40, "2023": 30, SPAN: None, WOMEN: None, MEN: None}


@pytest.mark.parametrize("period", ["2023", "2023-Q2"])
def test_a_span_by_codes_that_stand_in_its_years_is_not_shown(period: str) -> None:
    shown = {"2022": 40, "2023": 45, SPAN: 80, WOMEN: 50, MEN: 30}
    made = release(shown)
    sexes = drawn("sex | value\n_T | 45\nF | 25\nM | 20", period=period)
    both = made | {"by_sex": made["by_sex"].vstack(sexes)}
    report = attacked(both, TABLES)
    assert {one.period for one in report.failures} == {SPAN}
    assert report.uncertified == report.failing
    repaired, _ = secure(both, TABLES, POLICY, contracts=CONTRACTS, lists={})
    assert repaired.tables["by_sex"].drop_nulls("value")["period"].unique().to_list() == [period]


def test_what_is_hidden_with_a_span_is_listed() -> None:
    shown = {"2022": 40, "2023": 30, SPAN: 80, WOMEN: 55, MEN: 30}
    hidden = mended(shown).hidden
    assert hidden["total"]["period"].to_list() == [SPAN]
    assert sorted(hidden["by_sex"]["sex"]) == ["F", "M", "_T"]


def test_a_span_without_a_total_of_its_own_is_attacked_too() -> None:
    made = release({"2022": 40, "2023": 30, SPAN: 80, WOMEN: 55, MEN: 30})
    alone = made | {"total": made["total"].filter(pl.col("period") != SPAN)}
    assert attacked(alone, TABLES).failing


def test_published_spans_by_code_are_known_for_good() -> None:
    unsafe = release({"2022": 40, "2023": 30, SPAN: 80, WOMEN: 55, MEN: 30})
    repaired, report = secure(
        unsafe, TABLES, POLICY, contracts=CONTRACTS, lists={}, earlier=[unsafe]
    )
    assert left(repaired)[WOMEN] == 55
    assert report.failing


def test_kinds_are_all_there_are() -> None:
    assert len(KINDS) == len(set(KINDS)) == len(list(product(range(3), "FM")))
