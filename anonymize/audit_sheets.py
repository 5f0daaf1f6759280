"""What releases say, sheet by sheet: all cells of a dataset, country, unit, period and vintage.

Between two releases a number stays, or the country's year was counted anew: then a new vintage
begins, to which only what changed, or was never seen, is known to belong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anonymize.audit_fields import Field, fields
from anonymize.audit_rows import BOUNDLESS, Integers
from anonymize.audit_shape import Shape, shape
from data_contracts.model import CodeList, Contract, Table
from data_contracts.periods import is_span
from data_contracts.policy import Policy
from data_contracts.questions import homes

Tables: TypeAlias = Mapping[str, pl.DataFrame]
Ends: TypeAlias = tuple[int, int]
HIDDEN = "Q"
NOTHING, OTHER, SMALL, SHOWN = range(4)
# Of a cell: in the release under audit, shown there, shown or hidden before of the same people.
NOW, SHOWN_NOW, SHOWN_BEFORE, HIDDEN_BEFORE = 1, 2, 4, 8


class Place(NamedTuple):
    """Where a sheet is; ``vintage`` counts the annual revisions that a reader has seen."""

    dataset: str
    country: str
    unit: str
    period: str
    vintage: int = 0

    @property
    def year(self) -> tuple[str, str, str, str]:
        """What is counted from one vintage: a year with its quarters, or a span of years."""
        period = self.period if is_span(self.period) else self.period[:4]
        return self.dataset, self.country, self.unit, period


class Row(NamedTuple):
    """A row of a table as it is read: its codes, its number if it is shown, whether it is small."""

    place: Place
    table: str
    codes: tuple[str, ...]
    value: int | None
    is_small: bool


@dataclass
class Sheet:
    """The cells of a place: shape, ranges, and of each published cell its state and number.

    ``since`` is the release, counted from the oldest, that began the vintage; ``is_now`` says in
    which releases a cell is shown, ``is_zero`` which are declared zeros, ``told`` between what
    cells are according to others. The total is at most ``most``, as spans of its year show.
    """

    place: Place
    shape: Shape
    lower: Integers
    upper: Integers
    state: Integers
    value: Integers
    is_now: Integers
    is_zero: NDArray[np.bool_]
    since: int = 0
    told: Mapping[int, Ends] = field(default_factory=dict)
    most: int = BOUNDLESS

    def hide(self, cell: int) -> None:
        """A cell is shown no longer, and for no known reason."""
        self.state[cell] = OTHER
        self.lower[cell], self.upper[cell] = self.open_ends(cell)
        self.is_now[cell] &= ~SHOWN_NOW

    def open_ends(self, cell: int) -> Ends:
        """Between what a cell is of which nothing is shown."""
        least, most = self.told.get(cell, (0, BOUNDLESS))
        is_total = not self.shape.codes[cell]
        return least, min(most, self.most) if is_total else most

    @property
    def can_be_hidden(self) -> Integers:
        """The cells that this release alone shows: what was shown before is known for good."""
        return np.flatnonzero(self.is_now & (SHOWN_NOW | SHOWN_BEFORE) == SHOWN_NOW)


@dataclass
class Noted:
    """What is known of one place before its shape is."""

    since: int
    rows: list[tuple[Row, bool]] = field(default_factory=list)


@dataclass
class Notes:
    """Rows of one release after the other, each in the vintage to which it is known to belong."""

    places: dict[Place, Noted] = field(default_factory=dict)
    vintages: dict[tuple[str, ...], int] = field(default_factory=dict)
    seen: dict[tuple[Place, str, tuple[str, ...]], tuple[int | None, int]] = field(
        default_factory=dict
    )

    def is_changed(self, row: Row) -> bool:
        """Whether a row denies what was shown before: it was counted anew, not only hidden."""
        before, _ = self.seen.get((row.place, row.table, row.codes), (None, 0))
        return before is not None and (row.is_small or row.value not in (None, before))

    def begin(self, years: Iterable[tuple[str, ...]]) -> None:
        """A new vintage of each of ``years``."""
        for year in set(years):
            self.vintages[year] = self.vintages.get(year, 0) + 1

    def put(self, row: Row, release: int, is_now: bool) -> None:
        """Note a row where it belongs.

        In a year that was counted anew a number that stayed may be of the old people; and what
        was and is hidden may be small of the old or of the new, so that nothing is known of it.
        """
        key, latest = (row.place, row.table, row.codes), self.vintages.get(row.place.year, 0)
        before, vintage = self.seen.get(key, (None, latest))
        stays = key in self.seen and not self.is_changed(row)
        if stays and row.value is None and vintage < latest:
            row = row._replace(is_small=False)
        # A declared zero is one of whatever people.
        if row.value == 0 or not (stays and row.value is not None and row.value == before):
            vintage = latest
        if not (stays and row.value is None):
            self.seen[key] = (row.value, vintage)
        place = row.place._replace(vintage=vintage)
        self.places.setdefault(place, Noted(release)).rows.append((row, is_now))


@dataclass(frozen=True)
class Reader:
    """The registry and the policy that an attacker knows; public, all of it."""

    specs: Mapping[str, Table]
    contracts: Mapping[str, Contract]
    policy: Policy
    lists: Mapping[str, CodeList]

    def sheets(
        self, tables: Tables, other_rule: Tables | None, earlier: Sequence[Tables]
    ) -> list[Sheet]:
        """The sheets of a release and of what earlier ones, the oldest first, add to it."""
        notes = Notes()
        releases = [*earlier[-self.policy.remembered_releases :], tables]
        for number, release in enumerate(releases):
            is_last = number == len(releases) - 1
            rows = list(self.rows(release, other_rule if is_last else None))
            notes.begin(row.place.year for row in rows if notes.is_changed(row))
            for row in rows:
                notes.put(row, number, is_last)
        return list(self.shaped(notes.places))

    def rows(self, tables: Tables, other_rule: Tables | None) -> Iterator[Row]:
        """Every available row of every persons table; small if rounding is known to hide it.

        Total spans of years are attacked apart, see ``audit_spans``.
        """
        for name, frame in sorted(tables.items()):
            spec = self.specs[name]
            if spec.kind != "persons":
                continue
            keys = ["country", "unit", "period", *spec.dimensions]
            other = None
            if other_rule is not None:
                listed = other_rule.get(name)
                other = set() if listed is None else set(listed.select(keys).iter_rows())
            there = frame.filter(pl.col("value").is_not_null() | (pl.col("obs_status") == HIDDEN))
            values = there["value"].to_list()
            for row, value in zip(there.select(keys).iter_rows(), values, strict=True):
                if is_span(row[2]) and not spec.dimensions:
                    continue
                small = value is None and other is not None and row not in other
                yield Row(Place(spec.dataset, *row[:3]), name, row[3:], value, small)

    def shaped(self, noted: Mapping[Place, Noted]) -> Iterator[Sheet]:
        """The places with their shapes; places with the same tables have one.

        Where tables tell who is at home it is one for each country.
        """
        shapes: dict[tuple[str, str, frozenset[str]], Shape] = {}
        every: dict[tuple[str, str], dict[str, Field]] = {}
        apart = {one.dataset for one in self.specs.values() if homes([one])}
        for place, told in sorted(noted.items()):
            names = frozenset(row.table for row, _ in told.rows)
            home = place.country if place.dataset in apart else ""
            if (place.dataset, home) not in every:
                every[place.dataset, home] = self.fields(place.dataset, noted, home)
            key = (place.dataset, home, names)
            if key not in shapes:
                tables = [self.specs[name] for name in sorted(names)]
                shapes[key] = shape(
                    tables, every[place.dataset, home], self.policy.clique_dimensions
                )
            yield self.sheet(place, shapes[key], told)

    def fields(self, dataset: str, noted: Mapping[Place, Noted], home: str) -> dict[str, Field]:
        """The fields of a dataset, as all its tables divide them, in a country."""
        names = {row.table for told in noted.values() for row, _ in told.rows}
        several = frozenset(known.safe for known in self.contracts[dataset].many)
        own = (self.specs[name] for name in sorted(names))
        here = (spec for spec in own if spec.dataset == dataset)
        return fields(here, several, self.lists, home)

    def sheet(self, place: Place, shaped: Shape, told: Noted) -> Sheet:
        number, slack = shaped.published, self.policy.base - 1
        made = Sheet(
            place, shaped,
            lower=np.zeros(len(shaped), dtype=np.int64), upper=np.full(len(shaped), BOUNDLESS),
            state=np.zeros(number, dtype=np.int64), value=np.zeros(number, dtype=np.int64),
            is_now=np.zeros(number, dtype=np.int64), is_zero=np.zeros(number, dtype=bool),
            since=told.since,
        )  # fmt: skip
        for row, is_now in told.rows:
            cell = shaped.places[row.table][row.codes]
            # Only a declared zero is shown as one, and nobody needs to be told of it.
            made.is_zero[cell] |= row.value == 0
            is_told = int(row.value is not None)
            state = SHOWN if is_told else SMALL if row.is_small else OTHER
            made.state[cell] = max(made.state[cell], state)
            before = SHOWN_BEFORE if is_told else HIDDEN_BEFORE
            made.is_now[cell] |= (NOW | (SHOWN_NOW * is_told)) if is_now else before
            if row.value is not None:
                made.value[cell] = row.value
                made.lower[cell] = max(made.lower[cell], row.value - slack)
                made.upper[cell] = min(made.upper[cell], row.value + slack)
            elif row.is_small:
                made.upper[cell] = min(made.upper[cell], self.policy.small_up_to)
        zeros = np.flatnonzero(made.is_zero)
        for known in (made.state, made.value, made.is_now, made.lower, made.upper):
            known[zeros] = 0
        return made
