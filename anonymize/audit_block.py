"""A few countries of a region that walk while all others stay where they are.

What the others add to the region is a fixed number then, so that a walk is as quick as if the
countries were alone; whatever it finds is a find about the whole region.
"""

from collections.abc import Set
from dataclasses import replace

import numpy as np

from anonymize.audit_population import Population
from anonymize.audit_propagation import narrowed
from anonymize.audit_rows import Integers, rows_from
from anonymize.audit_walk import Walker

AWAY = -1
# Further than any number of people.
FAR = 2**40


class Block:
    """The walk of the persons of some countries.

    ``cell`` has, per cell of the block, its number in the whole population, and ``inside`` the
    other way round, where ``AWAY`` is in no sheet of the block.
    """

    def __init__(self, whole: Walker, moving: Set[str], seed: int) -> None:
        population = whole.population
        chosen = [n for n, home in enumerate(population.homes) if home.country in moving]
        sheets = sorted({one for n in chosen for one in population.homes[n].sheets})
        number = {sheet: n for n, sheet in enumerate(sheets)}
        parts = [np.arange(*population.start[one : one + 2]) for one in sheets]
        self.cell = np.concatenate([*parts, [population.nowhere]])
        self.inside = np.full(len(population.count), AWAY)
        self.inside[self.cell] = np.arange(len(self.cell))
        own = Population(
            [population.sheets[one] for one in sheets],
            [
                replace(home, sheets=tuple(number[one] for one in home.sheets))
                for home in (population.homes[n] for n in chosen)
            ],
            *self.ends(whole),
            population.made,
        )
        self.settled(own, population, chosen)
        self.walker = Walker(own, self.pairs(whole), seed)
        self.walker.draw(np.flatnonzero(whole.is_part[self.cell]))

    def possible(self, whole: Walker, members: Integers) -> tuple[Integers, Integers]:
        """Ends of the whole population's cells while the others stay where they are.

        ``members`` has regional cells and their countries' cells, in rows. Only for a region that
        counts nobody in two countries; a country that does not move adds a fixed number.
        """
        count, inside = whole.population.count, self.inside
        rows: dict[int, dict[int, int]] = {}
        fixed: dict[int, int] = {}
        for region, own in members[:, (inside[members] != AWAY).all(axis=0)].T.tolist():
            rows.setdefault(region, {int(inside[region]): -1})[int(inside[own])] = 1
            fixed[region] = fixed.get(region, int(count[region])) - int(count[own])
        sums = rows_from([(terms, -fixed[one], -fixed[one]) for one, terms in rows.items()])
        found = narrowed(sums, self.walker.lower[:-1], self.walker.upper[:-1])
        ends = count.copy(), count.copy()
        for end, narrow in zip(ends, found, strict=True):
            end[self.cell[:-1]] = narrow
        return ends

    def settled(self, own: Population, population: Population, chosen: list[int]) -> None:
        """The persons of the chosen homes, and what everybody adds to the cells."""
        new = np.full(len(population.homes), AWAY)
        new[chosen] = np.arange(len(chosen))
        moved = new[population.home]
        is_own = (moved != AWAY) & (population.presence > 0)
        own.codes, own.presence = population.codes[is_own], population.presence[is_own]
        own.home, own.count = moved[is_own], population.count[self.cell].copy()

    def ends(self, whole: Walker) -> tuple[Integers, Integers]:
        """The ends of the block's published cells, closer by what stays where it is."""
        low, high = whole.lower[self.cell[:-1]].copy(), whole.upper[self.cell[:-1]].copy()
        count = whole.population.count
        one, other, gap = whole.apart
        first, second = self.inside[one], self.inside[other]
        grows = (first != AWAY) & (second == AWAY)
        np.maximum.at(low, first[grows], count[other[grows]] + gap[grows])
        falls = (first == AWAY) & (second != AWAY)
        np.minimum.at(high, second[falls], count[one[falls]] - gap[falls])
        return low, high

    def pairs(self, whole: Walker) -> Integers:
        """Which of the block's cells must be larger than which."""
        inside = self.inside[whole.apart[:2]]
        is_here = (inside != AWAY).all(axis=0)
        found: Integers = np.concatenate([inside[:, is_here], whole.apart[2:, is_here]])
        return found

    def alone(self) -> None:
        """Walk as if there were no region."""
        walker, population = self.walker, self.walker.population
        regional = population.is_regional
        walker.lower[regional], walker.upper[regional] = -FAR, FAR
        walker.apart = walker.apart[:, ~regional[walker.apart[:2]].any(axis=0)]
        walker.level()

    def give_back(self, population: Population) -> None:
        """Write the persons of the block, and their cells, into the whole population.

        Nobody of the block's homes may be there yet.
        """
        own = self.walker.population
        homes = {home.sheets: n for n, home in enumerate(population.homes)}
        sheets = np.searchsorted(population.start, self.cell[own.start[:-1]], side="right") - 1
        new = np.array([homes[tuple(sheets[list(home.sheets)].tolist())] for home in own.homes])
        is_there = own.presence > 0
        population.codes = np.concatenate([population.codes, own.codes[is_there]])
        population.presence = np.concatenate([population.presence, own.presence[is_there]])
        population.home = np.concatenate([population.home, new[own.home[is_there]]])
        population.count[self.cell] = own.count
