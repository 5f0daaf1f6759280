"""The repair ends with nothing to find, hides only, and reads nothing that is not published."""

import inspect
from itertools import product

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from anonymize.audit import attack
from anonymize.audit_model import Tables
from anonymize.repair import KEYS, Repaired, repair, secure
from data_contracts.model import Table
from tests.anonymize.drawings import AGE, CONTRACTS, SEX, drawn, published, spec, specs
from tests.policies import POLICY

KNOWN = specs(spec("total"), spec("by_sex", sex=SEX), spec("by_sex_age", sex=SEX, age_band=AGE))


def repaired(tables: Tables, known: dict[str, Table] = KNOWN) -> Repaired:
    return repair(tables, known, POLICY, contracts=CONTRACTS)


def values(cells: pl.DataFrame, *names: str) -> dict[object, int | None]:
    return {row[:-1]: row[-1] for row in cells.select(*names, "value").iter_rows()}


UNSAFE = """
    period  | sex | value
    2025-Q1 | _T  | 15
    2025-Q1 | F   | 20
    2025-Q1 | M   |
    2025-Q2 | _T  | 60
    2025-Q2 | F   | 60
    2025-Q2 | M   |
"""


def test_the_part_beside_a_failing_cell_is_hidden_and_nothing_else() -> None:
    cells = drawn(UNSAFE)
    mended = repaired({"by_sex": cells})
    after = values(mended.tables["by_sex"], "period", "sex")
    assert [cell for cell, value in after.items() if value is None] == [
        ("2025-Q1", "F"),
        ("2025-Q1", "M"),
        ("2025-Q2", "M"),
    ]
    assert mended.hidden["by_sex"].rows() == [("XAA", "2025-Q1", "identified", "F")]
    assert_frame_equal(mended.tables["by_sex"].filter(period="2025-Q2"), cells[3:])


def test_of_several_parts_the_smallest_goes_and_of_equal_ones_the_first_by_code() -> None:
    three = spec("by_sex", sex=SEX | {"codes": ("F", "M", "X", "Y")})
    cells = drawn("""
        sex | value
        _T  | 65
        F   | 25
        M   | 25
        X   | 30
        Y   |
    """)
    assert repaired({"by_sex": cells}, specs(three)).hidden["by_sex"]["sex"].to_list() == ["F"]


def test_a_cell_is_hidden_in_every_table_in_which_it_stands() -> None:
    ages = drawn("""
        sex | age_band | value
        _T  | _T       | 15
        F   | _T       | 20
        M   | _T       |
        _T  | child    |
        F   | child    |
        M   | child    |
        _T  | adult    |
        F   | adult    |
        M   | adult    |
    """)
    mended = repaired({"by_sex": drawn(UNSAFE)[:3], "by_sex_age": ages})
    assert values(mended.tables["by_sex"], "sex")[("F",)] is None
    assert values(mended.tables["by_sex_age"], "sex", "age_band")[("F", "_T")] is None


def test_without_a_shown_part_the_total_is_hidden_and_then_another_period() -> None:
    year = drawn("""
        period  | value
        2025    | 55
        2025-Q1 |
        2025-Q2 |
        2025-Q3 |
        2025-Q4 |
    """)
    mended = repaired({"total": year})
    assert mended.tables["total"]["value"].null_count() == 4
    tight = drawn("""
        period  | value
        2025    | 70
        2025-Q1 | 15
        2025-Q2 |
        2025-Q3 |
        2025-Q4 | 15
    """)
    assert repaired({"total": tight}).hidden["total"]["period"].to_list() == ["2025-Q1"]


def test_a_larger_number_of_the_same_period_goes_before_a_smaller_one_of_another() -> None:
    cells = drawn("""
        period  | sex | value
        2025-Q1 | _T  | 30
        2025-Q1 | F   | 35
        2025-Q1 | M   |
        2025-Q2 | _T  | 60
        2025-Q2 | F   | 20
        2025-Q2 | M   | 40
    """)
    assert repaired({"by_sex": cells}).hidden["by_sex"].rows() == [
        ("XAA", "2025-Q1", "identified", "F")
    ]


def test_a_larger_number_of_the_same_row_or_column_goes_before_a_smaller_one_elsewhere() -> None:
    cells = drawn("""
        sex | age_band | value
        _T  | _T       | 75
        F   | _T       | 30
        M   | _T       | 40
        _T  | child    | 55
        F   | child    | 35
        M   | child    | 15
        _T  | adult    | 20
        F   | adult    |
        M   | adult    | 25
    """)
    hidden = repaired({"by_sex_age": cells}).hidden["by_sex_age"]
    assert hidden.rows()[0] == ("XAA", "2025-Q1", "identified", "M", "adult")


def test_tables_of_other_kinds_pass_unchanged() -> None:
    office = KNOWN["by_sex"].model_copy(update={"kind": "published"})
    cells = drawn(UNSAFE)
    mended = repaired({"by_sex": cells}, specs(office))
    assert_frame_equal(mended.tables["by_sex"], cells)
    assert mended.hidden == {}


def test_when_nothing_is_left_to_hide_the_repair_ends_and_the_audit_still_fails() -> None:
    now = drawn("""
        sex | value
        _T  |
        M   |
        F   |
    """)
    before = {"by_sex": drawn(UNSAFE)[:3]}
    mended = repair({"by_sex": now}, KNOWN, POLICY, contracts=CONTRACTS, earlier=[before])
    assert_frame_equal(mended.tables["by_sex"], now)
    report = attack(
        mended.tables, KNOWN, POLICY, contracts=CONTRACTS, other_rule=None, earlier=[before]
    )
    assert report.failing == 3


# One raid in the first quarter: its cells are large, and hidden because of the single case.
RAID = """
    period  | sex | value
    2025    | _T  | 90
    2025    | F   | 75
    2025    | M   | 15
    2025-Q1 | _T  |
    2025-Q1 | F   |
    2025-Q1 | M   |
    2025-Q2 | _T  | 15
    2025-Q2 | F   | 15
    2025-Q2 | M   |
    2025-Q3 | _T  |
    2025-Q3 | F   |
    2025-Q3 | M   |
    2025-Q4 | _T  |
    2025-Q4 | F   |
    2025-Q4 | M   |
"""


def test_a_strict_repair_hides_the_largest_cell_that_proves_a_hidden_one_large() -> None:
    cells = {"by_sex": drawn(RAID)}
    assert repaired(cells).hidden["by_sex"].is_empty()
    strict = repair(cells, KNOWN, POLICY, contracts=CONTRACTS, strict=True)
    assert strict.hidden["by_sex"].select("period", "sex").rows() == [("2025", "_T"), ("2025", "F")]


def test_a_strict_repair_leaves_larger_cells_that_prove_nothing() -> None:
    cells = drawn("""
        period  | sex | value
        2025-Q1 | _T  | 60
        2025-Q1 | F   |
        2025-Q1 | M   |
        2025-Q2 | _T  | 90
        2025-Q2 | F   | 50
        2025-Q2 | M   | 40
    """)
    mended = repair({"by_sex": cells}, KNOWN, POLICY, contracts=CONTRACTS, strict=True)
    assert mended.hidden["by_sex"].rows() == [("XAA", "2025-Q1", "identified", "_T")]


def test_the_strict_repair_is_tried_only_where_the_other_is_not_enough() -> None:
    cells = drawn(RAID)
    raid = pl.col("period") == "2025-Q1"
    other = {"by_sex": cells.filter(raid, pl.col("sex") != "M").select(*KEYS, "sex")}
    mended, report = secure({"by_sex": cells}, KNOWN, POLICY, contracts=CONTRACTS, other_rule=other)
    assert (report.failing, mended.hidden["by_sex"].is_empty()) == (0, True)


@pytest.mark.parametrize("private", ["other_rule", "cube", "n_cases"])
def test_the_repair_cannot_be_given_what_is_private(private: str) -> None:
    assert private not in inspect.signature(repair).parameters


NUMBERS = st.one_of(st.integers(0, 14), st.integers(0, 90))
NAMES = ["country", "period", "unit", "sex", "age_band"]


def crossed(
    inner: tuple[int, ...], draws: list[int], cases: list[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sex by age from the four inner cells: what is published, and what too few cases hid."""
    numbers = dict(zip(product("FM", ("child", "adult")), inner, strict=True))
    places = product(("F", "M", "_T"), ("child", "adult", "_T"))
    rows = []
    for (sex, age), draw, behind in zip(places, draws, cases, strict=True):
        n = sum(k for (s, a), k in numbers.items() if sex in (s, "_T") and age in (a, "_T"))
        rounded = n - n % 5 + 5 * (draw < n % 5)
        rows.append(("XAA", "2025-Q1", "identified", sex, age, rounded, behind))
    cells = pl.DataFrame(rows, schema=[*NAMES, "rounded", "behind"], orient="row")
    large, known = pl.col("rounded") > 10, pl.col("behind") > 0
    shown = cells.select(*NAMES, value=pl.when(large & known).then("rounded").cast(pl.String))
    return published(shown), cells.filter(large & ~known).select(NAMES)


@settings(max_examples=40, deadline=None)
@example((0, 5, 0, 11), [0, 0, 0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 1, 0])  # needs strict
@given(
    st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    st.lists(st.integers(0, 4), min_size=9, max_size=9),
    st.lists(st.integers(0, 5), min_size=9, max_size=9),
)
def test_nothing_fails_after_the_repair_whatever_rule_hid_the_cells(
    inner: tuple[int, ...], draws: list[int], cases: list[int]
) -> None:
    before, other = crossed(inner, draws, cases)
    mended, report = secure(
        {"by_sex_age": before}, KNOWN, POLICY,
        contracts=CONTRACTS, other_rule={"by_sex_age": other},
    )  # fmt: skip
    assert report.failing == 0
    after = mended.tables["by_sex_age"]
    kept = after["value"].is_not_null()
    assert_frame_equal(after.filter(kept), before.filter(kept))
    hidden = (
        after.filter(~kept).select(NAMES).join(mended.hidden["by_sex_age"], on=NAMES, how="anti")
    )
    assert_frame_equal(hidden, before.filter(before["value"].is_null()).select(NAMES))
