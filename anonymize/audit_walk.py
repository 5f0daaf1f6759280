"""A population that walks: from nothing to one that fits what is published, and from there on.

Each move is weighed by the cells that it changes (see ``audit_burden``).
"""

from typing import NamedTuple

import numpy as np

from anonymize.audit_burden import Burden
from anonymize.audit_moves import NOBODY, Mover, Moves, Wish
from anonymize.audit_population import Kept, Population
from anonymize.audit_rows import Integers

BATCHES = 60_000
# After so many batches that mend nothing a walk over so many cells or more is given up; over fewer,
# which are cheap, after more.
PATIENCE, MANY = 1_500, 1_000
NOISE = 0.03


class Stuck(ValueError):
    """No population was found that fits what is published."""

    def __init__(self) -> None:
        super().__init__("No population was found that fits what is published.")


class Aim(NamedTuple):
    """A value to reach: at least ``goal`` of ``sign`` times ``whole`` less ``part``."""

    whole: int
    part: int
    sign: int
    goal: int


class Walker(Burden):
    """A population and the moves that it takes."""

    def __init__(self, population: Population, apart: Integers, seed: int) -> None:
        super().__init__(population, apart)
        self.mover = Mover(self.population, seed)
        self.chance = self.mover.chance
        self.aim: Aim | None = None
        self.allowed: frozenset[int] | None = None

    @property
    def short(self) -> int:
        """By how much the aim is missed."""
        if self.aim is None:
            return 0
        whole, part, sign, goal = self.aim
        return max(0, goal - sign * int(self.population.count[whole] - self.population.count[part]))

    def reach(self, aim: Aim, batches: int) -> bool:
        """Walk to a population that fits and reaches an aim, or back to where it was."""
        kept = self.population.kept()
        self.aim = aim
        reached = self.settle(batches)
        self.aim = None
        if not reached:
            self.back(kept)
        return reached

    def allow(self, countries: frozenset[str] | None) -> None:
        """Who may move: the persons of some countries, or all."""
        self.allowed = (
            None
            if countries is None
            else frozenset(
                number
                for number, home in enumerate(self.population.homes)
                if home.country in countries
            )
        )

    def back(self, kept: Kept) -> None:
        """Go back to a population that was kept."""
        self.population.restore(kept)
        self.refresh(np.arange(len(self.lower)))

    def rest(self, batches: int) -> None:
        """Walk to the middle of things."""
        self.fall(batches, 0.05)

    def fall(self, batches: int, least: float) -> None:
        """Walk downhill, the cells far from their goal in turn."""
        pull = self.steep * (self.population.count - self.goal) ** 2
        far = self.chance.permutation(np.flatnonzero(pull > least))
        for cell in far[:batches].tolist():
            wish = self.mover.wish(
                cell, bool(self.population.count[cell] < self.goal[cell]), self.allowed
            )
            if wish is not None:
                self.step(self.mover.moves(wish), is_tilted=True, most=6)

    def settle(self, batches: int = BATCHES, patience: int = MANY) -> bool:
        """Walk until everything fits, ``batches`` are used, or nothing mends; whether it does.

        With less ``patience`` a walk over few cells is given up after so many times as many
        batches as one over many.
        """
        least, since = BATCHES, 0
        most = PATIENCE * min(patience, max(1, MANY // len(self.lower)))
        for batch in range(batches):
            missed, same = self.missed, self.same
            burden = len(missed) + len(same) + self.short
            if not burden:
                return True
            if burden < least:
                least, since = burden, batch
            if batch - since > most:
                return False
            wish = self.need(missed, same)
            if wish is not None:
                self.step(self.mover.moves(wish), NOISE)
        return self.fits and not self.short

    def need(self, missed: Integers, same: Integers) -> Wish | None:
        """A wish out of what is missed, by chance; None where nobody may move."""
        aims = 1 if self.short else 0
        if aims and (not len(missed) + len(same) or self.chance.random() < 0.3):
            return self.towards()
        if len(missed):
            cell = int(missed[self.chance.integers(len(missed))])
            is_up = bool(self.population.count[cell] < self.lower[cell])
            return self.mover.wish(cell, is_up, self.allowed)
        whole, part = self.apart[:2, same[self.chance.integers(len(same))]].tolist()
        grows = bool(self.chance.random() < 0.5)
        return self.mover.wish(whole if grows else part, grows, self.allowed)

    def towards(self) -> Wish | None:
        """A wish that brings the aim nearer."""
        whole, part, sign, _ = self.aim or Aim(0, 0, 1, 0)
        cell, is_up = whole, sign > 0
        if part != self.population.nowhere and self.chance.random() < 0.5:
            cell, is_up = part, sign < 0
        return self.mover.wish(cell, is_up, self.allowed)

    def step(self, moves: Moves, noise: float = 0.0, most: int = 3, is_tilted: bool = False) -> int:
        """Take the best of ``moves`` that cost nothing, or by chance one that does; how many."""
        if not len(moves.who):
            return 0
        before, after = self.cells(moves)
        changed = before != after
        cost = ((self.fewer[before] + self.more[after]) * changed).sum(axis=1)
        if self.aim is not None:
            cost -= np.minimum(self.nearer(before, after), max(self.short, 0))
        slope = ((self.downhill[before] + self.uphill[after]) * changed).sum(axis=1)
        if is_tilted:
            cost = cost + (slope >= 0)
        order = np.argsort(cost + 0.49 * np.tanh(slope / 4) + 0.5, kind="stable")
        limit = 0 if self.chance.random() >= noise else int(cost[order[0]])
        taken = 0
        for number in order[:most].tolist():
            if cost[number] <= limit and self.take(
                moves,
                number,
                before[number][changed[number]],
                after[number][changed[number]],
                limit,
                is_tilted,
            ):
                taken += 1
        return taken

    def nearer(self, before: Integers, after: Integers) -> Integers:
        """By how much each move brings the aim nearer."""
        whole, part, sign, _ = self.aim or Aim(0, 0, 1, 0)
        gain = (after == whole).sum(axis=1) - (before == whole).sum(axis=1)
        if part != self.population.nowhere:
            gain = gain - (after == part).sum(axis=1) + (before == part).sum(axis=1)
        result: Integers = sign * gain
        return result

    def cells(self, moves: Moves) -> tuple[Integers, Integers]:
        """The cells of each person before and after, position by position."""
        population = self.population
        known = np.where(moves.who == NOBODY, 0, moves.who)
        is_new = moves.who == NOBODY
        old_codes = np.where(
            is_new[:, None], moves.codes, population.codes[known] if len(population.codes) else 0
        )
        old_presence = np.where(
            is_new, 0, population.presence[known] if len(population.presence) else 0
        )
        both = population.cells(
            moves.home,
            np.concatenate([old_codes, moves.codes]),
            np.concatenate([old_presence, moves.presence]),
        )
        return both[: len(known)], both[len(known) :]

    def take(
        self,
        moves: Moves,
        number: int,
        before: Integers,
        after: Integers,
        limit: int,
        is_tilted: bool,
    ) -> bool:
        """Make a move, unless what was taken since makes it too dear or, tilted, leads uphill."""
        population = self.population
        cells, place = np.unique(np.concatenate([before, after]), return_inverse=True)
        change = np.bincount(place, np.repeat([-1.0, 1.0], [len(before), len(after)])).astype(
            np.int64
        )
        change[cells == population.nowhere] = 0
        # Several moves that each lead to the middle would together lead past it.
        if is_tilted and self.rise(cells, change) >= 0:
            return False
        count = population.count[cells]
        short = self.short
        cost = self.outside(cells, count + change) - self.outside(cells, count)
        population.count[cells] = count + change
        cost += self.short - short
        if cost > limit or not change.any():
            population.count[cells] = count
            return False
        self.refresh(cells)
        self.write(moves, number)
        return True

    def write(self, moves: Moves, number: int) -> None:
        """Write a person down as a move leaves it."""
        population, who = self.population, int(moves.who[number])
        if who == NOBODY:
            free = np.flatnonzero(population.presence == 0)
            if not len(free):
                extra = max(64, len(population.presence) // 4)
                population.codes = np.concatenate(
                    [population.codes, np.zeros((extra, population.form.width), dtype=np.int64)]
                )
                population.presence = np.concatenate(
                    [population.presence, np.zeros(extra, dtype=np.int64)]
                )
                population.home = np.concatenate([population.home, np.zeros(extra, dtype=np.int64)])
                free = np.flatnonzero(population.presence == 0)
            who = int(free[0])
        population.codes[who] = moves.codes[number]
        population.presence[who] = moves.presence[number]
        population.home[who] = moves.home
