"""Medians and means of bands, against the same taken of days written out one by one."""

from itertools import product
from math import inf
from statistics import mean as plain_mean
from statistics import median as plain_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policies import POLICY
from transforms.bands import Band, BandInvalid, average, edges, mean, median, of_known, significant

CODES = ("D0T7", "D8T30", "D31T90", "D_GE91")
DIGITS = POLICY.mean_digits


def shown(code: str, value: float | None, slack: int = 4) -> Band:
    if value is None:
        return Band(*edges(code), None, 0, inf)
    return Band(*edges(code), value, max(0, value - slack), value + slack)


def bands(*values: float | None, slack: int = 4) -> list[Band]:
    return [shown(code, value, slack) for code, value in zip(CODES, values, strict=True)]


def known(found: list[Band]) -> Band:
    total = of_known(found, Band(0, inf, None, 0, inf), None)
    assert total is not None
    return total


@pytest.mark.parametrize(
    ("code", "ends"),
    [("D0T7", (0, 8)), ("S_LT12", (0, 12)), ("D_GE366", (366, inf)), ("N2T4", (2, 5))],
)
def test_a_band_tells_its_ends(code: str, ends: tuple[float, float]) -> None:
    assert edges(code) == ends


def test_what_is_no_band_is_refused() -> None:
    with pytest.raises(BandInvalid, match="tipstat:custody names no numbers"):
        edges("tipstat:custody")


def test_the_median_lies_in_its_band_in_proportion() -> None:
    # 100 persons; the fiftieth is half way through the second band, of 8 to 30 days.
    found = bands(40, 20, 40, 0)
    assert median(found, known(found)) == (20, 0, 91)


def test_the_median_needs_nothing_of_the_bands_beyond_the_middle_and_everything_before() -> None:
    total, unknown = shown("D_GE0", 110), shown("D_GE0", 10)
    all_known = of_known(bands(60, 20, None, None), total, unknown)
    assert all_known is not None
    told = median(bands(60, 20, None, None), all_known)
    assert told is not None
    assert told.value == round(8 * 50 / 60)
    assert median(bands(None, 60, 20, None), all_known) is None
    assert median(bands(20, 20, None, 40), all_known) is None
    assert median(bands(10, 10, 10, 70), all_known) is None


def test_without_the_unknown_all_bands_must_be_shown() -> None:
    total, hidden = shown("D_GE0", 110), Band(0, inf, None, 0, inf)
    assert of_known(bands(60, 20, 20, None), total, hidden) is None
    assert of_known(bands(60, 20, 20, 0), total, hidden) == (0, inf, 100, 88, 116)


@pytest.mark.parametrize("how", ["median", "mean"])
def test_fewer_than_thirty_have_no_average_and_a_hidden_one_has_open_ends(how: str) -> None:
    for value, is_there in ((14, False), (15, True)):
        found = dict(zip(CODES, bands(value, 15, 0, 0), strict=True)) | {"_T": shown("D_GE0", 30)}
        told = average(how, found, CODES, 30, DIGITS)
        assert (told[0] is not None) == is_there
        assert is_there or told == (None, 0, None)


def test_a_mean_needs_every_band_and_has_two_digits() -> None:
    assert mean(bands(50, None, 50, 0), DIGITS) is None
    assert mean(bands(0, 0, 0, 0), DIGITS) is None
    told = mean(bands(50, 30, 20, 0), DIGITS)
    assert told is not None
    # 3.5, 19 and 60.5 days are the middles.
    assert told.value == significant((50 * 3.5 + 30 * 19 + 20 * 60.5) / 100, DIGITS) == 20
    assert told.upper is None  # up to four may have waited for years
    finer = mean(bands(50, 30, 20, 0), DIGITS + 2)
    assert finer is not None
    assert finer.value == 19.55


@pytest.mark.parametrize(("value", "told"), [(123.4, 120), (0.0567, 0.057), (0, 0), (-19.6, -20)])
def test_two_significant_digits(value: float, told: float) -> None:
    assert significant(value, DIGITS) == told


COUNTS = st.lists(st.integers(0, 40), min_size=3, max_size=3).filter(sum)


@given(COUNTS, st.lists(st.integers(0, 10), min_size=3, max_size=3), st.randoms())
def test_the_intervals_hold_what_any_days_and_any_allowed_counts_give(
    counts: list[int], places: list[int], random: object
) -> None:
    published = [(n + 2) // 5 * 5 for n in counts]
    found = bands(*published, 0, slack=4)[:3]
    if not sum(published):
        return
    ends = [(0, 7), (8, 30), (31, 90)]
    days = [
        low + (high - low) * at // 10
        for (low, high), n, at in zip(ends, counts, places, strict=True)
        for _ in range(n)
    ]
    told, middle = mean(found, DIGITS), median(found, known(found))
    assert told is not None
    assert told.lower <= plain_mean(days) <= (told.upper or inf)
    assert middle is not None
    assert middle.lower <= plain_median(days) <= (middle.upper or inf)


def test_the_interval_of_a_mean_is_that_of_all_counts_tried_one_by_one() -> None:
    found = bands(5, 10, 5, 0, slack=2)[:3]
    told = mean(found, DIGITS)
    assert told is not None
    boxes = [range(int(band.lower), int(band.upper) + 1) for band in found]
    lows = [sum(n * b.low for n, b in zip(w, found, strict=True)) / sum(w) for w in product(*boxes)]
    highs = [
        sum(n * (b.high - 1) for n, b in zip(w, found, strict=True)) / sum(w)
        for w in product(*boxes)
    ]
    assert told.lower == pytest.approx(min(lows))
    assert told.upper == pytest.approx(max(highs))
