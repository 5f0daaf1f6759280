"""What repair believes of hidden cells: that they are small, as far as that can be.

Which of them rounding hid is private. All cannot be small where the sums around them are large, so
that the belief is given up of some; of some of those it is true all the same. Whoever knows of
which may learn more than who believes it of none. So repair looks at *worlds*, too: in each, as
many as can be are small together. What intervals prove there of a few people, they prove to
somebody.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from anonymize.audit_case import Case
from anonymize.audit_denial import MOST, Trial
from anonymize.audit_propagation import Contradiction, narrowed
from anonymize.audit_sheets import SMALL
from anonymize.audit_system import System, unequal
from data_contracts.policy import Policy

# So many orders of giving up beliefs are looked at.
WORLDS = 20
# Sheet and cell.
Spot = tuple[int, int]


def tempered(case: Case) -> None:
    """After a first attack: believe no longer what published numbers prove wrong."""
    if case.blamed:
        open_large(case)
        case.attempt()
    relaxed(case)


def relaxed(case: Case) -> None:
    """Give up, of what is believed to be small, what cannot all be."""
    while opened := wrongly(case):
        case.hide(opened)
        case.attempt()


def wrongly(case: Case) -> list[Spot]:
    """What was believed small where that cannot all be; else, of the sheets to blame, all."""
    every = case.small(sorted({number for number, _ in case.blamed}))
    return sorted(set(every) & set(case.blamed)) or every


def open_large(case: Case) -> None:
    """Give it up for those cells that published numbers alone prove to be large."""
    case.hide(large(case, case.small(range(len(case.system.sheets)))))


def large(case: Case, believed: Sequence[Spot]) -> list[Spot]:
    """Which of these cells cannot be small, whatever is believed of the others."""
    system = case.system
    lower, upper = system.lower, system.upper
    cells = np.array([int(system.offset[n]) + cell for n, cell in believed], dtype=np.int64)
    for place, (number, cell) in zip(cells.tolist(), believed, strict=True):
        lower[place], upper[place] = system.sheets[number].open_ends(cell)
    try:
        lower, _ = narrowed(system.whole(True), lower, upper)
    except Contradiction:
        return []
    limit = small_up_to(case.policy)
    return [one for one, end in zip(believed, lower[cells], strict=True) if end > limit]


def worlds(case: Case) -> Iterator[System]:
    """The system with other beliefs: in each as many as can be, given up in another order.

    None where all can be.
    """
    spots, system = small_at_first(case), case.system
    if len(system.lower) > MOST or all(system.sheets[n].state[cell] == SMALL for n, cell in spots):
        return
    opened = believing(case, spots, [])
    cells = [int(system.offset[number]) + cell for number, cell in spots]
    trial = Trial(opened.whole(False), opened.lower, opened.upper, small_up_to(case.policy))
    chance, seen = np.random.default_rng(case.seed), set()
    for _ in range(WORLDS):
        kept = frozenset(trial.most([cells[n] for n in chance.permutation(len(cells)).tolist()]))
        if kept not in seen:
            seen.add(kept)
            pairs = zip(spots, cells, strict=True)
            yield believing(case, spots, [one for one, cell in pairs if cell in kept])


def small_at_first(case: Case) -> list[Spot]:
    """The hidden cells that may have been hidden by rounding, as far as is known."""
    start, limit = case.system.start, small_up_to(case.policy)
    return [
        (number, cell)
        for number, was_small in enumerate(case.at_first)
        for cell in np.flatnonzero(was_small).tolist()
        if case.search.lower[int(start[number]) + cell] <= limit
    ]


def believing(case: Case, spots: Sequence[Spot], small: Sequence[Spot]) -> System:
    """A copy of a system that believes, of some cells, these to be small and no others."""
    sheets = tuple(sheet.copied() for sheet in case.system.sheets)
    for number, cell in spots:
        sheets[number].hide(cell)
    for number, cell in small:
        sheets[number].believe(cell, small_up_to(case.policy))
    return System(sheets, case.links, tuple(map(unequal, sheets)))


def small_up_to(policy: Policy) -> int:
    """The most that a cell can be that rounding hid."""
    return policy.hide_up_to + policy.base - 1
