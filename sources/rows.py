"""Rows of text to frames: where the header is, how columns are named, what a row is.

Every frame has ``row``, the row's number in the file as a person sees it in a spreadsheet;
``ragged`` and ``short``, whether the row has more or fewer cells than the header; and one text
column per column of the header. Rows without any text are not rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count, islice

import polars as pl

from data_contracts import load

HEADER_WITHIN = 20
# So many rows show what is in columns that nobody reads.
SAMPLE = 200
# As many rows at a time as keep what Python makes of them within some dozens of megabytes.
ROWS_AT_A_TIME = 20_000
OURS = {"row": pl.Int64(), "ragged": pl.Boolean(), "short": pl.Boolean()}

Row = tuple[str, ...]


class Unreadable(ValueError):
    """The file is not of a format that its layout names."""

    code = "READ-01"


class Empty(ValueError):
    """The file has no rows."""

    code = "READ-02"


class NoHeader(ValueError):
    """No row near the top has all the columns that the layout uses.

    ``missing`` are those of the layout's columns that the best row lacks, never a cell.
    """

    code = "READ-03"

    def __init__(self, missing: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.missing = missing


class Locked(ValueError):
    """The workbook is protected by a password, or of the format before 2007."""

    code = "READ-04"


@dataclass
class Met:
    """What a reader met on its way: the header, and the first rows below it, whole."""

    header: "Header | None" = None
    rows: tuple[Row, ...] = ()


class Bomb(Unreadable):
    """What is packed unpacks to far more than its size, or to more than is taken."""

    code = "READ-08"


class Scattered(Unreadable):
    """The table reaches over more columns or cells than are read."""

    code = "READ-09"


class Sheets(Unreadable):
    """The workbook has more sheets than are taken."""

    code = "READ-10"


class Declaring(Unreadable):
    """A part of the workbook declares a type or entities, as no program for tables does."""

    code = "READ-11"


class Macros(Unreadable):
    """The workbook holds a program."""

    code = "READ-12"


class Nested(Unreadable):
    """The archive is no workbook, or holds another archive."""

    code = "READ-13"


class Formulas(Unreadable):
    """The sheet holds formulas: what they come to is not known here."""

    code = "READ-14"


class NoText(Unreadable):
    """The bytes are no text in the encoding that is named, or hold signs that no text has."""

    code = "READ-15"


class LongCell(Unreadable):
    """A cell is longer than any list has."""

    code = "READ-16"


@dataclass(frozen=True)
class Asked:
    """What a reader of a file asks for: columns that must be there, and those that it takes.

    Without ``only`` all columns are taken. In ``met`` stands what was met when it has begun.
    """

    wanted: frozenset[str]
    only: frozenset[str] | None = None
    met: Met = field(default_factory=Met, compare=False)


@dataclass(frozen=True)
class Header:
    """The row that names the columns; ``position`` counts the rows above it."""

    position: int
    cells: Row

    @cached_property
    def names(self) -> list[str]:
        """Column names for a frame; blank or repeated ones get a number as a name."""
        taken, seen = {*OURS, *self.cells}, set(OURS)
        out = []
        for place, name in enumerate(self.cells, start=1):
            if not name or name in seen:
                name = next(free for n in count(place) if (free := f"column {n}") not in taken)
                taken.add(name)
            out.append(name)
            seen.add(name)
        return out

    @cached_property
    def needed(self) -> int:
        """How many cells a row has at least: to the last column that has a name."""
        return max((n for n, cell in enumerate(self.cells, start=1) if cell), default=0)

    def chosen(self, asked: Asked) -> dict[int, str]:
        """The columns that are taken: position to name."""
        return {
            place: name
            for place, name in enumerate(self.names)
            if asked.only is None or name in asked.only
        }


def header(rows: Iterable[Row], wanted: frozenset[str]) -> Header:
    """The first row that has all ``wanted`` columns; raises ``NoHeader``."""
    missing = wanted
    for position, row in enumerate(islice(rows, HEADER_WITHIN)):
        if wanted <= set(row):
            return Header(position, row)
        missing = min(missing, wanted - set(row), key=len)
    raise NoHeader(missing)


def topped(rows: Iterator[Row], asked: Asked) -> tuple[Header, Iterator[Row]]:
    """The header and the rows below it.

    Raises ``Empty`` where no row has any text, ``Scattered`` where one has too many cells.
    """
    top = list(islice(rows, HEADER_WITHIN))
    if max(map(len, top), default=0) > load.policy().max_columns:
        raise Scattered
    try:
        found = header(top, asked.wanted)
    except NoHeader:
        if any(map(any, chain(top, rows))):
            raise
        raise Empty from None
    first = (*top[found.position + 1 :], *islice(rows, SAMPLE))
    asked.met.header, asked.met.rows = found, first
    return found, chain(first, rows)


def bodies(rows: Iterator[Row], head: Header, start: int, asked: Asked) -> Iterator[pl.DataFrame]:
    """Frames of the rows below a header, the first of which has the number ``start``."""
    chosen, width = head.chosen(asked), len(head.cells)
    schema = OURS | dict.fromkeys(chosen.values(), pl.String())
    numbered = enumerate(rows, start=start)
    while taken := list(islice(numbered, ROWS_AT_A_TIME)):
        body = [
            (
                *(number, any(row[width:]), len(row) < head.needed),
                *(row[place] if place < len(row) else "" for place in chosen),
            )
            for number, row in taken
            if any(row)
        ]
        if body:
            yield pl.DataFrame(body, schema=schema, orient="row")


def framed(rows: Iterator[Row], asked: Asked) -> Iterator[pl.DataFrame]:
    """Text rows to frames below the header, blank rows left out."""
    head, below = topped(rows, asked)
    return bodies(below, head, head.position + 2, asked)
