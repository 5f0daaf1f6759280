"""Texts to the common schema: which rows, which words, which types."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_contracts.layout import Feed
from tests.tables import table
from tests.transforms.wording import CONTRACTS, LISTS, column, made, reader, split, texts
from transforms.conform import conform, in_scope, named, picked, unmapped

# Which rows


FILE = """
row | Delito | Vínculo | País
1   | Trata  | Víctima | XAA
2   | TRATA  | víctima | ARG
3   | Robo   | Víctima | ARG
4   | Trata  | Testigo | ARG
5   | Trata  | Víctima | AFE
6   | Trata  | Víctima |
7   |        | Víctima | ARG
"""


def picked_rows(**feed: Any) -> list[int]:
    """The rows of ``FILE`` that a feed takes."""
    fields = {"unit": {"value": "victim_identified"}}
    made = Feed.model_validate({"file": "list", "fields": fields} | feed)
    how = reader("aggregates")
    return picked(texts(FILE), replace(how, feed=made))["row"].to_list()


def test_a_feed_takes_the_rows_whose_labels_match_in_any_spelling() -> None:
    assert picked_rows() == [1, 2, 3, 4, 5, 6, 7]
    assert picked_rows(where={"Delito": ["Trata"]}) == [1, 2, 4, 5, 6]
    assert picked_rows(where={"Delito": ["Trata", "Robo"]}) == [1, 2, 3, 4, 5, 6]
    assert picked_rows(where={"Delito": ["trata"], "Vínculo": ["VICTIMA"]}) == [1, 2, 5, 6]


def test_a_feed_takes_the_rows_whose_codes_belong_to_its_list() -> None:
    assert picked_rows(scope={"País": "country"}) == [1, 2, 3, 4, 7]


def test_a_row_is_out_of_scope_when_all_that_it_says_is() -> None:
    how = reader(exploitation=split())
    frame = texts("""
        row | Finalidad
        1   | Trabajo
        2   | Contrabando
        3   | Contrabando, Trabajo
        4   | Contrabando; Trámite, sin más
        5   |
        6   | Contrabando, Otra cosa
    """)
    assert in_scope(named(frame, how), how)["row"].to_list() == [1, 3, 5, 6]


def test_where_no_word_is_out_of_scope_every_row_is_in() -> None:
    how = reader(sex={"from": "Sexo", "labels": "sexes"})
    frame = texts("row | Sexo\n1 | Otro\n2 | ")
    assert in_scope(named(frame, how), how)["row"].to_list() == [1, 2]


# Which words


# Which texts


def test_what_the_source_writes_for_nothing_is_nothing_in_any_spelling() -> None:
    cells = ["N/D", "n/d", "  sin  DATOS ", "", " ", "N/D.", "R1"]
    assert column(cells, reader(record="record"), "record") == [None] * 5 + ["N/D.", "R1"]


def test_a_constant_is_a_code_in_every_row() -> None:
    found = made("row | Sexo\n1 | F\n2 |", reader(sex="Sexo", destination={"value": "xaa"}))
    assert found.rows["destination"].to_list() == ["XAA", "XAA"]
    several = made("row | Sexo\n1 | F\n2 |", reader(list_membership={"value": "tipstat:police"}))
    assert several.answers["code"].to_list() == ["tipstat:police"] * 2


def test_a_verb_makes_a_text_of_several_columns_and_knows_the_words_for_nothing() -> None:
    how = reader(age={"from": ["Nacimiento", "Ingreso"], "verb": "age_at"})
    found = made(
        """
        row | Nacimiento | Ingreso
        1   | 2000-06-15 | 2018-06-14
        2   | N/D        | 2018-06-14
        """,
        how,
    )
    assert found.rows["age"].to_list() == [17, None]


def test_a_column_of_several_dimensions_fills_each_only_where_it_is_meant() -> None:
    def mixed(dimension: str) -> dict[str, Any]:
        return {"from": "Category", "when": {"Dimension": dimension}}

    how = reader(
        "aggregates",
        exploitation=mixed("by form of exploitation"),
        citizenship=mixed("by citizenship"),
    )
    frame = texts("""
        row | Dimension               | Category
        1   | by form of exploitation | P1
        2   | By Citizenship          | Aranda
        3   | Total                   | Total
        4   | by citizenship          |
        5   |                         | P1
    """)
    found = conform(named(frame, how), how).rows.select("row", "exploitation", "citizenship")
    drawn = table("""
        row | exploitation | citizenship
        1   | P1           | _T
        2   | _T           | XAA
        3   | _T           | _T
        4   | _T           |
        5   | _T           | _T
    """)
    assert_frame_equal(found, drawn)
    # A category that is left blank is not a total: it says of somebody that nothing is known.
    assert unmapped(named(frame, how), how).rows() == [(4, "citizenship", "")]


# Which types


COUNTS = """
row | Casos
1   | 0
2   | 1,234
3   | <5
4   | 1,5
5   |
"""
CENSORED = table("""
row | value | lower | upper | obs_status
1   | 0     | 0     | 0     | A
2   | 1234  | 1234  | 1234  | A
3   |       | 1     | 4     | Q
4   |       |       |       | O
5   |       |       |       | O
""")


def test_a_count_of_an_office_is_an_interval_and_a_status() -> None:
    how = reader("aggregates", censored="<5", value={"from": "Casos", "verb": "figures"})
    found = made(COUNTS, how).rows.select(CENSORED.columns)
    assert_frame_equal(found, CENSORED, check_dtypes=False)


def test_without_the_verb_a_number_is_a_number() -> None:
    found = made(COUNTS, reader("reference", value="Casos")).rows
    assert found["value"].to_list() == [0.0, 1234.0, None, None, None]
    assert "obs_status" not in found.columns


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_field_that_no_column_feeds_is_null_and_of_its_type(name: str) -> None:
    contract = CONTRACTS[name]
    types = {"date": pl.Date, "integer": pl.Int64, "number": pl.Float64}
    fed = contract.single[0].name
    frame = pl.DataFrame({"row": [1], fed: [None]}, schema_overrides={fed: pl.String})
    found = conform(frame, reader(name, **{fed: fed}))
    schema = {f.name: types.get(f.type, pl.String) for f in contract.single}
    assert found.rows.drop("row").schema == schema
    assert found.rows.drop("row", fed).null_count().sum_horizontal().item() == len(schema) - 1
    assert found.answers.schema == {"row": pl.Int64, "field": pl.String, "code": pl.String}


@given(st.lists(st.text(max_size=10), max_size=6))
def test_whatever_a_file_says_every_row_stays_one_row_of_codes(cells: list[str]) -> None:
    how = reader(
        sex="Texto", age="Texto", identified_on="Texto", exploitation=split() | {"from": "Texto"}
    )
    frame = pl.DataFrame(
        {"row": range(len(cells)), "Texto": cells}, schema_overrides={"Texto": pl.String}
    )
    found = conform(named(frame, how), how)
    assert found.rows["row"].to_list() == list(range(len(cells)))
    assert set(found.rows["sex"]) <= {*LISTS["sex"].codes, None}
    assert set(found.answers["code"]) <= set(LISTS["exploitation"].codes)
    assert set(found.answers["row"]) <= set(range(len(cells)))
