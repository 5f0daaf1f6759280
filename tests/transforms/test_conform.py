"""Texts to the common schema: which rows, which words, which types."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_contracts import load
from data_contracts.layout import Feed, Layout
from tests.tables import table
from transforms.conform import Conformed, Reader, conform, in_scope, named, picked, unmapped

CONTRACTS, LISTS = load.contracts(), load.codelists()
# As a country words them: labels with commas, one that another list would take for something
# else, one of two codes, one that is no trafficking.
LABELS = {
    "purposes": {
        "Trabajo": {"exploitation": ["P2"]},
        "Trabajo, con o sin retención": {"exploitation": ["P4"], "act": ["A1"]},
        "Niñas, niños": {"exploitation": ["P1"]},
        "Mendicidad": {"exploitation": ["P2", "tipstat:begging"]},
        "Contrabando": "out_of_scope",
        "Trámite, sin más": "out_of_scope",
    },
    "sexes": {"Otro": {"sex": ["tipstat:other_sex"]}, "Varón": {"sex": ["F"]}},
}


def reader(dataset: str = "victims", censored: str | None = None, **fields: Any) -> Reader:
    """How a country writes some fields; a plain text stands for the column of that name."""
    maps = {n: {"from": f} if isinstance(f, str) else f for n, f in fields.items()}
    about = dict.fromkeys(("title", "source", "publisher", "licence", "origin"), "")
    rest = {
        "name": "xaa_list",
        "replaces": "country_period",
        "frequency": "quarter",
        "missing": ("", "N/D", "Sin datos"),
        "censored": censored,
        "files": {"list": {"formats": ["csv"]}},
        "labels": LABELS,
        "feeds": {dataset: {"file": "list", "fields": maps}},
    }
    layout = Layout.model_validate(about | rest)
    return Reader(CONTRACTS[dataset], layout.feeds[dataset], layout, LISTS)


def texts(drawing: str) -> pl.DataFrame:
    """A file as it is read: everything is text."""
    drawn = table(drawing, row=pl.Int64)
    return drawn.with_columns(pl.exclude("row").cast(pl.String).fill_null(""))


def made(drawing: str, how: Reader) -> Conformed:
    """The drawn file in the common schema."""
    return conform(named(texts(drawing), how), how)


def column(cells: list[str], how: Reader, field: str) -> list[object]:
    """One column of a file, under the name of its field, conformed."""
    frame = pl.DataFrame({"row": range(len(cells)), field: cells})
    return conform(named(frame, how), how).rows[field].to_list()


def split() -> dict[str, Any]:
    """A comma list of labels in the column ``Finalidad``."""
    return {"from": "Finalidad", "verb": "split_labels", "labels": "purposes"}


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


def test_a_word_that_no_list_knows_is_told_with_its_row_and_each_part_of_a_list_for_itself() -> (
    None
):
    how = reader(exploitation=split(), sex="Sexo")
    frame = texts("""
        row | Finalidad                            | Sexo
        1   | Trabajo                              | Mujer
        2   | Trabajo, Magia                       | Mujer
        3   | Trabajo, con o sin retención, Magia  | ???
        4   | Contrabando                          | N/D
        5   |                                      |
    """)
    assert set(unmapped(named(frame, how), how).rows()) == {
        (2, "exploitation", "magia"),
        (3, "exploitation", "magia"),
        (3, "sex", "???"),
    }


def test_a_field_without_a_code_list_has_no_words() -> None:
    how = reader(record="Registro", age="Edad", phone="Teléfono")
    frame = texts("row | Registro | Edad | Teléfono\n1 | Magia | Magia | Magia")
    assert unmapped(named(frame, how), how).is_empty()


LABELLED = [
    ("Trabajo", ["P2"]),
    ("Trabajo, con o sin retención", ["P4"]),
    ("Trabajo,con o sin retención,Trabajo", ["P2", "P4"]),
    ("Niñas, niños; trabajo", ["P1", "P2"]),
    ("Mendicidad", ["P2", "tipstat:begging"]),
    ("Mendicidad, Trabajo, Mendicidad", ["P2", "tipstat:begging"]),
    ("Contrabando, Trabajo", ["P2"]),
    ("Contrabando", []),
    ("Trabajo, Magia", ["P2"]),
    ("P5", ["P5"]),
    ("", []),
    ("N/D", []),
]


@pytest.mark.parametrize(("text", "codes"), LABELLED)
def test_a_list_of_labels_is_its_codes_each_once(text: str, codes: list[str]) -> None:
    answers = made(f"row | Finalidad\n7 | {text}", reader(exploitation=split())).answers
    assert answers.rows() == [(7, "exploitation", code) for code in codes]


def test_one_column_may_answer_two_questions() -> None:
    answers = made(
        "row | Finalidad\n7 | Trabajo, con o sin retención",
        reader(exploitation=split(), act=split()),
    ).answers
    assert answers.rows() == [(7, "act", "A1"), (7, "exploitation", "P4")]


def test_without_the_verb_a_comma_splits_nothing() -> None:
    how = reader(exploitation={"from": "Finalidad", "labels": "purposes"})
    frame = texts("row | Finalidad\n1 | Trabajo, Niñas, niños\n2 | Niñas, niños")
    assert unmapped(named(frame, how), how)["row"].to_list() == [1]
    assert conform(named(frame, how), how).answers.rows() == [(2, "exploitation", "P1")]


def test_the_words_of_the_source_come_before_those_of_the_list() -> None:
    own, common = {"from": "sex", "labels": "sexes"}, "sex"
    cells = ["Varón", "VARON", "Otro", "Mujer", "M"]
    assert column(cells, reader(sex=own), "sex") == ["F", "F", "tipstat:other_sex", "F", "M"]
    assert column(cells[:1], reader(sex=common), "sex") == ["M"]


TOTALS = ["_T", "Total", "TOTAL"]


@pytest.mark.parametrize("name", ["victims", "cases", "perpetrators"])
def test_a_person_is_never_a_total(name: str) -> None:
    for field in CONTRACTS[name].fields:
        if field.codelist:
            words = reader(name, **{field.name: field.name}).words(field)
            assert "_T" not in {code for codes in words.values() for code in codes}, field.name
    how = reader(sex="sex")
    assert column(TOTALS, how, "sex") == [None, None, None]
    assert len(unmapped(pl.DataFrame({"row": [1, 2, 3], "sex": TOTALS}), how)) == 3


def test_a_number_may_be_of_a_total() -> None:
    how = reader("aggregates", sex="sex")
    assert column(TOTALS, how, "sex") == ["_T"] * 3
    assert unmapped(pl.DataFrame({"row": [1, 2, 3], "sex": TOTALS}), how).is_empty()


def test_where_the_layout_says_so_an_unknown_word_is_the_lists_other() -> None:
    how = reader("cases", channel={"from": "channel", "verb": "known_or_other"})
    cells = ["Telephone", "Magia", ""]
    assert column(cells, how, "channel") == ["tipstat:telephone", "tipstat:other", None]
    assert unmapped(pl.DataFrame({"row": [1], "channel": ["Magia"]}), how).is_empty()
    assert column(cells, reader("cases", channel="channel"), "channel")[1] is None


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
