"""What of a file is a header, a row and a cell, and what each row is told to lack."""

import datetime as dt

import pytest

from sources import readers
from sources.rows import NoHeader
from tests.sources.files import CSV, ROWS, book, ods, read


def test_the_nearest_header_tells_which_columns_are_missing() -> None:
    with pytest.raises(NoHeader) as refused:
        readers.read(b"a,b\nsex,age\nx\n", CSV, frozenset(("name", "sex", "age")))
    assert refused.value.missing == {"name"}


def test_lines_above_the_header_and_blank_rows_are_no_rows_but_are_numbered() -> None:
    found = read(b"Register\n\nname,sex\n,\nA,F\n\nB,M\n")
    assert found["row"].to_list() == [5, 7]


def test_a_cell_may_hold_what_no_person_would_type() -> None:
    found = read(b'name,sex\n"A\x07""; ,",F\n')
    assert found["name"].item() == 'A\x07"; ,'


def test_a_line_break_in_quotes_belongs_to_its_cell() -> None:
    found = read(b'name,sex\n"A\nof B",F\nC,M\n')
    assert found.select("row", "name").rows() == [(2, "A\nof B"), (3, "C")]


@pytest.mark.parametrize(
    ("row", "ragged", "short"),
    [
        *[(b"A,F", 0, 0), (b"A,F,,", 0, 0), (b'A,"F,x",', 0, 0), (b"A,", 0, 0)],
        *[(b"A,F,x", 1, 0), (b"A,F,,x", 1, 0), (b"A", 0, 1), (b'"A,F"', 0, 1)],
    ],
)
def test_a_row_with_more_or_fewer_cells_than_the_header_is_marked(
    row: bytes, ragged: bool, short: bool
) -> None:
    found = read(b"name,sex\nB,M\n" + row)
    assert found.columns == ["row", "ragged", "short", "name", "sex"]
    assert found.select("ragged", "short").rows() == [(False, False), (bool(ragged), bool(short))]


def test_what_a_row_lacks_below_a_column_without_name_it_does_not_lack() -> None:
    assert read(b"name,sex,\nA,F\n")["short"].to_list() == [False]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (b"name,sex,name", ["name", "sex", "column 3"]),
        (b"name,,sex,", ["name", "column 2", "sex", "column 4"]),
        (b"row,name,ragged,sex", ["column 1", "name", "column 3", "sex"]),
        (b"short,name,sex,x", ["column 1", "name", "sex", "x"]),
        (b"column 3,name,sex,name", ["column 3", "name", "sex", "column 4"]),
        (b"column 3,name,name,sex", ["column 3", "name", "column 4", "sex"]),
    ],
)
def test_every_column_has_a_name_of_its_own(header: bytes, columns: list[str]) -> None:
    """The first of several columns of one name is read; the others are not."""
    found = read(header + b"\n1,2,3,4")
    assert found.columns[3:] == columns
    assert found["name"].item() == str(columns.index("name") + 1)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (3, "3"),
        (3.0, "3"),
        (3.5, "3.5"),
        (2**53, "9007199254740992"),
        (True, "True"),
        (dt.date(2023, 2, 1), "2023-02-01"),
        (dt.datetime(2023, 2, 1), "2023-02-01"),
        (dt.datetime(2023, 2, 1, 9, 30), "2023-02-01 09:30:00"),
        ("  03 ", "03"),
        ("2023-02-01", "2023-02-01"),
    ],
)
def test_a_cell_is_the_text_that_a_person_sees(cell: object, text: str) -> None:
    made = book(("List", [["name", "sex"], ["A", cell]]))
    assert read(made)["sex"].item() == text


def test_a_date_in_opendocument_is_a_day_and_a_blank_cell_no_text() -> None:
    made = ods([["name", "sex"], ["", dt.date(2023, 2, 1)], ["<A> & B\nC", ""]])
    cells = read(made).select("row", "name", "sex").rows()
    assert cells == [(2, "", "2023-02-01"), (3, "<A> & B\nC", "")]


def test_the_sheet_that_the_layout_names_is_read_else_the_first() -> None:
    other: list[list[object]] = [["name", "sex"], ["Z", "F"]]
    assert read(book(("Old", other), ("List", ROWS)))["name"].to_list() == ["A", "B"]
    assert read(book(("Old", other), ("New", ROWS)))["name"].to_list() == ["Z"]
