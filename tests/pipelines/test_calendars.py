"""Whose year is which: what a layout's calendar lets a submission say, and what it reports."""

from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.periods import NotAPeriod
from pipelines import admission, arrivals, gating
from pipelines.intake import Job
from sources.rows import Asked
from tests.tables import table
from transforms.conform import Reader
from transforms.vintage import Slice

MINISTRY = load.layout("xab_ministry")


def changed(**facts: object) -> Layout:
    """The layout of Belmora's ministry with another calendar."""
    return Layout.model_validate(MINISTRY.model_dump(by_alias=True) | facts)


ANNUAL, FISCAL = changed(frequency="year"), changed(year_starts=7)


def listed(layout: Layout, *days: str) -> tuple[arrivals.Files, list[Reader]]:
    """A list of victims in a layout, with nothing in it but days."""
    columns = frozenset(layout.columns("victims"))
    drawn = {name: [""] * len(days) for name in columns} | {"Date d'identification": list(days)}
    frame = pl.DataFrame(drawn, dict.fromkeys(drawn, pl.String)).with_row_index("row")
    job, spec = Job(files=(), layout=layout.name), layout.files["victims"]
    sent = arrivals.Arrived(Path(), 1, job, spec, Asked(columns), begun=iter([frame]))
    files = {"victims": sent}
    return files, arrivals.readers_of(layout, load.codelists(), files)


def reported(layout: Layout, day: str, period: str) -> tuple[str, ...]:
    """The periods that a list with one day reports."""
    return arrivals.reported(arrivals.survey(*listed(layout, day)), layout, period)


def period_of(layout: Layout, *days: str) -> str | None:
    job = Job(files=(), layout=layout.name)
    return arrivals.period_of(job, *listed(layout, *days))


@pytest.mark.parametrize(
    ("layout", "period", "calendar"),
    [
        (MINISTRY, "2024-Q3", "2024-Q3"),
        (MINISTRY, "2024", "2024"),
        (MINISTRY, None, None),
        (FISCAL, "2024/25-Q1", "2024-Q3"),
        (FISCAL, "2024-Q3", "2024-Q3"),
        (ANNUAL, "2024", "2024"),
    ],
)
def test_a_submission_is_kept_under_the_calendar_name_of_its_period(
    layout: Layout, period: str | None, calendar: str | None
) -> None:
    assert admission.calendar_period(layout, period) == calendar


def test_an_annual_source_does_not_report_a_quarter() -> None:
    with pytest.raises(admission.WrongPeriod, match="reports whole years: name one, as 2024"):
        admission.calendar_period(ANNUAL, "2024-Q3")


@pytest.mark.parametrize(("layout", "period"), [(FISCAL, "2024/25"), (MINISTRY, "2024/25-Q1")])
def test_a_fiscal_year_is_no_calendar_year_and_its_quarters_belong_to_its_layout(
    layout: Layout, period: str
) -> None:
    with pytest.raises(NotAPeriod, match=period):
        admission.calendar_period(layout, period)


def test_a_source_that_reports_fiscal_years_only_has_no_layout() -> None:
    with pytest.raises(ValueError, match="no calendar year: ask quarters"):
        changed(frequency="year", year_starts=7)


def test_months_in_which_no_quarter_begins_are_no_beginning_of_a_year() -> None:
    with pytest.raises(ValueError, match="year_starts"):
        changed(year_starts=3)


def test_an_unnamed_period_is_the_year_of_an_annual_list_and_the_quarter_of_another() -> None:
    assert period_of(ANNUAL, "2024-02-01", "2024-11-30") == "2024"
    assert period_of(MINISTRY, "2024-10-01", "2024-11-30") == "2024-Q4"
    for layout, days in ((ANNUAL, ("2023-12-31", "2024-01-01")), (MINISTRY, ("2024-02-01",) * 0)):
        with pytest.raises(arrivals.Refused):
            period_of(layout, *days)
    with pytest.raises(arrivals.Refused):
        period_of(MINISTRY, "2024-02-01", "2024-11-30")


def test_an_annual_list_reports_its_year_even_when_it_is_empty() -> None:
    assert reported(ANNUAL, "2024-02-01", "2024") == ("2024",)
    assert reported(ANNUAL, "", "2024") == ("2024",)
    assert reported(MINISTRY, "2024-02-01", "2024") == ("2024-Q1",)
    assert reported(MINISTRY, "", "2024-Q2") == ("2024-Q2",)


# From the slices to what a release spans


def pieces(*drawn: tuple[str, str, str]) -> dict[Slice, str]:
    return {Slice("victims", *one): "s" for one in drawn}


def test_annual_sources_alone_leave_no_quarter_open() -> None:
    yearly = pieces(("union", "XAA", "2022"), ("union", "XAB", "2024"), ("union", "_U", "2024"))
    assert gating.span(yearly) == (["XAA", "XAB"], ["2022", "2023", "2024"])


def test_quarters_span_from_the_first_that_was_reported_to_the_last() -> None:
    mixed = pieces(("union", "XAA", "2023"), ("police", "XAB", "2024-Q1"))
    mixed |= pieces(("police", "XAB", "2024-Q3"))
    found = ["2023", "2024", "2024-P6M", "2024-P9M", "2024-Q1", "2024-Q2", "2024-Q3"]
    assert gating.span(mixed) == (["XAA", "XAB"], found)
    assert gating.span({Slice("aggregates", "office", "", ""): "s"}) == ([], [])


def test_behind_a_cell_stand_those_who_reported_its_period() -> None:
    """An agency that begins later changes nothing of the quarters before it."""
    both = pieces(("police", "XAA", "2024-Q1"), ("police", "XAA", "2024-Q2"))
    both |= pieces(("shelters", "XAA", "2024-Q2"))
    behind = gating.sources_of(load.tables()["victims"], both)
    drawn = table(
        """
        country | period   | source
        XAA     | 2024     | police+shelters
        XAA     | 2024-P6M | police+shelters
        XAA     | 2024-P9M | police+shelters
        XAA     | 2024-Q1  | police
        XAA     | 2024-Q2  | police+shelters
        _T      | 2024     | police+shelters
        """
    )
    assert behind.sort("country", "period").rows() == drawn.rows()
