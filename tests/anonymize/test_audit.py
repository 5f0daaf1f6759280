"""The attack finds what is planted, names it, and says what it covers. All data are invented."""

from typing import Any

import polars as pl
import pytest

from anonymize.audit import Report, Target, attack, judged
from anonymize.audit_bounds import bounds
from anonymize.audit_facts import Cell
from anonymize.audit_model import Model, Place, Tables
from data_contracts.model import Table
from tests.anonymize.drawings import (
    CONTRACTS,
    FORM,
    SEX,
    drawn,
    spec,
    specs,
)
from tests.policies import POLICY

BY_SEX = specs(spec("by_sex", sex=SEX))
NOBODY_KNOWS = None


def attacked(tables: Tables, known: dict[str, Table] = BY_SEX, **options: Any) -> Report:
    given = {"contracts": CONTRACTS, "other_rule": {}} | options
    return attack(tables, known, POLICY, **given)


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
    (fault,) = report.failures
    assert (fault.table, fault.country, fault.period, fault.unit, fault.dims) == (
        "by_sex",
        "XAA",
        "2025-Q1",
        "identified",
        {"sex": "M"},
    )
    assert (fault.lower, fault.upper, fault.reason) == (0, 3, "narrow")
    assert (report.failing, report.narrow, report.present, report.narrowest) == (1, 1, 0, 3)


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
    assert (report.cells, report.hidden, report.targets) == (9, 4, 4)
    assert (report.failing, report.narrowest) == (0, 12)


def test_what_is_not_counted_from_persons_is_passed_over() -> None:
    published_kind = BY_SEX["by_sex"].model_copy(update={"kind": "published"})
    assert attacked({"by_sex": drawn(UNSAFE)}, specs(published_kind)).cells == 0


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        ((0, 4), "narrow"),
        ((20, 24), "narrow"),
        ((0, 5), None),
        ((0, 10), None),
        ((1, 10), "present"),
        ((1, 11), None),
        (None, "uncertified"),
    ],
)
def test_a_cell_fails_when_it_is_narrow_or_proven_to_be_a_few_or_has_no_verdict(
    ends: tuple[int, int] | None, reason: str | None
) -> None:
    place, cell = Place("victims", "XAA", "identified", "2025"), Cell("2025", frozenset())
    keys = {"country": "XAA", "period": "2025", "unit": "identified"}
    widths = {} if ends is None else {(place, cell): ends}
    fault = judged(Target("victims", keys, place, cell), widths, POLICY)
    assert (fault and fault.reason) == reason


def test_cells_share_an_unknown_over_tables() -> None:
    total = drawn("""
        value
        15
    """)
    parts = drawn(UNSAFE).filter(pl.col("sex") != "_T")
    known = BY_SEX | specs(spec("total"))
    assert attacked({"by_sex": parts}, known).failing == 0
    assert attacked({"by_sex": parts, "total": total}, known).failing == 1


def test_a_year_is_at_least_each_quarter_and_at_most_their_sum() -> None:
    years = """
        period  | value
        2025    | {year}
        2025-Q1 | {first}
        2025-Q2 |
        2025-Q3 |
        2025-Q4 | {last}
    """
    known = specs(spec("total"))

    def ends(year: str, first: str, last: str) -> dict[str, tuple[int, int]]:
        cells = drawn(years.format(year=year, first=first, last=last))
        model = Model(known, CONTRACTS, POLICY.model_copy(update={"narrowest_interval": 1_000}))
        ((_, system),) = model.systems({"total": cells}, {}, ()).items()
        hidden = sorted(system.hidden)
        return dict(
            zip([c.period for c in hidden], bounds(system, hidden, model.policy), strict=True)
        )

    assert ends("", "15", "") == {
        "2025": (11, 14),
        "2025-Q2": (0, 14),
        "2025-Q3": (0, 14),
        "2025-Q4": (0, 14),
    }
    assert ends("55", "15", "15")["2025-Q2"] == (0, 14)
    assert ends("70", "15", "15")["2025-Q2"] == (14, 14)


def test_an_unknown_of_a_quarter_may_be_known_by_the_end_of_the_year() -> None:
    cells = drawn("""
        period  | exploitation | value
        2025    | _U           |
        2025-Q1 | _U           | 15
    """)
    assert attacked({"forms": cells}, specs(spec("forms", exploitation=FORM))).failing == 0


def test_of_several_answers_no_part_exceeds_those_with_an_answer() -> None:
    cells = drawn("""
        exploitation | value
        _T           | 20
        _U           | 25
        P1           |
        P2           |
    """)
    report = attacked({"forms": cells}, specs(spec("forms", exploitation=FORM)))
    assert [(fault.lower, fault.upper) for fault in report.failures] == [(0, 3), (0, 3)]


def test_several_answers_may_sum_to_more_than_their_total() -> None:
    cells = drawn("""
        exploitation | value
        _T           | 20
        _U           |
        P1           | 20
        P2           | 20
    """)
    report = attacked({"forms": cells}, specs(spec("forms", exploitation=FORM)))
    assert (report.failing, report.narrowest) == (0, 8)


def test_a_cell_that_another_rule_hid_has_no_upper_end_of_its_own() -> None:
    cells = drawn("""
        sex | value
        _T  | 60
        F   |
        M   |
    """)
    one = {"by_sex": keys_of(cells, sex="F")}
    assert attacked({"by_sex": cells}, other_rule=one).narrowest == 14
    assert attacked({"by_sex": cells}, other_rule=NOBODY_KNOWS).narrowest == 64
    assert attacked({"by_sex": cells}, other_rule=one).present == 1


def test_a_reader_gives_up_the_belief_that_hidden_means_small_when_it_cannot_be() -> None:
    cells = drawn("""
        sex | value
        _T  | 60
        F   |
        M   |
    """)
    report = attacked({"by_sex": cells}, other_rule={})
    assert (report.uncertified, report.failing, report.narrowest) == (0, 0, 64)


def test_tables_that_contradict_themselves_get_no_verdict_and_fail() -> None:
    cells = drawn("""
        sex | value
        _T  | 20
        F   | 40
        M   |
    """)
    report = attacked({"by_sex": cells})
    assert (report.uncertified, report.failing, report.narrowest) == (1, 1, None)


def test_records_that_are_public_row_by_row_are_counted_apart() -> None:
    report = attacked({"by_sex": drawn(UNSAFE)}, public=frozenset({("victims", "XAA")}))
    assert (report.failing, report.public_elsewhere, report.hidden) == (0, 1, 1)
    elsewhere = attacked({"by_sex": drawn(UNSAFE)}, public=frozenset({("cases", "XAA")}))
    assert (elsewhere.failing, elsewhere.public_elsewhere) == (1, 0)


def test_an_earlier_release_tells_what_this_one_hides_but_not_another_vintage() -> None:
    now = drawn("""
        sex | value
        _T  |
        F   | 20
        M   |
    """)
    other = {"by_sex": keys_of(now, sex="_T")}
    before = {"by_sex": drawn(UNSAFE)}
    assert attacked({"by_sex": now}, other_rule=other).failing == 0
    report = attacked({"by_sex": now}, other_rule=other, earlier=[before])
    assert ([fault.dims for fault in report.failures], report.releases) == (
        [{"sex": "_T"}, {"sex": "M"}],
        2,
    )


def test_a_cell_that_rounding_hides_now_is_of_another_vintage_than_the_one_shown_before() -> None:
    now, before = drawn("sex | value\n_T |"), drawn("sex | value\n_T | 15")
    report = attacked({"by_sex": now}, other_rule={}, earlier=[{"by_sex": before}])
    assert (report.failing, report.narrowest) == (0, 14)


def test_of_earlier_releases_the_last_one_counts() -> None:
    now = drawn("""
        sex | value
        _T  |
        F   | 20
        M   |
    """)
    last = {"by_sex": drawn("sex | value\n_T | 15")}
    older = {"by_sex": drawn("sex | value\n_T | 115")}
    unknown = {"by_sex": now}
    assert attacked(unknown, other_rule=NOBODY_KNOWS, earlier=[older, last]).failing == 2
    assert attacked(unknown, other_rule=NOBODY_KNOWS, earlier=[last, older]).failing == 0


def test_regional_cells_are_no_targets_because_the_model_does_not_cover_them() -> None:
    found = attacked({"by_sex": drawn(UNSAFE, country="_T")})
    assert (found.targets, found.cells) == (0, 0)
    assert "Not covered: regional cells" in found.model


def test_the_report_names_its_model() -> None:
    assert "unless another rule" in attacked({"by_sex": drawn(UNSAFE)}).model
    unknown = attacked({"by_sex": drawn(UNSAFE)}, other_rule=NOBODY_KNOWS).model
    assert "not known here" in unknown
    assert "Earlier releases" not in unknown
