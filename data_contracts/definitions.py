"""How countries and their sources define what they count, with dates; and the words to read it.

A definition that differs from the UN Protocol is a difference; a day on which a source's
definition of something changes is a break. Which cells they touch is worked out in
``transforms.comparability``.
"""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError, field_validator

from data_contracts import load
from data_contracts.load import ContractInvalid
from data_contracts.model import TOTAL, Frozen
from data_contracts.periods import Window

FOLDER = Path(__file__).parent / "definitions"
NO_DIFFERENCE = "tipstat:no_difference"


class Concept(Frozen):
    """Something that is defined, and the series it concerns: their units, and a dimension.

    Without units it concerns all; without a dimension all tables.
    """

    concept: str
    units: tuple[str, ...]
    dimension: str

    @field_validator("units", mode="before")
    @classmethod
    def several(cls, value: str) -> tuple[str, ...]:
        return tuple(filter(None, value.split("|")))


class Definition(Frozen):
    """How a source of a country (any, when ``source`` is empty) defines a concept, and when."""

    country: str
    source: str
    concept: str
    code: str
    valid_from: date = date.min
    valid_to: date = date.max
    origin: str
    note: str = ""

    @field_validator("valid_from", "valid_to", mode="before")
    @classmethod
    def open_ended(cls, value: Any, info: Any) -> Any:
        return value or (date.min if info.field_name == "valid_from" else date.max)

    @property
    def differs(self) -> bool:
        """Whether it is not that of the Protocol."""
        return self.code != NO_DIFFERENCE

    @property
    def defined(self) -> tuple[str, str, str]:
        """What is defined: country, source and concept."""
        return self.country, self.source, self.concept

    def holds(self, window: Window) -> bool:
        """Whether it is in force on some day of a period."""
        return self.valid_from <= window.end and window.start <= self.valid_to


class Break(Frozen):
    """The first day of a changed definition."""

    country: str
    source: str
    concept: str
    day: date
    codes: tuple[str, ...]


def _read(name: str, of: type[Any], folder: Path) -> list[Any]:
    file = folder / f"{name}.csv"
    found = []
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, restkey="further", restval=""), 2):
            try:
                found.append(of.model_validate(row))
            except ValidationError as error:
                first = error.errors()[0]
                place = f"line {number}, {'.'.join(map(str, first['loc']))}: {first['msg']}"
                raise ContractInvalid(file, [place]) from None
    return found


@cache
def concepts(folder: Path = FOLDER) -> dict[str, Concept]:
    """Every concept by name."""
    return {one.concept: one for one in _read("concepts", Concept, folder)}


@cache
def definitions(folder: Path = FOLDER) -> tuple[Definition, ...]:
    """Every national definition; raises ``ContractInvalid`` with the lines that are wrong."""
    found: list[Definition] = _read("national", Definition, folder)
    known = {
        # A publisher's own definition is of the figures of every country.
        "country": {*load.countries(), TOTAL},
        "concept": load.codelist("concept").codes,
        "code": load.codelist("definition").codes,
    }
    wrong = [
        f"line {number}: there is no {what} {getattr(one, what)!r}"
        for number, one in enumerate(found, 2)
        for what, codes in known.items()
        if getattr(one, what) not in codes
    ]
    wrong += [f"line {n}: give an origin" for n, one in enumerate(found, 2) if not one.origin]
    wrong += [
        f"line {number}: valid_from is after valid_to"
        for number, one in enumerate(found, 2)
        if one.valid_from > one.valid_to
    ]
    if wrong:
        raise ContractInvalid(folder / "national.csv", wrong[:8])
    return tuple(found)


def in_force(found: tuple[Definition, ...], day: date) -> tuple[str, ...]:
    """The codes of those definitions that hold on a day, in order."""
    return tuple(sorted({one.code for one in found if one.valid_from <= day <= one.valid_to}))


def breaks(found: tuple[Definition, ...]) -> list[Break]:
    """Every day on which the codes in force for one thing change; nothing known before is none."""
    by: dict[tuple[str, str, str], list[Definition]] = {}
    for one in found:
        by.setdefault(one.defined, []).append(one)
    made = []
    for (country, source, concept), own in sorted(by.items()):
        for day in sorted({one.valid_from for one in own} - {date.min}):
            before, after = (in_force(tuple(own), when) for when in (day - timedelta(days=1), day))
            if before and before != after:
                made.append(
                    Break(country=country, source=source, concept=concept, day=day, codes=after)
                )
    return made
