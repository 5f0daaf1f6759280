"""Periods as codes: ``2026-Q1`` is a quarter, ``2026`` a year."""

import datetime as dt
import re
from typing import NamedTuple

FORM = re.compile(r"([12][0-9]{3})(?:-Q([1-4]))?")


class NotAPeriod(ValueError):
    """The text is neither a quarter nor a year."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not a period. Write a quarter as 2026-Q1, a year as 2026.")


class Window(NamedTuple):
    """First and last day of a period."""

    start: dt.date
    end: dt.date


def _parts(period: str) -> tuple[int, int | None]:
    if not (match := FORM.fullmatch(period)):
        raise NotAPeriod(period)
    return int(match[1]), int(match[2]) if match[2] else None


def window(period: str) -> Window:
    """The days of a period; raises ``NotAPeriod``."""
    year, quarter = _parts(period)
    first, last = (1, 12) if quarter is None else (3 * quarter - 2, 3 * quarter)
    after = dt.date(year + last // 12, last % 12 + 1, 1)
    return Window(dt.date(year, first, 1), after - dt.timedelta(days=1))


def quarters(period: str) -> tuple[str, ...]:
    """The quarters of a period: itself, or the four of a year."""
    year, quarter = _parts(period)
    return (period,) if quarter else tuple(f"{year}-Q{q}" for q in range(1, 5))


def frequency(period: str) -> str:
    """``quarter`` or ``year``."""
    return "quarter" if _parts(period)[1] else "year"


def due(period: str, days: int) -> dt.date:
    """The day by which the data of a period are promised, ``days`` after its end."""
    return window(period).end + dt.timedelta(days=days)
