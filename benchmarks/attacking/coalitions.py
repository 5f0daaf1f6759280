"""Countries that put together what they know of their own, and read the region's numbers.

One or two countries know their own cells exactly and subtract them. Who proves that the others
have few, or bounds them closely, has learned of people that are not theirs. Baseline of the
guesses: what independence of the region's published one-way margins leaves beside their own.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from benchmarks.attacking.beliefs import FEW, best, likelihood, poisson
from benchmarks.attacking.cells import Cell, Values, by_country
from benchmarks.attacking.gates import Gate, published
from benchmarks.attacking.scores import Trial, added
from benchmarks.attacking.worlds import YEAR, Registry, World
from data_contracts.model import TOTAL


class Told(NamedTuple):
    """Over all coalitions and cells: the bounds that tell too much, and the guesses.

    ``differences`` are those of two shown cells of which one holds the other. ``small`` are the
    hidden cells that are bounded closely for who believes that hidden means small, and how many of
    these bounds are true: where others are few another rule hides too, so most are not.
    """

    proven: Trial
    differences: Trial
    small: Trial
    guess: Trial


def attack(world: World, gate: Gate, seed: int, size: int) -> Told:
    """All coalitions of ``size`` countries."""
    release = published(world, gate, seed)
    values = by_country(release.tables, world.registry.specs)[TOTAL]
    truths = by_country(release.exact, world.registry.specs, "n")
    means = expected(world.registry, values)
    proven: list[bool] = []
    apart: list[bool] = []
    small: list[bool] = []
    guesses: list[Trial] = []
    for own in held(truths, values, size):
        apart += [differ(gate, values, own, *pair) for pair in nested(values)]
        for cell, value in values.items():
            rest = (truths[TOTAL][cell] or 0) - own[cell]
            if value is not None:
                proven.append(tells(gate, value, own[cell]))
            elif gate.policy.small_up_to >= own[cell] and tells(gate, None, own[cell]):
                small.append(rest <= gate.policy.small_up_to - own[cell])
            if 1 <= rest <= FEW[-1]:
                guesses.append(guessed(gate, value, own[cell], rest, means[cell]))
    facts = [Trial(len(found), sum(found), 0) for found in (proven, apart, small)]
    return Told(facts[0], facts[1], facts[2], added(guesses))


def held(truths: dict[str, Values], values: Values, size: int) -> Iterator[dict[Cell, int]]:
    """What each coalition has of each cell of the region."""
    for coalition in combinations(sorted(truths.keys() - {TOTAL}), size):
        yield {cell: sum(truths[one][cell] or 0 for one in coalition) for cell in values}


def nested(values: Values) -> list[tuple[Cell, Cell]]:
    """Shown cells of which the first holds the second."""
    shown = [cell for cell, value in values.items() if value is not None]
    return [(whole, part) for whole in shown for part in shown if whole.holds(part)]


def differ(gate: Gate, values: Values, own: dict[Cell, int], whole: Cell, part: Cell) -> bool:
    """Whether too much is told of the others who are in ``whole`` and not in ``part``."""
    apart = (values[whole] or 0) - (values[part] or 0)
    slack = 2 * (gate.policy.base - 1)
    return is_too_close(gate, apart - slack, apart + slack, own[whole] - own[part])


def tells(gate: Gate, value: int | None, own: int) -> bool:
    """Whether too much is told of the others in a cell."""
    slack = gate.policy.base - 1
    if value is None:
        return is_too_close(gate, 0, gate.policy.small_up_to, own)
    return is_too_close(gate, value - slack, value + slack, own)


def is_too_close(gate: Gate, least: int, most: int, own: int) -> bool:
    """Whether bounds of all, less what is their ``own``, are close or prove that others are few."""
    lower, upper = max(0, least - own), most - own
    narrow = upper - lower < gate.policy.narrowest_interval
    return narrow or (lower >= 1 and upper <= gate.policy.few)


def guessed(gate: Gate, value: int | None, own: int, rest: int, mean: float) -> Trial:
    """Whether the likeliest number of others is the true one, with what is shown and without."""
    prior = poisson(max(mean - own, 0.5))
    reach = int(own + FEW[-1])
    shown = likelihood(value, reach, gate.policy.base, gate.policy.hide_up_to)[own + FEW]
    weights = prior * shown if (prior * shown).any() else prior
    return Trial(1, best(weights, 0) == rest, best(prior, 0) == rest)


def expected(registry: Registry, values: Values) -> dict[Cell, float]:
    """Persons of each cell of the region by independence of its one-way margins.

    A hidden margin has an even share of what the shown ones leave.
    """
    total = values.get(Cell(YEAR, frozenset())) or 5
    shares: dict[tuple[str, str], float] = {}
    for name, codes in registry.fields.items():
        shown = [values.get(Cell(YEAR, frozenset({(name, code)}))) for code in codes]
        told = sum(value for value in shown if value)
        hidden = max(sum(value is None for value in shown), 1)
        parts = [(total - told) / hidden if v is None else v for v in shown]
        shares |= {(name, code): max(p, 1) / total for code, p in zip(codes, parts, strict=True)}
    return {cell: total * float(np.prod([shares[p] for p in cell.codes])) for cell in values}
