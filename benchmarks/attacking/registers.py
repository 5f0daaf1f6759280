"""Linking the tables to a register of a whole population, to name victims.

A country of a million, of which sex, age, citizenship and place are known of everybody. Small
communities are small as they are in life, a few are at far higher risk, and all of the smallest,
some twelve people, are victims. The attacker
spreads the published numbers over the register by iterative proportional fitting and names
those who share the codes with the highest rate. Baseline: anybody, so right as often as the
published total over the population.
"""

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import polars as pl

from benchmarks.attacking.beliefs import Floats
from benchmarks.attacking.cells import Cell, Values, by_country
from benchmarks.attacking.gates import Gate, published
from benchmarks.attacking.scores import Trial
from benchmarks.attacking.worlds import AGE, SEX, YEAR, Registry, World, cases, named, numbered

POPULATION, VICTIMS, NAMED = 1_000_000, 400, 50
COMMUNITIES = tuple(f"C{number:02}" for number in range(60))
PLACES = tuple(f"R{number}" for number in range(8))
REGISTERED = Registry(
    {"sex": SEX, "age": AGE, "citizenship": COMMUNITIES, "place": PLACES},
    (("sex", "age", "citizenship"), ("citizenship", "place"), ("sex", "place")),
    frozenset({"citizenship"}),
    frequencies=("year",),
)
ROUNDS = 30


class Told(NamedTuple):
    """The names that are right; of victims, those whose whole group in the register must be."""

    named: Trial
    certain: Trial


@dataclass(frozen=True)
class Register:
    """How many of the population, and how many victims, have each combination of codes."""

    groups: tuple[tuple[str, ...], ...]
    people: Floats
    victims: Floats

    def members(self, cell: Cell) -> Floats:
        """1 for each group that a cell holds."""
        fields = list(REGISTERED.fields)
        asked = [(fields.index(name), code) for name, code in cell.codes]
        return np.array([all(group[at] == code for at, code in asked) for group in self.groups])


def drawn(seed: int) -> Register:
    """A population by combinations of codes, and victims among them."""
    chance = np.random.default_rng([seed, 4])
    rank = np.arange(1, len(COMMUNITIES))
    foreign = 0.07 * rank**-2.0 / (rank**-2.0).sum()
    communities = np.concatenate([[0.93], foreign])
    places = chance.dirichlet(np.full(len(PLACES), 3.0))
    share = [np.array([0.5, 0.5]), np.array([0.25, 0.2, 0.55]), communities, places]
    grid = share[0]
    for part in share[1:]:
        grid = np.multiply.outer(grid, part)
    people = chance.multinomial(POPULATION, grid.ravel()).astype(float)
    risk = np.concatenate([[1.0], chance.lognormal(2.0, 2.0, len(COMMUNITIES) - 1)])
    tied = chance.lognormal(0.0, 0.7, (2, 3, 1, len(PLACES)))
    rates = (people.reshape(grid.shape) * risk[None, None, :, None] * tied).ravel()
    victims = np.minimum(chance.multinomial(VICTIMS, rates / rates.sum()), people)
    victims = np.where(np.indices(grid.shape)[2].ravel() == len(communities) - 1, people, victims)
    return Register(tuple(product(*REGISTERED.fields.values())), people, victims)


def attack(gate: Gate, seed: int) -> Told:
    """Name ``NAMED`` persons of one country, and count those who cannot be anybody else."""
    register = drawn(seed)
    release = published(world_of(register, seed), gate, seed, periods=(YEAR,))
    values = by_country(release.tables, REGISTERED.specs)[named(0)]
    hit = hits(register, fitted(register, values))
    total = values[Cell(YEAR, frozenset())] or 0
    return Told(
        Trial(NAMED, hit, NAMED * total / POPULATION),
        Trial(int(register.victims.sum()), certain(gate, register, values), 0),
    )


def world_of(register: Register, seed: int) -> World:
    """The records of the victims."""
    chance = np.random.default_rng([seed, 5])
    rows = np.repeat(np.arange(len(register.groups)), register.victims.astype(int))
    rows = chance.permutation(rows)
    columns = zip(*(register.groups[row] for row in rows), strict=True)
    coded = dict(zip(REGISTERED.fields, map(list, columns), strict=True))
    records = pl.DataFrame(coded).with_columns(
        country=pl.lit(named(0)),
        period=pl.lit(f"{YEAR}-Q1"),
        person_key=pl.Series(chance.integers(0, 2**32, len(rows)), dtype=pl.Int64),
        case=pl.Series([str(case) for case in cases(len(rows), chance)]),
    )
    return World(REGISTERED, numbered(records))


def fitted(register: Register, values: Values) -> Floats:
    """The number of victims of each group that agrees with all shown numbers."""
    shown = [(register.members(cell), value) for cell, value in values.items() if value is not None]
    found = register.people * (VICTIMS / POPULATION)
    for _ in range(ROUNDS):
        for members, value in shown:
            held = found[members].sum()
            if held > 0:
                found[members] *= value / held
    return np.minimum(found, register.people)


def hits(register: Register, believed: Floats) -> float:
    """How many of the named are victims, those of a group being named at random."""
    rates = np.divide(
        believed, register.people, out=np.zeros_like(believed), where=register.people > 0
    )
    left, right = float(NAMED), 0.0
    for group in np.argsort(-rates, kind="stable"):
        if left and register.people[group]:
            taken = min(left, register.people[group])
            right += taken * register.victims[group] / register.people[group]
            left -= taken
    return right


def certain(gate: Gate, register: Register, values: Values) -> float:
    """The victims whom a shown cell names: as many there as people of these codes live."""
    slack = gate.policy.base - 1
    sure = np.zeros(len(register.groups), dtype=bool)
    for cell, value in values.items():
        if value:
            members = register.members(cell)
            if value - slack >= register.people[members].sum():
                sure |= members
    return float(register.victims[sure].sum())
