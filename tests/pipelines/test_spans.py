"""Counts over several years: counted once, at the revision of the last, and then final."""

import datetime as dt
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from pipelines import annual, gating, keystore, outputs, spans, standing
from pipelines.annual import NotToRevise
from pipelines.settings import Workspace
from tests.limits import least
from tests.pipelines import light, stored
from tests.pipelines.stored import store
from tests.pipelines.workspaces import with_fixed_keys, workspace

YEARS = ("2022", "2023", "2024")
# Of a quarter; the ministry's country has too few in a year to be shown.
SENT = {"xaa_police": 30, "xaa_shelters": 20, "xab_ministry": 0}
DAY, LATER = dt.datetime(2025, 2, 1, tzinfo=dt.UTC), dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
NEXT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
FIRST, SECOND = "INVENTED-2024Q4-v1", "INVENTED-2024Q4-v2"
SPAN, UNIT = "2022-P3Y", "victim_identified"
SHOWN = {"XAA": ("xaa_police", "xaa_shelters"), "XAB": ("xab_ministry",)}
Made = Callable[..., Workspace]


@pytest.fixture(autouse=True)
def one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fourth person of a quarter is met again in the same quarter of each year."""
    registry = {name: load.tables()[name] for name in ("victims", "victims_by_sex_age")}
    monkeypatch.setattr(load, "tables", lambda: registry)
    own = stored.key

    def met_again(source: str, period: str, number: int) -> int:
        return own(source, period if number % 4 else period[5:], number)

    monkeypatch.setattr(stored, "key", met_again)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A release of three years, and corrections of the first quarter of the last."""

    def make(corrected: int = 0, years: Iterable[str] = YEARS, **changed: object) -> Workspace:
        place = with_fixed_keys(workspace(tmp_path / "region", **changed))
        for layout, n in SENT.items():
            for year in years:
                for quarter in (1, 2, 3, 4):
                    store(place, layout, f"{year}-Q{quarter}", n + quarter, DAY)
        light.proposed(place, tmp_path / FIRST)
        light.publish(place, tmp_path / FIRST, FIRST, DAY)
        if corrected:
            store(place, "xaa_police", "2024-Q1", corrected, LATER)
        return place

    return make


def rows(country: str, years: Iterable[str] = YEARS) -> list[dict[str, object]]:
    """Who was sent of a country before anything was corrected."""
    return [
        row
        for layout, n in SENT.items()
        if load.layout(layout).country == country
        for year in years
        for quarter in (1, 2, 3, 4)
        for row in stored.people(
            load.layout(layout).source, country, f"{year}-Q{quarter}", n + quarter
        )
    ]


def cell(tables: dict[str, pl.DataFrame], country: str, period: str = SPAN) -> dict[str, object]:
    found = tables["victims"].filter(country=country, unit=UNIT, period=period)
    return dict(found.row(0, named=True))


def counted(work: Path, country: str) -> dict[str, object]:
    cube = pl.read_parquet(work / "cube" / "victims.parquet")
    return dict(cube.filter(country=country, unit=UNIT, period=SPAN).row(0, named=True))


def revised(
    place: Workspace, work: Path, year: str = "2024", at: dt.datetime = LATER
) -> light.Tables:
    return light.proposed(annual.asked(place, year, at), work)


def test_a_span_counts_each_person_once_and_each_case(made: Made, tmp_path: Path) -> None:
    revised(made(), tmp_path / SECOND)
    for country in SHOWN:
        sent = rows(country)
        own, cases = {row["person_key"] for row in sent}, {row["case"] for row in sent}
        found = counted(tmp_path / SECOND, country)
        assert (found["n"], found["n_cases"]) == (len(own), len(cases))
        assert len(own) < len(sent)
        assert found["cell_key"] == sum(map(int, map(str, own))) % 2**32


def test_a_span_shows_what_no_year_of_it_could(made: Made, tmp_path: Path) -> None:
    now = revised(made(), tmp_path / SECOND)
    assert {cell(now, "XAB", year)["obs_status"] for year in YEARS} == {"Q"}
    for country in SHOWN:
        exact = len({row["person_key"] for row in rows(country)})
        value = cell(now, country)["value"]
        assert isinstance(value, int)
        assert abs(value - exact) < 5
        assert cell(now, country)["source"] == "+".join(SHOWN[country])


def test_only_the_annual_revision_of_the_last_year_counts_a_span(
    made: Made, tmp_path: Path
) -> None:
    place = made()
    for work, found in (
        ("plain", light.proposed(place, tmp_path / "plain")),
        ("before", revised(place, tmp_path / "before", "2023")),
    ):
        periods = set(found["victims"]["period"])
        spans_of_two = {"2022-P2Y"} if work == "before" else set()
        assert {one for one in periods if one.endswith("Y")} == spans_of_two


def test_a_declared_baseline_begins_a_span_of_its_own(made: Made, tmp_path: Path) -> None:
    now = revised(made(baseline=2023), tmp_path / SECOND)
    found = {one for one in now["victims"]["period"] if one.endswith("Y")}
    assert found == {SPAN, "2023-P2Y"}
    exact = len({row["person_key"] for row in rows("XAA", YEARS[1:])})
    value = cell(now, "XAA", "2023-P2Y")["value"]
    assert isinstance(value, int)
    assert abs(value - exact) < 5


def test_a_country_without_a_year_of_it_has_no_span(made: Made, tmp_path: Path) -> None:
    place = made()
    for period in [f"2021-Q{n}" for n in (1, 2, 3, 4)]:
        store(place, "xab_ministry", period, 30, LATER)
    place = place.model_copy(
        update={"configuration": place.configuration.model_copy(update={"baseline": 2021})}
    )
    now = revised(place, tmp_path / SECOND)
    assert cell(now, "XAB", "2021-P4Y")["obs_status"] == "A"
    assert cell(now, "XAA", "2021-P4Y")["obs_status"] == "O"


def test_who_waits_in_a_year_waits_in_its_span(made: Made, tmp_path: Path) -> None:
    """Three came late: the year stays as it was, and the span has the people of the year."""
    place = made(corrected=34)
    revised(place, tmp_path / SECOND)
    exact = len({row["person_key"] for row in rows("XAA")})
    assert counted(tmp_path / SECOND, "XAA")["n"] == exact


def test_who_is_taken_into_a_year_is_in_its_span(made: Made, tmp_path: Path) -> None:
    place = made(corrected=160)
    revised(place, tmp_path / SECOND)
    late = stored.people("xaa_police", "XAA", "2024-Q1", 160)
    key = keystore.rounding(place["keys"])
    assert len(late) - 31 > least(key, UNIT, "XAA", "2024")
    exact = len({row["person_key"] for row in [*rows("XAA"), *late]})
    assert counted(tmp_path / SECOND, "XAA")["n"] == exact


@pytest.fixture
def published(made: Made, tmp_path: Path) -> Workspace:
    """A release with spans."""
    place = made(corrected=34)
    asked = annual.asked(place, "2024", LATER)
    light.proposed(asked, tmp_path / SECOND)
    light.publish(asked, tmp_path / SECOND, SECOND, LATER)
    return place


@pytest.mark.parametrize("year", YEARS)
def test_the_years_of_a_published_span_are_final(published: Workspace, year: str) -> None:
    with pytest.raises(NotToRevise, match=f"{year} is final: {SPAN} is published"):
        annual.asked(published, year, NEXT)


def test_a_withdrawn_span_was_seen_too(published: Workspace) -> None:
    light.withdraw(published, SECOND)
    with pytest.raises(NotToRevise, match="is final"):
        annual.asked(published, "2023", NEXT)


def test_a_hidden_span_makes_no_year_final(published: Workspace) -> None:
    file = published["releases"] / SECOND / standing.TABLES / "victims.parquet"
    cells = pl.read_parquet(file)
    is_span = pl.col("period") == SPAN
    cells.with_columns(value=pl.when(~is_span).then("value")).write_parquet(file)
    assert spans.final(published, "2023") is None


def test_a_published_span_is_said_again_and_never_drawn_again(
    published: Workspace, tmp_path: Path
) -> None:
    before = outputs.tables_in(published["releases"] / SECOND / standing.TABLES)
    for layout, n in SENT.items():
        for quarter in (1, 2, 3, 4):
            store(published, layout, f"2025-Q{quarter}", n + quarter, NEXT)
    now = light.proposed(published, tmp_path / "third")
    for country in SHOWN:
        assert cell(now, country) == cell(before, country)
    told = json.loads((tmp_path / "third" / "cube" / gating.SPANS).read_text())
    assert told == {"victims": [SPAN]}


def test_the_next_year_brings_spans_of_its_own(published: Workspace, tmp_path: Path) -> None:
    for layout, n in SENT.items():
        for quarter in (1, 2, 3, 4):
            store(published, layout, f"2025-Q{quarter}", n + quarter, NEXT)
    light.proposed(published, tmp_path / "third")
    light.publish(published, tmp_path / "third", "INVENTED-2025Q4-v1", NEXT)
    now = revised(published, tmp_path / "fourth", "2025", NEXT + dt.timedelta(days=9))
    found = {one for one in now["victims"]["period"] if one.endswith("Y")}
    assert found == {SPAN, "2023-P3Y", "2022-P4Y"}
