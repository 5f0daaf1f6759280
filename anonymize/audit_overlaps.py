"""Persons by the set of years in which they were met: what spans and years can be together.

Nothing links the years of one country but the totals of its spans. So whatever populations its
years have by themselves, their persons may be anybody of any other year: a whole number of persons
for each set of years, with the year's total as the sum of the sets that have the year, and the
span's as the sum of those that meet it, is a world, and each world is such numbers. So nothing is
missed here, and whatever is found here is possible.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from anonymize.audit_program import Ends, ends, solved
from anonymize.audit_rows import BOUNDLESS, Integers, Rows, rows_from

# With more years there are too many sets of them.
MOST_YEARS = 8


class Year(NamedTuple):
    """The proven ends of a year's total, two totals that it was seen to have, and its number.

    ``value`` is the number that is shown; ``is_small`` that rounding is believed to hide it.
    """

    lowest: int
    highest: int
    least: int
    most: int
    value: int | None
    is_small: bool


class Span(NamedTuple):
    """The first and the last of some years, by place, and the number if one was ever shown.

    ``own`` is what its own cells leave open of its total, where it has numbers by code.
    """

    first: int
    last: int
    value: int | None
    own: Year | None = None

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    def within(self, other: "Span") -> bool:
        """Whether all its years are in another span, which has more."""
        return set(self.years) < set(other.years)


class Overlaps:
    """The years and spans of one country and unit, as a program of whole numbers.

    Unknowns are first the sets of years, then ``years``, ``spans``, and for each span the sum of
    its years. Years, and spans with numbers by code, are ``fixed`` or, if ``is_seen``, one of the
    two totals that were seen; else anything between their proven ends.
    """

    def __init__(self, years: Sequence[Year], spans: Sequence[Span], slack: int) -> None:
        if len(years) > MOST_YEARS:
            raise ValueError(f"{len(years)} years are more than the {MOST_YEARS} that are tried.")
        self.years, self.spans, self.slack = years, spans, slack
        self.sets = range(1, 2 ** len(years))
        self.year = len(self.sets)
        self.span = self.year + len(years)
        self.sum = self.span + len(spans)
        self.choice = self.sum + len(spans)
        coded = {self.span + n: one.own for n, one in enumerate(spans) if one.own}
        self.known = {self.year + n: one for n, one in enumerate(years)} | coded

    def ends(self, whole: int, part: int | None, is_seen: bool) -> Ends | None:
        """How small and how large one unknown less another can be; None without an answer."""
        return ends(*self.program(is_seen, {}), whole, part)

    def can_be(self, unknown: int, value: int) -> bool:
        """Whether a known total may be that, while each other one is one of the two seen."""
        rows, lower, upper = self.program(True, {unknown: value})
        return solved(rows, lower, upper, np.zeros(len(lower))) is not None

    def program(self, is_seen: bool, fixed: Mapping[int, int]) -> tuple[Rows, Integers, Integers]:
        """The rows, and the ends of all unknowns."""
        lower = np.zeros(self.choice + len(self.known), dtype=np.int64)
        upper = np.full(len(lower), BOUNDLESS)
        upper[self.choice :] = 1
        for number, span in enumerate(self.spans):
            if span.value is not None:
                lower[self.span + number] = span.value - self.slack
                upper[self.span + number] = span.value + self.slack
        for unknown, one in self.known.items():
            value = fixed.get(unknown)
            least, most = (one.lowest, one.highest) if value is None else (value, value)
            lower[unknown] = max(lower[unknown], least)
            upper[unknown] = min(upper[unknown], most)
        rows = [*self.counts(), *self.unequal()]
        if is_seen:
            rows += self.seen(set(fixed))
        return rows_from(rows), lower, upper

    def counts(self) -> Iterable[tuple[dict[int, int], int, int]]:
        """Who is in a year, in a span, and how many its years add up to."""
        for number in range(len(self.years)):
            yield self.of_sets(self.year + number, range(number, number + 1))
        for number, span in enumerate(self.spans):
            yield self.of_sets(self.span + number, span.years)
            terms = {self.sum + number: -1} | {self.year + y: 1 for y in span.years}
            yield terms, 0, 0

    def of_sets(self, unknown: int, years: Iterable[int]) -> tuple[dict[int, int], int, int]:
        """An unknown is the sum of the sets that have any of some years."""
        met = sum(1 << year for year in years)
        terms = {place: 1 for place, one in enumerate(self.sets) if one & met}
        return terms | {unknown: -1}, 0, 0

    def unequal(self) -> Iterable[tuple[dict[int, int], int, int]]:
        """The same people have the same number, and few are not many: else one more is in it."""
        for number, span in enumerate(self.spans):
            if span.value is None:
                continue
            for place in span.years:
                year = self.years[place]
                if year.is_small or year.value not in (None, span.value):
                    yield {self.span + number: 1, self.year + place: -1}, 1, BOUNDLESS
            for inner, other in enumerate(self.spans):
                if other.within(span) and other.value not in (None, span.value):
                    yield {self.span + number: 1, self.span + inner: -1}, 1, BOUNDLESS

    def seen(self, fixed: set[int]) -> Iterable[tuple[dict[int, int], int, int]]:
        """Each known total that is not ``fixed`` is one of the two that it was seen to be."""
        for number, (unknown, one) in enumerate(self.known.items()):
            if unknown not in fixed:
                terms = {unknown: 1, self.choice + number: one.least - one.most}
                yield {n: t for n, t in terms.items() if t}, one.least, one.least
