"""Periods as codes: their days, their quarters, and what is none."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_contracts import periods
from data_contracts.periods import NotAPeriod
from tests.tables import table

WINDOWS = table("""
period  | start      | end        | frequency
2025-Q1 | 2025-01-01 | 2025-03-31 | quarter
2025-Q2 | 2025-04-01 | 2025-06-30 | quarter
2025-Q3 | 2025-07-01 | 2025-09-30 | quarter
2025-Q4 | 2025-10-01 | 2025-12-31 | quarter
2025    | 2025-01-01 | 2025-12-31 | year
2024    | 2024-01-01 | 2024-12-31 | year
2999-Q4 | 2999-10-01 | 2999-12-31 | quarter
1000    | 1000-01-01 | 1000-12-31 | year
2025-P6M | 2025-01-01 | 2025-06-30 | ytd
2025-P9M | 2025-01-01 | 2025-09-30 | ytd
""")
QUARTERS = st.builds("{}-Q{}".format, st.integers(1000, 2998), st.integers(1, 4))


@pytest.mark.parametrize(("period", "start", "end", "frequency"), WINDOWS.rows())
def test_a_period_has_a_first_and_a_last_day(
    period: str, start: str, end: str, frequency: str
) -> None:
    first, last = periods.window(period)
    assert (first.isoformat(), last.isoformat()) == (start, end)
    assert periods.frequency(period) == frequency


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-Q0",
        "2025-Q5",
        "2025-q1",
        "2025Q1",
        "25",
        "0000",
        "9999",
        "٢٠٢٥",
        "2025\n",
        " 2025",
    ],
)
def test_what_is_no_period_is_refused_and_told_how_to_write_one(text: str) -> None:
    for ask in (periods.window, periods.quarters, periods.frequency):
        with pytest.raises(NotAPeriod, match="Write a quarter as 2026-Q1, a year as 2026"):
            ask(text)


def test_a_year_is_its_four_quarters_and_a_quarter_is_itself() -> None:
    assert periods.quarters("2025") == ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
    assert periods.quarters("2025-Q3") == ("2025-Q3",)


@given(QUARTERS, QUARTERS)
def test_quarters_sort_as_their_days_do(one: str, other: str) -> None:
    assert (one < other) == (periods.window(one) < periods.window(other))


@given(st.integers(1000, 2998))
def test_the_quarters_of_a_year_follow_each_other_without_a_gap(year: int) -> None:
    parts = [periods.window(quarter) for quarter in periods.quarters(str(year))]
    day = dt.timedelta(days=1)
    assert [part.end + day for part in parts[:-1]] == [part.start for part in parts[1:]]
    assert (parts[0].start, parts[-1].end) == periods.window(str(year))


@pytest.mark.parametrize(
    ("period", "days", "day"),
    [("2025-Q4", 0, "2025-12-31"), ("2025-Q4", 60, "2026-03-01"), ("2023-Q4", 60, "2024-02-29")],
)
def test_data_are_due_so_many_days_after_the_last(period: str, days: int, day: str) -> None:
    assert periods.due(period, days).isoformat() == day


FISCAL = table("""
period     | starts | calendar
2024/25-Q1 | 7      | 2024-Q3
2024/25-Q2 | 7      | 2024-Q4
2024/25-Q3 | 7      | 2025-Q1
2024/25-Q4 | 7      | 2025-Q2
2024/25-Q1 | 4      | 2024-Q2
2024/25-Q4 | 4      | 2025-Q1
2024/25-Q1 | 10     | 2024-Q4
1999/00-Q2 | 10     | 2000-Q1
2024-Q3    | 7      | 2024-Q3
2024-Q3    | 1      | 2024-Q3
2024       | 1      | 2024
""")


@pytest.mark.parametrize(("period", "starts", "calendar"), FISCAL.rows())
def test_a_fiscal_quarter_has_the_name_of_the_calendar_quarter_that_it_is(
    period: str, starts: int, calendar: str
) -> None:
    assert periods.on_the_calendar(period, starts) == calendar


@given(st.sampled_from([4, 7, 10]), st.integers(1000, 2997), st.integers(1, 4))
def test_a_fiscal_quarter_begins_so_many_months_after_its_year(
    starts: int, year: int, quarter: int
) -> None:
    fiscal = f"{year}/{(year + 1) % 100:02}-Q{quarter}"
    start = periods.window(periods.on_the_calendar(fiscal, starts)).start
    assert start.year * 12 + start.month == year * 12 + starts + 3 * (quarter - 1)


@pytest.mark.parametrize(
    ("period", "starts", "says"),
    [
        ("2024/25", 7, "never split: send its quarters, as 2024/25-Q1"),
        ("2024/26-Q1", 7, "write both years"),
        ("2024/25-Q1", 1, "It reports calendar periods"),
        ("2024/25-Q5", 7, "is not a period"),
        ("FY25 Q1", 7, "is not a period"),
    ],
)
def test_what_no_calendar_period_is_is_refused(period: str, starts: int, says: str) -> None:
    with pytest.raises(NotAPeriod, match=says):
        periods.on_the_calendar(period, starts)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("2024", "2024-Q3", True),
        ("2024-Q3", "2024", True),
        ("2024-Q3", "2024-Q3", True),
        ("2024-Q3", "2024-Q4", False),
        ("2024", "2025-Q1", False),
    ],
)
def test_periods_overlap_when_they_have_a_day_in_common(one: str, other: str, common: bool) -> None:
    assert periods.overlap(one, other) == common


@pytest.mark.parametrize(
    ("period", "wider"),
    [
        ("2025-Q1", ("2025-P6M", "2025-P9M", "2025")),
        ("2025-Q2", ("2025-P6M", "2025-P9M", "2025")),
        ("2025-Q3", ("2025-P9M", "2025")),
        ("2025-Q4", ("2025",)),
        ("2025-P6M", ("2025-P9M", "2025")),
        ("2025-P9M", ("2025",)),
        ("2025", ()),
    ],
)
def test_a_period_lies_within_the_year_to_date_and_the_year(
    period: str, wider: tuple[str, ...]
) -> None:
    assert periods.wider(period) == wider


@pytest.mark.parametrize("text", ["2025-P3M", "2025-P12M", "2025-P6", "P6M", "2025-P66M"])
def test_what_is_no_year_to_date_is_no_period(text: str) -> None:
    with pytest.raises(NotAPeriod):
        periods.quarters(text)


def test_a_year_to_date_is_counted_and_never_sent() -> None:
    with pytest.raises(NotAPeriod):
        periods.on_the_calendar("2025-P6M")


def test_a_span_is_some_whole_years() -> None:
    assert periods.window("2023-P3Y") == (dt.date(2023, 1, 1), dt.date(2025, 12, 31))
    every = [f"{year}-Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4)]
    assert periods.quarters("2023-P3Y") == tuple(every)
    assert periods.years("2023-P3Y") == ("2023", "2024", "2025")
    assert periods.years("2023-Q2") == ("2023",)
    assert periods.span(2016, 2025) == "2016-P10Y"


@pytest.mark.parametrize(
    ("period", "frequency"),
    [("2023-P2Y", "span"), ("2016-P10Y", "span"), ("2023", "year"), ("2023-P9M", "ytd")],
)
def test_a_span_has_a_frequency_of_its_own(period: str, frequency: str) -> None:
    assert periods.frequency(period) == frequency
    assert periods.is_span(period) is (frequency == "span")


@pytest.mark.parametrize("text", ["2025-P1Y", "2025-P0Y", "2025-P03Y", "2025-P3y", "2025-P100Y"])
def test_what_is_no_span_is_no_period(text: str) -> None:
    with pytest.raises(NotAPeriod):
        periods.quarters(text)


def test_a_span_is_counted_and_never_sent() -> None:
    with pytest.raises(NotAPeriod):
        periods.on_the_calendar("2023-P3Y")
