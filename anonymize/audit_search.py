"""Which targets are wide: populations are walked until each target has two far apart.

Every walk starts from one *base*. In a system with regional cells it moves one country at a
time, so that its finds hold whatever all others know of themselves; where one country alone
cannot move, a second one moves too, and the find holds against everybody but that one.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy as np

from anonymize.audit_shape import Integers
from anonymize.audit_system import System
from anonymize.audit_targets import FAR, HIDDEN_CELL, Bools, Targets, targets
from anonymize.audit_walk import Aim, Stuck, Walker
from data_contracts.model import TOTAL
from data_contracts.policy import Policy

# Batches of moves for one aim: most need few, so that all get few before some get many.
# The attack tries harder than the repair before it, so that it finds again what that had found.
REPAIRING = (8, 30, 120)
ATTACKING = (*REPAIRING, 400)
RESTS, RESTING = 4, 4000
# Who must be able to stay still, one insider or two who share what they know.
INSIDERS, COALITION = 1, 2


class Search:
    """A system, a population of it that walks, and what is known of the targets.

    ``movers`` has, per target, the sets of countries whose moving alone made it wide.
    """

    def __init__(
        self, system: System, lower: Integers, upper: Integers, policy: Policy, seed: int
    ) -> None:
        self.system, self.policy = system, policy
        self.walker = Walker(system, lower, upper, seed)
        self.countries = sorted({s.place.country for s in system.sheets} - {TOTAL}) or [TOTAL]
        self.is_regional = len(self.countries) > 1
        self.targets: Targets = targets(
            system, self.walker.population.start, *self.ends(lower, upper)
        )
        self.movers: list[set[frozenset[str]]] = [set() for _ in range(len(self.targets))]

    def ends(self, lower: Integers, upper: Integers) -> tuple[Integers, Integers]:
        """Ends of all cells as ends of published ones, and of nowhere."""
        published = self.walker.population.published
        return np.append(published(lower), 0), np.append(published(upper), 0)

    def start(self) -> None:
        """Find a first population, not at the edge of what fits; raises ``Stuck``."""
        if not self.walker.settle():
            raise Stuck
        for _ in range(RESTS):
            self.walker.rest(RESTING)
        if not self.walker.settle():
            raise Stuck
        self.base = self.walker.population.kept()

    @property
    def is_failed(self) -> Bools:
        """Of which targets the ends are proven to be too close, or to tell of a few."""
        return self.targets.is_narrow(self.policy) | self.targets.tells_a_few(self.policy)

    @property
    def is_certified(self) -> Bools:
        """Which targets are wide for whoever sees only what is published."""
        return np.array([bool(movers) for movers in self.movers], dtype=bool)

    def is_safe_from(self, insiders: int) -> Bools:
        """Which targets are wide for any so many countries together that know their own cells."""
        if not self.is_regional:
            return self.is_certified
        return np.array(
            [self.withstands(number, insiders) for number in range(len(self.targets))], dtype=bool
        )

    def withstands(self, number: int, insiders: int) -> bool:
        """Whether some mover is outside each coalition of others; a country knows its own cells."""
        movers = self.movers[number]
        own = self.owner(int(self.targets.whole[number]))
        others = [country for country in self.countries if country != own]
        for coalition in combinations(others, min(insiders, len(others))):
            if not any(not one & set(coalition) for one in movers):
                return False
        return True

    def owner(self, cell: int) -> str:
        """The country of a cell."""
        sheet = int(np.searchsorted(self.walker.population.start, cell, side="right")) - 1
        return self.system.sheets[sheet].place.country

    def go(self, efforts: Iterable[int]) -> None:
        """Try every target that has no verdict, one country moving, then two."""
        for moving in self.passes():
            open_ones = [
                n for n in np.flatnonzero(~self.is_failed).tolist() if self.asks(n, moving)
            ]
            if open_ones:
                self.walk(np.array(open_ones), moving, efforts)

    def passes(self) -> Iterator[frozenset[str]]:
        """Which countries move: all of a system without a region, else one, then two."""
        if not self.is_regional:
            yield frozenset(self.countries)
            return
        yield from (frozenset({one}) for one in self.countries)
        yield from map(frozenset, combinations(self.countries, 2))

    def asks(self, number: int, moving: frozenset[str]) -> bool:
        """Whether it is worth while to move these countries for a target."""
        if not self.is_regional:
            return not self.movers[number]
        owner = self.owner(int(self.targets.whole[number]))
        if owner != TOTAL and owner not in moving:
            return False
        return not self.withstands(number, COALITION)

    def walk(self, chosen: Integers, moving: frozenset[str], efforts: Iterable[int]) -> None:
        """Try the chosen targets, the harder ones with more effort, and note which became wide."""
        found = self.targets
        self.walker.allow(moving if self.is_regional else None)
        self.walker.back(self.base)
        if self.is_regional:
            found.least[chosen], found.most[chosen] = FAR, -FAR
        self.chosen = chosen
        found.see(self.walker.population.count, chosen)
        for effort in efforts:
            left = chosen[[not self.is_settled(int(number)) for number in chosen]]
            order = self.walker.chance.permutation(left)
            for number in order[np.argsort(found.kind[order], kind="stable")].tolist():
                if not self.is_settled(number):
                    self.try_one(number, effort)
                    self.walker.back(self.base)
        wide = found.is_wide(self.policy)
        for number in chosen[wide[chosen]].tolist():
            self.movers[number].add(moving)

    def is_settled(self, number: int) -> bool:
        """Whether a target is wide, and a hidden cell may be empty if nothing proves otherwise."""
        found = self.targets
        low, high = int(found.least[number]), int(found.most[number])
        is_few = (low >= 1 and high <= self.policy.few) or (high <= -1 and low >= -self.policy.few)
        maybe = found.kind[number] == HIDDEN_CELL and low > max(int(found.lowest[number]), 0)
        return high - low >= self.policy.narrowest_interval and not is_few and not maybe

    def try_one(self, number: int, effort: int) -> None:
        """Go down, then up, as far as the verdict on one target needs."""
        found, need = self.targets, self.policy.narrowest_interval
        low, high = int(found.least[number]), int(found.most[number])
        goal = max(int(found.lowest[number]), min(0 if low > 0 else high - need, low - 1))
        if low > goal:
            self.reach(number, -1, -goal, effort)
        if self.is_settled(number):
            return
        low, high = int(found.least[number]), int(found.most[number])
        goal = max(low + need, self.policy.few + 1 if low >= 1 else 0)
        goal = min(int(found.highest[number]), goal)
        if high < goal:
            self.reach(number, 1, goal, effort)

    def reach(self, number: int, sign: int, goal: int, effort: int) -> None:
        """Walk to a value of a target; whatever the way shows is learned of all."""
        aim = Aim(int(self.targets.whole[number]), int(self.targets.part[number]), sign, goal)
        if self.walker.reach(aim, effort):
            self.targets.see(self.walker.population.count, self.chosen)
