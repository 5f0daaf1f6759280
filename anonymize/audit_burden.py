"""What a population misses of what is published, and what one person more or less would cost it.

A cell outside its bounds costs what it is outside; nested cells that must differ cost one while
they do not. Inside its bounds a shown cell is drawn to its middle, where moves are free.
"""

from functools import cached_property

import numpy as np

from anonymize.audit_population import Population
from anonymize.audit_shape import Integers, Rows
from anonymize.audit_system import System

BASIN = 12


class Burden:
    """A population, what each of its cells is bounded by, and what it misses."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.lower, self.upper = population.lower.copy(), population.upper.copy()
        self.more, self.fewer = np.zeros_like(self.lower), np.zeros_like(self.lower)
        self.uphill, self.downhill = np.zeros(len(self.lower)), np.zeros(len(self.lower))
        self.steep = np.zeros(len(self.lower))
        self.level()

    def refresh(self, cells: Integers) -> None:
        """What one person more or less in a cell costs, anew for ``cells``."""
        count, low, high = self.population.count[cells], self.lower[cells], self.upper[cells]
        self.more[cells] = (count >= high).astype(np.int64) - (count < low)
        self.fewer[cells] = (count <= low).astype(np.int64) - (count > high)
        far, steep = count - self.goal[cells], self.steep[cells]
        self.uphill[cells], self.downhill[cells] = (2 * far + 1) * steep, (1 - 2 * far) * steep

    def level(self) -> None:
        """Draw each shown cell to its middle, where moves are free, and no other anywhere."""
        width = self.upper - self.lower
        is_shown = (self.lower > 0) & (width <= 2 * BASIN)
        self.goal = np.where(is_shown, (self.lower + self.upper) / 2, 0)
        self.steep = np.where(is_shown, 1.0 / np.clip(width, 1, 2 * BASIN) ** 2, 0)
        self.refresh(np.arange(len(self.lower)))

    @cached_property
    def apart(self) -> Integers:
        """Pairs of cells of which the first must be larger, by their numbers in the population."""
        system, start = self.population.system, self.population.start
        pairs = [
            np.stack([rows.cell[::2], rows.cell[1::2]], axis=1)[:, ::1] + start[number]
            if (rows.times[::2] > 0).all()
            else ordered(rows) + start[number]
            for number, rows in enumerate(system.apart)
            if len(rows)
        ]
        return np.concatenate([*pairs, linked(system, start)])

    @property
    def same(self) -> Integers:
        """Which pairs that must differ do not."""
        count = self.population.count
        return np.flatnonzero(count[self.apart[:, 0]] <= count[self.apart[:, 1]])

    @property
    def missed(self) -> Integers:
        """The cells outside their bounds."""
        count = self.population.count
        return np.flatnonzero((count < self.lower) | (count > self.upper))

    @property
    def fits(self) -> bool:
        return not len(self.missed) and not len(self.same)

    def outside(self, cells: Integers, count: Integers) -> int:
        low, high = self.lower[cells], self.upper[cells]
        return int((np.maximum(low - count, 0) + np.maximum(count - high, 0)).sum())


def ordered(rows: Rows) -> Integers:
    """Each row's cells, that with the sign plus first."""
    cell, times = rows.cell.reshape(-1, 2), rows.times.reshape(-1, 2)
    found: Integers = np.where(times[:, :1] > 0, cell, cell[:, ::-1])
    return found


def linked(system: System, start: Integers) -> Integers:
    """The pairs of cells of two sheets that must differ."""
    links = system.links
    strict = np.flatnonzero((links.lower == 1) & (np.diff(links.start) == 2))
    pairs = [ordered_link(links, int(number)) for number in strict]
    every = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    sheet = np.searchsorted(system.offset, every, side="right") - 1
    found: Integers = every - system.offset[sheet] + start[sheet]
    return found


def ordered_link(links: Rows, number: int) -> list[int]:
    entries = slice(int(links.start[number]), int(links.start[number + 1]))
    cells: list[int] = links.cell[entries].tolist()
    times: list[int] = links.times[entries].tolist()
    return cells if times[0] > 0 else cells[::-1]
