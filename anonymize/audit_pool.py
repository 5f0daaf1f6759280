"""Points far out in directions by chance: each shows how far many targets can move at once.

A point is a solution of the integer program of the declared model, so that whatever it shows of a
target is possible. Where one country of a region moves, what its neighbours add is a fixed number.
"""

from collections.abc import Callable

import numpy as np

from anonymize.audit_block import AWAY, Block
from anonymize.audit_movers import Bools
from anonymize.audit_program import MOST_UNKNOWNS, solved
from anonymize.audit_rows import Integers, Rows, rows_from, stacked
from anonymize.audit_system import System
from anonymize.audit_targets import Targets, regions
from anonymize.audit_walk import Walker
from data_contracts.model import TOTAL

# Directions that are tried, and how nearly each is solved; so many targets are left for one by one.
POOL, ROUGHLY, ALONE, MOST_ALONE = 20, 0.1, 8, 60


def widen(
    program: tuple[Rows, Integers, Integers],
    place: Integers,
    found: Targets,
    is_open: Callable[[], Bools],
    see: Callable[[Integers], None],
    seed: int,
    few: int = 0,
) -> None:
    """Show ``see`` points of a program until no more than ``few`` targets are open.

    ``place`` has, per cell of the population, its number in the program; one more than the last
    for cells that are not in it. A point has a zero there.
    """
    size, still = len(program[1]), np.flatnonzero(is_open())
    if size > 2 * MOST_UNKNOWNS:
        return
    chance = np.random.default_rng(seed)
    for _ in range(POOL if size <= MOST_UNKNOWNS else 0):
        still = np.flatnonzero(is_open())
        if len(still) <= max(few, ALONE):
            break
        sign = chance.choice((-1.0, 1.0), len(still))
        show(program, place, (found.whole[still], found.part[still], sign), see, ROUGHLY)
    for number in still.tolist() if few < len(still) <= MOST_ALONE else ():
        if is_open()[number]:
            one = np.array([number])
            show(program, place, (found.whole[one], found.part[one], np.ones(1)), see, 0.0)


def show(
    program: tuple[Rows, Integers, Integers],
    place: Integers,
    wanted: tuple[Integers, Integers, np.ndarray],
    see: Callable[[Integers], None],
    gap: float,
) -> None:
    """Show the points furthest out, both ways, of differences with signs."""
    rows, lower, upper = program
    whole, part, sign = wanted
    costs = np.zeros(len(lower) + 1)
    np.add.at(costs, place[whole], sign)
    np.add.at(costs, place[part], -sign)
    for way in (costs[:-1], -costs[:-1]):
        point = solved(rows, lower, upper, way, gap)
        if point is not None:
            see(np.append(point, 0))


class Apart:
    """The program of one or two countries of a region whose neighbours stay where they are.

    For a region that counts nobody in two countries. ``ends`` are those of all cells of the system.
    """

    def __init__(
        self, system: System, block: Block, whole: Walker, ends: tuple[Integers, Integers]
    ) -> None:
        self.whole, self.base = whole, whole.population.count.copy()
        members = regions(system)[:, :2].T
        self.members = members[:, (block.inside[members] != AWAY).all(axis=0)]
        start = whole.population.start
        here = [
            n
            for n, sheet in enumerate(system.sheets)
            if sheet.place.country != TOTAL and block.inside[int(start[n])] != AWAY
        ]
        kept = np.concatenate([np.arange(*system.offset[n : n + 2]) for n in here])
        number = np.full(int(system.offset[-1]), AWAY)
        number[kept] = np.arange(len(kept))
        self.place = np.full(len(self.base), len(kept))
        for n in here:
            first = int(system.offset[n])
            cells = np.arange(*start[n : n + 2])
            self.place[cells] = number[first : first + len(cells)]
        self.own = np.flatnonzero(self.place < len(kept))
        # Of what is asked of the region only what one country adds to it moves.
        self.place[self.members[0]] = self.place[self.members[1]]
        lower, upper = (end[kept].copy() for end in ends)
        low, high = block.possible(whole, members)
        inside = self.place[self.own]
        lower[inside] = np.maximum(lower[inside], low[self.own])
        upper[inside] = np.minimum(upper[inside], high[self.own])
        own_rows = among(system.whole(False), number)
        self.program = stacked([(own_rows, 0), (self.sums(), 0)]), lower, upper

    def sums(self) -> Rows:
        """What the countries may add to each number of the region."""
        base, rows = self.base, []
        for region in np.unique(self.members[0]).tolist():
            own = self.members[1][self.members[0] == region]
            fixed = int(base[region] - base[own].sum())
            low, high = int(self.whole.lower[region]), int(self.whole.upper[region])
            rows.append((dict.fromkeys(self.place[own].tolist(), 1), low - fixed, high - fixed))
        return rows_from(rows)

    def count(self, point: Integers) -> Integers | None:
        """The cells of the whole population at a point; None where they are not what is shown."""
        found: Integers = self.base.copy()
        found[self.own] = point[self.place[self.own]]
        region, own = self.members
        np.add.at(found, region, found[own] - self.base[own])
        one, other, gap = self.whole.apart
        fits = (found >= self.whole.lower).all() and (found <= self.whole.upper).all()
        return found if fits and (found[one] >= found[other] + gap).all() else None


def among(rows: Rows, number: Integers) -> Rows:
    """The rows all of whose cells have a number, under these numbers."""
    new = number[rows.cell]
    inside = np.minimum.reduceat(new, rows.start[:-1]) != AWAY
    length = np.diff(rows.start)
    entry = np.repeat(inside, length)
    start = np.concatenate([[0], np.cumsum(length[inside])])
    return Rows(start, new[entry], rows.times[entry], rows.lower[inside], rows.upper[inside])
