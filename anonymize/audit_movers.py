"""Who had to move for a target to be wide: what an insider, or two, can learn of it.

A find in which one country moves holds whatever all others know of themselves. A country knows its
own cells anyhow, so that nobody's insight into them is asked for.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from anonymize.audit_rows import Integers
from data_contracts.model import TOTAL

Bools = NDArray[np.bool_]
Movers = frozenset[str]


class Moved:
    """Per target the sets of countries that made it wide by moving alone.

    ``owner`` is the country of each target. A country's own target is wide for everybody else
    as soon as it alone moves it (``is_alone``); in a system of one country that is all there is.
    """

    def __init__(self, owner: Sequence[str], countries: Sequence[str]) -> None:
        self.countries = tuple(countries)
        self.owner = np.array([self.number(one) for one in owner], dtype=np.int64)
        self.is_alone = np.zeros(len(owner), dtype=bool)
        self.sets: dict[int, set[Movers]] = {}

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
        for target in targets[~is_own].tolist():
            self.sets.setdefault(target, set()).add(moving)

    @property
    def is_found(self) -> Bools:
        """Which targets are wide for whoever sees only what is published."""
        found = self.is_alone.copy()
        found[list(self.sets)] = True
        return found

    def is_safe_from(self, insiders: int) -> Bools:
        """Which targets are wide for any so many countries together that know their own cells."""
        safe = self.is_alone.copy()
        for target, movers in self.sets.items():
            safe[target] = safe[target] or self.withstands(target, movers, insiders)
        return safe

    def withstands(self, target: int, movers: set[Movers], insiders: int) -> bool:
        """Whether some mover is outside each coalition of others."""
        others = [one for n, one in enumerate(self.countries) if n != self.owner[target]]
        return all(
            any(not one & set(coalition) for one in movers)
            for coalition in combinations(others, min(insiders, len(others)))
        )

    def may_move(self, moving: Movers) -> Bools:
        """Whose targets these countries can move: their own and the region's."""
        numbers = [self.number(one) for one in moving]
        return np.isin(self.owner, [*numbers, len(self.countries)])
