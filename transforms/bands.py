"""Medians and means of a number of which only bands were published.

From published cells only, so that nothing comes out that a reader could not compute; no smallest
or largest value and no date is anywhere. A median lies inside its band in proportion, as by linear
interpolation of grouped data; a mean has few significant digits, and counts an open band at its
lower end. Both have an interval that holds what every allowed set of counts would give.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import floor, inf, log10
from typing import NamedTuple

from data_contracts.model import TOTAL, UNKNOWN

CODE = re.compile(r"^[A-Z]+_?(?:(?P<from>\d+)T(?P<to>\d+)|LT(?P<below>\d+)|GE(?P<above>\d+))$")


class BandInvalid(ValueError):
    """A code of a list of bands does not say between which numbers it is."""


class Band(NamedTuple):
    """A published count of what is from ``low`` up to but not ``high``, infinite at the open end.

    A hidden count has no ``value``; its ``upper`` is infinite.
    """

    low: float
    high: float
    value: float | None
    lower: float
    upper: float


class Average(NamedTuple):
    """A figure with its interval; an upper end that nothing bounds is None."""

    value: float
    lower: float
    upper: float | None


def edges(code: str) -> tuple[float, float]:
    """The ends of a band of whole numbers by its code, such as ``D8T30``; the upper is outside."""
    found = CODE.match(code)
    if found is None:
        raise BandInvalid(f"{code} names no numbers. Use a code such as D8T30, D_LT8 or D_GE366.")
    below, above = found["below"], found["above"]
    if found["from"]:
        return float(found["from"]), float(found["to"]) + 1
    return (0, float(below)) if below else (float(above), inf)


def average(
    how: str, found: Mapping[str, Band], codes: Sequence[str], least: int, digits: int
) -> tuple[float | None, float, float | None]:
    """The ``how`` (median or mean) of one place, with its interval; open ends where it is hidden.

    ``found`` has the bands of ``codes`` by code, the total, and the unknown where there is one. It
    is hidden where the known are fewer than ``least``. A mean has so many significant ``digits``.
    """
    bands = [found[code] for code in codes]
    known = of_known(bands, found[TOTAL], found.get(UNKNOWN))
    told = None
    if known is not None and (known.value or 0) >= least:
        told = median(bands, known) if how == "median" else mean(bands, digits)
    return told or (None, 0.0, None)


def of_known(bands: Sequence[Band], total: Band, unknown: Band | None) -> Band | None:
    """The count of all whose band is known: the total without the unknown, or else all bands.

    None where neither can be told.
    """
    if total.value is not None and unknown is not None and unknown.value is not None:
        lower, upper = total.lower - unknown.upper, total.upper - unknown.lower
        return Band(0, inf, total.value - unknown.value, lower, upper)
    values = [band.value for band in bands if band.value is not None]
    if len(values) < len(bands):
        return None
    ends = [sum(band.lower for band in bands), sum(band.upper for band in bands)]
    return Band(0, inf, sum(values), ends[0], ends[1])


def median(bands: Sequence[Band], known: Band) -> Average | None:
    """The interpolated median; None where a hidden band, or the open one, stands before or at it.

    ``bands`` are in order. It needs nothing of the bands beyond the middle.
    """
    half = (known.value or 0) / 2
    before = 0.0
    for band in bands:
        if band.value is None:
            return None
        if band.value and before + band.value >= half:
            if band.high == inf:
                return None
            inside = band.low + (band.high - band.low) * (half - before) / band.value
            return Average(round(inside), *_around(bands, known))
        before += band.value
    return None


def _around(bands: Sequence[Band], known: Band) -> tuple[float, float | None]:
    """The ends of the bands between which the median is, whatever the rounding did."""
    most, least = accumulate(b.upper for b in bands), accumulate(b.lower for b in bands)
    low = next(b.low for b, n in zip(bands, most, strict=True) if n >= known.lower / 2)
    sure = zip(bands, least, strict=True)
    high = next((b.high for b, n in sure if n >= known.upper / 2), inf)
    return low, None if high == inf else high


def mean(bands: Sequence[Band], digits: int) -> Average | None:
    """The mean by the middles of the bands, to so many significant ``digits``.

    None where a band is hidden, or nobody is in any.
    """
    total = sum(band.value or 0 for band in bands)
    if not total or any(band.value is None for band in bands):
        return None
    middles = [b.low if b.high == inf else (b.low + b.high - 1) / 2 for b in bands]
    value = sum(m * (b.value or 0) for m, b in zip(middles, bands, strict=True)) / total
    low = min(_weighted(bands, [b.low for b in bands], split, early=True) for split in _ways(bands))
    open_ended = any(b.high == inf and b.upper > 0 for b in bands)
    high = (
        inf
        if open_ended
        else max(
            _weighted(bands, [b.high - 1 for b in bands], split, early=False)
            for split in _ways(bands)
        )
    )
    return Average(significant(value, digits), low, None if high == inf else high)


def _ways(bands: Sequence[Band]) -> range:
    """After how many bands the counts change from one end of their intervals to the other."""
    return range(len(bands) + 1)


def _weighted(bands: Sequence[Band], at: Sequence[float], split: int, *, early: bool) -> float:
    """The mean of ``at`` with the largest counts before ``split`` and the smallest after, or not.

    A ratio of linear forms over a box is extreme at a corner, and with ``at`` in order at one of
    these.
    """
    weights = [
        band.upper if (place < split) == early else band.lower for place, band in enumerate(bands)
    ]
    total = sum(weights)
    return sum(w * x for w, x in zip(weights, at, strict=True)) / total if total else at[0]


def significant(value: float, digits: int) -> float:
    """``value`` to so many significant digits."""
    return round(value, digits - 1 - floor(log10(abs(value)))) if value else 0.0
