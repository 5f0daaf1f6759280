"""What repair believes of hidden cells: that they are small, as far as that can be.

Which of them rounding hid is private. All cannot be small where the sums around them are large, so
that the belief is given up of those that the proof takes.
"""

import numpy as np

from anonymize.audit_case import Case
from anonymize.audit_propagation import Contradiction, narrowed
from anonymize.audit_rows import BOUNDLESS


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


def wrongly(case: Case) -> list[tuple[int, int]]:
    """What was believed small where that cannot all be; else, of the sheets to blame, all."""
    every = case.small(sorted({number for number, _ in case.blamed}))
    return sorted(set(every) & set(case.blamed)) or every


def open_large(case: Case) -> None:
    """Give it up for those cells that published numbers alone prove to be large.

    For all of them where nothing fits those numbers.
    """
    system, believed = case.system, case.small(range(len(case.system.sheets)))
    lower, upper = system.lower, system.upper
    cells = np.array([int(system.offset[n]) + cell for n, cell in believed], dtype=np.int64)
    for place, (number, cell) in zip(cells.tolist(), believed, strict=True):
        lower[place], upper[place] = system.sheets[number].open_ends(cell)
    try:
        lower, _ = narrowed(system.whole(True), lower, upper)
    except Contradiction:
        lower[cells] = BOUNDLESS
    limit = case.policy.small_up_to
    case.hide(one for one, end in zip(believed, lower[cells], strict=True) if end > limit)
