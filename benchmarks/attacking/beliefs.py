"""What an attacker takes for granted before a small number is guessed: margins, and the rounding.

The baselines of all guesses of hidden cells are here: independence from published one-way margins,
either of the year, spread over its quarters, or of the period of each cell.
"""

from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import lgamma, log
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacking.cells import Cell, Values
from benchmarks.attacking.worlds import QUARTERS, YEAR, Registry

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
# Of a cell with fifteen persons or more: how often another rule, or the repair, hides it.
HIDDEN_THOUGH_LARGE = 0.1
UNKNOWN_TOTAL = 5.0
FEW = np.arange(1, 11)


@dataclass(frozen=True)
class Joint:
    """All whole distributions behind the tables of a country: atoms, and the cells they are in.

    ``cells_of`` has a row an atom and a column a kind of cell: numbers of cells.
    """

    atoms: tuple[tuple[str, ...], ...]
    cells: tuple[Cell, ...]
    cells_of: Integers

    @property
    def sums(self) -> Floats:
        """A row a cell, a column an atom: 1 where the atom is in the cell."""
        found = np.zeros((len(self.cells), len(self.atoms)))
        for kind in self.cells_of.T:
            found[kind, np.arange(len(self.atoms))] = 1
        return found


def joint(registry: Registry) -> Joint:
    """Atoms are a quarter and a code of every field; persons are in one quarter of their year."""
    fields = list(registry.fields)
    atoms = tuple(product(QUARTERS, *registry.fields.values()))
    kinds = {
        tuple(name for name in fields if name in chosen)
        for table in registry.tables
        for chosen in _subsets(table)
    }
    numbers: dict[Cell, int] = {}
    columns = [
        [
            numbers.setdefault(
                Cell(period, frozenset((n, atom[1 + fields.index(n)]) for n in kind)), len(numbers)
            )
            for atom in atoms
            for period in (atom[0] if quarterly else YEAR,)
        ]
        for kind in sorted(kinds)
        for quarterly in (False, True)
    ]
    return Joint(atoms, tuple(numbers), np.array(columns, dtype=np.int64).T)


def _subsets(fields: tuple[str, ...]) -> list[tuple[str, ...]]:
    masks = product((False, True), repeat=len(fields))
    return [tuple(f for f, is_in in zip(fields, mask, strict=True) if is_in) for mask in masks]


def expected(registry: Registry, values: Values) -> Floats:
    """Persons of each atom by independence of quarter and codes, from the year's one-way margins.

    Where a margin is hidden the rest of its total is shared evenly; nothing is below a tenth.
    """
    total = values.get(Cell(YEAR, frozenset())) or UNKNOWN_TOTAL
    quarters = of_quarters(values, total)
    return crossed([quarters, *of_year(registry, values, total)], total)


def expected_by_quarter(registry: Registry, values: Values) -> Floats:
    """Persons of each atom by independence of codes within each quarter, from its own margins.

    What is hidden of a quarter has the rest of its total, in the proportions of the year.
    """
    total = values.get(Cell(YEAR, frozenset())) or UNKNOWN_TOTAL
    usual = of_year(registry, values, total)
    persons = of_quarters(values, total) * total
    return np.concatenate(
        [
            crossed(
                [
                    shares([values.get(one) for one in margin(quarter, name, codes)], many, like)
                    for (name, codes), like in zip(registry.fields.items(), usual, strict=True)
                ],
                many,
            )
            for quarter, many in zip(QUARTERS, persons.tolist(), strict=True)
        ]
    )


def margin(period: str, name: str, codes: tuple[str, ...]) -> list[Cell]:
    """The cells of a one-way margin."""
    return [Cell(period, frozenset({(name, code)})) for code in codes]


def of_quarters(values: Values, total: float) -> Floats:
    """The share of each quarter of the year."""
    return shares([values.get(Cell(quarter, frozenset())) for quarter in QUARTERS], total)


def of_year(registry: Registry, values: Values, total: float) -> list[Floats]:
    """Per field the share of each code in the year."""
    return [
        shares([values.get(one) for one in margin(YEAR, name, codes)], total)
        for name, codes in registry.fields.items()
    ]


def crossed(parts: list[Floats], persons: float) -> Floats:
    """So many persons over all combinations, as if codes were independent."""
    return reduce(np.multiply.outer, parts, np.array(persons)).ravel()


def shares(shown: list[int | None], total: float, like: Floats | None = None) -> Floats:
    """The share of each part; hidden ones have what is left, a person each at least.

    They share it evenly, or as in ``like``. No part is below a tenth of a person.
    """
    hidden = np.array([value is None for value in shown])
    told = sum(value for value in shown if value)
    weights = hidden * (np.ones(len(shown)) if like is None else like)
    rest = max(total - told, hidden.sum()) * weights / max(weights.sum(), 1e-9)
    parts = np.array([max(value or 0, 0.1) for value in shown])
    found: Floats = np.where(hidden, np.maximum(rest, 0.1), parts)
    return np.asarray(found / found.sum(), dtype=np.float64)


def likelihood(value: int | None, most: int, base: int, hide_up_to: int) -> Floats:
    """The probability of what a cell shows, for each number of persons from zero to ``most``."""
    count = np.arange(most + 1)
    below, rest = count - count % base, count % base
    if value is not None:
        up = (below + base == value) * rest / base
        found: Floats = np.where(below == value, 1 - rest / base, up)
        return found
    small = np.where(below <= hide_up_to, 1 - (below + base > hide_up_to) * rest / base, 0)
    return np.asarray(small + (1 - small) * HIDDEN_THOUGH_LARGE, dtype=np.float64)


def poisson(mean: float) -> Floats:
    """How likely each number of ``FEW`` is, given that it is one of them."""
    weights = np.array([n * log(mean) - lgamma(n + 1) for n in FEW])
    found: Floats = np.exp(weights - weights.max())
    found /= found.sum()
    return found


def best(weights: Floats, within: int) -> int:
    """The number of ``FEW`` that is most often right, or most often no further than ``within``."""
    near = np.abs(FEW[:, None] - FEW[None, :]) <= within
    return int(FEW[np.argmax(near @ weights)])
