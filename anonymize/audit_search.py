"""Feasible points of a system, one sheet after the other: each widens what is known possible.

With all other sheets held still a link is a bound on a cell, so that one small program moves one
sheet, and every stop on the way satisfies the whole system.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anonymize.audit_program import Floats, Program, satisfies, totals
from anonymize.audit_shape import Integers, Rows, stacked
from anonymize.audit_system import System

Bools = NDArray[np.bool_]
PUSHES = 40


class Stuck(ValueError):
    """No point of the system was found."""

    def __init__(self) -> None:
        super().__init__("No whole numbers were found that satisfy what is published.")


class Walk:
    """A point of a system that moves sheet by sheet within ``lower`` and ``upper``."""

    def __init__(self, system: System, lower: Integers, upper: Integers) -> None:
        self.system, self.lower, self.upper = system, lower, upper
        self.point = np.zeros(len(lower), dtype=np.int64)
        self.programs: dict[int, Program] = {}

    def program(self, sheet: int) -> Program:
        """The program of a sheet, kept for the next time."""
        if sheet not in self.programs:
            shape = self.system.sheets[sheet].shape
            rows = stacked([(shape.program, 0), (self.system.apart[sheet], 0)])
            self.programs[sheet] = Program(rows, len(shape))
        return self.programs[sheet]

    @cached_property
    def entries(self) -> list[tuple[Integers, Integers]]:
        """Of each sheet the entries in links: where they stand, and their links."""
        links = self.system.links
        link = np.repeat(np.arange(len(links)), np.diff(links.start))
        sheet = np.searchsorted(self.system.offset, links.cell, side="right") - 1
        order = np.argsort(sheet, kind="stable")
        ends = np.searchsorted(sheet[order], np.arange(len(self.system.sheets) + 1))
        return [(order[a:b], link[order[a:b]]) for a, b in zip(ends, ends[1:], strict=False)]

    def start(self) -> None:
        """Go to a point that satisfies the system; raises ``Stuck``."""
        for sheet in range(len(self.system.sheets)):
            own = self.system.slice(sheet)
            found = self.program(sheet).least(self.middling(sheet), self.lower[own], self.upper[own])
            if found is None:
                raise Stuck
            self.point[own] = found
        for _ in range(PUSHES):
            if self.push():
                return
        raise Stuck

    def middling(self, sheet: int) -> Floats:
        return np.zeros(len(self.system.sheets[sheet].shape))

    @property
    def broken(self) -> Integers:
        """By how much each link is missed: below zero if its sum is too small."""
        links, sums = self.system.links, totals(self.system.links, self.point)
        return np.minimum(sums - links.lower, 0) + np.maximum(sums - links.upper, 0)

    def push(self) -> bool:
        """Move each sheet towards the links that it breaks, breaking no other; whether all hold."""
        for sheet in range(len(self.system.sheets)):
            missed = self.broken
            places, links = self.entries[sheet]
            if not missed[links].any():
                continue
            cells = self.system.links.cell[places] - self.system.offset[sheet]
            costs = np.zeros(len(self.system.sheets[sheet].shape))
            np.add.at(costs, cells, np.sign(missed[links]) * self.system.links.times[places])
            self.go(sheet, costs)
        return not self.broken.any()

    def go(self, sheet: int, costs: Floats) -> bool:
        """Move a sheet to where ``costs`` are least; whether it moved."""
        own = self.system.slice(sheet)
        lower, upper = self.room(sheet)
        found = self.program(sheet).least(costs, lower, upper)
        if found is None or (found == self.point[own]).all():
            return False
        self.point[own] = found
        return True

    def room(self, sheet: int) -> tuple[Integers, Integers]:
        """Bounds of a sheet's cells while all others stay; a broken link is not broken further."""
        links, own = self.system.links, self.system.slice(sheet)
        lower, upper = self.lower[own].copy(), self.upper[own].copy()
        places, link = self.entries[sheet]
        if not len(places):
            return lower, upper
        sums, times = totals(links, self.point), links.times[places]
        cells = links.cell[places]
        rest = sums[link] - times * self.point[cells]
        low = np.minimum(links.lower, sums)[link] - rest
        high = np.maximum(np.minimum(links.upper, np.maximum(sums, links.lower)), np.where(sums > links.upper, sums, links.upper))[link] - rest
        least, most = np.where(times > 0, low, -high), np.where(times > 0, high, -low)
        inside = cells - own.start
        np.maximum.at(lower, inside, least)
        np.minimum.at(upper, inside, most)
        return lower, upper

    def holds(self) -> bool:
        """Whether the point satisfies every row of the system."""
        rows: Rows = self.system.whole(redundant=False)
        return satisfies(self.point, rows, self.lower, self.upper)
