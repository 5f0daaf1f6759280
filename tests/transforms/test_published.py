"""Published and programme tables: numbers pass, gaps are marked, nothing is added up."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_contracts.model import Dimension, Table
from tests.tables import table
from transforms.published import NotOneNumber, programme, published

SEX = Dimension(field="sex", codelist="sex", codes=("F", "M"))
BY_SEX = Table(
    name="justice_by_sex",
    title={"en": "Convicted by sex"},
    kind="published",
    dataset="aggregates",
    units=("convicted",),
    frequencies=("year",),
    dimensions={"sex": SEX},
    tier="public",
)
POPULATION = Table(
    name="population",
    title={"en": "Population"},
    kind="programme",
    dataset="reference",
    units=("population",),
    frequencies=("year",),
    dimensions={},
    tier="public",
)
REST = {
    "exploitation": "_T",
    "citizenship": "_T",
    "repatriation": "_T",
    "destination": "_T",
    "value_type": "count",
}


def aggregates(drawing: str, **rest: str) -> pl.DataFrame:
    """Invented core rows; what the drawing leaves out is the total."""
    drawn = table(drawing, period=pl.String, value=pl.Int64, lower=pl.Int64, upper=pl.Int64)
    defaults = {"source": "office", "unit": "convicted", "age_band": "_T", **REST, **rest}
    given_too = {name: pl.lit(code) for name, code in defaults.items() if name not in drawn.columns}
    return drawn.with_columns(**given_too)


def test_every_declared_cell_is_there_and_what_the_source_does_not_say_is_missing() -> None:
    said = aggregates("""
        country | period | sex | value | lower | upper | obs_status
        XAA     | 2024   | _T  | 12    | 12    | 12    | A
        XAA     | 2024   | F   |       | 1     | 4     | Q
        XAA     | 2024   | M   | 0     | 0     | 0     | A
        XAB     | 2024   | _T  |       |       |       |
        XAA     | 2025   | _T  | 7     | 7     | 7     | P
    """)
    cells = table(
        """
        country | period | unit      | sex | value | lower | upper | obs_status | conf_status
        XAA     | 2024   | convicted | F   |       | 1     | 4     | Q          | C
        XAA     | 2024   | convicted | M   | 0     | 0     | 0     | A          | F
        XAA     | 2024   | convicted | _T  | 12    | 12    | 12    | A          | F
        XAA     | 2025   | convicted | F   |       |       |       | O          | F
        XAA     | 2025   | convicted | M   |       |       |       | O          | F
        XAA     | 2025   | convicted | _T  | 7     | 7     | 7     | P          | F
        XAB     | 2024   | convicted | F   |       |       |       | O          | F
        XAB     | 2024   | convicted | M   |       |       |       | O          | F
        XAB     | 2024   | convicted | _T  |       |       |       | O          | F
        XAB     | 2025   | convicted | F   |       |       |       | O          | F
        XAB     | 2025   | convicted | M   |       |       |       | O          | F
        XAB     | 2025   | convicted | _T  |       |       |       | O          | F
        """,
        period=pl.String,
    )
    assert_frame_equal(published(BY_SEX, said), cells.with_columns(source=pl.lit("office")))


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("age_band", "Y0T17"),
        ("exploitation", "P1"),
        ("citizenship", "XAB"),
        ("repatriation", "R"),
        ("unit", "suspect"),
        ("value_type", "rate"),
        ("period", "2024-Q1"),
        ("area", "XAA-1"),
    ],
)
def test_a_number_about_something_else_is_no_cell_of_the_table(column: str, code: str) -> None:
    said = aggregates("""
        country | period | sex | value | lower | upper | obs_status
        XAA     | 2024   | _T  | 12    | 12    | 12    | A
        XAA     | 2024   | F   | 9     | 9     | 9     | A
    """).with_columns(area=pl.lit("_T"))
    other = pl.when(pl.col("sex") == "F").then(pl.lit(code)).otherwise(column).alias(column)
    assert published(BY_SEX, said.with_columns(other))["value"].to_list() == [None, None, 12]


def test_of_two_sources_one_is_taken_by_precedence_and_only_where_it_says_something() -> None:
    said = aggregates("""
        source | country | period | sex | value | lower | upper | obs_status
        office | XAA     | 2024   | _T  | 12    | 12    | 12    | A
        united | XAA     | 2024   | _T  | 15    | 15    | 15    | A
        united | XAA     | 2024   | F   |       | 1     | 4     | Q
    """)

    def chosen(*precedence: str) -> list[tuple[str, int | None, str]]:
        cells = published(BY_SEX, said, precedence)
        return cells.select("sex", "value", "source").rows()

    rest = [("F", None, "united"), ("M", None, "office")]
    assert chosen() == [*rest, ("_T", 12, "office")]
    assert chosen("united") == [rest[0], ("M", None, "united"), ("_T", 15, "united")]


def test_two_numbers_for_one_cell_stop_the_table() -> None:
    said = aggregates("""
        country | period | sex | value | lower | upper | obs_status
        XAA     | 2024   | _T  | 12    | 12    | 12    | A
        XAA     | 2024   | _T  | 13    | 13    | 13    | A
    """)
    with pytest.raises(NotOneNumber, match="justice_by_sex: 1 cells have more than one number"):
        published(BY_SEX, said)


def test_a_part_of_a_person_stops_the_table_instead_of_being_cut_off() -> None:
    said = aggregates("""
        country | period | sex | value | lower | upper | obs_status
        XAA     | 2024   | _T  | 12    | 12    | 12    | A
    """).with_columns(value=12.5)
    with pytest.raises(NotOneNumber, match="justice_by_sex: 1 counts have a fraction"):
        published(BY_SEX, said)


def test_the_same_number_said_twice_is_one_number() -> None:
    said = aggregates("""
        country | period | sex | value | lower | upper | obs_status
        XAA     | 2024   | _T  | 12    | 12    | 12    | A
    """)
    assert_frame_equal(published(BY_SEX, pl.concat([said, said])), published(BY_SEX, said))


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_numbers_pass_unchanged(values: list[int]) -> None:
    rows = {"country": "XAA", "sex": "_T", "obs_status": "A", "age_band": "_T", **REST}
    said = pl.DataFrame({"value": values}).with_columns(
        *(pl.lit(code).alias(name) for name, code in rows.items()),
        source=pl.lit("office"),
        unit=pl.lit("convicted"),
        period=pl.Series([str(2000 + year) for year in range(len(values))]),
        lower="value",
        upper="value",
    )
    cells = published(BY_SEX, said).filter(sex="_T")
    assert [cells[of].to_list() for of in ("value", "lower", "upper")] == [values] * 3


def test_a_programme_table_is_exact_and_marks_the_years_it_lacks() -> None:
    said = table(
        """
        source | country | period | frequency | series     | value
        bank   | XAA     | 2024   | A         | population | 4500000
        bank   | XAB     | 2025   | A         | population |
        bank   | XAB     | 2024   | A         | tourists   | 77
        """,
        period=pl.String,
    )
    cells = table(
        """
        country | period | unit       | value   | lower   | upper   | obs_status | conf_status
        XAA     | 2024   | population | 4500000 | 4500000 | 4500000 | A          | F
        XAA     | 2025   | population |         |         |         | O          | F
        XAB     | 2024   | population |         |         |         | O          | F
        XAB     | 2025   | population |         |         |         | O          | F
        """,
        period=pl.String,
    )
    assert_frame_equal(programme(POPULATION, said), cells.with_columns(source=pl.lit("bank")))


def test_a_source_that_never_counts_what_the_table_counts_leaves_no_gaps_in_it() -> None:
    said = aggregates("""
        source | unit      | country | period | sex | value | lower | upper | obs_status
        courts | convicted | XAA     | 2024   | _T  | 12    | 12    | 12    | A
        courts | suspect   | XAB     | 2024   | _T  | 3     | 3     | 3     | A
        police | suspect   | XAC     | 2023   | _T  | 40    | 40    | 40    | A
    """)
    cells = published(BY_SEX, said)
    # The courts have a gap in Belmora; the police were never asked about convictions.
    assert set(cells.select("country", "period").iter_rows()) == {("XAA", "2024"), ("XAB", "2024")}
    assert set(cells["source"]) == {"courts"}


def test_a_rank_with_a_half_in_another_series_stops_no_table() -> None:
    reference = pl.DataFrame(
        {
            "source": ["bank", "bank"],
            "country": ["XAA", "XAA"],
            "period": ["2024", "2024"],
            "series": ["population", "us_tip_tier"],
            "value": [1000.0, 2.5],
        }
    )
    cells = programme(POPULATION, reference)
    assert cells.select("source", "value").rows() == [("bank", 1000)]
