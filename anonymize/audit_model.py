"""What an attacker can write down about a release: one unknown per cell, and linear facts.

A cell that stands in several tables is one unknown. Unknowns of one dataset, country, unit and
year form a system; no fact links two systems.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, NamedTuple, TypeAlias

import polars as pl

from anonymize.audit_facts import OPEN, Cell, Fact, Range, first, named, order, table_margins, years
from data_contracts.model import TOTAL, Contract, Table
from data_contracts.periods import frequency
from data_contracts.policy import Policy

Tables: TypeAlias = Mapping[str, pl.DataFrame]
HIDDEN = "Q"


class Place(NamedTuple):
    """Where a system of unknowns is; nothing links two of them."""

    dataset: str
    country: str
    unit: str
    year: str


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
        """Every row of every persons table; those of the region are not modelled."""
        for name, frame in sorted(tables.items()):
            if self.specs[name].kind == "persons":
                national = frame.filter(pl.col("country") != TOTAL)
                yield from ((name, row) for row in national.iter_rows(named=True))

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
