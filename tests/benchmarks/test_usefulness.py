"""How much of a table can be read, against a count of the same cells by hand."""

import polars as pl
import pytest

from anonymize.disclosure import protect
from benchmarks import region as people
from benchmarks import usefulness
from data_contracts import load
from data_contracts.periods import frequency
from sources.synthetic.agencies import AGENCIES

NOT_DRAWN = {
    *("cases_by_proceedings", "cases_by_outcome", "cases_by_proceedings_outcome"),
    *("perpetrators_alleged", "perpetrators_by_sentence", "perpetrators_by_sentence_band"),
    *("services_by_waiting_days", "services_referrals"),
}


CITIZENSHIP = ("victims_by_citizenship_group", "victims_by_citizenship")


@pytest.fixture(scope="module")
def region() -> people.Region:
    return people.drawn(3, 90, 1)


def exact(region: people.Region, table: str) -> pl.DataFrame:
    return usefulness.judged(region, {table: load.tables()[table]})[table]


def held(cells: pl.DataFrame, **codes: str) -> int:
    """The persons of all cells with these codes."""
    return int(cells.filter(**codes)["n"].sum())


def test_twelve_countries_have_from_20_to_400_victims_a_year() -> None:
    many = list(people.sizes(12, 1).values())
    assert (len(many), many[0], many[-1]) == (12, 20, 400)
    assert many == sorted(many)


@pytest.mark.parametrize("name", CITIZENSHIP)
def test_shown_and_hidden_cells_are_all_cells_and_persons_are_counted_in_shown_ones(
    region: people.Region, name: str
) -> None:
    table = load.tables()[name]
    asked = usefulness.judged(region, {name: load.tables()[name] for name in CITIZENSHIP})[name]
    exact, released = usefulness.explained(table, asked), protect(asked, table, load.policy())
    told = list(usefulness.read(table.name, exact))
    assert {one.frequency for one in told} == {*table.frequencies}
    for one in told:
        regional = pl.col("country") == "_T" if one.place == "region" else pl.col("country") != "_T"
        periods = [
            period for period in exact["period"].unique() if frequency(period) == one.frequency
        ]
        chosen = regional & pl.col("period").is_in(periods)
        cells = released.filter(chosen)
        shown = cells.filter(pl.col("obs_status") == "A").height
        assert (one.cells, one.cells - sum(one.hidden.values())) == (cells.height, shown)
        both = exact.filter(chosen).join(cells, on=["country", "period", "unit", *table.dimensions])
        people = int(both.filter(pl.col("value").is_not_null())["n"].sum())
        assert one.persons == pytest.approx(people / int(both["n"].sum()))


def test_every_table_is_told_of_but_those_that_nobody_was_drawn_for() -> None:
    persons = {name for name, table in load.tables().items() if table.kind == "persons"}
    assert persons - {*usefulness.tables()} == NOT_DRAWN


def test_a_span_and_a_year_to_date_hold_the_persons_of_their_quarters(
    region: people.Region,
) -> None:
    """Everybody is recorded once."""
    cells = exact(region, "victims")
    own = {"country": "XAB", "unit": "victim_identified"}
    years = [held(cells, period=year, **own) for year in people.YEARS]
    assert held(cells, period="2023-P3Y", **own) == sum(years) > 0
    quarters = [held(cells, period=f"2024-Q{number}", **own) for number in (1, 2, 3)]
    assert held(cells, period="2024-P9M", **own) == sum(quarters)


def test_whoever_found_a_victim_is_known(region: people.Region) -> None:
    cells = exact(region, "victims_by_authority").filter(country="XAA", period="2025")
    found = {code: held(cells, authority=code) for code in cells["authority"].unique()}
    assert found["tipstat:police"] > found["tipstat:ngo"] > 0
    assert found["tipstat:police"] + found["tipstat:ngo"] == found["_T"]
    agencies = [agency for every in AGENCIES.values() for agency in every]
    finders = {agency.layout for agency in agencies if "victims" in agency.sends}
    assert finders == {*people.AUTHORITIES}


def test_justice_and_assistance_go_from_many_to_fewer(region: people.Region) -> None:
    for table, steps in (
        ("perpetrators_by_role", ("suspect", "prosecuted", "convicted")),
        ("services", ("screened", "referred", "accepted")),
    ):
        cells = exact(region, table).filter(country="XAC", period="2024")
        totals = cells.filter(role="_T") if "role" in cells.columns else cells
        many = [held(totals, unit=unit) for unit in steps]
        assert many == sorted(many, reverse=True)
        assert many[-1] > 0


def test_services_follow_whom_they_served_years_ago(region: people.Region) -> None:
    cells = exact(region, "services_follow_up").filter(outcome="_T", unit="follow_up_24")
    assert held(cells, period="2023") > 0


def test_reports_are_as_many_as_cases_even_without_a_known_victim(region: people.Region) -> None:
    of = people.land("XAA", 90, 1)
    cases = [case for case in people.cases(of) if case.period.startswith("2025")]
    assert {case.victims > 0 for case in cases} == {True, False}
    cells = exact(region, "cases").filter(country="XAA", period="2025")
    assert held(cells) == len(cases)


def test_it_says_so_for_every_table_and_for_the_headlines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {n: t for n, t in usefulness.tables().items() if n in ("victims", "victims_by_sex_age")}
    monkeypatch.setattr(usefulness, "tables", lambda: few)
    usefulness.main(3, 60, 2)
    told = capsys.readouterr().out
    assert "| victims | year | region | 6 |" in told
    assert "| victims_by_sex_age | quarter | country |" in told
    assert "Annual indicators shown: country" in told
