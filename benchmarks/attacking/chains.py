"""Whole distributions drawn from their posterior, by Metropolis and Hastings over persons.

One person at a time changes a code, comes or goes; so numbers stay whole, and whatever is not
published is free.
"""

import numpy as np

from benchmarks.attacking.beliefs import Floats, Integers, Joint, likelihood
from benchmarks.attacking.cells import Values
from benchmarks.attacking.gates import Gate

# Logarithm of the likelihood that is lost with each person by which a number is out of reach.
BEYOND = -6.0


class Chains:
    """Several chains over whole distributions, one step of each at a time.

    A chain has ``slots`` persons, each in an atom or, as the last one, nowhere. ``counts`` has a
    row a chain and a column a cell; the last column, of nobody's, always fits.
    """

    def __init__(
        self,
        gate: Gate,
        space: Joint,
        values: Values,
        means: Floats | None,
        slots: int,
        chains: int,
        chance: np.random.Generator,
    ) -> None:
        atoms = len(space.atoms)
        self.chance, self.nowhere = chance, atoms
        self.fit = fits(gate, space, values, slots)
        nobody = np.full((1, space.cells_of.shape[1]), len(space.cells))
        self.cells_of: Integers = np.vstack([space.cells_of, nobody])
        self.log_means = None if means is None else np.log(np.append(means, 1.0))
        self.neighbours = neighbours(space)
        weights = None if means is None else means / means.sum()
        self.at = chance.choice(atoms, (chains, slots), p=weights)
        self.at[:, slots - 15 :] = self.nowhere
        self.rows = np.arange(chains)
        self.persons = np.zeros((chains, atoms + 1), dtype=np.int64)
        self.counts = np.zeros((chains, len(space.cells) + 1), dtype=np.int64)
        for slot in range(slots):
            self.persons[self.rows, self.at[:, slot]] += 1
            self.counts[self.rows[:, None], self.cells_of[self.at[:, slot]]] += 1
        self.counts[:, -1] = 0

    def step(self) -> None:
        """Each chain proposes another atom for one of its persons, and takes it or not."""
        slot = self.chance.integers(0, self.at.shape[1], len(self.rows))
        old = self.at[self.rows, slot]
        new, odds = self.proposed(old)
        gain = self.gain(old, new) + odds
        taken = np.log(self.chance.random(len(self.rows))) < gain
        chains, old, new = self.rows[taken], old[taken], new[taken]
        self.at[chains, slot[taken]] = new
        self.persons[chains, old] -= 1
        self.persons[chains, new] += 1
        self.counts[chains[:, None], self.cells_of[old]] -= 1
        self.counts[chains[:, None], self.cells_of[new]] += 1
        self.counts[:, -1] = 0

    def proposed(self, old: Integers) -> tuple[Integers, Floats]:
        """Another code of one field; one in four comes or goes, to any atom alike.

        With them the logarithm of how much likelier the way back is than the way there.
        """
        moved = self.neighbours[
            np.minimum(old, self.nowhere - 1),
            self.chance.integers(0, self.neighbours.shape[1], len(old)),
        ]
        anywhere = self.chance.integers(0, self.nowhere, len(old))
        away, leaves = old == self.nowhere, self.chance.random(len(old)) < 0.25
        new = np.where(away, anywhere, np.where(leaves, self.nowhere, moved))
        # To come is proposed always, to one atom of many; to go one time in four.
        comes, goes = away, ~away & leaves
        odds = np.log(0.25 * self.nowhere) * (comes.astype(float) - goes.astype(float))
        return new, odds

    def gain(self, old: Integers, new: Integers) -> Floats:
        """By how much the logarithm of the posterior grows when one person goes to ``new``."""
        from_cells, to_cells = self.cells_of[old], self.cells_of[new]
        apart = from_cells != to_cells
        rows = self.rows[:, None]
        less, more = self.counts[rows, from_cells], self.counts[rows, to_cells]
        lost = self.fit[from_cells, np.maximum(less - 1, 0)] - self.fit[from_cells, less]
        won = self.fit[to_cells, more + 1] - self.fit[to_cells, more]
        told = ((lost + won) * apart).sum(axis=1)
        # Persons have no order: of the same numbers there are n!/(x1! x2! ...) orders.
        here, there = self.persons[self.rows, old], self.persons[self.rows, new]
        if self.log_means is None:
            return np.asarray(told + np.log((there + 1) / here), dtype=np.float64)
        gone = np.log(here) * (old == self.nowhere)
        come = np.log(there + 1) * (new == self.nowhere)
        prior = self.log_means[new] - self.log_means[old] + come - gone
        return np.asarray(told + prior, dtype=np.float64)


def fits(gate: Gate, space: Joint, values: Values, most: int) -> Floats:
    """Per cell and number of persons the logarithm of how likely what is shown is.

    Out of reach it falls with the distance, so that chains find in from wherever they begin.
    """
    base, hide = gate.policy.base, gate.policy.hide_up_to
    rows = []
    for cell in space.cells:
        chance = likelihood(values.get(cell), most + 2, base, hide)
        reached = np.flatnonzero(chance)
        gap = np.abs(np.arange(most + 3)[:, None] - reached).min(axis=1, initial=most)
        rows.append(np.where(chance > 0, np.log(np.maximum(chance, 1e-300)), BEYOND * gap))
    return np.vstack([*rows, np.zeros(most + 3)])


def neighbours(space: Joint) -> Integers:
    """Per atom those that differ in one part."""
    number = {atom: n for n, atom in enumerate(space.atoms)}
    parts = [sorted(set(column)) for column in zip(*space.atoms, strict=True)]
    return np.array(
        [
            [
                number[(*atom[:place], code, *atom[place + 1 :])]
                for place, codes in enumerate(parts)
                for code in codes
                if code != atom[place]
            ]
            for atom in space.atoms
        ],
        dtype=np.int64,
    )
