"""Years and spans as sets of persons, against every world written out."""

from itertools import product

import numpy as np
import pytest

from anonymize.audit_overlaps import MOST_YEARS, Overlaps, Span, Year

# Three years: of each set of them so many persons at most.
SETS = range(1, 8)
WORLDS = np.array(list(product(range(4), repeat=len(SETS))))
SLACK = 1
TOTALS = {y: np.asarray(sum(WORLDS[:, s - 1] for s in SETS if s >> y & 1)) for y in range(3)}


def year(lowest: int, highest: int, value: int | None = None, small: bool = False) -> Year:
    """A year that was seen at both of its ends."""
    return Year(lowest, highest, lowest, highest, value, small)


def met(span: Span) -> np.ndarray:
    """Of each world how many persons are met in a span."""
    of_span = sum(1 << y for y in span.years)
    return np.asarray(sum(WORLDS[:, s - 1] for s in SETS if s & of_span))


def worlds(years: list[Year], spans: list[Span]) -> np.ndarray:
    """Which worlds fit what spans show, whatever the totals of years."""
    fits = np.ones(len(WORLDS), dtype=bool)
    for span in spans:
        if span.value is None:
            continue
        fits &= abs(met(span) - span.value) <= SLACK
        for y in span.years:
            if years[y].is_small or years[y].value not in (None, span.value):
                fits &= met(span) > TOTALS[y]
        for other in spans:
            if set(other.years) < set(span.years) and other.value not in (None, span.value):
                fits &= met(span) > met(other)
    return fits


CASES = [
    ([year(0, 2), year(0, 2), year(0, 2)], [Span(0, 2, 3)]),
    ([year(1, 3, 2), year(1, 3, 2), year(0, 2)], [Span(0, 2, 6)]),
    ([year(0, 3), year(1, 3, 2), year(1, 3, 2)], [Span(0, 2, 4), Span(1, 2, 4)]),
    ([year(0, 2, None, True), year(1, 3, 2), year(0, 2)], [Span(0, 1, 2), Span(1, 2, 4)]),
    ([year(2, 3, 2), year(1, 3, 2), year(0, 2)], [Span(0, 2, 2), Span(0, 1, None)]),
    ([year(0, 2), year(2, 3, 4), year(0, 2)], [Span(0, 2, 4), Span(1, 2, 2)]),
    ([year(0, 2), year(1, 3, 2), year(0, 2)], [Span(0, 2, 4, year(4, 5))]),
    ([year(0, 2), year(1, 3, 2), year(1, 3, 2)], [Span(0, 2, 4), Span(1, 2, 4, year(4, 5))]),
    ([year(0, 2), year(0, 3), year(0, 2)], [Span(0, 1, None, year(1, 3)), Span(1, 2, 2)]),
]


def known(years: list[Year], spans: list[Span]) -> list[tuple[np.ndarray, Year]]:
    """The totals of which something is known, in each world, and what."""
    coded = [(met(span), span.own) for span in spans if span.own]
    return [(TOTALS[number], one) for number, one in enumerate(years)] + coded


@pytest.mark.parametrize(("years", "spans"), CASES)
def test_a_total_goes_together_with_spans_exactly_if_a_world_has_it(
    years: list[Year], spans: list[Span]
) -> None:
    program, fits = Overlaps(years, spans, SLACK), worlds(years, spans)
    every = known(years, spans)
    for (unknown, one), (totals, _) in zip(program.known.items(), every, strict=True):
        others = [np.isin(of, (o.least, o.most)) for of, o in every if of is not totals]
        ends = np.logical_and.reduce(others)
        for value in range(one.lowest, one.highest + 1):
            found = (fits & ends & (totals == value)).any()
            assert program.can_be(unknown, value) == found, (unknown, value)


@pytest.mark.parametrize("is_seen", [True, False])
@pytest.mark.parametrize(("years", "spans"), CASES)
def test_the_ends_of_spans_and_differences_are_those_of_all_worlds(
    years: list[Year], spans: list[Span], is_seen: bool
) -> None:
    program, fits = Overlaps(years, spans, SLACK), worlds(years, spans)
    for totals, one in known(years, spans):
        seen = np.isin(totals, (one.least, one.most))
        fits &= seen if is_seen else (totals >= one.lowest) & (totals <= one.highest)
    for number, span in enumerate(spans):
        every = np.asarray(sum(TOTALS[y] for y in span.years))
        asked: list[tuple[np.ndarray, int, int | None]] = [
            (met(span), program.span + number, None),
            (every - met(span), program.sum + number, program.span + number),
        ]
        asked += [(met(span) - TOTALS[y], program.span + number, program.year + y)
                  for y in span.years]  # fmt: skip
        for values, whole, part in asked:
            found = program.ends(whole, part, is_seen)
            if not fits.any():
                assert found is None
            else:
                assert found is not None
                assert (found.least, found.most) == (values[fits].min(), values[fits].max())


def test_every_world_fits_what_its_own_roundings_show() -> None:
    """The truth is never denied, whatever was rounded up and down."""
    draw = np.random.default_rng(5)
    for world in WORLDS[draw.integers(len(WORLDS), size=40)]:
        totals = [int(sum(world[s - 1] for s in SETS if s >> y & 1)) for y in range(3)]
        whole = int(world.sum())
        shown = whole - whole % 2 + 2 * int(draw.integers(2)) * (whole % 2)
        program = Overlaps([year(t, t) for t in totals], [Span(0, 2, shown)], SLACK)
        assert program.can_be(program.year, totals[0])


def test_more_years_than_are_tried_are_refused() -> None:
    with pytest.raises(ValueError, match="years are more than"):
        Overlaps([year(0, 9)] * (MOST_YEARS + 1), [Span(0, MOST_YEARS, 20)], 4)
