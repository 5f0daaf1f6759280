"""What an attacker can write down about a release: one unknown per cell, and linear facts.

A cell that stands in several tables is one unknown, named by its period and its codes other than
totals. Unknowns of one dataset, country, unit and year form a system; no fact links two systems.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import inf
from typing import Any, NamedTuple, TypeAlias

import polars as pl

from data_contracts.model import TOTAL, UNKNOWN, Contract, Policy, Table
from data_contracts.periods import frequency, quarters

Tables: TypeAlias = Mapping[str, pl.DataFrame]
Pair: TypeAlias = tuple[str, str]
HIDDEN = "Q"


class Cell(NamedTuple):
    """A count of persons: its period, and field and code of each dimension that is no total."""

    period: str
    codes: frozenset[Pair]


class Place(NamedTuple):
    """Where a system of unknowns is; nothing links two of them."""

    dataset: str
    country: str
    unit: str
    year: str


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


@dataclass(frozen=True)
class System:
    """The unknowns of one place with their ranges, which of them are hidden, and the facts."""

    ranges: dict[Cell, Range]
    hidden: frozenset[Cell]
    facts: tuple[Fact, ...]

    def relaxed(self) -> "System":
        """The same when a reader gives up the belief that hidden means small."""
        opened = {cell: Range(self.ranges[cell].lower, inf) for cell in self.hidden}
        return replace(self, ranges=self.ranges | opened)


class NotModelled(ValueError):
    """A table has cells that the declared model does not cover, so no verdict is possible."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"{table} has regional cells, which the audit does not cover. Remove them."
        )


@dataclass
class Reading:
    """What the tables of a release and of earlier ones say, cell by cell."""

    ranges: dict[Place, dict[Cell, Range]] = field(default_factory=dict)
    values: dict[tuple[Place, Cell], int] = field(default_factory=dict)
    hidden: set[tuple[Place, Cell]] = field(default_factory=set)
    small: set[tuple[Place, Cell]] = field(default_factory=set)

    def learn(self, place: Place, cell: Cell, known: Range) -> None:
        ranges = self.ranges.setdefault(place, {})
        ranges[cell] = ranges.get(cell, OPEN).within(known)


@dataclass(frozen=True)
class Model:
    """The registry and the policy that an attacker knows; public, all of it."""

    specs: Mapping[str, Table]
    contracts: Mapping[str, Contract]
    policy: Policy

    def systems(
        self, tables: Tables, other_rule: Tables | None, earlier: Sequence[Tables]
    ) -> dict[Place, System]:
        """All that can be written down from ``tables``, knowing which cells another rule hid."""
        reading, other = Reading(), self.keys_of(other_rule)
        for name, row in self.rows(tables):
            self.read(reading, name, row, other)
        for release in reversed(earlier):
            for name, row in self.rows(release):
                self.remember(reading, name, row)
        names = set(tables).union(*earlier)
        return {place: self.system(place, reading, names) for place in sorted(reading.ranges)}

    def rows(self, tables: Tables) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every row of every persons table."""
        for name, frame in sorted(tables.items()):
            if self.specs[name].kind == "persons":
                if TOTAL in frame["country"]:
                    raise NotModelled(name)
                yield from ((name, row) for row in frame.iter_rows(named=True))

    def keys_of(self, tables: Tables | None) -> frozenset[tuple[Place, Cell]] | None:
        """Places and cells of the rows of ``tables``; none is known when there are no tables."""
        if tables is None:
            return None
        return frozenset(where(self.specs[name], row) for name, row in self.rows(tables))

    def read(
        self,
        reading: Reading,
        name: str,
        row: dict[str, Any],
        other: frozenset[tuple[Place, Cell]] | None,
    ) -> None:
        """Take in one row of the release under audit."""
        at = where(self.specs[name], row)
        if row["value"] is not None:
            reading.values[at] = row["value"]
        elif row["obs_status"] == HIDDEN:
            reading.hidden.add(at)
            if other is not None and at not in other:
                reading.small.add(at)
        reading.learn(*at, self.range(row["value"], at in reading.small))

    def remember(self, reading: Reading, name: str, row: dict[str, Any]) -> None:
        """Take in one row of an earlier release, unless the cell was counted anew since.

        The same people have the same number. Another number, or a cell that rounding hides now,
        is of another vintage: an unknown of its own without a link, which tells nothing here.
        """
        at, value = where(self.specs[name], row), row["value"]
        if value is None or at in reading.small:
            return
        if reading.values.setdefault(at, value) == value:
            reading.learn(*at, self.range(value, False))

    @property
    def slack(self) -> int:
        """How far a rounded number may be from the truth."""
        return self.policy.base - 1

    def range(self, value: int | None, is_small: bool) -> Range:
        """What a published value, or its absence, says of a cell."""
        if value is not None:
            return Range(max(0, value - self.slack), value + self.slack)
        return Range(0, self.policy.hide_up_to + self.slack) if is_small else OPEN

    def system(self, place: Place, reading: Reading, names: Iterable[str]) -> System:
        ranges = reading.ranges[place]
        facts = set(self.margins(place, {cell.period for cell in ranges}, names))
        facts.update(years(place.year, ranges))
        cells = {cell for fact in facts for cell, _ in fact.terms}
        every = dict.fromkeys(sorted(cells - set(ranges), key=order), OPEN)
        hidden = frozenset(cell for cell in ranges if (place, cell) in reading.hidden)
        return System(ranges | every, hidden, tuple(sorted(facts, key=first)))

    def margins(self, place: Place, periods: set[str], names: Iterable[str]) -> Iterator[Fact]:
        """How parts and totals hang together in every table of the place."""
        several = {known.safe for known in self.contracts[place.dataset].many}
        for spec in (self.specs[name] for name in names):
            if (spec.kind, spec.dataset) == ("persons", place.dataset) and place.unit in spec.units:
                for period in periods:
                    if frequency(period) in spec.frequencies:
                        yield from table_margins(spec, period, several)


def where(spec: Table, row: Mapping[str, Any]) -> tuple[Place, Cell]:
    """Place and cell of a row."""
    codes = ((known.field, row[name]) for name, known in spec.dimensions.items())
    place = Place(spec.dataset, row["country"], row["unit"], row["period"][:4])
    return place, named(row["period"], codes)


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
