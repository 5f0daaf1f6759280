"""Dates of other calendars as ours, where a layout says which calendar its source writes.

What is not declared is not guessed: a year 1445 is a fault until a layout names its calendar. The
arithmetic is that of kept libraries (``convertdate``, ``hijridate``); here is only how a text is
taken apart, and that a day which its calendar does not have is nobody's.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import polars as pl

from data_contracts.model import Calendar

Day: TypeAlias = tuple[int, int, int]
PARTS = re.compile(r"(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{1,2})([-/.])(\d{1,2})\6(\d{4}))")
# What is no day of the declared calendar must not be read as one of ours.
UNREADABLE = "?"
# The years of the Coptic calendar are those of the Ethiopian without these; days are the same.
INCARNATION = 276
# Thai years began in April until 1940 (2483); since then they are ours and these.
BUDDHIST, FIRST_BUDDHIST = 543, 2484


def _umm_al_qura(day: Day) -> date | None:
    """The calendar of Saudi Arabia, by its tables (1343 to 1500)."""
    from hijridate import Hijri

    return Hijri(*day).to_gregorian()


def _returned(day: Day, there: Callable[..., Day], back: Callable[..., Day]) -> date | None:
    """Our day, when the way back leads to the same one: libraries accept days that are none."""
    ours = there(*day)
    return date(*ours) if tuple(back(*ours)) == day else None


def _hijri_civil(day: Day) -> date | None:
    """The tabular calendar: thirty years with eleven leap ones, from 16 July 622 (Julian)."""
    from convertdate import islamic

    return _returned(day, islamic.to_gregorian, islamic.from_gregorian)


def _persian(day: Day) -> date | None:
    """The solar Hijri calendar of Iran and Afghanistan."""
    from convertdate import persian

    return _returned(day, persian.to_gregorian, persian.from_gregorian)


def _ethiopian(day: Day) -> date | None:
    """The calendar of Ethiopia: thirteen months, a year that begins in September."""
    from convertdate import coptic

    year, month, number = day
    return _returned(
        (year - INCARNATION, month, number), coptic.to_gregorian, coptic.from_gregorian
    )


def _buddhist(day: Day) -> date | None:
    """The solar calendar of Thailand."""
    year, month, number = day
    return date(year - BUDDHIST, month, number) if year >= FIRST_BUDDHIST else None


READ: dict[Calendar, Callable[[Day], date | None]] = {
    "umm_al_qura": _umm_al_qura,
    "hijri_civil": _hijri_civil,
    "persian": _persian,
    "ethiopian": _ethiopian,
    "buddhist": _buddhist,
}


def plain_digits(text: str) -> str:
    """The text with digits of any script as ours and without invisible characters."""
    kept = (c for c in text if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)


def _day(text: str) -> Day | None:
    """Year, month, day of a text with the year first or last; a year has four digits."""
    if not (found := PARTS.fullmatch(plain_digits(text).strip())):
        return None
    year, _, month, day, last_day, _, last_month, last_year = found.groups()
    return (int(year or last_year), int(month or last_month), int(day or last_day))


def gregorian(text: str, calendar: Calendar) -> str:
    """A date of a calendar in ISO form; ``?`` when it is none."""
    if (day := _day(text)) is None:
        return UNREADABLE
    try:
        found = READ[calendar](day)
    except (ValueError, OverflowError, IndexError):
        found = None
    return found.isoformat() if found else UNREADABLE


def dates(texts: pl.Expr, calendar: Calendar) -> pl.Expr:
    """``gregorian`` of a column of texts, each distinct one once; null stays null."""

    def apply(column: pl.Series) -> pl.Series:
        distinct = column.drop_nulls().unique()
        ours = [gregorian(text, calendar) for text in distinct]
        return column.replace_strict(distinct, ours, default=None, return_dtype=pl.String)

    return texts.map_batches(apply, return_dtype=pl.String())
