"""The attack finds what is planted, names it, and says what it covers. All data are invented."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from anonymize import audit_case
from anonymize.audit import Report, attack
from anonymize.audit_program import ends
from anonymize.audit_rows import rows_from
from anonymize.audit_search import Search
from anonymize.audit_sheets import Tables
from anonymize.audit_targets import few, narrow
from data_contracts.model import Table
from tests.anonymize.drawings import AGE, CONTRACTS, FORM, SEX, drawn, spec, specs
from tests.policies import POLICY

BY_SEX = specs(spec("by_sex", sex=SEX))
TOTAL = specs(spec("total"))
NOBODY_KNOWS = None


def attacked(tables: Tables, known: dict[str, Table] = BY_SEX, **options: Any) -> Report:
    given = {"contracts": CONTRACTS, "lists": {}, "other_rule": {}} | options
    return attack(tables, known, POLICY, **given)


def found(report: Report) -> list[tuple[str, ...]]:
    """Kind, period and codes of each failure."""
    return [(one.kind, one.period, *one.dims.values()) for one in report.failures]


def keys_of(cells: pl.DataFrame, **where_: str) -> pl.DataFrame:
    return cells.filter(**where_).select("country", "period", "unit", "sex")


# 15 is 19 at most, 20 is 16 at least: whoever is left is one of none to three persons.
UNSAFE = """
    sex | value
    _T  | 15
    F   | 20
    M   |
"""


def test_a_planted_unsafe_cell_is_found_by_name() -> None:
    report = attacked({"by_sex": drawn(UNSAFE)})
    (hidden,) = [fault for fault in report.failures if fault.kind == "hidden"]
    assert (hidden.table, hidden.country, hidden.period, hidden.unit, hidden.dims) == (
        "by_sex",
        "XAA",
        "2025-Q1",
        "identified",
        {"sex": "M"},
    )
    assert (hidden.lower, hidden.upper, hidden.reason) == (0, 3, "narrow")
    assert report.narrow == report.failing


def test_shown_cells_and_differences_are_targets_too() -> None:
    report = attacked({"by_sex": drawn(UNSAFE)})
    assert ("shown", "2025-Q1", "F") in found(report)
    (less,) = [fault for fault in report.failures if fault.without and fault.without["sex"] == "F"]
    assert (less.kind, less.dims, less.lower, less.upper) == ("difference", {"sex": "_T"}, 1, 3)


def test_every_hidden_cell_is_a_target_and_missing_ones_are_not() -> None:
    cells = drawn("""
        period  | sex | value
        2025-Q1 | _T  |
        2025-Q1 | F   |
        2025-Q1 | M   |
        2025-Q2 | _T  | x
        2025-Q2 | F   | x
        2025-Q2 | M   | x
        2025-Q3 | _T  | 50
        2025-Q3 | F   | 40
        2025-Q3 | M   |
    """)
    report = attacked({"by_sex": cells})
    assert (report.cells, report.hidden, report.targets, report.failing) == (9, 4, 10, 0)


@pytest.mark.parametrize(("few_left", "uncertified"), [(20, 0), (0, 5)])
def test_of_a_large_system_programs_are_asked_where_few_targets_are_left(
    few_left: int, uncertified: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_case, "MOST_UNKNOWNS", 1)
    monkeypatch.setattr(audit_case, "FEW_LEFT", few_left)
    # Nobody walks, and no far points are looked at.
    monkeypatch.setattr(Search, "go", lambda *_: None)
    monkeypatch.setattr(audit_case, "widen", lambda *_: None)
    cells = drawn("""
        sex | value
        _T  | 50
        F   | 40
        M   |
    """)
    assert attacked({"by_sex": cells}).uncertified == uncertified


@pytest.mark.parametrize(("most", "found"), [(2, (0, 7)), (1, None)])
def test_no_program_is_asked_of_a_larger_system(most: int, found: tuple[int, int] | None) -> None:
    rows = rows_from([({0: 1, 1: -1}, 0, 0)])
    known = ends(rows, np.zeros(2, dtype=np.int64), np.full(2, 7), 0, None, most)
    assert (known and known[:2]) == found


def test_what_is_not_counted_from_persons_is_passed_over() -> None:
    published_kind = BY_SEX["by_sex"].model_copy(update={"kind": "published"})
    assert attacked({"by_sex": drawn(UNSAFE)}, specs(published_kind)).cells == 0


@pytest.mark.parametrize(
    ("ends", "is_narrow", "is_few"),
    [
        ((0, 4), True, False),
        ((20, 24), True, False),
        ((0, 5), False, False),
        ((0, 10), False, False),
        ((1, 10), False, True),
        ((1, 11), False, False),
        ((-10, -1), False, True),
        ((-11, -1), False, False),
    ],
)
def test_a_target_fails_when_it_is_narrow_or_proven_to_be_a_few(
    ends: tuple[int, int], is_narrow: bool, is_few: bool
) -> None:
    low, high = (np.array([end]) for end in ends)
    assert (bool(narrow(low, high, POLICY)[0]), bool(few(low, high, POLICY)[0])) == (
        is_narrow,
        is_few,
    )


def test_cells_share_an_unknown_over_tables() -> None:
    total = drawn("""
        value
        15
    """)
    parts = drawn(UNSAFE).filter(pl.col("sex") != "_T")
    known = BY_SEX | TOTAL
    assert attacked({"by_sex": parts}, known).failing == 0
    assert attacked({"by_sex": parts, "total": total}, known).failing > 0


def by_pairs(one: str, other: str, codes: tuple[tuple[str, str], ...], many: str) -> pl.DataFrame:
    """A table of two dimensions in which one pair of codes and its opposite have ``many``."""
    rows = [
        f"{a} | {b} | {many if (a == codes[0][0]) == (b == codes[1][0]) else 15}"
        for a in codes[0]
        for b in codes[1]
    ]
    return drawn("\n".join([f"{one} | {other} | value", *rows]))


@pytest.mark.parametrize(("many", "fails"), [("80", True), ("30", False)])
def test_tables_by_pairs_say_together_what_no_two_of_them_say(many: str, fails: bool) -> None:
    """Most girls are nationals, and most children foreign: there cannot be that many girls."""
    origin = {"field": "origin", "codelist": "origin", "codes": ("national", "foreign")}
    known = specs(
        spec("sex_age", sex=SEX, age_band=AGE),
        spec("sex_origin", sex=SEX, origin=origin),
        spec("age_origin", age_band=AGE, origin=origin),
    )
    sexes, ages, origins = ("F", "M"), ("child", "adult"), ("national", "foreign")
    tables = {
        "sex_age": by_pairs("sex", "age_band", (sexes, ages), many),
        "sex_origin": by_pairs("sex", "origin", (sexes, origins), many),
        "age_origin": by_pairs("age_band", "origin", (ages, origins[::-1]), many),
    }
    report = attacked(tables, known)
    assert report.failing == (report.targets if fails else 0)


def test_a_year_is_at_least_each_quarter_and_at_most_their_sum() -> None:
    years = """
        period  | value
        2025    | {year}
        2025-Q1 | {first}
        2025-Q2 |
        2025-Q3 |
        2025-Q4 | {last}
    """

    def failures(year: str, first: str, last: str) -> list[tuple[str, ...]]:
        return found(
            attacked({"total": drawn(years.format(year=year, first=first, last=last))}, TOTAL)
        )

    assert ("hidden", "2025") in failures("", "15", "")
    assert failures("55", "15", "15") == []
    assert ("hidden", "2025-Q2") in failures("70", "15", "15")


def test_an_unknown_of_a_quarter_may_be_known_by_the_end_of_the_year() -> None:
    cells = drawn("""
        period  | exploitation | value
        2025    | _U           |
        2025-Q1 | _U           |
    """)
    large = {
        "forms": cells.filter(period="2025-Q1").select("country", "period", "unit", "exploitation")
    }
    known = specs(spec("forms", exploitation=FORM))
    assert attacked({"forms": cells}, known, other_rule=large).failing == 0


def test_of_several_answers_no_part_exceeds_those_with_an_answer() -> None:
    cells = drawn("""
        exploitation | value
        _T           | 20
        _U           | 25
        P1           |
        P2           |
    """)
    report = attacked({"forms": cells}, specs(spec("forms", exploitation=FORM)))
    assert {("hidden", "2025-Q1", "P1"), ("hidden", "2025-Q1", "P2")} <= set(found(report))


def test_several_answers_may_sum_to_more_than_their_total() -> None:
    cells = drawn("""
        exploitation | value
        _T           | 20
        _U           |
        P1           | 20
        P2           | 20
    """)
    assert attacked({"forms": cells}, specs(spec("forms", exploitation=FORM))).failing == 0


def test_a_cell_that_another_rule_hid_has_no_upper_end_of_its_own() -> None:
    cells = drawn("""
        sex | value
        _T  | 25
        F   |
        M   |
    """)
    one = {"by_sex": keys_of(cells, sex="F")}
    assert attacked({"by_sex": cells}, other_rule=NOBODY_KNOWS).present == 0
    assert attacked({"by_sex": cells}, other_rule=one).present == 1
    assert attacked({"by_sex": cells}, other_rule={}).present == 2


def test_nested_cells_with_unequal_numbers_are_not_the_same_people() -> None:
    cells = drawn("""
        sex | value
        _T  | 20
        F   | 15
    """)
    assert attacked({"by_sex": cells}).failing == 0
    equal = drawn("""
        sex | value
        _T  | 15
        F   | 20
    """)
    (less,) = [one for one in attacked({"by_sex": equal}).failures if one.kind == "difference"]
    assert (less.lower, less.upper) == (1, 3)


def test_a_reader_gives_up_the_belief_that_hidden_means_small_when_it_cannot_be() -> None:
    cells = drawn("""
        sex | value
        _T  | 60
        F   |
        M   |
    """)
    report = attacked({"by_sex": cells}, other_rule={})
    assert (report.uncertified, report.failing) == (0, 0)


def test_tables_that_contradict_themselves_get_no_verdict_and_fail() -> None:
    cells = drawn("""
        sex | value
        _T  | 20
        F   | 40
        M   |
    """)
    report = attacked({"by_sex": cells})
    assert (report.uncertified, report.failing, report.narrowest) == (5, 5, None)


def test_records_that_are_public_row_by_row_are_counted_apart() -> None:
    report = attacked({"by_sex": drawn(UNSAFE)}, public=frozenset({("victims", "XAA")}))
    assert (report.failing, report.public_elsewhere > 0, report.hidden) == (0, True, 1)
    elsewhere = attacked({"by_sex": drawn(UNSAFE)}, public=frozenset({("cases", "XAA")}))
    assert (elsewhere.failing > 0, elsewhere.public_elsewhere) == (True, 0)


def test_the_report_names_its_model() -> None:
    assert "unless another rule" in attacked({"by_sex": drawn(UNSAFE)}).model
    unknown = attacked({"by_sex": drawn(UNSAFE)}, other_rule=NOBODY_KNOWS).model
    assert "not known here" in unknown
    assert "never exact" in unknown
