"""What the numbers of others tell of a system by themselves, as if nothing of ours were known."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from anonymize.audit_program import ends
from anonymize.audit_propagation import Contradiction, narrowed
from anonymize.audit_rows import BOUNDLESS, Rows, stacked
from anonymize.audit_sheets import Ends
from anonymize.audit_system import System
from anonymize.audit_targets import REVISION, Bools, Targets, few, narrow
from data_contracts.policy import Policy


class Fact(NamedTuple):
    """A cell of a system, by sheet and number, and between what it is according to others."""

    sheet: int
    cell: int
    ends: Ends


class Theirs:
    """The ends of all cells of a system by facts alone; they are none if they deny each other.

    ``place`` has, per cell of the population, its number in the system, and -1 for nowhere.
    """

    def __init__(self, system: System, known: Sequence[Fact]) -> None:
        offset = system.offset
        shapes = [(s.shape.splits, int(n)) for s, n in zip(system.sheets, offset, strict=False)]
        begin, cells, times, least, most = system.links
        links = Rows(begin, cells, times, np.minimum(least, 0), most)
        self.rows = stacked([*shapes, (links, 0)])
        self.place = np.append(system.published(np.arange(offset[-1])), -1)
        lower, upper = np.zeros(int(offset[-1]), dtype=np.int64), np.full(offset[-1], BOUNDLESS)
        for fact in known:
            lower[int(offset[fact.sheet]) + fact.cell] = fact.ends[0]
            upper[int(offset[fact.sheet]) + fact.cell] = fact.ends[1]
        try:
            self.lower, self.upper = narrowed(self.rows, lower, upper)
        except Contradiction:
            self.lower, self.upper = np.zeros_like(lower), np.full_like(upper, BOUNDLESS)
        self.seen: dict[int, bool] = {}

    def gives_away(self, found: Targets, chosen: Bools, policy: Policy) -> Bools:
        """Which targets they tell too closely: by intervals any, by more than that the chosen."""
        lower, upper = np.append(self.lower, 0), np.append(self.upper, 0)
        whole, part = self.place[found.whole], self.place[found.part]
        # Whoever is in a part is in the whole; but a vintage is no part of another.
        low, high = np.maximum(lower[whole] - upper[part], 0), upper[whole] - lower[part]
        told: Bools = narrow(low, high, policy) | few(low, high, policy)
        for number in np.flatnonzero(chosen & ~told & (part >= 0)).tolist():
            if number not in self.seen:
                self.seen[number] = self.tells(int(whole[number]), int(part[number]), policy)
            told[number] = self.seen[number]
        told[found.kind == REVISION] = False
        return told

    def tells(self, whole: int, part: int, policy: Policy) -> bool:
        """Whether they tell the difference of two cells, by one sum or by an integer program."""
        every = [self.between(row, whole, part) for row in self.with_both(whole, part)]
        if exact := ends(self.rows, self.lower, self.upper, whole, part):
            every.append((exact.least, exact.most))
        low = np.array([max([0, *(one for one, _ in every)])])
        high = np.array([min([BOUNDLESS, *(one for _, one in every)])])
        return bool(narrow(low, high, policy)[0] or few(low, high, policy)[0])

    def with_both(self, whole: int, part: int) -> list[int]:
        """The rows in which one cell stands against the other."""
        row = np.repeat(np.arange(len(self.rows)), np.diff(self.rows.start))
        mine, its = (
            {(r, t) for r, t in zip(row[at].tolist(), self.rows.times[at].tolist(), strict=True)}
            for at in (self.rows.cell == whole, self.rows.cell == part)
        )
        return sorted(r for r, t in mine if (r, -t) in its)

    def between(self, row: int, whole: int, part: int) -> Ends:
        """The least and greatest difference of two cells that a row allows."""
        entries = slice(int(self.rows.start[row]), int(self.rows.start[row + 1]))
        cell, times = self.rows.cell[entries], self.rows.times[entries]
        sign = int(times[cell == whole][0])
        rest = ~np.isin(cell, (whole, part))
        lower, upper = self.lower[cell[rest]], self.upper[cell[rest]]
        is_plus = times[rest] > 0
        least = int(self.rows.lower[row]) - int(np.where(is_plus, upper, -lower).sum())
        most = int(self.rows.upper[row]) - int(np.where(is_plus, lower, -upper).sum())
        return (least, most) if sign > 0 else (-most, -least)
