"""A delimited text cut into pieces of whole records, which Polars and ``csv`` read alike."""

import csv as reader
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from sources.rows import Row

# The most characters that ``csv`` takes in one cell, and so a line of more bytes is looked at.
LONGEST = 131_072
# A piece that has no end of a record in this many bytes is not for us.
MOST = 2**28
QUOTE, LINE, RETURN = b'"\n\r'
Positions = np.ndarray[tuple[int], np.dtype[np.int64]]
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
