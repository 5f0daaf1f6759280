"""The walks of a large region, shared out over processes.

Each walk of a round begins at a base and tries targets that were chosen before the round, so
that none needs what another finds: the verdict is the same however many processes there are.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from typing import NamedTuple, Protocol

from anonymize.audit_movers import Bools, Movers
from anonymize.audit_rows import Integers
from anonymize.orphans import end_with_parent

# Fewer targets than these are tried before another process has begun.
MANY = 20_000
# Each holds the system once more.
MOST_PROCESSES = 4


class Walk(NamedTuple):
    """Who moves from which base, the numbers of the targets that are tried, and the efforts."""

    base: int
    moving: Movers
    chosen: Integers
    efforts: tuple[int, ...]


class Found(NamedTuple):
    """Of the targets ``chosen`` what a walk showed to be possible, and which of them are wide."""

    chosen: Integers
    least: Integers
    most: Integers
    is_wide: Bools


class Walks(Protocol):
    """Who can walk, here or in another process."""

    def walked(self, walk: Walk) -> Found:
        """What a walk from the base shows."""


class Crew:
    """Processes that walk for a search, begun when a round is large enough for them.

    To be used as a context, which ends them.
    """

    def __init__(self, search: Walks) -> None:
        self.search, self.stack = search, ExitStack()
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def found(self, walks: Sequence[Walk]) -> Iterator[Found]:
        """What the walks of a round show, in their order."""
        number = min(len(walks), processes())
        if self.pool is None and number > 1 and targets(walks) >= MANY:
            self.pool = self.stack.enter_context(started(self.search, number))
        return (
            map(self.search.walked, walks) if self.pool is None else self.pool.map(_walked, walks)
        )


def targets(walks: Iterable[Walk]) -> int:
    return sum(len(walk.chosen) for walk in walks)


def processes() -> int:
    """How many processes this machine has room for."""
    cores = os.cpu_count() or 1
    if sys.platform == "linux":
        cores = len(os.sched_getaffinity(0))
    return min(cores, MOST_PROCESSES)


def started(search: Walks, number: int) -> ProcessPoolExecutor:
    """Processes that begin from nothing: one that is forked may find a lock that nobody opens."""
    return ProcessPoolExecutor(number, get_context("spawn"), _begin, (search,))


_own: list[Walks] = []


def _begin(search: Walks) -> None:
    _own[:] = [search]
    end_with_parent()


def _walked(walk: Walk) -> Found:
    return _own[0].walked(walk)
