"""Which submission speaks for which slice, and which periods are complete."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.model import Dimension, Table
from tests.tables import table
from transforms.vintage import (
    Sent,
    Slice,
    available,
    complete,
    core,
    current,
    slices_of,
    speakers,
    supplied,
)

VICTIMS = load.contract("victims")
UNIT = {"unit": {"from": "Estado"}}


def layout(source: str, replaces: str = "country_period", **fields: object) -> Layout:
    """A layout of one list of victims."""
    feeds = {"victims": {"file": "list", "fields": {**UNIT, **fields}}}
    about = dict.fromkeys(("title", "publisher", "licence", "origin"), "")
    rest = {"frequency": "quarter", "files": {"list": {"formats": ["csv"]}}, "feeds": feeds}
    named = {"name": source, "source": source, "replaces": replaces}
    return Layout.model_validate(about | rest | named)


LAYOUTS = {
    **{name: layout(name) for name in ("police", "shelters")},
    "office": layout("office", "source"),
    "union": layout("union").model_copy(update={"frequency": "year"}),
    "world": layout("world", "source").model_copy(update={"frequency": "year", "person": "row"}),
}


def sent(drawing: str) -> list[Sent]:
    """Accepted submissions in the order of receipt; several of a kind stand in one cell."""
    drawn = table(drawing).cast(pl.String).fill_null("")
    return [
        Sent(submission, name, tuple(d.split()), tuple(c.split()), tuple(p.split()))
        for submission, name, d, c, p in drawn.rows()
    ]


def slices(drawing: str) -> dict[Slice, str]:
    """Slices and the submission that speaks for each."""
    drawn = table(drawing).cast(pl.String).fill_null("")
    return {Slice(*row[:4]): row[4] for row in drawn.rows()}


# Who speaks


def test_the_latest_submission_of_a_slice_speaks_for_it() -> None:
    received = sent("""
        submission | layout   | datasets      | countries | periods
        s1         | police   | victims cases | XAA       | 2025-Q1
        s2         | shelters | victims       | XAA       | 2025-Q1
        s3         | police   | victims       | XAA       | 2025-Q1
        s4         | police   | victims       | XAA       | 2025-Q2
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source   | country | period  | submission
        cases   | police   | XAA     | 2025-Q1 | s1
        victims | police   | XAA     | 2025-Q1 | s3
        victims | police   | XAA     | 2025-Q2 | s4
        victims | shelters | XAA     | 2025-Q1 | s2
    """)


def test_a_year_speaks_for_its_four_quarters_and_a_later_quarter_for_itself() -> None:
    received = sent("""
        submission | layout | datasets | countries | periods
        s1         | police | victims  | XAA       | 2025
        s2         | police | victims  | XAA       | 2025-Q2
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source | country | period  | submission
        victims | police | XAA     | 2025-Q1 | s1
        victims | police | XAA     | 2025-Q2 | s2
        victims | police | XAA     | 2025-Q3 | s1
        victims | police | XAA     | 2025-Q4 | s1
    """)


def test_the_table_of_a_publisher_is_replaced_as_a_whole() -> None:
    received = sent("""
        submission | layout | datasets   | countries | periods
        s1         | office | aggregates | XAA XAB   | 2024 2025
        s2         | office | aggregates | XAA       | 2025
    """)
    whole = Slice("aggregates", "office", "", "")
    assert current(received, LAYOUTS, {}) == {whole: "s2"}
    assert list(slices_of(received[0], LAYOUTS["office"])) == [whole]


def test_an_annual_source_speaks_for_its_year_and_never_for_quarters() -> None:
    received = sent("""
        submission | layout | datasets | countries | periods
        s1         | union  | victims  | XAA       | 2024
        s2         | union  | victims  | XAA       | 2025
        s3         | union  | victims  | XAA       | 2024
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source | country | period  | submission
        victims | union  | XAA     | 2024  | s3
        victims | union  | XAA     | 2025  | s2
    """)


def test_the_records_of_a_publisher_are_replaced_as_a_whole_by_country_and_year() -> None:
    received = sent("""
        submission | layout | datasets | countries | periods
        s1         | world  | victims  | XAA XAB   | 2015 2016
        s2         | world  | victims  | XAB       | 2016 2017
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source | country | period | submission
        victims | world  | XAB     | 2016  | s2
        victims | world  | XAB     | 2017  | s2
    """)


def test_a_publisher_is_silent_about_the_years_of_which_the_country_speaks_itself() -> None:
    received = sent("""
        submission | layout | datasets | countries | periods
        s1         | police | victims  | XAA       | 2016-Q3
        s2         | world  | victims  | XAA XAB   | 2015 2016
        s3         | union  | victims  | XAB       | 2015
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source | country | period  | submission
        victims | police | XAA     | 2016-Q3 | s1
        victims | union  | XAB     | 2015   | s3
        victims | world  | XAA     | 2015   | s2
        victims | world  | XAB     | 2016   | s2
    """)


@pytest.mark.parametrize(
    ("published", "name", "period", "speaks"),
    [
        ("2025-Q2", "union", "2025", False),
        ("2025-Q2", "union", "2024", True),
        ("2025", "police", "2025-Q3", False),
        ("2025", "police", "2024-Q4", True),
        ("2025-Q2", "police", "2025-Q3", True),
    ],
)
def test_a_year_that_is_published_takes_no_quarter_and_a_quarter_no_year(
    published: str, name: str, period: str, speaks: bool
) -> None:
    frozen = {Slice("victims", "shelters", "XAA", published): "s0"}
    late = [Sent("s1", name, ("victims",), ("XAA",), (period,))]
    assert ("s1" in current(late, LAYOUTS, frozen).values()) == speaks


def test_what_is_published_stays_and_takes_no_other_source_either() -> None:
    received = sent("""
        submission | layout   | datasets | countries | periods
        s1         | police   | victims  | XAA       | 2025-Q1
        s2         | police   | victims  | XAA       | 2025-Q1
        s3         | shelters | victims  | XAA       | 2025-Q1
        s4         | shelters | victims  | XAA       | 2025-Q2
        s5         | shelters | cases    | XAA       | 2025-Q1
        s6         | shelters | victims  | XAB       | 2025-Q1
    """)
    frozen = {Slice("victims", "police", "XAA", "2025-Q1"): "s1"}
    chosen = current(received, LAYOUTS, frozen)
    assert chosen == slices("""
        dataset | source   | country | period  | submission
        cases   | shelters | XAA     | 2025-Q1 | s5
        victims | police   | XAA     | 2025-Q1 | s1
        victims | shelters | XAA     | 2025-Q2 | s4
        victims | shelters | XAB     | 2025-Q1 | s6
    """)


def test_of_nothing_nothing_speaks() -> None:
    assert current([], LAYOUTS, {}) == {}
    assert complete([]) == set()


# Complete periods


def reported(drawing: str) -> list[Slice]:
    """Slices of victims, by source a list of periods."""
    return [
        Slice("victims", source, country, period)
        for source, country, periods in table(drawing).rows()
        for period in periods.split()
    ]


def test_a_quarter_in_which_an_agency_is_silent_is_not_complete() -> None:
    found = complete(
        reported("""
        source   | country | periods
        police   | XAA     | 2025-Q1 2025-Q2 2025-Q3
        shelters | XAA     | 2025-Q1 2025-Q3
    """)
    )
    assert found == {("XAA", "2025-Q1"), ("XAA", "2025-Q3")}


def test_a_new_agency_does_not_undo_the_quarters_before_it_began() -> None:
    found = complete(
        reported("""
        source   | country | periods
        police   | XAA     | 2025-Q1 2025-Q2
        shelters | XAA     | 2025-Q2
    """)
    )
    assert found == {("XAA", "2025-Q1"), ("XAA", "2025-Q2")}


def test_an_agency_that_stopped_reporting_leaves_every_later_quarter_open() -> None:
    found = complete(
        reported("""
        source   | country | periods
        police   | XAA     | 2025-Q1 2025-Q2 2025-Q3
        shelters | XAA     | 2025-Q1
    """)
    )
    assert found == {("XAA", "2025-Q1")}


def test_the_silence_of_one_country_is_not_that_of_another() -> None:
    found = complete(
        reported("""
        source | country | periods
        police | XAA     | 2025-Q1 2025-Q2
        police | XAB     | 2025-Q1
    """)
    )
    assert found == {("XAA", "2025-Q1"), ("XAA", "2025-Q2"), ("XAB", "2025-Q1")}


def test_a_report_that_there_was_nothing_is_a_report() -> None:
    """Its submission has the slice, and no rows."""
    received = sent("""
        submission | layout   | datasets | countries | periods
        s1         | police   | victims  | XAA       | 2025-Q1 2025-Q2
        s2         | shelters | victims  | XAA       | 2025-Q1
        s3         | shelters | victims  | XAA       | 2025-Q2
    """)
    assert ("XAA", "2025-Q2") in complete(current(received, LAYOUTS, {}))
    assert ("XAA", "2025-Q2") not in complete(current(received[:2], LAYOUTS, {}))


def test_a_year_is_complete_when_its_four_quarters_are() -> None:
    three = [Slice("victims", "police", "XAA", f"2025-Q{quarter}") for quarter in (1, 2, 4)]
    four = [*three, Slice("victims", "police", "XAA", "2025-Q3")]
    foreign = [*three, Slice("victims", "police", "XAB", "2025-Q3")]
    assert ("XAA", "2025") not in complete(three)
    assert ("XAA", "2025") not in complete(foreign)
    assert ("XAA", "2025") in complete(four)


def test_an_annual_report_completes_its_year_and_no_quarter() -> None:
    found = complete(
        reported("""
        source | country | periods
        union  | XAA     | 2024 2025
    """)
    )
    assert found == {("XAA", "2024"), ("XAA", "2025")}


def test_beside_an_annual_agency_years_wait_for_both_and_quarters_stay_open() -> None:
    found = complete(
        reported("""
        source | country | periods
        police | XAA     | 2023-Q1 2023-Q2 2023-Q3 2023-Q4 2024-Q1 2024-Q2 2024-Q3 2024-Q4 2025-Q1
        union  | XAA     | 2024
    """)
    )
    before = {("XAA", f"2023-Q{quarter}") for quarter in range(1, 5)}
    assert found == before | {("XAA", "2023"), ("XAA", "2024")}


def test_a_source_that_went_over_to_quarters_fills_both() -> None:
    found = complete(
        reported("""
        source | country | periods
        union  | XAA     | 2024 2025-Q1 2025-Q2
    """)
    )
    assert found == {("XAA", "2024"), ("XAA", "2025-Q1"), ("XAA", "2025-Q2")}


PIECES = st.builds(
    Slice,
    st.just("victims"),
    st.sampled_from(["police", "shelters", "clinics"]),
    st.sampled_from(["XAA", "XAB"]),
    st.sampled_from([f"202{y}-Q{q}" for y in (4, 5) for q in range(1, 5)]),
)


@given(st.lists(PIECES, max_size=30))
def test_a_complete_quarter_has_every_agency_that_ever_began_before(pieces: list[Slice]) -> None:
    done = complete(pieces)
    for country, period in {(p.country, p.period) for p in pieces}:
        began = {p.source for p in pieces if p.country == country and p.period <= period}
        here = {p.source for p in pieces if (p.country, p.period) == (country, period)}
        assert ((country, period) in done) == (began == here)


# What a layout supplies


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
    [("quarter", ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]), ("year", ["2025"])],
)
def test_a_series_has_the_frequencies_of_its_table(frequency: str, periods: list[str]) -> None:
    chosen = {Slice("victims", "police", "XAA", f"2025-Q{q}"): "s1" for q in range(1, 5)}
    spec = victims().model_copy(update={"frequencies": (frequency,), "units": BOTH[:1]})
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
    }


def test_nothing_is_available_where_nobody_reported() -> None:
    found = available(victims(), {}, LAYOUTS, VICTIMS)
    assert found.is_empty()
    assert found.schema == {"country": pl.String, "unit": pl.String, "period": pl.String}


# The current vintage


def vintage(chosen: dict[Slice, str], **parts: str) -> pl.DataFrame:
    """The core of drawn safe rows of victims."""
    frames = {name: table(drawing, period=pl.String).lazy() for name, drawing in parts.items()}
    return core(frames, chosen, "victims").collect()


def test_the_core_has_the_rows_of_each_slice_from_the_submission_that_speaks_for_it() -> None:
    chosen = slices("""
        dataset | source | country | period  | submission
        victims | police | XAA     | 2025-Q1 | s1
        victims | police | XAA     | 2025-Q2 | s2
        victims | police | XAB     | 2025-Q1 | s2
        victims | police | XAB     | 2025-Q2 | s1
        cases   | police | XAA     | 2025-Q2 | s1
        cases   | police | XAB     | 2025-Q2 | s3
    """)
    both = """
        country | period  | record
        XAA     | 2025-Q1 | r1
        XAA     | 2025-Q2 | r2
        XAB     | 2025-Q1 | r3
        XAB     | 2025-Q2 | r4
    """
    drawn = table("""
        country | period  | record | submission
        XAA     | 2025-Q1 | r1     | s1
        XAB     | 2025-Q2 | r4     | s1
        XAA     | 2025-Q2 | r2     | s2
        XAB     | 2025-Q1 | r3     | s2
    """)
    assert_frame_equal(vintage(chosen, s1=both, s2=both), drawn)


def test_a_yearly_number_stays_while_its_submission_speaks_for_the_whole_year() -> None:
    year = {Slice("victims", "police", "XAA", f"2025-Q{q}"): "s1" for q in range(1, 5)}
    rows = """
        country | period | record
        XAA     | 2025   | r1
        XAA     | 2024   | r2
    """
    assert vintage(year, s1=rows)["record"].to_list() == ["r1"]
    later = year | {Slice("victims", "police", "XAA", "2025-Q4"): "s2"}
    assert vintage(later, s1=rows, s2=rows)["record"].to_list() == []


def test_the_table_of_a_publisher_stays_whole_in_the_core() -> None:
    rows = """
        country | period | record
        XAA     | 2025   | r1
        XAB     | 1999   | r2
    """
    whole = {Slice("victims", "office", "", ""): "s1"}
    assert vintage(whole, s1=rows)["record"].to_list() == ["r1", "r2"]


def test_rows_of_an_annual_source_are_of_its_year_whenever_they_are_dated() -> None:
    rows = """
        country | period  | record
        XAA     | 2025-Q2 | r1
        XAA     | 2025    | r2
        XAA     | 2024-Q4 | r3
        XAB     | 2025-Q2 | r4
    """
    found = vintage({Slice("victims", "union", "XAA", "2025"): "s1"}, s1=rows)
    assert found.select("record", "period").rows() == [("r1", "2025"), ("r2", "2025")]
