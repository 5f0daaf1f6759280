"""A column of an unknown file, looked at once: its name as words, and what its cells are."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import polars as pl
from rapidfuzz import fuzz

from data_contracts import reading
from data_contracts.model import TOTAL, UNKNOWN, CodeList
from data_contracts.words import spelling
from transforms import verbs

MOST_LABELS, INSIDE = 400, 90.0
# "Id" stands in the name of any column; "age" may, where cells must bear it out.
MOST_BLIND, BORNE_OUT = 3, 2
# Of what a day is, its name says.
GENERAL = frozenset({"date", "fecha", "дата", "التاريخ"})
HEADER, LONGEST_NAME = 88.0, 60
YEAR = r"^[12]\d{3}$"
# A place with the number of its class, as "Alberta [48]".
NUMBERED = r"^.+\s\[\d+\]$"
# How offices write that a cell has nothing; the code lists know words such as "unknown".
NOTHING = frozenset({
    "na", "n/a", "n/d", "n.d.", "s/d", "n/k", "n.c.", "-", "--", "\u2013", "\u2014", "..", "...",
    ":", "-99", "nan", "null", "none", "missing", "н/д", "нет данных",
})  # fmt: skip
Aliases = Mapping[str, tuple[str, ...]]
# Standard and code list, to the code of each of the standard's categories.
Standards = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True)
class Words:
    """All that names are compared with: of fields, of code lists and of standards."""

    aliases: Aliases
    lists: Mapping[str, CodeList]
    standards: Standards = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """A column, looked at once; shares are of its distinct cells, those for nothing left out.

    ``nothing`` are the cells that say there is none, ``blank`` is whether some are empty,
    ``serial`` whether the numbers only count the rows, ``typical`` the median number.
    """

    name: str
    words: str
    cells: tuple[str, ...]
    nothing: tuple[str, ...]
    blank: bool
    dates: float
    years: float
    numbers: float
    numbered: float
    flag: bool
    serial: bool
    zeros: bool
    typical: float


def plain(name: str) -> str:
    """A column's name as words: ``vic_MethodsOfControl`` is ``vic methods of control``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-./:()\[\]]", " ", name)
    return spelling(apart)


def alike(name: str, spoken: Iterable[str], blind: int = MOST_BLIND) -> float:
    """How much a column's name is like the nearest name of a field, 0 to 100.

    A name of at most ``blind`` letters must be the whole one.
    """
    best = 0.0
    for other in spoken:
        whole = fuzz.token_sort_ratio(name, other)
        # A prefix such as "vic", or a unit in brackets, should not hide the name in it.
        held = set(other.split()) <= set(name.split())
        inside = held and len(other) > blind and other not in GENERAL
        best = max(best, whole, INSIDE if inside else 0.0)
    return best


def looked(name: str, column: pl.Series) -> Look:
    """What the cells of a column are: dates, years, numbers, yes and no."""
    counts = column.drop_nulls().str.strip_chars().value_counts(sort=True)
    often = dict(counts.rows())
    texts = list(often)[:MOST_LABELS]
    nothing = tuple(text for text in texts if spelling(text) in NOTHING)
    cells = [text for text in texts if text and text not in nothing]
    frame = pl.DataFrame({"text": cells}, schema={"text": pl.String})
    text, number = pl.col("text"), reading.number(pl.col("text"))
    told = frame.select(
        dates=reading.date(text).is_not_null().mean(),
        years=text.str.contains(YEAR).mean(),
        numbers=(number.is_not_null() | text.str.contains(r"^<\d{1,2}$")).mean(),
        numbered=text.str.contains(NUMBERED).mean(),
        typical=number.median(),
    ).row(0, named=True)
    shares = {name: float(share or 0) for name, share in told.items()}
    flag = bool(cells) and set(texts) - {""} <= {"0", "1", "-99"}
    zeros = often.get("0", 0) > 2 * often.get("1", 0)
    return Look(
        name, plain(name), tuple(cells), nothing, "" in often, **shares,
        flag=flag, serial=_follows(column), zeros=zeros,
    )  # fmt: skip


def _follows(column: pl.Series) -> bool:
    """Whether a column has 1, 2, 3 and so on down the file: it numbers the rows, counts nothing."""
    numbers = column.to_frame("text").select(reading.whole(pl.col("text")))["text"]
    return len(column) > 1 and numbers.equals(pl.Series("text", range(1, len(column) + 1)))


def parts_of(look: Look, known: Iterable[str], many: bool) -> list[str]:
    """The normalised labels of a column; lists of them cut where a field has several answers."""
    if not many:
        return list(map(spelling, look.cells))
    return list(chain.from_iterable(verbs.split_labels(cell, known) for cell in look.cells))


def covered(look: Look, known: Mapping[str, str], many: bool = False) -> float:
    """The share of a column's distinct labels that a list knows."""
    # That something is unknown, or the whole, can be said of anything.
    told = parts_of(look, known, many)
    parts = [part for part in told if known.get(part) not in (TOTAL, UNKNOWN)]
    return sum(part in known for part in parts) / len(parts) if parts else 0.0


def header_like(names: Sequence[str], words: Words, figures: Container[int] = ()) -> int:
    """How many cells of a row are names of fields: whether it is a header, and not a person.

    Labels do not count: a first row that is data has them, beside a name. Only over ``figures``,
    the places of columns that have numbers below, is a label the name of what is counted. A row
    with a date, or with a number that is no year, is data.
    """
    cells = {place: name.strip() for place, name in enumerate(names) if name.strip()}
    frame = pl.DataFrame({"text": list(cells.values())}, schema={"text": pl.String})
    text = pl.col("text")
    number = reading.number(text).is_not_null() & ~text.str.contains(YEAR)
    if frame.select((reading.date(text).is_not_null() | number).any()).item():
        return 0
    spoken = set(chain.from_iterable(words.aliases.values()))
    labels = set(chain.from_iterable(words.lists[name].spellings for name in words.lists))
    over = {place for place, cell in cells.items() if place in figures and spelling(cell) in labels}
    return sum(place in over or _named(cell, spoken, labels) for place, cell in cells.items())


def _named(cell: str, spoken: set[str], labels: set[str]) -> bool:
    name = plain(cell)
    if name in spoken:
        return True
    told = len(cell) > LONGEST_NAME or spelling(cell) in labels
    return not told and alike(name, spoken) >= HEADER


@dataclass(frozen=True)
class Suggestion:
    """A field and what may fill it: columns, or one code; ``near`` are labels to codes.

    ``unknown`` is how many further labels the columns have, which are not told. ``table`` names
    the labels where several fields share them. ``note`` is what a person should look at.
    """

    name: str
    columns: tuple[str, ...]
    score: int
    verb: str | None = None
    standard: str | None = None
    near: Mapping[str, str] = field(default_factory=dict)
    unknown: int = 0
    value: str | None = None
    when: Mapping[str, str] = field(default_factory=dict)
    blank: str | None = None
    table: str | None = None
    note: str = ""
