"""Somebody who knows all others of a cell, and asks whether one person is in it.

In each country one person is looked for; a coin has decided whether she is in the records at all.
Who knows everybody else compares what the numbers say if she is there with what they say if
not: a likelihood ratio. Baseline: the coin. What one number tells is by the arithmetic of the
rounding; what all numbers that hold her tell together is the worst case.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from benchmarks.attacking.beliefs import likelihood
from benchmarks.attacking.cells import Cell, Values, by_country
from benchmarks.attacking.gates import Gate, published
from benchmarks.attacking.scores import Trial
from benchmarks.attacking.worlds import YEAR, World

MOST = 2_000


class Target(NamedTuple):
    """Whom the insider of a country looks for: her cells, and whether she is in the records."""

    cells: frozenset[Cell]
    is_in: bool


class Told(NamedTuple):
    """What the insiders of all countries made of one cell, and of all of them."""

    one: Trial
    every: Trial
    certain: Trial


def chosen(world: World, seed: int) -> tuple[World, dict[str, Target]]:
    """A person of each country, and the world in which those are whom the coin left in."""
    chance = np.random.default_rng([seed, 1])
    fields = list(world.registry.fields)
    one = world.records.group_by("country", maintain_order=True).first()
    targets: dict[str, Target] = {}
    for row in one.iter_rows(named=True):
        codes = {name: row[name] for name in fields}
        targets[row["country"]] = Target(
            cells_of(world, row["period"], codes), bool(chance.integers(2))
        )
    gone = [row for row in one["record"] if not targets[country_of(one, row)].is_in]
    return World(world.registry, world.records.filter(~pl.col("record").is_in(gone))), targets


def country_of(records: pl.DataFrame, record: str) -> str:
    return str(records.filter(record=record)["country"].item())


def cells_of(world: World, quarter: str, codes: Mapping[str, str]) -> frozenset[Cell]:
    """All cells of the registry in which a person is counted."""
    return frozenset(
        Cell(period, frozenset((name, codes[name]) for name in kind))
        for table in world.registry.tables
        for mask in range(2 ** len(table))
        for kind in ([name for place, name in enumerate(table) if mask >> place & 1],)
        for period in (YEAR, quarter)
    )


def attack(world: World, gate: Gate, seed: int) -> Told:
    """The share of right decisions, a tie being half right."""
    seen, targets = chosen(world, seed)
    release = published(seen, gate, seed)
    values = by_country(release.tables, world.registry.specs)
    truths = by_country(release.exact, world.registry.specs, "n")
    one, every, certain = [], [], 0
    for country, target in targets.items():
        total = frozenset({Cell(YEAR, frozenset())})
        one.append(decided(gate, values[country], truths[country], target, total))
        every.append(decided(gate, values[country], truths[country], target, target.cells))
        certain += abs(every[-1][0]) == np.inf
    number = len(targets)
    return Told(
        Trial(number, sum(right for _, right in one), number / 2),
        Trial(number, sum(right for _, right in every), number / 2),
        Trial(number, certain, 0),
    )


def decided(
    gate: Gate, values: Values, truth: Values, target: Target, cells: frozenset[Cell]
) -> tuple[float, float]:
    """The logarithm of the likelihood ratio, and whether its sign is right."""
    with np.errstate(divide="ignore"):
        ratio = sum(told(gate, values[cell], (truth[cell] or 0) - target.is_in) for cell in cells)
    return ratio, 0.5 if ratio == 0 else float((ratio > 0) == target.is_in)


def told(gate: Gate, value: int | None, others: int) -> float:
    """What one number says for her being there, all ``others`` being known."""
    chance = likelihood(value, others + 1, gate.policy.base, gate.policy.hide_up_to)
    return float(np.log(chance[others + 1]) - np.log(chance[others]))
