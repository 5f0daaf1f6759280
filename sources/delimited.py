"""Delimited text, piece by piece: what Python's ``csv`` reads, at the speed of Polars.

The two agree where every quotation begins and ends with its cell. From the first piece that has
another quotation, or a cell too long for ``csv``, the rest of the file is read by ``csv`` itself.
Quoted line breaks are honoured; ``row`` counts records.
"""

import csv as reader
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal

import numpy as np
import polars as pl

from sources.pieces import Piece, Records, piece
from sources.rows import OURS, Asked, Header, LongCell, Row, Unreadable, bodies, topped

END = "(end)"
# A line without an end is held until it has one.
LONGEST_LINE = 2**26
TOO_LONG = "field larger than field limit"
# What ``str.strip`` takes away.
BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
Extra = Literal["ignore", "raise"]


def _cells(source: bytes, columns: list[str], made: Piece, mark: str, extra: Extra) -> pl.DataFrame:
    return pl.read_csv(
        source,
        columns=columns,
        separator=mark,
        quote_char='"' if len(made.quotes) else None,
        infer_schema=False,
        empty_string_is_null=False,
        extra_columns=extra,
    )


def _parsed(made: Piece, mark: str, head: Header, asked: Asked) -> tuple[pl.DataFrame, bool] | None:
    """The chosen cells, and whether each record has as many as the header.

    None where Polars sees other records than ``csv`` would.
    """
    chosen = head.chosen(asked)
    names = [f"c{place}" for place in range(len(head.cells))]
    source, columns = mark.join(names).encode() + b"\n" + made.data, [names[p] for p in chosen]
    even = made.even(ord(mark), len(names))
    try:
        frame = _cells(source, columns, made, mark, "raise" if even else "ignore")
    except pl.exceptions.PolarsError:
        if not even:
            return None
        frame, even = _cells(source, columns, made, mark, "ignore"), False
    if len(frame) != made.records:
        return None
    named = {names[place]: name for place, name in chosen.items()}
    return frame.select(pl.all().str.strip_chars(BLANKS)).rename(named), even


def _shaped(
    frame: pl.DataFrame, made: Piece, mark: str, head: Header, even: bool, start: int
) -> pl.DataFrame:
    """The cells with the columns that are ours, blank rows left out."""
    short = ragged = np.zeros(len(frame), np.bool_)
    if not even:
        cells = made.cells(ord(mark))
        short, ragged = cells < head.needed, cells > len(head.cells)
        long = np.flatnonzero(ragged)
        rows = made.rows(map(int, long), mark)
        ragged[long] = [any(row[len(head.cells) :]) for row in rows]
    ours = {"row": np.arange(start, start + len(frame)), "ragged": ragged, "short": short}
    framed = pl.DataFrame(ours, schema=OURS).hstack(frame)
    return _without_blanks(framed, made, mark, start)


def _without_blanks(frame: pl.DataFrame, made: Piece, mark: str, start: int) -> pl.DataFrame:
    """Rows that have text, be it in columns that were not taken."""
    empty = pl.all_horizontal(pl.col(c) == "" for c in frame.columns[len(OURS) :])
    bare = frame.filter(frame.to_series(len(OURS)) == "").filter(empty)["row"].to_list()
    rows = made.rows((row - start for row in bare), mark)
    blank = [number for number, row in zip(bare, rows, strict=True) if not any(row)]
    return frame.filter(~pl.col("row").is_in(blank)) if blank else frame


def lines(parts: Iterable[bytes]) -> Iterator[str]:
    """The lines of a text, with their ends, in pieces no longer than needed."""
    rest = b""
    for part in parts:
        data = rest + part
        cut = data.rfind(b"\n") + 1
        rest = data[cut:]
        if len(rest) > LONGEST_LINE:
            raise LongCell
        yield from io.StringIO(data[:cut].decode(), newline="")
    yield from io.StringIO(rest.decode(), newline="")


def slowly(parts: Iterable[bytes], mark: str) -> Iterator[Row]:
    """All rows, blank ones too, as ``csv`` reads them."""
    held: list[str] | None = None
    try:
        for row in reader.reader(chain(lines(parts), [END]), delimiter=mark):
            if held is not None:
                yield tuple(cell.strip() for cell in held)
            held = row
    except reader.Error as error:
        # The message may quote the line it fell over, and that line is a person.
        raise (LongCell if str(error).startswith(TOO_LONG) else Unreadable) from None
    # A quotation that nobody closed has swallowed all rows after it.
    if held != [END]:
        raise Unreadable


def _top(made: Piece, mark: str, asked: Asked) -> tuple[Header, Piece]:
    """The header in the first piece, and what of the piece lies below it."""
    head, _ = topped(slowly([made.data], mark), asked)
    start = int(made.ends[head.position]) + 1
    return head, Piece(made.data[start:], made.quotes[made.quotes >= start] - start)


def csv(parts: Iterator[bytes], mark: str, asked: Asked) -> Iterator[pl.DataFrame]:
    """Frames of a delimited text in UTF-8; raises ``Unreadable``, ``Empty``, ``NoHeader``."""
    records, head, start = Records(parts), None, 1
    for data in records:
        made = piece(data, mark)
        if made and head is None:
            head, made = _top(made, mark, asked)
            start, data = head.position + 2, made.data
        parsed = _parsed(made, mark, head, asked) if made and head else None
        if made is None or head is None or parsed is None:
            yield from _rest(slowly(chain([data], records.remaining()), mark), head, start, asked)
            return
        yield _shaped(parsed[0], made, mark, head, parsed[1], start)
        start += made.records


def _rest(
    rows: Iterator[Row], head: Header | None, start: int, asked: Asked
) -> Iterator[pl.DataFrame]:
    """The frames that are left, with the header if it is not found yet."""
    if head is None:
        head, rows = topped(rows, asked)
        start = head.position + 2
    return bodies(rows, head, start, asked)
