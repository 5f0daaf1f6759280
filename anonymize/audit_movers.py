"""Who had to move for a target to be wide: what an insider, or two, can learn of it.

A find in which one country moves holds whatever all others know of themselves. A country knows its
own cells anyhow, so that nobody's insight into them is asked for.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from anonymize.audit_rows import Integers
from data_contracts.model import TOTAL

Bools = NDArray[np.bool_]
Movers = frozenset[str]


class Moved:
    """Per set of countries the targets that they made wide by moving alone.

    ``owner`` is the country of each target. A country's own target is wide for everybody else
    as soon as it alone moves it (``is_alone``); in a system of one country that is all there is.
    """

    def __init__(self, owner: Sequence[str], countries: Sequence[str]) -> None:
        self.countries = tuple(countries)
        self.owner = np.array([self.number(one) for one in owner], dtype=np.int64)
        self.is_alone = np.zeros(len(owner), dtype=bool)
        self.found: dict[Movers, Bools] = {}

    def number(self, country: str) -> int:
        """The number of a country; one more than the last for the region."""
        return len(self.countries) if country == TOTAL else self.countries.index(country)

    def note(self, targets: Integers, moving: Movers) -> None:
        """Targets became wide while these countries moved."""
        if len(self.countries) == 1:
            self.is_alone[targets] = True
            return
        own = [self.number(one) for one in moving] if len(moving) == 1 else []
        is_own = np.isin(self.owner[targets], own)
        self.is_alone[targets[is_own]] = True
        found = self.found.setdefault(moving, np.zeros(len(self.owner), dtype=bool))
        found[targets[~is_own]] = True

    @property
    def is_found(self) -> Bools:
        """Which targets are wide for whoever sees only what is published."""
        found: Bools = np.logical_or.reduce([self.is_alone, *self.found.values()])
        return found

    def is_safe_from(self, insiders: int) -> Bools:
        """Which targets are wide for any so many countries together that know their own cells."""
        safe, every = self.is_alone.copy(), len(self.countries)
        asked = np.flatnonzero(self.is_found & ~safe)
        found = {moving: wide[asked] for moving, wide in self.found.items()}
        owner, holds = self.owner[asked], np.ones(len(asked), dtype=bool)
        # A country is no insider to its own targets, so that one fewer can join against them.
        for most, is_asked in ((every - 1, owner < every), (every, owner == every)):
            for coalition in combinations(range(every), min(insiders, most)):
                names = {self.countries[one] for one in coalition}
                outside = [wide for moving, wide in found.items() if not moving & names]
                stays = np.logical_or.reduce([np.isin(owner, coalition), *outside])
                holds &= ~is_asked | stays
        safe[asked] = holds
        return safe

    def may_move(self, moving: Movers) -> Bools:
        """Whose targets these countries can move: their own and the region's."""
        numbers = [self.number(one) for one in moving]
        return np.isin(self.owner, [*numbers, len(self.countries)])


def pairings(countries: Sequence[str]) -> Iterator[list[Movers]]:
    """All pairs in rounds in which each country has one partner, the first and the last first.

    The circle method: one stays, the others go round.
    """
    first, *others = [*countries, *[""] * (len(countries) % 2)] or [""]
    for _ in others:
        every = [first, *others]
        half = list(zip(every, reversed(every), strict=True))[: len(every) // 2]
        yield [frozenset(pair) for pair in half if "" not in pair]
        others = [others[-1], *others[:-1]]
