"""What a layout supplies, and which series can be counted."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_contracts import load
from data_contracts.model import Dimension, Table
from tests.tables import table
from tests.transforms.slicing import LAYOUTS, VICTIMS, layout, reported, slices
from transforms.vintage import Slice, available, speakers, supplied

SEX = Dimension(field="sex", codelist="sex", codes=("F", "M"))
BAND = Dimension(field="age_band", codelist="age_band", codes=("Y0T17", "Y_GE18"))


def victims(**dimensions: Dimension) -> Table:
    """A table of victims."""
    return Table(
        name="victims",
        title={"en": "Victims"},
        kind="persons",
        dataset="victims",
        units=("victim_identified", "victim_presumed"),
        frequencies=("quarter", "year"),
        dimensions=dimensions,
        tier="public",
    )


BOTH = ("victim_identified", "victim_presumed")


def test_a_layout_with_one_unit_supplies_that_one_and_a_column_of_units_any() -> None:
    one = layout("police", unit={"value": "victim_presumed"})
    foreign = layout("police", unit={"value": "report"})
    assert supplied(victims(), layout("police"), VICTIMS) == BOTH
    assert supplied(victims(), one, VICTIMS) == ("victim_presumed",)
    assert supplied(victims(), foreign, VICTIMS) == ()


def test_words_of_a_layouts_own_come_on_top_of_those_of_the_list() -> None:
    own = layout("police", unit={"from": "Estado", "labels": "standing"})
    standing = {"standing": {"Acreditada": {"unit": ("victim_identified",)}}}
    assert supplied(victims(), own.model_copy(update={"labels": standing}), VICTIMS) == BOTH


def test_a_layout_without_a_dimension_supplies_no_table_that_has_it() -> None:
    by_sex = layout("police", sex={"from": "Sexo"})
    assert supplied(victims(sex=SEX), by_sex, VICTIMS) == BOTH
    assert supplied(victims(sex=SEX), layout("police"), VICTIMS) == ()
    assert supplied(victims(sex=SEX, age_band=BAND), by_sex, VICTIMS) == ()


def test_an_age_supplies_the_age_band() -> None:
    aged = layout("police", age={"from": "Edad"})
    assert supplied(victims(age_band=BAND), aged, VICTIMS) == BOTH


def test_a_layout_that_does_not_feed_the_dataset_supplies_nothing_of_it() -> None:
    cases = victims().model_copy(update={"dataset": "cases"})
    assert supplied(cases, layout("police"), load.contract("cases")) == ()


def test_series_are_available_for_units_supplied_and_periods_complete() -> None:
    chosen = slices("""
        dataset | source   | country | period  | submission
        victims | police   | XAA     | 2025-Q1 | s1
        victims | police   | XAA     | 2025-Q2 | s1
        victims | police   | XAA     | 2025-Q3 | s1
        victims | police   | XAA     | 2025-Q4 | s1
        victims | shelters | XAB     | 2025-Q1 | s2
        victims | shelters | XAB     | 2025-Q2 | s2
        cases   | shelters | XAB     | 2025-Q3 | s2
    """)
    layouts = {"police": layout("police", unit={"value": "victim_presumed"})}
    layouts["shelters"] = layout("shelters", unit={"value": "victim_identified"})
    assert_frame_equal(
        available(victims(), chosen, layouts, VICTIMS),
        table(
            """
            country | unit              | period
            XAA     | victim_presumed   | 2025
            XAA     | victim_presumed   | 2025-Q1
            XAA     | victim_presumed   | 2025-Q2
            XAA     | victim_presumed   | 2025-Q3
            XAA     | victim_presumed   | 2025-Q4
            XAB     | victim_identified | 2025-Q1
            XAB     | victim_identified | 2025-Q2
            """
        ),
    )


@pytest.mark.parametrize(
    ("frequency", "periods"),
    [
        ("quarter", ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]),
        ("ytd", ["2025-P6M", "2025-P9M"]),
        ("year", ["2025"]),
    ],
)
def test_a_series_has_the_frequencies_of_its_table(frequency: str, periods: list[str]) -> None:
    chosen = {Slice("victims", "police", "XAA", f"2025-Q{q}"): "s1" for q in range(1, 5)}
    spec = victims().model_copy(update={"frequencies": (frequency,), "units": BOTH[:1]})
    assert available(spec, chosen, LAYOUTS, VICTIMS)["period"].to_list() == periods


@pytest.mark.parametrize(
    ("sent", "periods"),
    [("12", ["2025-P6M"]), ("123", ["2025-P6M", "2025-P9M"]), ("13", []), ("234", []), ("1", [])],
)
def test_a_year_to_date_is_there_once_all_of_its_quarters_are(
    sent: str, periods: list[str]
) -> None:
    chosen = {Slice("victims", "police", "XAA", f"2025-Q{q}"): "s1" for q in sent}
    spec = victims().model_copy(update={"frequencies": ("ytd",), "units": BOTH[:1]})
    assert available(spec, chosen, LAYOUTS, VICTIMS)["period"].to_list() == periods


def test_of_a_publisher_every_country_and_year_is_available_and_the_unknown_country_none() -> None:
    whole = slices("""
        dataset | source | country | period  | submission
        victims | world  | XAB     | 2015    | s1
        victims | world  | XAB     | 2017    | s1
        victims | world  | _U      | 2015    | s1
        victims | police | XAB     | 2016-Q1 | s2
    """)
    found = available(victims(), whole, LAYOUTS, VICTIMS)
    assert found.select("country", "period").unique().sort("period").rows() == [
        ("XAB", "2015"),
        ("XAB", "2016-Q1"),
        ("XAB", "2017"),
    ]


def test_a_unit_is_available_in_the_periods_of_who_supplies_it() -> None:
    """An agency that begins later says nothing about the quarters before."""
    chosen = slices("""
        dataset | source   | country | period  | submission
        victims | police   | XAA     | 2025-Q1 | s1
        victims | police   | XAA     | 2025-Q2 | s1
        victims | shelters | XAA     | 2025-Q2 | s2
    """)
    layouts = {"police": layout("police", unit={"value": "victim_presumed"})}
    layouts["shelters"] = layout("shelters", unit={"value": "victim_identified"})
    assert available(victims(), chosen, layouts, VICTIMS).rows() == [
        ("XAA", "victim_identified", "2025-Q2"),
        ("XAA", "victim_presumed", "2025-Q1"),
        ("XAA", "victim_presumed", "2025-Q2"),
    ]


def test_who_speaks_for_a_quarter_speaks_for_its_year_and_the_other_way_round() -> None:
    pieces = reported("""
        source | country | periods
        police | XAA     | 2025-Q2
        union  | XAA     | 2025
    """)
    both, one = {"police", "union"}, {"union"}
    assert speakers(pieces) == {
        ("XAA", "2025"): both,
        ("XAA", "2025-Q1"): one,
        ("XAA", "2025-Q2"): both,
        ("XAA", "2025-Q3"): one,
        ("XAA", "2025-Q4"): one,
        ("XAA", "2025-P6M"): both,
        ("XAA", "2025-P9M"): both,
    }


def test_nothing_is_available_where_nobody_reported() -> None:
    found = available(victims(), {}, LAYOUTS, VICTIMS)
    assert found.is_empty()
    assert found.schema == {"country": pl.String, "unit": pl.String, "period": pl.String}
