"""Delimited text is read as Python's ``csv`` reads it, whatever it holds and however it is cut."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import Literal

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data_contracts.layout import FileSpec
from sources import delimited, pieces, readers, streams
from sources.rows import Asked, Empty, LongCell, NoHeader, Unreadable

WANTED = frozenset(("name", "sex"))
Rows = list[tuple[object, ...]]
Quoting = Literal[0, 1]
QUOTING: tuple[Quoting, ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
# Near a delimited text: what ends cells and records, quotes, blanks of all kinds, and letters.
SIGNS = st.sampled_from([*'",;\n\r\t \x1c\xa0\u2028é鑰a0', "\r\n", "\n\n", '""', '","', '"\n"'])
TEXTS = st.lists(SIGNS, max_size=40).map("".join)


def oracle(text: str, mark: str) -> Rows | type[ValueError]:
    """Row number, ragged, short and the two cells that are asked for, by ``csv`` alone."""
    try:
        rows = list(csv.reader(chain(io.StringIO(text, newline=""), ["(end)"]), delimiter=mark))
    except csv.Error:
        return Unreadable
    if rows.pop() != ["(end)"]:
        return Unreadable
    cells = [[cell.strip() for cell in row] for row in rows]
    if not any(map(any, cells)):
        return Empty
    for place, head in enumerate(islice(cells, 20)):
        if set(head) >= WANTED:
            return list(below(cells, place)) or Empty
    return NoHeader


def below(cells: list[list[str]], place: int) -> Iterator[tuple[object, ...]]:
    """The rows below the header at ``place``."""
    head = cells[place]
    named = max(n for n, name in enumerate(head, start=1) if name)
    for number, row in enumerate(cells[place + 1 :], start=place + 2):
        if any(row):
            name, sex = ((*row, *[""] * len(head))[head.index(c)] for c in ("name", "sex"))
            yield number, any(row[len(head) :]), len(row) < named, name, sex


def found(text: str, mark: str, asked: Asked) -> Rows | type[ValueError]:
    """The same, as we read it."""
    spec = FileSpec(formats=("csv",), delimiter=mark)
    try:
        frames = list(readers.opened(io.BytesIO(text.encode()), spec, asked))
    except (Unreadable, Empty, NoHeader) as error:
        # Of cells that are too long it is told that they are.
        return Unreadable if isinstance(error, LongCell) else type(error)
    columns = ("row", "ragged", "short", "name", "sex")
    return pl.concat(frames).select(columns).rows()


@pytest.mark.parametrize("piece", [7, 64, streams.PIECE], ids=["tiny", "small", "usual"])
@given(before=TEXTS, after=TEXTS, mark=st.sampled_from([",", ";"]))
@example("", 'A,F\n"B\nof C",M\n"D","F"', ",")
@example("", 'A,F\n5" of B,M\n"C\nD",F\n', ",")
@example('a "title"\r\r\n', '"",""\r\n ,\r\nA\r\n"A","F","",""\r\n', ",")
def test_any_text_is_read_as_csv_reads_it(piece: int, before: str, after: str, mark: str) -> None:
    text = f"{before}\n{mark.join(('name', 'x', 'sex'))}\n{after}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "PIECE", piece)
        if piece >= len(text.encode()):
            expected = oracle(text, mark)
            assert found(text, mark, Asked(WANTED)) == expected
            assert found(text, mark, Asked(WANTED, WANTED)) == expected
        elif isinstance(expected := oracle(text, mark), list):
            # Of two reasons to refuse a large file, the one that comes first is told.
            assert found(text, mark, Asked(WANTED, WANTED)) == expected


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=3), min_size=1), st.sampled_from(QUOTING))
def test_what_was_written_by_the_rules_never_needs_the_slow_way(
    rows: list[list[str]], quoting: Quoting
) -> None:
    lines = io.StringIO()
    csv.writer(lines, quoting=quoting).writerows([["name", "sex"], *rows])
    text = lines.getvalue()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_rest", None)
        assert found(text, ",", Asked(WANTED)) == oracle(text, ",")


def test_many_rows_in_many_pieces_keep_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [("A", "F"), ('B "of"\nC', "M"), ("", ""), ("D, E", "F")] * 5_000
    lines = io.StringIO()
    csv.writer(lines).writerows([("title",), ("name", "sex"), *cells])
    monkeypatch.setattr(streams, "PIECE", 10_000)
    monkeypatch.setattr(delimited, "_rest", None)
    text = lines.getvalue()
    assert found(text, ",", Asked(WANTED)) == oracle(text, ",")


@pytest.mark.parametrize("size", [pieces.LONGEST - 1, pieces.LONGEST, pieces.LONGEST + 1])
@pytest.mark.parametrize("cell", ["x", "é", "x\n", '"'])
def test_a_cell_is_as_long_as_csv_takes(size: int, cell: str) -> None:
    quoted = '"' + (cell * size)[:size].replace('"', '""') + '"'
    text = f"name,sex\n{quoted},F\nB,M\n"
    assert found(text, ",", Asked(WANTED)) == oracle(text, ",")


def test_a_row_with_text_in_columns_that_nobody_asks_for_is_a_row() -> None:
    spec = FileSpec(formats=("csv",))
    stream = io.BytesIO(b"name,sex,x\n,,\n,,1\n,\nA,F,\n")
    (frame,) = readers.opened(stream, spec, Asked(WANTED, WANTED))
    assert frame["row"].to_list() == [3, 5]
    assert frame.columns == ["row", "ragged", "short", "name", "sex"]


def test_the_blanks_are_those_of_python() -> None:
    assert set(delimited.BLANKS) == {c for c in map(chr, range(0x110000)) if c.isspace()}


def test_of_a_long_file_a_few_pieces_are_held_at_a_time() -> None:
    taken: list[int] = []

    def parts() -> Iterator[bytes]:
        yield b"name,sex\n"
        for number in range(100):
            taken.append(number)
            yield b"A,F\n" * 250

    frames = delimited.csv(parts(), ",", Asked(WANTED))
    held = [len(taken) - given for given, _ in enumerate(frames)]
    assert len(held) == 101
    assert max(held) <= 1
