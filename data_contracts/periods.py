"""Periods as codes: ``2026-Q1`` is a quarter, ``2026`` a year, ``2026-P9M`` the year to September.

The year to date is the first six or nine months, in the durations of ISO 8601; after three it is
the first quarter. A span is two whole years or more, ``2024-P3Y`` those from 2024 to 2026. Nobody
sends either: they are counted.

A source whose year begins in another month reports ``2024/25-Q1``: the same three months have a
calendar name, and that is the one we keep. Nothing is ever split.
"""

import datetime as dt
import re
from typing import NamedTuple

FORM = re.compile(r"([12][0-9]{3})(?:-Q([1-4]))?")
TO_DATE = re.compile(r"([12][0-9]{3})-P([69])M")
SPAN = re.compile(r"([12][0-9]{3})-P([2-9]|[1-9][0-9])Y")
FISCAL = re.compile(r"([12][0-9]{3})/([0-9]{2})(?:-Q([1-4]))?")


class NotAPeriod(ValueError):
    """The text is neither a quarter nor a year."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not a period. Write a quarter as 2026-Q1, a year as 2026.")


class NotOnTheCalendar(NotAPeriod):
    """The period of a year of its own is none of the calendar, or belongs to another source."""

    def __init__(self, text: str, remedy: str) -> None:
        ValueError.__init__(self, f"{text!r} is no period of this layout. {remedy}")


class Window(NamedTuple):
    """First and last day of a period."""

    start: dt.date
    end: dt.date


def _parts(period: str) -> tuple[int, int | None]:
    if not (match := FORM.fullmatch(period)):
        raise NotAPeriod(period)
    return int(match[1]), int(match[2]) if match[2] else None


def _span(period: str) -> tuple[int, int, int]:
    """The first year of a period, its first and its last quarter, counted from that year on."""
    if match := TO_DATE.fullmatch(period):
        return int(match[1]), 1, int(match[2]) // 3
    if match := SPAN.fullmatch(period):
        return int(match[1]), 1, 4 * int(match[2])
    year, quarter = _parts(period)
    return (year, quarter, quarter) if quarter else (year, 1, 4)


def window(period: str) -> Window:
    """The days of a period; raises ``NotAPeriod``."""
    year, *both = _span(period)
    first, last = 3 * both[0] - 2, 3 * both[1]
    after = dt.date(year + last // 12, last % 12 + 1, 1)
    return Window(dt.date(year, first, 1), after - dt.timedelta(days=1))


def quarters(period: str) -> tuple[str, ...]:
    """The quarters of a period: itself, those of a year or of several, or those up to a date."""
    year, first, last = _span(period)
    return tuple(f"{year + q // 4}-Q{q % 4 + 1}" for q in range(first - 1, last))


def frequency(period: str) -> str:
    """``quarter``, ``ytd``, ``year`` or ``span``."""
    _, first, last = _span(period)
    if first == last:
        return "quarter"
    return "ytd" if last < 4 else "year" if last == 4 else "span"


def is_span(period: str) -> bool:
    """Whether a period is of several years."""
    return SPAN.fullmatch(period) is not None


def span(first: int, last: int) -> str:
    """The span from one year to a later one."""
    return f"{first}-P{last - first + 1}Y"


def years(period: str) -> tuple[str, ...]:
    """The years of a period, or the one in which it is."""
    return tuple(sorted({quarter[:4] for quarter in quarters(period)}))


def to_date(year: str) -> tuple[str, str]:
    """The periods to date of a year that are neither a quarter nor the year."""
    return f"{year}-P6M", f"{year}-P9M"


def wider(period: str) -> tuple[str, ...]:
    """The periods of its year that contain a period and more."""
    own, year = set(quarters(period)), period[:4]
    return tuple(one for one in (*to_date(year), year) if own < set(quarters(one)))


def overlap(one: str, other: str) -> bool:
    """Whether two periods that are sent have a day in common."""
    return one == other or (one[:4] == other[:4] and not ("-Q" in one and "-Q" in other))


def on_the_calendar(text: str, year_starts: int = 1) -> str:
    """The calendar period that a source's own period is; ``year_starts`` is its year's month.

    ``2024/25-Q1`` of a year from July is ``2024-Q3``. Raises ``NotAPeriod``, and where there is
    no such calendar period ``NotOnTheCalendar``: a fiscal year lies in two calendar years.
    """
    if not (match := FISCAL.fullmatch(text)):
        _parts(text)
        return text
    year, after, quarter = int(match[1]), int(match[2]), match[3]
    if year_starts == 1:
        raise NotOnTheCalendar(text, "It reports calendar periods: write 2026-Q1 or 2026.")
    if (year + 1) % 100 != after:
        raise NotOnTheCalendar(text, f"The year after {year} is not {after:02}: write both years.")
    if quarter is None:
        remedy = f"A year that begins in month {year_starts} lies in two calendar years and is "
        raise NotOnTheCalendar(text, f"{remedy}never split: send its quarters, as {text}-Q1.")
    month = year_starts - 1 + 3 * (int(quarter) - 1)
    return f"{year + month // 12}-Q{month % 12 // 3 + 1}"


def due(period: str, days: int) -> dt.date:
    """The day by which the data of a period are promised, ``days`` after its end."""
    return window(period).end + dt.timedelta(days=days)
