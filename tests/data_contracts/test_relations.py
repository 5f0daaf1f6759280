"""Rules between rows, files and periods: what contradicts or repeats others. All invented."""

import polars as pl
import pytest

from data_contracts import checks
from data_contracts.rules import Context, plausible_count
from tests.data_contracts.judging import CONTRACTS, POLICY, QUARTER, aggregates, found
from tests.tables import table

DATED = table("""
row | identified_on | judged
1   | 2024-12-31    | outside
2   | 2025-01-01    | inside
3   | 2025-03-31    | inside
4   | 31/03/2025    | inside
5   | 2025-04-01    | outside
6   |               | inside
""")


def test_a_period_holds_its_first_and_its_last_day() -> None:
    frame = DATED.with_columns(unit=pl.lit("presumed"))
    broken = found(frame.drop("judged"), CONTRACTS["victims"], "received", window=QUARTER)
    outside = DATED.filter(judged="outside")["row"].to_list()
    assert [row for row, *rest in broken if rest == ["IN_PERIOD-01", "period"]] == outside


def test_without_a_period_no_date_is_outside() -> None:
    broken = found(DATED, CONTRACTS["victims"], "received")
    assert not [code for _, code, _ in broken if code == "IN_PERIOD-01"]


def test_a_count_larger_than_any_country_can_report_is_implausible() -> None:
    most = POLICY.max_published_count
    frame = pl.DataFrame({"row": [1, 2, 3], "value": [str(most), str(most + 1), "<5"]})
    rules = tuple(plausible_count(CONTRACTS["aggregates"], Context(POLICY)))
    broken = checks.broken(frame, rules)
    assert broken.rows() == [(2, "PLAUSIBLE-01", "value", "implausible")]


CASES = table("""
row | case
1   | C1
2   | C2
3   |
""")


SENT = [
    (None, []),
    (frozenset({"C1", "C2", "C3"}), []),
    (frozenset({"C1"}), [2]),
    (frozenset(), [1, 2]),
]


@pytest.mark.parametrize(("cases", "unknown"), SENT)
def test_a_case_is_known_when_the_submission_has_it_or_has_no_cases_at_all(
    cases: frozenset[str] | None, unknown: list[int]
) -> None:
    frame = CASES.with_columns(record=pl.col("row").cast(pl.String))
    broken = found(frame, CONTRACTS["victims"], "related", cases=cases)
    assert broken == [(row, "KNOWN_CASE-01", "relation") for row in unknown]


def test_of_a_repeated_number_the_first_stays_and_of_contradicting_ones_none() -> None:
    frame = aggregates("""
        row | country | value | lower | upper
        1   | XAA     | 12    | 12    | 12
        2   | XAB     | 7     | 7     | 7
        3   | XAA     | 12    | 12    | 12
        4   | XAB     | 8     | 8     | 8
        5   | ARG     |       | 1     | 4
        6   | ARG     |       | 1     | 4
        7   | BRA     |       | 1     | 4
        8   | BRA     | 3     | 3     | 3
        9   | CHL     |       |       |
        10  | CHL     |       | 1     | 4
    """)
    assert found(frame, CONTRACTS["aggregates"], "related") == [
        (2, "UNIQUE_KEY-01", "conflict"),
        (3, "UNIQUE_KEY-02", "repeated"),
        (4, "UNIQUE_KEY-01", "conflict"),
        (6, "UNIQUE_KEY-02", "repeated"),
        (7, "UNIQUE_KEY-01", "conflict"),
        (8, "UNIQUE_KEY-01", "conflict"),
        (9, "UNIQUE_KEY-01", "conflict"),
        (10, "UNIQUE_KEY-01", "conflict"),
    ]


def test_keys_that_differ_in_one_part_are_two_even_where_parts_are_empty() -> None:
    frame = aggregates("""
        row | country | sex | value | lower | upper
        1   | XAA     | F   | 12    | 12    | 12
        2   | XAA     | M   | 13    | 13    | 13
        3   | XAA     |     | 14    | 14    | 14
        4   | XAA     |     | 15    | 15    | 15
    """)
    broken = found(frame, CONTRACTS["aggregates"], "related")
    assert broken == [(3, "UNIQUE_KEY-01", "conflict"), (4, "UNIQUE_KEY-01", "conflict")]


def test_a_record_stands_once_and_a_source_without_numbers_may_repeat_itself() -> None:
    frame = table("""
        row | record | case
        1   | R1     | C1
        2   | R2     | C1
        3   | R1     | C2
        4   |        | C1
        5   |        | C1
    """)
    broken = found(frame, CONTRACTS["victims"], "related")
    assert broken == [(3, "UNIQUE_RECORD-01", "repeated")]


def test_a_record_of_cases_is_told_by_the_name_that_it_has_before_the_gate() -> None:
    frame = pl.DataFrame({"row": [1, 2], "case": ["C1", "C1"]})
    broken = found(frame, CONTRACTS["cases"], "related")
    assert broken == [(2, "UNIQUE_RECORD-01", "repeated")]
