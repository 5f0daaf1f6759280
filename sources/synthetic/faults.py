"""Faults planted on purpose: which cell of a row is written wrong, and what an intake says of it.

The kinds stand in ``faults.csv``. What a cell then holds may name a day of two quarters before
(``{early}``), a unique string (``{secret}``), or words of which the row has already some.
"""

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from data_contracts.periods import window
from sources.synthetic.cells import form
from sources.synthetic.chance import token
from sources.synthetic.clerks import Row
from sources.synthetic.timetable import Slot

TABLE = Path(__file__).with_name("faults.csv")
# Of the rows that nothing else depends on, one in so many, from the twelfth on: few enough that
# no file is refused for them.
EVERY, FIRST = 25, 12
EARLY = dt.timedelta(days=200)
AGAIN, LONGER = "(row twice)", "(one cell more)"


@dataclass(frozen=True)
class Kind:
    """One kind of fault in one list of one agency."""

    kind: str
    layout: str
    dataset: str
    column: str
    writes: str
    code: str
    reason: str


@cache
def table() -> tuple[Kind, ...]:
    """Every fault, a list and kind a row; what befalls whole files names no list."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(Kind(**row) for row in csv.DictReader(lines))


def whole_files() -> list[Kind]:
    """What makes an intake refuse a submission as a whole."""
    return [one for one in table() if not one.dataset]


@cache
def kinds(layout: str, dataset: str) -> tuple[Kind, ...]:
    """What is planted in a list, in turn."""
    return tuple(one for one in table() if (one.layout, one.dataset) == (layout, dataset))


@cache
def by_name(layout: str, dataset: str) -> Mapping[str, Kind]:
    """The kinds of a list by their names."""
    return {one.kind: one for one in kinds(layout, dataset)}


def known(layout: str, dataset: str, name: str) -> Kind | None:
    """The planted fault of that name, if it is one."""
    return by_name(layout, dataset).get(name)


def spoilt(slot: Slot, dataset: str, row: Row, turn: int, seed: int) -> list[Row]:
    """The row with one fault, the kinds of its list in turn; the first one stands for it."""
    choice = kinds(slot.agency.layout, dataset)
    if not choice:
        return [row]
    one = choice[turn % len(choice)]
    if one.column == AGAIN:
        return [row, replace(row, set_aside=one.kind)]
    secret = token(seed, "odd", *row.tokens)
    early = window(slot.period).start - EARLY
    text = one.writes.format(secret=secret, early=early.strftime("%d/%m/%Y"))
    tokens = (*row.tokens, secret) if "{secret}" in one.writes else row.tokens
    spoilt = replace(row, set_aside=one.kind, tokens=tokens)
    if one.column == LONGER:
        return [replace(spoilt, cells=(*row.cells, text))]
    place = list(form(one.layout, dataset)).index(one.column)
    return [replace(spoilt, cells=(*row.cells[:place], text, *row.cells[place + 1 :]))]
