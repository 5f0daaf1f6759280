"""Linear facts about unknown counts: how the cells of tables hang together.

A cell is named by its period and its codes other than totals, whatever table it stands in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import inf
from typing import NamedTuple, TypeAlias

from data_contracts.model import TOTAL, UNKNOWN, Table
from data_contracts.periods import quarters

Pair: TypeAlias = tuple[str, str]


class Cell(NamedTuple):
    """A count of persons: its period, and field and code of each dimension that is no total."""

    period: str
    codes: frozenset[Pair]


class Fact(NamedTuple):
    """``lower`` ≤ sum of coefficient times cell ≤ ``upper``."""

    terms: frozenset[tuple[Cell, int]]
    lower: float
    upper: float

    def can_hold(self, ranges: Mapping[Cell, "Range"]) -> bool:
        """Whether it holds for some numbers in ``ranges``."""
        ends = [(times, ranges[cell]) for cell, times in self.terms]
        least = sum(times * (known.lower if times > 0 else known.upper) for times, known in ends)
        most = sum(times * (known.upper if times > 0 else known.lower) for times, known in ends)
        return least <= self.upper and most >= self.lower


class Range(NamedTuple):
    """Between what a reader knows a cell to be."""

    lower: float
    upper: float

    def within(self, other: "Range") -> "Range":
        return Range(max(self.lower, other.lower), min(self.upper, other.upper))


OPEN = Range(0, inf)


def named(period: str, codes: Iterable[Pair]) -> Cell:
    return Cell(period, frozenset(pair for pair in codes if pair[1] != TOTAL))


def table_margins(spec: Table, period: str, several: set[str]) -> Iterator[Fact]:
    """The facts along each dimension of one table and period."""
    domains = {
        known.field: [(known.field, code) for code in (TOTAL, *known.codes)]
        for known in spec.dimensions.values()
    }
    for split in domains:
        rests = product(*(pairs for other, pairs in domains.items() if other != split))
        for rest in rests:
            whole, *parts = (named(period, (*rest, pair)) for pair in domains[split])
            unknown = named(period, (*rest, (split, UNKNOWN)))
            yield from (
                overlapping(whole, parts, unknown)
                if split in several
                else [fact({whole: -1} | dict.fromkeys(parts, 1), 0, 0)]
            )


def overlapping(whole: Cell, parts: Sequence[Cell], unknown: Cell) -> Iterator[Fact]:
    """Several answers a person: at most the sum, and no part beyond those with an answer."""
    yield fact({whole: -1} | dict.fromkeys(parts, 1), 0, inf)
    without = {unknown: -1} if unknown in parts else {}
    for part in parts:
        yield fact({whole: 1} | without | {part: -1}, 0, inf)


def years(year: str, cells: Iterable[Cell]) -> Iterator[Fact]:
    """A year has the persons of its quarters, each once.

    Of those unknown in a quarter some are known by the end of the year, so that an unknown of a
    quarter need not be one of the year.
    """
    known = set(cells)
    for whole in (cell for cell in known if cell.period == year):
        parts = [cell for q in quarters(year) if (cell := Cell(q, whole.codes)) in known]
        if len(parts) == len(quarters(year)):
            yield fact({whole: -1} | dict.fromkeys(parts, 1), 0, inf)
        if UNKNOWN not in dict(whole.codes).values():
            yield from (fact({whole: 1, part: -1}, 0, inf) for part in parts)


def fact(terms: dict[Cell, int], lower: float, upper: float) -> Fact:
    return Fact(frozenset(terms.items()), lower, upper)


def order(cell: Cell) -> tuple[str, list[Pair]]:
    """A sorting key that is the same in every run; sets have no order of their own."""
    return cell.period, sorted(cell.codes)


def first(one: Fact) -> tuple[list[tuple[tuple[str, list[Pair]], int]], float, float]:
    """A sorting key of a fact."""
    return sorted((order(cell), times) for cell, times in one.terms), one.lower, one.upper
