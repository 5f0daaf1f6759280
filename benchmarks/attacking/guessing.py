"""The best guess of a cell of one to ten persons, by all that the tables say together.

Two kinds of attackers. One draws whole distributions from their posterior by Metropolis and
Hastings over persons (one changes a code, comes or goes), knowing the probabilities of the
rounding: ``flat`` takes all whole-numbered distributions for equally likely, the others take them
for as likely as if codes were independent with the published margins, of the year or of each
period. The other kind fits all shown numbers by least squares, starting from the year's margins.

Two baselines. Independence from the published one-way margins of the period in which the cell is.
And for a quarter's cell the number of its year, where that is shown, in the proportion of the
quarters: what a hidden cell points to, and arithmetic. All are told that the cell has one to ten.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.attacking.beliefs import (
    FEW,
    UNKNOWN_TOTAL,
    Floats,
    Joint,
    best,
    expected,
    expected_by_quarter,
    joint,
    of_quarters,
    poisson,
)
from benchmarks.attacking.cells import Cell, Values, by_country
from benchmarks.attacking.chains import Chains
from benchmarks.attacking.gates import Gate, Published
from benchmarks.attacking.scores import Trial, added
from benchmarks.attacking.worlds import QUARTERS, YEAR, Registry, World

WITHIN = (0, 1)
MARGINS, HOLDER = "margins", "the number that holds it"


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
    space, asked = joint(registry), targets(values, truth)
    years, own = expected(registry, values), expected_by_quarter(registry, values)
    of_margins = margins(space, asked, years, own)
    plain = {MARGINS: of_margins, HOLDER: held(values, of_margins)}
    fitted = least_squares(gate, space, values, years)
    priors = {"flat": None, "the year's margins": years, "margins": own}
    beliefs = {
        f"posterior, {name}": posterior(gate, space, values, asked, means, effort, chance)
        for name, means in priors.items()
    }
    found = {}
    for within in WITHIN:
        made = {name: bests(of, within) for name, of in beliefs.items()}
        made["least squares"] = {cell: int(np.clip(round(fitted[cell]), 1, 10)) for cell in asked}
        for baseline, of in plain.items():
            base = rights(bests(of, within), truth, within)
            for name, guess in made.items():
                words = f"{name}, within {within}, beside {baseline}"
                found[words] = Trial(len(asked), rights(guess, truth, within), base)
    return found


def margins(space: Joint, asked: list[Cell], years: Floats, own: Floats) -> dict[Cell, Floats]:
    """What independence says of each cell: a year's from ``years``, a quarter's from ``own``."""
    of_years, of_quarters = (
        dict(zip(space.cells, space.sums @ of, strict=True)) for of in (years, own)
    )
    return {
        cell: poisson((of_years if cell.period == YEAR else of_quarters)[cell]) for cell in asked
    }


def held(values: Values, of_margins: Mapping[Cell, Floats]) -> dict[Cell, Floats]:
    """The same, but of a quarter's cell what its year's shown number says, if there is one."""
    quarters = of_quarters(values, values.get(Cell(YEAR, frozenset())) or UNKNOWN_TOTAL)
    found = dict(of_margins)
    for cell in of_margins:
        year = values.get(Cell(YEAR, cell.codes))
        if cell.period != YEAR and year:
            found[cell] = poisson(year * float(quarters[QUARTERS.index(cell.period)]))
    return found


def bests(beliefs: Mapping[Cell, Floats], within: int) -> dict[Cell, int]:
    """The best guess of each cell."""
    return {cell: best(weights, within) for cell, weights in beliefs.items()}


def rights(guess: Mapping[Cell, int], truth: Values, within: int) -> int:
    """How many guesses are right."""
    return sum(near(number, truth[cell], within) for cell, number in guess.items())


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
