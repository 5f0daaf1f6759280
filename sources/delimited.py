"""Delimited text, piece by piece: what Python's ``csv`` reads, at the speed of Polars.

The two agree where every quotation begins and ends with its cell. From the first piece that has
another quotation, or a cell too long for ``csv``, the rest of the file is read by ``csv`` itself.
Quoted line breaks are honoured; ``row`` counts records.
"""

import csv as reader
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

import numpy as np
import polars as pl

from sources.rows import OURS, Asked, Header, LongCell, Row, Unreadable, bodies, topped

# The most characters that ``csv`` takes in one cell, and so a line of more bytes is looked at.
LONGEST = 131_072
# A piece that has no end of a record in this many bytes is not for us.
MOST = 2**28
QUOTE, LINE, RETURN = b'"\n\r'
END = "(end)"
# A line without an end is held until it has one.
LONGEST_LINE = 2**26
TOO_LONG = "field larger than field limit"
# What ``str.strip`` takes away.
BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
Positions = np.ndarray[tuple[int], np.dtype[np.int64]]
Extra = Literal["ignore", "raise"]
Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]


@dataclass
class Records:
    """A text in pieces that end where a record ends, unless quotations make that unsure."""

    parts: Iterator[bytes]
    rest: bytes = b""
    ahead: bytes = b""

    def __iter__(self) -> Iterator[bytes]:
        self.ahead = self._next()
        while part := self.ahead:
            data, self.ahead = self.rest + part, self._next()
            cut = last_end(data) if self.ahead and len(data) <= MOST else len(data)
            data, self.rest = data[:cut], data[cut:]
            if data:
                yield data

    def _next(self) -> bytes:
        return next(filter(None, self.parts), b"")

    def remaining(self) -> Iterator[bytes]:
        """What was not given out yet."""
        yield self.rest
        yield self.ahead
        yield from self.parts


def last_end(data: bytes) -> int:
    """Where the last record of ``data`` ends that no quotation holds open; 0 for nowhere."""
    end, quotes = len(data), data.count(b'"')
    while (found := data.rfind(b"\n", 0, end)) >= 0:
        quotes -= data.count(b'"', found, end)
        if quotes % 2 == 0:
            return found + 1
        end = found
    # Lines of an old Macintosh; the last sign may be the first half of one of Windows.
    return 0 if b'"' in data or b"\n" in data else data.rfind(b"\r", 0, len(data) - 1) + 1


@dataclass(frozen=True)
class Piece:
    """Whole records, each ended by a line feed, with quotations that enclose whole cells.

    ``ends`` are the places of the line feeds that end a record; found only when asked for.
    """

    data: bytes
    quotes: Positions = field(default_factory=lambda: np.empty(0, np.int64))
    places: dict[int, Positions] = field(default_factory=dict)

    def outside(self, sign: int) -> Positions:
        """Where ``sign`` stands outside quotations; looked for once."""
        if sign not in self.places:
            found = np.flatnonzero(np.frombuffer(self.data, np.uint8) == sign)
            if len(self.quotes):
                found = found[np.searchsorted(self.quotes, found) % 2 == 0]
            self.places[sign] = found
        return self.places[sign]

    @property
    def ends(self) -> Positions:
        return self.outside(LINE)

    def count(self, sign: int) -> int:
        """How often ``sign`` stands outside quotations."""
        return len(self.outside(sign)) if len(self.quotes) else self.data.count(sign)

    @property
    def records(self) -> int:
        return self.count(LINE)

    def even(self, mark: int, width: int) -> bool:
        """Whether each record can only have ``width`` cells, once Polars found none with more.

        Polars lets an empty cell too many pass, and one cell less elsewhere makes up for it.
        """
        if self.count(mark) != (width - 1) * self.records:
            return False
        loose = len(self.quotes) or bytes((mark, LINE)) in self.data
        return not loose or bool((self.cells(mark) == width).all())

    def cells(self, mark: int) -> Positions:
        """How many cells each record has."""
        marks = np.searchsorted(self.outside(mark), self.ends)
        return np.diff(marks, prepend=0) + 1

    def rows(self, numbers: Iterable[int], mark: str) -> Iterator[Row]:
        """Some records, read by ``csv``."""
        ends = self.ends
        for number in numbers:
            start = int(ends[number - 1]) + 1 if number else 0
            lines = io.StringIO(self.data[start : ends[number]].decode(), newline="")
            yield from stripped(reader.reader(lines, delimiter=mark)) or [()]


def stripped(rows: Iterable[list[str]]) -> list[Row]:
    """Rows without the blanks around their cells."""
    return [tuple(cell.strip() for cell in row) for row in rows]


def piece(data: bytes, mark: str) -> Piece | None:
    """``data`` for Polars; None where it would not read what ``csv`` reads."""
    if not mark.isascii() or _has_long_line(data):
        return None
    if not data.endswith((b"\n", b"\r")):
        data += b"\n"
    if b'"' not in data:
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return Piece(data)
    text = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(text == QUOTE)
    if not _enclosing(text, quotes, ord(mark)):
        return None
    if b"\r" in data:
        data = _ended(text, quotes)
        quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == QUOTE)
    made = Piece(data, quotes)
    return None if np.diff(made.ends, prepend=-1).max(initial=0) > LONGEST else made


def _has_long_line(data: bytes) -> bool:
    place = 0
    while len(data) - place > LONGEST:
        if (found := data.rfind(b"\n", place, place + LONGEST)) < 0:
            return True
        place = found + 1
    return False


def _enclosing(text: Bytes, quotes: Positions, mark: int) -> bool:
    """Whether each quotation begins and ends with its cell; a doubled quote ends and begins one."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    edges = np.array([mark, LINE, RETURN], np.uint8)
    # Before the first sign and after the last one there is an end of a line.
    framed = np.concatenate([edges[1:2], text, edges[1:2]])
    begins, ends = np.isin(framed[opening], edges), np.isin(framed[closing + 2], edges)
    doubled = closing[:-1] + 1 == opening[1:]
    begins[1:] |= doubled
    ends[:-1] |= doubled
    return bool(begins.all() and ends.all())


def _ended(text: Bytes, quotes: Positions) -> bytes:
    """The text with line feeds where records end."""
    found = np.flatnonzero(text == RETURN)
    found = found[np.searchsorted(quotes, found) % 2 == 0]
    feeds = np.append(text, np.uint8(0))[found + 1] == LINE
    made = text.copy()
    made[found[~feeds]] = LINE
    return np.delete(made, found[feeds]).tobytes()


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
