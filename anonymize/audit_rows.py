"""Rows over whole numbers: at least so much, at most so much, of a sum of cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]

# Instead of infinity, in whole numbers; no country counts that many.
BOUNDLESS = 1_000_000


class Rows(NamedTuple):
    """Rows, ``lower`` ≤ sum of ``times`` x cell ≤ ``upper``; row i begins at ``start[i]``."""

    start: Integers
    cell: Integers
    times: Integers
    lower: Integers
    upper: Integers

    def __len__(self) -> int:
        return len(self.lower)


@dataclass
class Writer:
    """Rows as they are written down, each once."""

    rows: dict[tuple[tuple[int, int], ...], tuple[int, int]] = field(default_factory=dict)

    def add(self, terms: Mapping[int, int], lower: int, upper: int) -> None:
        key = tuple(sorted(terms.items()))
        low, high = self.rows.get(key, (-BOUNDLESS, BOUNDLESS))
        self.rows[key] = max(low, lower), min(high, upper)

    def done(self) -> Rows:
        entries = list(chain.from_iterable(self.rows))
        return Rows(
            np.cumsum([0, *map(len, self.rows)]),
            np.array([cell for cell, _ in entries], dtype=np.int64),
            np.array([times for _, times in entries], dtype=np.int64),
            np.array([low for low, _ in self.rows.values()], dtype=np.int64),
            np.array([high for _, high in self.rows.values()], dtype=np.int64),
        )


def rows_from(entries: Sequence[tuple[Mapping[int, int], int, int]]) -> Rows:
    """Rows of terms with their ends."""
    writer = Writer()
    for terms, lower, upper in entries:
        writer.add(terms, lower, upper)
    return writer.done()


def stacked(parts: Sequence[tuple[Rows, int]]) -> Rows:
    """Rows of several sheets, the cells of each moved by its offset."""
    if not parts:
        return rows_from(())
    counts = np.concatenate([np.diff(rows.start) for rows, _ in parts])
    columns: list[Any] = [[getattr(rows, name) for rows, _ in parts] for name in Rows._fields[2:]]
    cell = np.concatenate([rows.cell + offset for rows, offset in parts])
    return Rows(np.concatenate([[0], np.cumsum(counts)]), cell, *map(np.concatenate, columns))
