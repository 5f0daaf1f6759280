"""A layout that names a calendar has its dates read by it; others have theirs as they were."""

import polars as pl
import pytest

from data_contracts import load
from data_contracts.checks import broken, rules
from data_contracts.layout import Layout
from data_contracts.rules import Context
from transforms.conform import Reader, conform, named

VICTIMS, LISTS = load.contract("victims"), load.codelists()
POLICE = load.layout("xaa_police")


def reader(**facts: object) -> Reader:
    """The police's layout with other facts."""
    layout = Layout.model_validate(POLICE.model_dump(by_alias=True) | facts)
    return Reader(VICTIMS, layout.feeds["victims"], layout, LISTS)


def sent(day: str) -> pl.DataFrame:
    """A row of the police's list in which every cell is that text."""
    columns = sorted(POLICE.columns(POLICE.feeds["victims"].file))
    return (
        pl.DataFrame({name: [day] for name in columns})
        .with_row_index("row")
        .cast({"row": pl.Int64})
    )


def read(day: str, **facts: object) -> tuple[str | None, bool]:
    """The day of identification as it is read, and whether it is a fault."""
    by = reader(**facts)
    texts = named(sent(day), by)
    found = broken(texts, rules(VICTIMS, LISTS, "received", Context(load.policy(), None)))
    is_faulty = "identified_on" in found["column"].to_list()
    (value,) = conform(texts, by).rows["identified_on"]
    return (value.isoformat() if value else None), is_faulty


DAYS = [
    ("umm_al_qura", "01/09/1445", "2024-03-11"),
    ("persian", "1403/01/01", "2024-03-20"),
    ("ethiopian", "01-01-2016", "2023-09-12"),
    ("buddhist", "15/08/2566", "2023-08-15"),
]


@pytest.mark.parametrize(("calendar", "text", "ours"), DAYS)
def test_a_declared_calendar_is_read(calendar: str, text: str, ours: str) -> None:
    assert read(text, calendar=calendar) == (ours, False)


@pytest.mark.parametrize("text", ["01/09/1445", "1403/01/01"])
def test_an_undeclared_one_is_a_fault_and_not_guessed(text: str) -> None:
    assert read(text) == (None, True)


def test_a_day_of_ours_where_another_calendar_is_declared_is_a_fault() -> None:
    assert read("2024-03-11", calendar="umm_al_qura") == (None, True)


def test_a_field_may_have_a_calendar_of_its_own() -> None:
    feeds = {name: feed.model_dump(by_alias=True) for name, feed in POLICE.feeds.items()}
    feeds["victims"]["fields"]["identified_on"]["calendar"] = "persian"
    assert read("1403/01/01", feeds=feeds) == ("2024-03-20", False)


def test_a_calendar_that_nobody_knows_does_not_load() -> None:
    with pytest.raises(ValueError, match="calendar"):
        reader(calendar="mayan")
