"""Which targets are wide: populations are walked until each target has two far apart.

Every walk starts from one *base*. In a system with regional cells it moves one country at a
time, so that its finds hold whatever all others know of themselves; where one country alone
cannot move, a second one moves too, and the find holds against everybody but that one.
"""

from collections.abc import Iterator

import numpy as np

from anonymize.audit_block import Block
from anonymize.audit_burden import REGION
from anonymize.audit_crew import Crew, Found, Walk
from anonymize.audit_movers import Bools, Moved, Movers, pairings
from anonymize.audit_population import Kept
from anonymize.audit_program import MOST_UNKNOWNS
from anonymize.audit_rows import Integers
from anonymize.audit_system import System
from anonymize.audit_tries import Tries
from anonymize.audit_walk import MANY, Stuck
from data_contracts.policy import Policy

# Batches of moves for one aim: most need few, so that all get few before some get many.
# The attack tries harder than the repair before it, so that it finds again what that had found.
REPAIRING = (8, 30, 120)
ATTACKING = (*REPAIRING, 400)
RESTS, RESTING = 4, 4000
# A reader whose beliefs fit nobody takes all hidden cells as open, so that the attack gives up
# late; the repair, which looks again each time that it gives up some, early.
PATIENT, IMPATIENT = MANY, 6
# Who must be able to stay still, one insider or two who share what they know.
INSIDERS, COALITION = 1, 2
# So many efforts of a country by itself, where a region has many targets without a verdict: what
# is hard for one, because the region holds it, is easy for two.
ALONE = 1
# So few targets without a verdict are worth every effort.
FEW_LEFT = 20


class Search(Tries):
    """The order in which targets are tried, and which are found to be wide.

    What is wide for so many countries together as it is searched ``against`` is not tried again.
    """

    def __init__(
        self, system: System, lower: Integers, upper: Integers, policy: Policy, seed: int
    ) -> None:
        super().__init__(system, lower, upper, policy, seed)
        self.against, self.patience = COALITION, PATIENT
        sheet = np.searchsorted(system.start, self.targets.whole, side="right") - 1
        names = np.array([one.place.country for one in system.sheets])
        self.moved = Moved(names[sheet].tolist(), self.countries)

    def start(self) -> None:
        """Find a first population, not at the edge of what fits; raises ``Stuck``."""
        try:
            self.settle()
        except Stuck:
            self.with_others = True
            self.walker = self.whole()
            self.settle()
        self.bases = tuple(self.based(share) for share in REGION[: 1 + self.is_regional])
        self.walker.back(self.bases[0])

    def based(self, share: float) -> Kept:
        """A population to set out from, its region at a share of what it can be."""
        if share != REGION[0]:
            self.walker.level(share)
            self.rest()
            self.walker.level()
        return self.walker.population.kept()

    def settle(self) -> None:
        """Each country by itself, then all together; raises ``Stuck``."""
        if self.is_regional:
            for country in self.countries:
                self.apart(country)
            self.walker.refresh(np.arange(len(self.walker.lower)))
        if not self.walker.settle(patience=self.patience):
            raise Stuck
        self.rest()

    def rest(self) -> None:
        """Walk to the middle of things; raises ``Stuck``."""
        for _ in range(RESTS):
            self.walker.rest(RESTING)
        if not self.walker.settle(patience=self.patience):
            raise Stuck
        if self.is_regional:
            self.inward()

    def inward(self) -> None:
        """Leave the ends of what the region can be, where no country can move by itself."""
        walker, kept = self.walker, self.walker.population.kept()
        ends = walker.lower.copy(), walker.upper.copy()
        walker.narrow(self.policy.narrowest_interval)
        fits = walker.settle(patience=self.patience)
        walker.lower, walker.upper = ends
        walker.back(walker.population.kept() if fits else kept)

    def apart(self, country: str) -> None:
        """Walk one country as if there were no others, as far as that goes."""
        block = Block(self.walker, {country}, self.seed)
        block.alone()
        block.walker.settle(patience=self.patience)
        block.give_back(self.walker.population)

    @property
    def is_failed(self) -> Bools:
        """Of which targets the ends are proven to be too close, or to tell of a few."""
        return self.targets.is_narrow(self.policy) | self.targets.tells_a_few(self.policy)

    @property
    def is_certified(self) -> Bools:
        """Which targets are wide for whoever sees only what is published."""
        return self.moved.is_found

    def is_safe_from(self, insiders: int) -> Bools:
        """Which targets are wide for any so many countries together that know their own cells."""
        return self.moved.is_safe_from(insiders)

    def go(self, efforts: tuple[int, ...]) -> None:
        """Try every target that has no verdict, one country moving, then two.

        The last effort is for systems of which no program is asked: programs find what is left in
        small ones. In a region a second country finds what the first effort of one leaves, unless
        few are left and worth every effort.
        """
        is_small = len(self.ends[0]) <= MOST_UNKNOWNS
        is_many = self.is_regional and self.left > FEW_LEFT
        efforts = efforts[:-1] if is_small or is_many else efforts
        alone = efforts[:ALONE] if is_many else efforts
        with Crew(self) as crew:
            for base, movers in self.rounds():
                walks = [
                    Walk(base, moving, chosen, alone if len(moving) == 1 else efforts)
                    for moving in movers
                    if len(chosen := np.flatnonzero(self.is_open(moving)))
                ]
                for walk, found in zip(walks, crew.found(walks), strict=True):
                    self.learn(walk.moving, found)

    def is_open(self, moving: Movers) -> Bools:
        """Which targets these countries can move that have no verdict yet."""
        settled = self.is_failed | self.is_safe_from(self.against)
        found: Bools = ~settled & self.moved.may_move(moving)
        return found

    def learn(self, moving: Movers, found: Found) -> None:
        """Note what a walk has shown."""
        self.targets.least[found.chosen] = found.least
        self.targets.most[found.chosen] = found.most
        self.moved.note(found.chosen[found.is_wide], moving)

    @property
    def left(self) -> int:
        """How many targets have no verdict."""
        return int((~self.is_safe_from(INSIDERS) & ~self.is_failed).sum())

    def rounds(self) -> Iterator[tuple[int, list[Movers]]]:
        """From which base who moves: all of a system without a region, else one country, then two.

        No walk of a round waits for another. In each of pairs a country moves once.
        """
        for base in range(len(self.bases)):
            yield base, [frozenset({one}) for one in self.countries]
        _, presence, home, _ = self.bases[0]
        met = dict.fromkeys(self.countries, 0)
        for number, own in enumerate(self.walker.population.homes):
            met[own.country] += int(((home == number) & (presence > 0)).sum())
        # The smallest meets the largest first, who has the most room.
        ordered = sorted(self.countries, key=lambda one: (-met[one], one))
        yield from ((0, pairs) for pairs in pairings(ordered))
