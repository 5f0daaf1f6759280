"""Words of a source to codes, and which words no list knows."""

import polars as pl
import pytest

from tests.transforms.wording import CONTRACTS, column, made, reader, split, texts
from transforms.conform import conform, named, unmapped


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
