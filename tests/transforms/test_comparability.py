"""Flags: where a definition changes or differs, and nothing that depends on a record."""

import datetime as dt

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_contracts import load
from data_contracts.definitions import Break, Definition, concepts
from data_contracts.model import Dimension, Table
from tests.tables import table
from transforms.comparability import changed, flags, marked, touches

COURT, NONE = "tipstat:court_decision", "tipstat:no_difference"
VICTIMS = Table(
    name="victims",
    title={"en": "Victims"},
    kind="persons",
    dataset="victims",
    units=("victim_identified", "victim_presumed"),
    frequencies=("quarter", "year"),
    dimensions={},
    tier="public",
)
AGE = Dimension(field="age_band", codelist="age_band", codes=("Y0T17",))
BY_AGE = VICTIMS.model_copy(update={"name": "by_age", "dimensions": {"age_band": AGE}})
POPULATION = VICTIMS.model_copy(update={"name": "population", "kind": "programme"})


def defined(drawing: str) -> list[Definition]:
    rows = table(drawing).fill_null("").to_dicts()
    usual = {"source": "", "concept": "victim", "origin": "invented"}
    return [Definition.model_validate(usual | row) for row in rows]


CHANGED = defined(f"""
    country | code    | valid_from | valid_to
    XAC     | {COURT} |            | 2024-12-31
    XAC     | {NONE}  | 2025-01-01 |
""")


def cells(drawing: str) -> pl.DataFrame:
    """Cells as drawn, of one unit and one source where it does not say."""
    drawn = table(drawing, period=pl.String)
    usual = {"unit": "victim_identified", "source": "xac_police"}
    missing = [pl.lit(text).alias(name) for name, text in usual.items() if name not in drawn]
    return drawn.with_columns(missing)


YEARS = cells("""
    country | period | obs_status
    XAC     | 2023   | A
    XAC     | 2024   | A
    XAC     | 2025   | A
    XAA     | 2024   | A
    XAA     | 2025   | A
    _T      | 2024   | A
    _T      | 2025   | A
""").with_columns(source=pl.when(pl.col("country") != "_T").then("source"))


def statuses(frame: pl.DataFrame) -> list[str]:
    of = frame.filter(pl.col("obs_status") == "B")
    return sorted(
        f"{country} {period}" for country, period in of.select("country", "period").rows()
    )


def test_the_first_period_under_a_new_definition_is_marked_and_so_is_the_regions() -> None:
    found = marked(VICTIMS, YEARS, CHANGED, concepts())
    assert statuses(found) == ["XAC 2025", "_T 2025"]
    assert_frame_equal(found.drop("obs_status"), YEARS.drop("obs_status"))


def test_only_a_shown_cell_is_marked() -> None:
    every = [YEARS.with_columns(obs_status=pl.lit(status)) for status in "QOMPE"]
    for frame in every:
        assert_frame_equal(marked(VICTIMS, frame, CHANGED, concepts()), frame)


def test_the_first_period_of_a_table_has_nothing_before_it() -> None:
    late = YEARS.filter(pl.col("period") == "2025")
    assert statuses(marked(VICTIMS, late, CHANGED, concepts())) == []


def broken(day: dt.date) -> list[Break]:
    return [Break(country="XAC", source="", concept="victim", day=day, codes=(NONE,))]


def test_a_change_within_a_period_makes_it_unlike_its_neighbours() -> None:
    years, quarters = ["2023", "2024", "2025", "2026"], ["2024-Q2", "2024-Q3", "2024-Q4"]
    inside = broken(dt.date(2024, 8, 15))
    assert list(changed(years, inside)) == ["2024", "2025"]
    assert list(changed(quarters, inside)) == ["2024-Q3", "2024-Q4"]
    first_day = broken(dt.date(2024, 7, 1))
    assert list(changed(quarters, first_day)) == ["2024-Q3"]
    assert list(changed([*years, *quarters], first_day)) == ["2024-Q3", "2024", "2025"]
    assert changed(years, broken(dt.date(2030, 1, 1))) == {}
    to_date = ["2023-P6M", "2023-P9M", "2024-P6M", "2024-P9M"]
    assert list(changed(to_date, first_day)) == ["2024-P9M"]


def test_a_concept_touches_its_units_and_its_dimension_only() -> None:
    known = concepts()
    assert touches(VICTIMS, "victim_presumed", known["victim"])
    assert not touches(VICTIMS, "suspect", known["victim"])
    assert not touches(VICTIMS, "victim_presumed", known["child"])
    assert touches(BY_AGE, "victim_presumed", known["child"])
    assert touches(VICTIMS, "suspect", known["register"])
    assert not touches(POPULATION, "population", known["register"])


# By hand: whom or what the numbers of a unit would lose or gain under another definition.
TOUCHED = table("""
    concept  | touches
    victim   | victim_identified victim_presumed presumed identified
    presumed | victim_identified victim_presumed presumed identified
    consent  | victim_identified victim_presumed presumed identified report offence convicted
""")
UNITS = {"victim_identified", "presumed", "identified", "served", "report", "offence", "convicted"}


@pytest.mark.parametrize(("concept", "drawn"), TOUCHED.rows())
def test_a_definition_touches_every_series_that_counts_by_it(concept: str, drawn: str) -> None:
    found = {unit for unit in UNITS if touches(VICTIMS, unit, concepts()[concept])}
    assert found == {*drawn.split()} & UNITS


def test_whom_a_country_calls_a_child_touches_whatever_is_told_by_age() -> None:
    persons = {unit for table in load.tables().values() for unit in table.units}
    persons -= {"report", "incident", "offence", "population", "charged", "alleged"}
    accused = {"suspect", "prosecuted", "convicted"}
    child = concepts()["child"]
    assert {unit for unit in persons if touches(BY_AGE, unit, child)} == persons - accused


def test_a_definition_of_one_source_leaves_the_others_alone() -> None:
    own = [one.model_copy(update={"source": "xac_shelters"}) for one in CHANGED]
    frame = cells("""
        country | period | source                  | obs_status
        XAC     | 2024   | xac_police              | A
        XAC     | 2025   | xac_police              | A
        XAD     | 2024   | xac_police              | A
        XAC     | 2024   | xac_police+xac_shelters | A
        XAC     | 2025   | xac_police+xac_shelters | A
    """)
    found = marked(VICTIMS, frame, own, concepts()).filter(pl.col("obs_status") == "B")
    assert found.select("period", "source").rows() == [("2025", "xac_police+xac_shelters")]


def test_flags_name_each_difference_and_each_break_with_its_periods() -> None:
    found = flags({"victims": YEARS}, {"victims": VICTIMS}, CHANGED, concepts())
    drawn = table(
        f"""
        country | source     | flag       | code    | first | last
        XAC     | xac_police | break      | {NONE}  | 2025  | 2025
        XAC     | xac_police | difference | {COURT} | 2023  | 2024
        _T      |            | break      | {NONE}  | 2025  | 2025
        _T      |            | difference | {COURT} | 2024  | 2024
    """,
        first=pl.String,
        last=pl.String,
    ).with_columns(pl.col("source").fill_null(""))
    assert_frame_equal(found.select(drawn.columns), drawn)
    assert found.select("table", "unit", "concept").unique().rows() == [
        ("victims", "victim_identified", "victim")
    ]


def test_flags_are_the_same_whatever_the_cells_hold() -> None:
    hidden = YEARS.with_columns(obs_status=pl.lit("Q"))
    both = [
        flags({"victims": f}, {"victims": VICTIMS}, CHANGED, concepts()) for f in (YEARS, hidden)
    ]
    assert_frame_equal(*both)


def test_without_definitions_nothing_is_flagged() -> None:
    assert flags({"victims": YEARS}, {"victims": VICTIMS}, [], concepts()).is_empty()
    assert_frame_equal(marked(VICTIMS, YEARS, [], concepts()), YEARS)


def test_a_publishers_own_definition_is_of_every_country_it_has_figures_of() -> None:
    own = [one.model_copy(update={"country": "_T", "source": "world"}) for one in CHANGED]
    frame = cells("""
        country | period | source | obs_status
        XAA     | 2024   | world  | A
        XAB     | 2024   | police | A
    """)
    found = flags({"victims": frame}, {"victims": VICTIMS}, own, concepts())
    assert found.select("country", "source").rows() == [("XAA", "world")]


def test_what_no_source_supplies_is_no_series_and_has_no_flag() -> None:
    absent = YEARS.with_columns(obs_status=pl.lit("O"), source=pl.lit(None, pl.String))
    hidden = YEARS.with_columns(obs_status=pl.lit("Q"))
    found = [
        flags({"victims": frame}, {"victims": VICTIMS}, CHANGED, concepts()).height
        for frame in (absent, hidden)
    ]
    assert found[0] == 0 < found[1]
