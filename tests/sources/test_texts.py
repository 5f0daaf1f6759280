"""Any file as texts with their places; all names in it are invented."""

import datetime as dt
import gzip
import io
import json
import math
from collections.abc import Callable
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from sources.readers import REFUSALS
from sources.rows import Locked, Unreadable
from sources.texts import Place, Text, decoded, letters, texts


def read(data: bytes | str, ending: str = ".csv") -> list[Text]:
    """All texts of a file."""
    return list(texts(data.encode() if isinstance(data, str) else data, ending))


def placed(found: list[Text]) -> dict[tuple[int | None, str | None], str]:
    """The texts by row and letters of the column."""
    return {(one.place.row, one.place.column): one.text for one in found}


TABLE = "Listado,,\nNombre,Tel,Nota\nRosa Pelinar,612,\n,,x\n"


def test_every_cell_has_its_row_its_letters_and_below_the_header_its_name() -> None:
    found = read(TABLE)
    assert placed(found) == {
        (1, "A"): "Listado",
        (2, "A"): "Nombre",
        (2, "B"): "Tel",
        (2, "C"): "Nota",
        (3, "A"): "Rosa Pelinar",
        (3, "B"): "612",
        (4, "C"): "x",
    }
    assert [one.header for one in found] == ["", "", "", "", "Nombre", "Tel", "Nota"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_marks_encodings_and_packing_make_no_difference(
    mark: str, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    text = TABLE.replace(",", mark).replace("Rosa", "Begoña")
    found = read(pack(text.encode(encoding)))
    assert placed(found)[3, "A"] == "Begoña Pelinar"


OLD = {
    "cp1251": "\n".join(["Имя;Город", "Снежана;Северодрав", "Мирослава;Западрав"]),
    "cp1256": "الاسم;المدينة\nسلمى;ساحلة\nنور;جبلورة\n",
    "cp1252": "Prénom;Région\nÉloïse;Hautemar\n",
}


@pytest.mark.parametrize("encoding", OLD)
def test_an_old_code_page_is_told_by_its_letters(encoding: str) -> None:
    assert decoded(OLD[encoding].encode(encoding)) == OLD[encoding]


def test_lines_that_follow_each_other_are_one_text_under_the_first_s_number() -> None:
    found = read("# Title\n\nfirst line\nsecond, line\n\n\nlast", ".md")
    assert [(one.place.line, one.text) for one in found] == [
        (1, "# Title"),
        (3, "first line\nsecond, line"),
        (7, "last"),
    ]


def test_a_text_whose_lines_agree_on_a_mark_is_a_table_and_another_is_prose() -> None:
    assert {one.place.line for one in read("a|b\nc|d\n", ".txt")} == {None}
    assert {one.place.line for one in read("One, two.\nThree.\n", ".txt")} == {1}


def test_of_json_lines_every_text_has_its_line_and_the_names_that_lead_to_it() -> None:
    rows = [{"text": "one", "who": {"tel": 612}}, {"text": "two\nlines", "tags": ["a", "b"]}]
    found = read("\n".join(map(json.dumps, rows)) + "\n{broken", ".jsonl")
    keys = [one.text for one in found if one.place.column == "(key)"]
    said = [(one.place.row, one.header, one.text) for one in found if one.place.column != "(key)"]
    assert keys == ["text", "who.tel", "tags"]
    assert said == [
        (1, "text", "one"),
        (1, "who.tel", "612"),
        (2, "text", "two\nlines"),
        (2, "tags", "a"),
        (2, "tags", "b"),
        (3, "", "{broken"),
    ]


def test_half_a_character_becomes_one_that_can_be_written() -> None:
    found = read('{"te\\ud800xt": "a\\udfffb", "pair": "\\ud83d\\ude00"}', ".jsonl")
    assert [one.text for one in found] == ["te\ufffdxt", "a\ufffdb", "pair", "\U0001f600"]


def test_items_of_a_json_list_are_its_rows() -> None:
    found = read(json.dumps([{"a": "x"}, {"a": "y"}], indent=1), ".json")
    assert [(t.place.row, t.text) for t in found if t.header] == [(1, "x"), (2, "y")]


def workbook() -> bytes:
    """A workbook with something to read everywhere."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"author": "Author Vialta", "keywords": "Key Vialta"})
        book.set_custom_property("Made for", "Custom Vialta")
        book.define_name("Of_Vialta", "=open!$A$1")
        first, second = book.add_worksheet("open"), book.add_worksheet("Sheet Vialta")
        second.hide()
        first.write("A1", "Nombre")
        first.write("A2", "Cell Vialta")
        first.write("B2", 612345678)
        first.write_comment("A2", "Comment Vialta", {"author": "Commenter Vialta"})
        first.set_header("&LHeader Vialta")
        second.write("C7", "Hidden Vialta")
    return file.getvalue()


def test_nothing_that_people_write_into_a_workbook_is_left_out() -> None:
    every = read(workbook(), ".xlsx")
    found = {one.text: one.place for one in reversed(every)}
    assert found["Cell Vialta"] == Place("1", 2, None, "A")
    assert found["612345678"] == Place("1", 2, None, "B")
    assert found["Hidden Vialta"] == Place("2", 7, None, "C")
    assert found["Sheet Vialta"] == Place("2", None, None, "(sheet name)")
    beside = {"Author", "Key", "Custom", "Comment", "Commenter"}
    assert {f"{word} Vialta" for word in beside} | {"Of_Vialta"} <= set(found)
    assert any("Header Vialta" in text for text in found)


def test_of_parquet_columns_lists_names_and_notes_are_read() -> None:
    frame = pl.DataFrame(
        {"nombre": ["Rosa", None], "tags": [["a", "b"], None], "tel": [612, 613], "x": [0.5, 1.0]}
    )
    file = io.BytesIO()
    frame.write_parquet(file, metadata={"made for": "Note Vialta"})
    found = read(file.getvalue(), ".parquet")
    assert [t.text for t in found if t.place.column == "(notes)"] == ["Note Vialta"]
    assert [t.text for t in found if t.place.column == "(column name)"] == frame.columns
    cells = [(t.header, t.place.row, t.text) for t in found if t.header]
    assert cells == [
        ("nombre", 1, "Rosa"),
        ("tags", 1, "a"),
        ("tags", 1, "b"),
        ("tel", 1, "612"),
        ("tel", 2, "613"),
        # A column of whole numbers that lacks one is written as fractions.
        ("x", 2, "1"),
    ]


def test_of_parquet_what_lies_deep_or_is_bytes_is_read_with_the_names_that_lead_there() -> None:
    deep = {"name": "Rosa", "at": [{"mail": "m"}], "born": dt.datetime(1990, 5, 1)}
    frame = pl.DataFrame({"of": [None, deep], "raw": [b"Vialta", None]})
    number = pl.Series("id", [Decimal(612), Decimal("61.5")])
    file = io.BytesIO()
    frame.with_columns(number, pl.Series("f", [math.inf, math.nan])).write_parquet(file)
    found = read(file.getvalue(), ".parquet")
    assert [(t.header, t.place.row, t.place.column, t.text) for t in found if t.header] == [
        ("of.name", 2, "A", "Rosa"),
        ("of.at.mail", 2, "A", "m"),
        ("of.born", 2, "A", "1990-05-01"),
        ("raw", 1, "B", "Vialta"),
        ("id", 1, "C", "612"),
    ]
    assert "of.name" in [t.text for t in found if t.place.column == "(column name)"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_text_of_unicode_is_read_though_some_of_it_is_damaged(encoding: str) -> None:
    said = "Пострадавшая Иванова, дом 5\n" * 9
    damaged = said.encode(encoding) + {"utf-8": b"\xd0\n", "utf-8-sig": b"\xff"}.get(encoding, b"x")
    assert decoded(damaged).startswith(said)
    assert "\ufffd" in decoded(damaged)


def test_letters_of_columns_are_those_of_a_spreadsheet() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


REFUSED = {
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\r", Unreadable),
    "an old or locked workbook": (b"\xd0\xcf\x11\xe0" + bytes(600), Locked),
    "an archive of something else": (b"PK\x03\x04 and no more", Unreadable),
    "half a gzip file": (gzip.compress(b"a,b\n" * 99)[:-9], Unreadable),
    "parquet that is none": (b"PAR1 and no more", Unreadable),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_by_one_of_our_kinds(name: str) -> None:
    data, kind = REFUSED[name]
    with pytest.raises(kind):
        read(data)


@given(st.binary(max_size=300), st.sampled_from([".csv", ".md", ".jsonl", ".json", ".txt", ""]))
def test_whatever_the_bytes_are_there_are_texts_or_a_refusal(data: bytes, ending: str) -> None:
    try:
        found = read(data, ending)
    except REFUSALS:
        return
    assert all(one.text for one in found)
