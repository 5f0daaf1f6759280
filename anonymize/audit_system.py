"""Sheets that hang together, as one vector of unknown whole numbers with rows over them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from anonymize.audit_links import Link, differ
from anonymize.audit_rows import Integers, Rows, rows_from, stacked
from anonymize.audit_sheets import Sheet


@dataclass
class System:
    """Sheets that links join; the cells of sheet i begin at ``offset[i]``.

    ``lower`` and ``upper`` are what is published; ``links`` are over all cells, and ``apart`` are
    the rows of each sheet by which nested cells of unequal numbers differ.
    """

    sheets: tuple[Sheet, ...]
    links: Rows
    apart: tuple[Rows, ...]

    @cached_property
    def offset(self) -> Integers:
        return np.cumsum([0, *(len(sheet.shape) for sheet in self.sheets)])

    @property
    def lower(self) -> Integers:
        return np.concatenate([sheet.lower for sheet in self.sheets])

    @property
    def upper(self) -> Integers:
        return np.concatenate([sheet.upper for sheet in self.sheets])

    @property
    def states(self) -> Integers:
        """What is published of each cell; of those that no table has, nothing."""
        return np.concatenate(
            [np.pad(s.state, (0, len(s.shape) - s.shape.published)) for s in self.sheets]
        )

    def whole(self, redundant: bool) -> Rows:
        """All rows: every split of a cell, as intervals need, or each thing said once."""
        shapes = [s.shape.splits if redundant else s.shape.program for s in self.sheets]
        parts = [
            part
            for number, rows in enumerate(shapes)
            for part in (
                (rows, int(self.offset[number])),
                (self.apart[number], int(self.offset[number])),
            )
        ]
        return stacked([*parts, (self.links, 0)])

    def slice(self, number: int) -> slice:
        """Where the cells of a sheet are."""
        return slice(int(self.offset[number]), int(self.offset[number + 1]))

    @property
    def start(self) -> Integers:
        """Where the published cells of each sheet begin, if there were no others."""
        return np.cumsum([0, *(sheet.shape.published for sheet in self.sheets)])

    def published(self, ends: Integers) -> Integers:
        """The published part of something that all cells have."""
        return np.concatenate(
            [
                ends[begin : begin + sheet.shape.published]
                for begin, sheet in zip(self.offset, self.sheets, strict=False)
            ]
        )

    def larger(self, with_equal: bool) -> Integers:
        """Published cells, cells inside them, and the least difference, in three rows.

        Those that may be equal only ``with_equal``: nobody needs to be told of persons who are
        counted in both.
        """
        start = self.start
        inside = [pairs(rows) for rows in self.apart]
        found = [own + np.array([[start[n]], [start[n]], [0]]) for n, own in enumerate(inside)]
        between = pairs(self.links)
        sheet = np.searchsorted(self.offset, between[:2], side="right") - 1
        between[:2] += start[sheet] - self.offset[sheet]
        every: Integers = np.concatenate([*found, between], axis=1)
        return every if with_equal else every[:, every[2] > 0]


def pairs(rows: Rows) -> Integers:
    """Of the rows "one cell less another is at least 0, or 1" both cells and that least."""
    two = np.flatnonzero((np.diff(rows.start) == 2) & np.isin(rows.lower, (0, 1)))
    ends = rows.start[two][:, None] + np.array([[0, 1]])
    cell, times = rows.cell[ends], rows.times[ends]
    is_pair = times.sum(axis=1) == 0
    ordered = np.where(times[:, :1] > 0, cell, cell[:, ::-1])[is_pair]
    found: Integers = np.concatenate([ordered.T, rows.lower[two][None, is_pair]])
    return found


def unequal(sheet: Sheet) -> Rows:
    """Nested cells of a sheet whose numbers show that they are not the same people."""
    pairs = sheet.shape.nested
    whole, part = pairs[:, 0], pairs[:, 1]
    may_be_equal = sheet.lower[whole] <= sheet.upper[part]
    close = pairs[(differ(sheet, sheet, pairs) > 0) & may_be_equal]
    return rows_from([({w: 1, p: -1}, 1, 10**6) for w, p in close.tolist()])


def systems(sheets: Sequence[Sheet], links: Iterable[Link]) -> list[System]:
    """The sheets in groups that no link joins."""
    leader = list(range(len(sheets)))

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    every = list(links)
    for link in every:
        first, *others = (lead(sheet) for sheet, _, _ in link.terms)
        for other in others:
            leader[lead(other)] = lead(first)
    groups: dict[int, list[int]] = {}
    for number in range(len(sheets)):
        groups.setdefault(lead(number), []).append(number)
    own: dict[int, list[Link]] = {group: [] for group in groups}
    for link in every:
        own[lead(link.terms[0][0])].append(link)
    return [system([sheets[n] for n in groups[g]], groups[g], own[g]) for g in groups]


def system(sheets: Sequence[Sheet], numbers: Sequence[int], links: Iterable[Link]) -> System:
    """One group of sheets, which have ``numbers`` in ``links``."""
    starts = np.cumsum([0, *(len(sheet.shape) for sheet in sheets)]).tolist()
    offset = dict(zip(numbers, starts, strict=False))
    rows = [
        ({offset[sheet] + cell: times for sheet, cell, times in link.terms}, link.lower, link.upper)
        for link in links
    ]
    return System(tuple(sheets), rows_from(rows), tuple(map(unequal, sheets)))
