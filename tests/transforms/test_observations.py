"""Several sources of one figure: which is taken, what the others say, and that none is lost."""

from itertools import groupby

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_contracts.definitions import Concept
from data_contracts.model import Dimension, Table
from data_contracts.precedence import Precedence
from tests.tables import table
from transforms import observations as obs
from transforms.comparability import FLAGS

SEX = Dimension(field="sex", codelist="sex", codes=("F", "M"))
AGE = Dimension(field="age_band", codelist="age_band", codes=("Y0T17", "Y_GE18"))


def registered(name: str, kind: str, **dimensions: Dimension) -> Table:
    return Table.model_validate(
        {
            "name": name,
            "title": {"en": name},
            "kind": kind,
            "dataset": "victims" if kind == "persons" else "aggregates",
            "units": ("victim_identified", "victim_presumed"),
            "frequencies": ("year",),
            "dimensions": dimensions,
            "tier": "public",
        }
    )


REGISTRY = {
    "victims": registered("victims", "persons"),
    "by_sex": registered("by_sex", "persons", sex=SEX),
    "office_by_sex": registered("office_by_sex", "published", sex=SEX),
    "world_by_age": registered("world_by_age", "published", age=AGE),
    "money": registered("money", "programme"),
}
ORDER = Precedence.model_validate(
    [
        {"sources": ["records"], "reason": "own"},
        {"sources": ["office", "world"], "reason": "others"},
    ]
)
NO_FLAGS = pl.DataFrame(schema=FLAGS)
CONCEPTS = {
    name: Concept.model_validate({"concept": name, "units": "", "dimension": dimension})
    for name, dimension in (("victim", ""), ("sex", "sex"))
}
TEXT = {"period": pl.String}
NUMBER = dict.fromkeys(("value", "lower", "upper"), pl.Int64)


def cells(drawing: str) -> pl.DataFrame:
    """Cells of a table of victims identified; what is hidden is in confidence."""
    drawn = table(drawing, **TEXT, **NUMBER)
    hidden = pl.when(pl.col("obs_status") == "Q").then(pl.lit("C")).otherwise(pl.lit("F"))
    return drawn.with_columns(unit=pl.lit("victim_identified"), conf_status=hidden)


PERSONS = {
    "victims": cells("""
        country | period | value | lower | upper | obs_status | source
        XAA     | 2024   | 105   | 101   | 109   | A          | police
        XAB     | 2024   |       | 0     |       | Q          | police
        XAC     | 2024   |       |       |       | O          |
    """),
    "by_sex": cells("""
        country | period | sex | value | lower | upper | obs_status | source
        XAA     | 2024   | _T  | 105   | 101   | 109   | A          | police
        XAA     | 2024   | F   | 70    | 66    | 74    | A          | police
        XAA     | 2024   | M   |       | 0     |       | Q          | police
    """),
}
OTHERS = {
    "office_by_sex": cells("""
        country | period | sex | value | lower | upper | obs_status | source
        XAA     | 2024   | _T  | 109   | 109   | 109   | A          | office
        XAA     | 2024   | F   | 84    | 84    | 84    | A          | office
        XAA     | 2024   | M   | 25    | 25    | 25    | A          | office
        XAB     | 2024   | _T  | 7     | 7     | 7     | A          | office
        XAC     | 2024   | _T  |       | 1     | 4     | Q          | office
    """),
    "world_by_age": cells("""
        country | period | age    | value | lower | upper | obs_status | source
        XAA     | 2024   | _T     | 140   | 140   | 140   | A          | world
        XAC     | 2024   | _T     | 4     | 4     | 4     | A          | world
        XAC     | 2024   | Y_GE18 | 3     | 3     | 3     | A          | world
    """),
}
TABLES = PERSONS | OTHERS


def figures() -> pl.DataFrame:
    return obs.figures(TABLES, REGISTRY)


def compared(flags: pl.DataFrame = NO_FLAGS) -> pl.DataFrame:
    return obs.differences(figures(), ORDER, flags, CONCEPTS)


def test_a_figure_in_several_tables_of_a_source_is_one_and_what_is_not_asked_is_the_total() -> None:
    own = figures().filter(source="police")
    assert own.select("country", "sex", "age_band", "value", "table").rows() == [
        ("XAA", "F", "_T", 70, "by_sex"),
        ("XAA", "M", "_T", None, "by_sex"),
        ("XAA", "_T", "_T", 105, "by_sex"),
        ("XAB", "_T", "_T", None, "victims"),
    ]


def test_what_one_table_of_a_source_tells_is_not_hidden_in_another() -> None:
    hidden = PERSONS["by_sex"].with_columns(
        value=pl.lit(None, pl.Int64), obs_status=pl.lit("Q"), conf_status=pl.lit("C")
    )
    found = obs.figures({**TABLES, "by_sex": hidden}, REGISTRY)
    assert found.filter(source="police", country="XAA", sex="_T")["value"].to_list() == [105]


def test_the_first_by_precedence_is_taken_and_a_hidden_number_stays_hidden() -> None:
    found = obs.observed(figures(), ORDER, compared())
    columns = ("country", "sex", "age_band", "value", "obs_status", "source", "others", "agreement")
    assert found.select(columns).rows() == [
        ("XAA", "F", "_T", 70, "A", "police", 1, "differ"),
        ("XAA", "M", "_T", None, "Q", "police", 1, "unknown"),
        ("XAA", "_T", "_T", 105, "A", "police", 2, "differ"),
        ("XAB", "_T", "_T", None, "Q", "police", 1, "unknown"),
        ("XAC", "_T", "Y_GE18", 3, "A", "world", 0, "alone"),
        ("XAC", "_T", "_T", None, "Q", "office", 1, "agree"),
    ]


def test_each_other_source_stands_beside_the_one_taken_with_how_far_it_is_away() -> None:
    columns = ("country", "sex", "other_source", "difference", "difference_pct", "agreement")
    assert compared().select(columns).rows() == [
        ("XAA", "F", "office", 14, 20, "differ"),
        ("XAA", "M", "office", None, None, "unknown"),
        ("XAA", "_T", "office", 4, 4, "agree"),
        ("XAA", "_T", "world", 35, 33, "differ"),
        ("XAB", "_T", "office", None, None, "unknown"),
        ("XAC", "_T", "world", None, None, "agree"),
    ]


def test_units_are_never_compared_with_each_other() -> None:
    presumed = OTHERS["office_by_sex"].with_columns(unit=pl.lit("victim_presumed"))
    apart = obs.figures({"victims": PERSONS["victims"], "office_by_sex": presumed}, REGISTRY)
    assert obs.differences(apart, ORDER, NO_FLAGS, CONCEPTS).is_empty()


def test_a_difference_of_definitions_is_said_where_it_concerns_the_figure() -> None:
    flags = table(
        """
        table         | country | source | concept | code | first | last
        office_by_sex | XAA     | office | sex     | x    | 2023  | 2024
        world_by_age  | XAA     | world  | victim  | y    | 2024  | 2025
        world_by_age  | XAC     | world  | victim  | y    | 2010  | 2023
        """,
        first=pl.String,
        last=pl.String,
    ).with_columns(unit=pl.lit("victim_identified"), flag=pl.lit("difference"))
    said = compared(flags).select("country", "sex", "other_source", "definitions").rows()
    assert [row[:3] for row in said if row[3] == "differ"] == [
        ("XAA", "F", "office"),
        ("XAA", "M", "office"),
        ("XAA", "_T", "world"),
    ]


def test_institutional_numbers_are_no_figures_of_people() -> None:
    assert obs.figures({"money": PERSONS["victims"]}, REGISTRY).is_empty()


SOURCES = ["office", "world", "another", "police"]
REPORTS = st.lists(
    st.tuples(
        st.sampled_from(["XAA", "XAB"]),
        st.sampled_from(SOURCES),
        st.none() | st.integers(0, 300),
    ),
    unique_by=lambda row: row[:2],
    min_size=1,
)


@given(REPORTS)
def test_the_first_that_reports_is_taken_and_none_is_lost(
    reports: list[tuple[str, str, int | None]],
) -> None:
    def drawn(own: list[tuple[str, str, int | None]]) -> pl.DataFrame:
        rows = [
            (c, "2024", "victim_identified", v, v or 0, v, "A" if v is not None else "Q", "F", s)
            for c, s, v in own
        ]
        names = ["country", "period", "unit", "value", "lower", "upper", "obs_status"]
        text = dict.fromkeys([*names, "conf_status", "source"], pl.String)
        return pl.DataFrame(rows, schema={**text, **NUMBER}, orient="row")

    world = [row for row in reports if row[1] != "police"]
    tables = {
        "victims": drawn([row for row in reports if row[1] == "police"]),
        "office_by_sex": drawn(world).with_columns(sex=pl.lit("_T")),
    }
    every = obs.figures(tables, REGISTRY)
    pairs = obs.differences(every, ORDER, NO_FLAGS, CONCEPTS)
    found = obs.observed(every, ORDER, pairs)
    rank = ["police", "office", "world", "another"]
    expected = {
        country: sorted(own, key=lambda row: rank.index(row[1]))
        for country, own in groupby(sorted(reports), key=lambda row: row[0])
    }
    assert found.select("country", "source", "value").rows() == [
        own[0] for _, own in sorted(expected.items())
    ]
    assert found.height + pairs.height == len(reports) == every.height
    assert dict(found.select("country", "others").rows()) == {
        country: len(own) - 1 for country, own in expected.items()
    }


@pytest.mark.parametrize("names", [["office", "office"], ["office"]])
def test_a_source_is_named_once_and_records_have_a_place(names: list[str]) -> None:
    with pytest.raises(ValueError, match=r"named twice|say where records stand"):
        Precedence.model_validate([{"sources": names, "reason": "because"}])
