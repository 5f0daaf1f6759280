"""The best guess of a cell of one to ten persons, by all that the tables say together.

Two attackers. One draws whole distributions from their posterior by Metropolis and Hastings over
persons (one changes a code, comes or goes), knowing the probabilities of the rounding; ``flat``
takes all whole-numbered distributions for equally likely, else they are as likely as if codes
were independent with the published margins. The other fits all shown numbers by least squares,
starting from the same margins. Baseline: the margins alone. All of them are told that the cell
has one to ten persons.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.attacking.beliefs import (
    FEW,
    Floats,
    Integers,
    Joint,
    best,
    expected,
    joint,
    likelihood,
    poisson,
)
from benchmarks.attacking.cells import Cell, Values, by_country
from benchmarks.attacking.gates import Gate, Published
from benchmarks.attacking.scores import Trial, added
from benchmarks.attacking.worlds import YEAR, Registry, World

# Logarithm of the likelihood that is lost with each person by which a number is out of reach.
BEYOND = -6.0
WITHIN = (0, 1)


@dataclass(frozen=True)
class Effort:
    """How many chains, and how often each proposes something for each of its persons."""

    chains: int = 40
    sweeps: int = 60


def targets(values: Values, truth: Values) -> list[Cell]:
    """The cells that are hidden, or shown so small, with one to ten persons in them."""
    return [
        cell
        for cell, value in values.items()
        if 1 <= (truth[cell] or 0) <= FEW[-1] and (value is None or value <= FEW[-1])
    ]


def attack(
    world: World, gate: Gate, release: Published, seed: int, effort: Effort
) -> dict[str, Trial]:
    """How often each attacker is right, exactly and within one, over all countries."""
    specs = world.registry.specs
    told = by_country(release.tables, specs)
    truths = by_country(release.exact, specs, "n")
    found: dict[str, list[Trial]] = {}
    for number, country in enumerate(world.countries):
        values, truth = told[country], truths[country]
        chance = np.random.default_rng([seed, number])
        for name, trial in guesses(world.registry, gate, values, truth, effort, chance).items():
            found.setdefault(name, []).append(trial)
    return {name: added(each) for name, each in found.items()}


def guesses(
    registry: Registry,
    gate: Gate,
    values: Values,
    truth: Values,
    effort: Effort,
    chance: np.random.Generator,
) -> dict[str, Trial]:
    """The trials of one country, by attacker and by how near a guess must be."""
    space = joint(registry)
    asked = targets(values, truth)
    means = expected(registry, space, values)
    margins = dict(zip(space.cells, space.sums @ means, strict=True))
    plain = {cell: poisson(margins[cell]) for cell in asked}
    fitted = least_squares(gate, space, values, means)
    beliefs: dict[str, Mapping[Cell, Floats]] = {
        "posterior, flat": posterior(gate, space, values, asked, None, effort, chance),
        "posterior, margins": posterior(gate, space, values, asked, means, effort, chance),
    }
    found = {}
    for within in WITHIN:
        base = {cell: best(plain[cell], within) for cell in asked}
        all_guesses = {
            name: {cell: best(of[cell], within) for cell in asked} for name, of in beliefs.items()
        } | {"least squares": {cell: int(np.clip(round(fitted[cell]), 1, 10)) for cell in asked}}
        for name, made in all_guesses.items():
            right = [sum(near(g[c], truth[c], within) for c in asked) for g in (made, base)]
            found[f"{name}, within {within}"] = Trial(len(asked), *right)
    return found


def near(guess: int, truth: int | None, within: int) -> bool:
    return truth is not None and abs(guess - truth) <= within


def least_squares(gate: Gate, space: Joint, values: Values, means: Floats) -> dict[Cell, float]:
    """Every cell by the best linear guess from all shown numbers, in one step from the margins.

    Atoms vary as Poisson numbers do, and rounding adds the mean of r (base - r).
    """
    shown = [n for n, cell in enumerate(space.cells) if values.get(cell) is not None]
    told = np.array([values[space.cells[n]] for n in shown], dtype=float)
    sums = space.sums
    part = sums[shown]
    rounding = np.mean([r * (gate.policy.base - r) for r in range(gate.policy.base)]) + 1e-3
    spread = (part * means) @ part.T + rounding * np.eye(len(shown))
    step = means * (part.T @ np.linalg.solve(spread, told - part @ means))
    return dict(zip(space.cells, sums @ np.maximum(means + step, 0), strict=True))


def posterior(
    gate: Gate,
    space: Joint,
    values: Values,
    asked: list[Cell],
    means: Floats | None,
    effort: Effort,
    chance: np.random.Generator,
) -> dict[Cell, Floats]:
    """How often each number of ``FEW`` was drawn for each asked cell; the first half is lost."""
    slots = int(values.get(Cell(YEAR, frozenset())) or 10) + 15
    chains = Chains(gate, space, values, means, slots, effort.chains, chance)
    numbers = [space.cells.index(cell) for cell in asked]
    seen = np.full((len(asked), len(FEW)), 1e-3)
    for step in range(effort.sweeps * slots):
        chains.step()
        if step >= effort.sweeps * slots // 2 and step % (slots // 2) == 0:
            drawn = chains.counts[:, numbers]
            seen += (drawn[:, :, None] == FEW).sum(axis=0)
    return dict(zip(asked, seen / seen.sum(axis=1, keepdims=True), strict=True))


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
