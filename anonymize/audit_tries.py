"""Tries: from a base a population walks towards a target, and every stop shows something of all.

A walk moves the persons of one country, or of two, while all others stay where they are.
"""

import numpy as np

from anonymize.audit_block import AWAY, Block
from anonymize.audit_crew import Found, Walk
from anonymize.audit_homes import homes
from anonymize.audit_movers import Bools, Movers
from anonymize.audit_pool import Apart, widen
from anonymize.audit_population import Kept, Population
from anonymize.audit_rows import Integers
from anonymize.audit_system import System
from anonymize.audit_targets import FAR, HIDDEN_CELL, Targets, few, narrow, regions, targets
from anonymize.audit_walk import Aim, Walker
from data_contracts.policy import Policy

# The most effort for a way in which a wide cell is empty.
FOR_EMPTY = 30
# After so many tries those targets are left out that other tries have settled, and the walk goes
# back to its base.
AT_ONCE = 40
# So much further than was seen a total is looked for, where a span holds its year.
STRETCH = 20


class Tries:
    """A system, a population of it that walks, and what is known of the targets.

    ``bases`` are the populations from which it sets out.
    """

    bases: tuple[Kept, ...]

    def __init__(
        self, system: System, lower: Integers, upper: Integers, policy: Policy, seed: int
    ) -> None:
        self.system, self.policy, self.seed, self.ends = system, policy, seed, (lower, upper)
        self.lower, self.upper = system.published(lower), system.published(upper)
        self.with_others = False
        self.walker = self.whole()
        self.countries = sorted({home.country for home in self.walker.population.homes})
        self.is_regional = len(self.countries) > 1
        ends = np.append(self.lower, 0), np.append(self.upper, 0)
        self.targets: Targets = targets(system, system.start, *ends)

    def whole(self) -> Walker:
        """Everybody; ``with_others`` also who is counted elsewhere already, under other codes."""
        sheets = self.system.sheets
        every = homes(sheets, self.with_others)
        population = Population(sheets, every, self.lower, self.upper)
        walker = Walker(population, self.system.larger(self.with_others), self.seed)
        walker.draw(regions(self.system)[:, 1])
        return walker

    def walked(self, walk: Walk) -> Found:
        """Try targets from a base on, the harder ones with more effort."""
        base, moving, chosen, efforts = walk
        found = self.targets
        self.walker.population.restore(self.bases[base])
        self.block = Block(self.walker, moving, self.seed)
        chosen = chosen[self.is_here(chosen)]
        if self.is_regional and not self.with_others:
            chosen = chosen[self.is_movable(chosen, moving)]
        if self.is_regional:
            found.least[chosen], found.most[chosen] = FAR, -FAR
        self.see(chosen)
        kept = self.block.walker.population.kept()
        for effort in efforts:
            left = chosen[~self.is_settled(chosen, effort)]
            order = self.block.walker.chance.permutation(left)
            self.try_all(order[np.argsort(found.kind[order], kind="stable")], effort, kept)
            if self.is_regional and effort == efforts[0 if len(moving) == 1 else -1]:
                self.widen(chosen)
        wide = found.is_wide(self.policy)[chosen]
        return Found(chosen, found.least[chosen], found.most[chosen], wide)

    def widen(self, chosen: Integers) -> None:
        """Learn from far points, where a region counts nobody in two countries."""
        if self.with_others:
            return
        apart = Apart(self.system, self.block, self.walker, self.ends)
        is_chosen = np.zeros(len(self.targets), dtype=bool)
        is_chosen[chosen] = True

        def see(point: Integers) -> None:
            count = apart.count(point)
            if count is not None:
                self.targets.see(count, chosen)

        def is_open() -> Bools:
            settled: Bools = self.targets.is_wide(self.policy)
            return is_chosen & ~settled

        widen(apart.program, apart.place, self.targets, is_open, see, self.seed)

    def is_here(self, chosen: Integers) -> Bools:
        """Of which targets some cell is in the block; of others nothing can be learned there."""
        inside, nowhere = self.block.inside, self.walker.population.nowhere
        part = self.targets.part[chosen]
        found: Bools = (inside[self.targets.whole[chosen]] != AWAY) | (
            (inside[part] != AWAY) & (part != nowhere)
        )
        return found

    def is_movable(self, chosen: Integers, moving: Movers) -> Bools:
        """Which targets may become wide while all others stay; of the rest none is tried."""
        found, members = self.targets, regions(self.system)[:, :2].T
        low, high = self.block.possible(self.walker, members)
        whole, part = found.whole[chosen], found.part[chosen]
        least, most = low[whole] - high[part], high[whole] - low[part]
        # The region without the one country that moves is all the others, who do not.
        pair = whole * len(low) + part
        is_rest = np.isin(pair, members[0] * len(low) + members[1]) & (len(moving) == 1)
        inside = self.block.inside
        is_rest &= (inside[part] != AWAY) & (inside[whole] != AWAY)
        is_close = narrow(least, most, self.policy) | few(least, most, self.policy)
        found_wide: Bools = ~is_close & ~is_rest
        return found_wide

    def try_all(self, left: Integers, effort: int, kept: Kept) -> None:
        """Try targets in turn; each try shows something of all that are still open.

        A try begins where the one before it ended, far out in some cells, so that it shows more.
        """
        while len(left):
            self.chosen = left = left[~self.is_settled(left, effort)]
            for number in left[:AT_ONCE].tolist():
                if not self.is_settled(np.array([number]), effort)[0]:
                    self.try_one(number, effort)
            self.block.walker.back(kept)
            left = left[AT_ONCE:]

    def is_settled(self, chosen: Integers, effort: int) -> Bools:
        """Which targets are wide; a hidden cell may be empty too, if nothing proves otherwise.

        That it may be empty is only reported, and not worth every effort.
        """
        found = self.targets
        low, high = found.least[chosen], found.most[chosen]
        is_wide = ~narrow(low, high, self.policy) & ~few(low, high, self.policy)
        maybe = (found.kind[chosen] == HIDDEN_CELL) & (low > np.maximum(found.lowest[chosen], 0))
        settled: Bools = is_wide & ~(maybe & (effort <= FOR_EMPTY))
        return settled

    def try_one(self, number: int, effort: int) -> None:
        """Go down, then up, as far as the verdict on one target needs."""
        found, need = self.targets, self.policy.narrowest_interval
        low, high = int(found.least[number]), int(found.most[number])
        goal = max(int(found.lowest[number]), min(0 if low > 0 else high - need, low - 1))
        if low > goal:
            self.reach(number, -1, -goal, effort)
        if self.is_settled(np.array([number]), effort)[0]:
            return
        low, high = int(found.least[number]), int(found.most[number])
        goal = max(low + need, self.policy.few + 1 if low >= 1 else 0)
        goal = min(int(found.highest[number]), goal)
        if high < goal:
            self.reach(number, 1, goal, effort)

    def reach(self, number: int, sign: int, goal: int, effort: int) -> None:
        """Walk to a value of a target; whatever the way shows is learned of all open ones."""
        inside, fixed = self.block.inside, 0
        ends = [int(self.targets.whole[number]), int(self.targets.part[number])]
        whole, part = (int(inside[end]) for end in ends)
        if AWAY in (whole, part):
            # What does not move adds or takes a fixed number: it is nowhere in the block.
            count, nowhere = self.walker.population.count, self.block.walker.population.nowhere
            fixed = (count[ends[0]] if whole == AWAY else 0) - (
                count[ends[1]] if part == AWAY else 0
            )
            whole, part = (nowhere if end == AWAY else end for end in (whole, part))
        if self.block.walker.reach(Aim(whole, part, sign, goal - sign * int(fixed)), effort):
            self.see(self.chosen)

    def stretch(self, number: int, country: str, effort: int) -> None:
        """Go from the base as far down and up with a cell as its country alone can."""
        found = self.targets
        self.walker.population.restore(self.bases[0])
        self.block = Block(self.walker, frozenset({country}), self.seed)
        self.chosen = np.array([number])
        self.see(self.chosen)
        kept = self.block.walker.population.kept()
        for sign, end in ((-1, found.lowest), (1, found.highest)):
            reached = found.least if sign < 0 else found.most
            goal, start = sign * int(end[number]), sign * int(reached[number])
            for value in range(min(goal, start + STRETCH), start, -1):
                self.reach(number, sign, value, effort)
                self.block.walker.back(kept)
                if sign * int(reached[number]) >= value:
                    break

    def see(self, chosen: Integers) -> None:
        """Learn from the block what is possible."""
        count = self.walker.population.count.copy()
        count[self.block.cell] = self.block.walker.population.count
        self.targets.see(count, chosen)

    def __reduce__(self) -> tuple[object, ...]:
        """As it goes to another process: with its bases, and nothing found."""
        given = self.system, *self.ends, self.policy, self.seed, self.with_others, self.bases
        return restored, given


def restored(
    system: System,
    lower: Integers,
    upper: Integers,
    policy: Policy,
    seed: int,
    with_others: bool,
    bases: tuple[Kept, ...],
) -> Tries:
    """What another process begins with."""
    made = Tries(system, lower, upper, policy, seed)
    made.with_others, made.bases = with_others, bases
    made.walker = made.whole()
    return made
