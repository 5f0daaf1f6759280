"""What the releases before alone prove of hidden cells, with the same beliefs as now.

A new release must not prove that somebody is in a cell that was hidden already and is hidden still,
however many that may be: whoever knows that one person could be there has learned that she is. Only
what this release adds is held against it: what was proven before is known for good.
"""

from dataclasses import replace

import numpy as np

from anonymize.audit_propagation import Contradiction, narrowed
from anonymize.audit_rows import BOUNDLESS, Integers, Rows
from anonymize.audit_sheets import (
    HIDDEN_BEFORE,
    NOTHING,
    NOW,
    SHOWN,
    SHOWN_BEFORE,
    SHOWN_NOW,
    Sheet,
)  # fmt: skip
from anonymize.audit_system import System, unequal
from anonymize.audit_targets import Bools


def newly_filled(system: System, now: Integers) -> Bools:
    """Which published cells, hidden before and now, intervals prove filled only now.

    ``now`` has the least of each published cell by all releases.
    """
    is_now = np.concatenate([sheet.is_now for sheet in system.sheets])
    state = np.concatenate([sheet.state for sheet in system.sheets])
    is_hidden = (is_now & NOW > 0) & (is_now & HIDDEN_BEFORE > 0) & (state < SHOWN)
    found: Bools = is_hidden & (now >= 1)
    if found.any():
        found &= least_before(system) < 1
    return found


def least_before(system: System) -> Integers:
    """The least of each published cell by the releases before."""
    sheets = tuple(map(without_this_release, system.sheets))
    known = [np.pad(s.state > 0, (0, len(s.shape) - s.shape.published)) for s in sheets]
    made = System(
        sheets, of_known(system.links, np.concatenate(known)), tuple(map(unequal, sheets))
    )
    try:
        return made.published(narrowed(made.whole(True), made.lower, made.upper)[0])
    except Contradiction:
        # Nothing follows from what cannot be.
        return np.zeros(int(system.start[-1]), dtype=np.int64)


def without_this_release(sheet: Sheet) -> Sheet:
    """A sheet as the releases before left it."""
    was_shown, was_hidden = (sheet.is_now & mark > 0 for mark in (SHOWN_BEFORE, HIDDEN_BEFORE))
    is_new = ~was_shown & (~was_hidden | (sheet.is_now & SHOWN_NOW > 0)) & ~sheet.is_zero
    cells = np.flatnonzero(is_new)
    made = replace(
        sheet, lower=sheet.lower.copy(), upper=sheet.upper.copy(), state=sheet.state.copy()
    )
    made.state[cells], made.lower[cells], made.upper[cells] = NOTHING, 0, BOUNDLESS
    return made


def of_known(links: Rows, is_known: Bools) -> Rows:
    """Links of which those of cells that nobody knew say only how they hang together."""
    if not len(links):
        return links
    start, cell, times, lower, upper = links
    known = np.minimum.reduceat(is_known[cell].astype(np.int64), start[:-1]) > 0
    return Rows(start, cell, times, np.where(known, lower, np.minimum(lower, 0)), upper)
