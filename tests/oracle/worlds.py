"""Every world of whole numbers that fits a release, one by one; imports nothing of ours.

A world says how many persons there are of each *type*; a type is the set of cells in which such a
person stands.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np


class Rules(NamedTuple):
    """Rounding to ``base``, hiding up to ``hide_up_to``, and what is too narrow or too few."""

    base: int
    hide_up_to: int
    narrowest: int
    few: int


def failing(
    types: Sequence[frozenset[str]],
    shown: Mapping[str, int | None],
    large: frozenset[str],
    rules: Rules,
    most: int,
) -> set[tuple[str, str | None]]:
    """Cells, and pairs of a cell and one inside it, that are known too well.

    ``shown`` has the number of each cell, None if it is hidden; ``large`` are cells that another
    rule than rounding hid. No type has more than ``most`` persons.
    """
    cells = list(shown)
    stands = np.array([[cell in one for cell in cells] for one in types], dtype=np.int64)
    limits = [
        min(most, *(at_most(shown, cell, large, rules, most) for cell in one)) for one in types
    ]
    numbers = [range(limit + 1) for limit in limits]
    half = len(types) // 2
    rest = np.array(list(product(*numbers[half:])))
    fitting = []
    for first in product(*numbers[:half]):
        worlds = np.column_stack([np.tile(first, (len(rest), 1)), rest]) @ stands
        fitting.append(worlds[fits(worlds, cells, types, shown, large, rules)])
    found = np.concatenate(fitting)
    values: dict[tuple[str, str | None], Any] = {
        (cell, None): found[:, number] for number, cell in enumerate(cells)
    }
    for one, other in nested(cells, types):
        values[one, other] = values[one, None] - values[other, None]
    return {
        target for target, of in values.items() if too_well(int(of.min()), int(of.max()), rules)
    }


def at_most(
    shown: Mapping[str, int | None], cell: str, large: frozenset[str], rules: Rules, most: int
) -> int:
    """How many persons a cell has at most."""
    value = shown.get(cell, most) if cell not in large else most
    return (rules.hide_up_to if value is None else value) + rules.base - 1


def too_well(least: int, greatest: int, rules: Rules) -> bool:
    """Too close together, or somebody but few."""
    return greatest - least < rules.narrowest or (least >= 1 and greatest <= rules.few)


def nested(cells: Sequence[str], types: Sequence[frozenset[str]]) -> list[tuple[str, str]]:
    """Pairs of cells of which everybody in the second stands in the first."""
    return [
        (one, other)
        for one in cells
        for other in cells
        if one != other and all(one in kind for kind in types if other in kind)
    ]


def fits(
    worlds: "np.ndarray[tuple[int, int], np.dtype[np.int64]]",
    cells: Sequence[str],
    types: Sequence[frozenset[str]],
    shown: Mapping[str, int | None],
    large: frozenset[str],
    rules: Rules,
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which worlds could have made what is shown."""
    column = {cell: worlds[:, number] for number, cell in enumerate(cells)}
    good = np.ones(len(worlds), dtype=bool)
    for cell, value in shown.items():
        if value is not None:
            good &= abs(column[cell] - value) < rules.base
        elif cell not in large:
            good &= column[cell] <= rules.hide_up_to + rules.base - 1
    for one, other in nested(cells, types):
        # The same people would have the same number, and both would be shown or both be few.
        numbers = shown[one], shown[other]
        hidden_large = any(
            number is None and cell in large
            for cell, number in zip((one, other), numbers, strict=True)
        )
        if numbers[0] != numbers[1] and not hidden_large:
            good &= column[one] > column[other]
    return good
