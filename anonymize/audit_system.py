"""Sheets that hang together, as one vector of unknown whole numbers with rows over them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from anonymize.audit_links import Link, differ
from anonymize.audit_shape import Integers, Rows, rows_from, stacked
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
