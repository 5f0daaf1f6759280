"""Populations that could have made the tables: invented persons, counted as the real ones are.

Whatever a list of persons adds up to satisfies every sum, every clique, every year and region at
once and in whole numbers, so that only what is published remains to be satisfied. Two populations
that agree with everything published and differ in a cell prove that the cell is wide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from anonymize.audit_fields import Field
from anonymize.audit_homes import Home
from anonymize.audit_rows import Integers
from anonymize.audit_shape import Shape
from anonymize.audit_sheets import Sheet
from data_contracts.model import TOTAL

Bools = NDArray[np.bool_]
# Answers a person gives at most to one question.
ANSWERS = 4
# A population as it was: codes, presence and home of its persons, and its cells.
Kept: TypeAlias = tuple[Integers, ...]


@dataclass(frozen=True)
class Form:
    """How a person is written down: a column for each field, ``ANSWERS`` for those of several.

    A column holds the number of an atom; the number after the last says "no further answer".
    """

    fields: tuple[Field, ...]

    @cached_property
    def columns(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        width = 0
        for field in self.fields:
            own = ANSWERS if field.several else 1
            found[field.name] = tuple(range(width, width + own))
            width += own
        return found

    @cached_property
    def width(self) -> int:
        return sum(map(len, self.columns.values()))


@dataclass(frozen=True)
class Counter:
    """Which cells of a shape a person stands in, for many persons at once.

    Each cell that a person can stand in comes from one *view*: a margin of a table and, of each
    question of several answers in it, one of the answers. ``steps`` and ``first`` turn a person's
    columns into a position of ``cell``, where the number of published cells means none. Several
    answers may be of one group, in which a person stands once: ``twins`` are two views, of which
    the second is nowhere where it says the same cell as the first.
    """

    steps: Integers
    first: Integers
    cell: Integers
    twins: Integers
    nowhere: int

    def __call__(self, codes: Integers) -> Integers:
        found: Integers = self.cell[codes @ self.steps + self.first]
        for one, other in self.twins:
            found[:, other] = np.where(
                found[:, one] == found[:, other], self.nowhere, found[:, other]
            )
        return found


def counter(shape: Shape, form: Form) -> Counter:
    """The counter of a shape; labels wider than an atom are looked up atom by atom.

    A code that several domains share is one cell, and counted in the first level that has it.
    """
    views: list[dict[int, int]] = []
    twins: list[tuple[int, int]] = []
    cells, first, counted = [], [0], np.zeros(0, dtype=np.int64)
    for level in shape.levels:
        names = sorted(level)
        slots = [form.columns[name] for name, _ in names]
        table = positions(shape, names)
        table = np.where(np.isin(table, counted), shape.published, table)
        counted = np.union1d(counted, table)
        if any(shape.fields[name].several and is_grouped(shape, name, own) for name, own in names):
            twins.extend(combinations(range(len(views), len(views) + prod(map(len, slots))), 2))
        for chosen in product(*slots):
            views.append(dict(zip(chosen, strides(shape.fields, names), strict=True)))
            cells.append(table)
            first.append(first[-1] + len(table))
    steps = np.zeros((form.width, len(views)), dtype=np.int64)
    for number, view in enumerate(views):
        for column, stride in view.items():
            steps[column, number] = stride
    pairs = np.array(twins, dtype=np.int64).reshape(-1, 2)
    return Counter(steps, np.array(first[:-1]), np.concatenate(cells), pairs, shape.published)


def is_grouped(shape: Shape, name: str, labels: Iterable[str]) -> bool:
    """Whether one of the labels holds more than one answer."""
    return any(len(shape.fields[name].holds[label]) > 1 for label in labels)


def strides(fields: Mapping[str, Field], names: Sequence[tuple[str, tuple[str, ...]]]) -> list[int]:
    sizes = [width(fields[name]) for name, _ in names]
    return [prod(sizes[number + 1 :]) for number in range(len(sizes))]


def width(field: Field) -> int:
    """How many values a column of a field has."""
    return len(field.atoms) + field.several


def positions(shape: Shape, names: Sequence[tuple[str, tuple[str, ...]]]) -> Integers:
    """The cell of each combination of atoms in a level."""
    ways = []
    for name, labels in names:
        field = shape.fields[name]
        ways.append(
            [
                next((one for one in labels if atom in field.holds[one]), None)
                for atom in field.atoms
            ]
            + [None] * field.several
        )
    found = []
    for labels_of in product(*ways):
        codes = frozenset(
            (name, label)
            for (name, _), label in zip(names, labels_of, strict=True)
            if label is not None
        )
        found.append(shape.number[codes] if len(codes) == len(names) else shape.published)
    return np.array(found, dtype=np.int64)


class Population:
    """Persons of every home, and the cells that they make.

    ``count`` has the published cells of each sheet from ``start`` on, and a last one for nowhere.
    ``lower`` and ``upper`` are the ends of the published cells. ``counters`` has one per shape,
    by its ``id``; they are made where they are not given.
    """

    def __init__(
        self,
        sheets: Sequence[Sheet],
        homes: Sequence[Home],
        lower: Integers,
        upper: Integers,
        counters: dict[int, Counter] | None = None,
    ) -> None:
        self.sheets, self.homes = tuple(sheets), tuple(homes)
        self.form = Form(tuple(sheets[0].shape.fields.values()))
        self.start = np.cumsum([0, *(sheet.shape.published for sheet in sheets)])
        self.made = {} if counters is None else counters
        for sheet in sheets:
            if id(sheet.shape) not in self.made:
                self.made[id(sheet.shape)] = counter(sheet.shape, self.form)
        self.counters = [self.made[id(sheet.shape)] for sheet in sheets]
        self.codes = np.zeros((0, self.form.width), dtype=np.int64)
        self.presence = np.zeros(0, dtype=np.int64)
        self.home = np.zeros(0, dtype=np.int64)
        self.count = np.zeros(int(self.start[-1]) + 1, dtype=np.int64)
        self.lower, self.upper = (
            np.append(ends, extra) for ends, extra in ((lower, -(2**40)), (upper, 2**40))
        )

    @property
    def nowhere(self) -> int:
        return len(self.count) - 1

    @cached_property
    def is_regional(self) -> Bools:
        """Which cells are of the region."""
        places = [sheet.place.country == TOTAL for sheet in self.sheets]
        return np.append(np.repeat(places, np.diff(self.start)), False)

    def cells(self, home: int, codes: Integers, presence: Integers) -> Integers:
        """The cells in which persons of one home stand, a row each, padded with nowhere."""
        parts, own = [], self.homes[home]
        found: dict[int, Integers] = {}
        for sheet, mask in zip(own.sheets, own.masks, strict=True):
            is_in = (presence & mask) != 0
            if not is_in.any():
                continue
            counter, published = self.counters[sheet], self.sheets[sheet].shape.published
            if id(counter) not in found:
                found[id(counter)] = counter(codes)
            cell = found[id(counter)]
            parts.append(
                np.where(
                    is_in[:, None] & (cell < published), cell + self.start[sheet], self.nowhere
                )
            )
        return np.concatenate(parts, axis=1) if parts else np.full((len(codes), 1), self.nowhere)

    def add(self, home: int, codes: Integers, presence: Integers) -> None:
        """More persons of one home."""
        self.codes = np.concatenate([self.codes, codes])
        self.presence = np.concatenate([self.presence, presence])
        self.home = np.concatenate([self.home, np.full(len(codes), home)])
        np.add.at(self.count, self.cells(home, codes, presence), 1)
        self.count[-1] = 0

    def kept(self) -> Kept:
        """The population as it is, to come back to."""
        return self.codes.copy(), self.presence.copy(), self.home.copy(), self.count.copy()

    def restore(self, kept: Kept) -> None:
        """Come back to what was kept."""
        self.codes, self.presence, self.home, self.count = (part.copy() for part in kept)

    def recounted(self) -> Integers:
        """The cells counted anew from the persons."""
        count = np.zeros_like(self.count)
        for home in range(len(self.homes)):
            own = self.home == home
            np.add.at(count, self.cells(home, self.codes[own], self.presence[own]), 1)
        count[-1] = 0
        return count
