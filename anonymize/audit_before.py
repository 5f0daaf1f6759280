"""Hidden cells that may be empty as far as the releases before tell.

A new release must not prove that somebody is in a cell that was hidden already and is hidden still,
however many that may be: whoever knows that one person could be there has learned that she is. Only
what this release adds is held against it: what was proven before is known for good.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from anonymize.audit_fields import Codes
from anonymize.audit_links import links
from anonymize.audit_propagation import Contradiction, narrowed
from anonymize.audit_rows import Integers
from anonymize.audit_sheets import NOW, REMEMBERED, SHOWN, SMALL, Place, Reader, Tables
from anonymize.audit_system import System, systems, unequal

Cells: TypeAlias = frozenset[tuple[Place, Codes]]


def maybe_empty(reader: Reader, earlier: Sequence[Tables]) -> Cells:
    """The cells that the last of the ``earlier`` releases hides and intervals do not prove filled.

    Every hidden cell is believed small where that can be, which proves more of what was known then.
    """
    remembered = earlier[-REMEMBERED:]
    if not remembered:
        return frozenset()
    nothing_known: Tables = {}
    sheets = reader.sheets(remembered[-1], nothing_known, remembered[:-1])
    every = systems(sheets, links(sheets, reader.policy))
    return frozenset().union(*(of_system(system) for system in every))


def of_system(system: System) -> Cells:
    """These cells of one system."""
    lower = system.published(least(system))
    found = []
    for number, sheet in enumerate(system.sheets):
        own = lower[system.start[number] : system.start[number + 1]]
        is_hidden = (sheet.is_now & NOW > 0) & (sheet.state > 0) & (sheet.state < SHOWN)
        cells = np.flatnonzero(is_hidden & (own < 1)).tolist()
        found += [(sheet.place, sheet.shape.codes[cell]) for cell in cells]
    return frozenset(found)


def least(system: System) -> Integers:
    """The least that intervals allow of each cell; what is believed is given up if it cannot be."""
    try:
        return narrowed(system.whole(True), system.lower, system.upper)[0]
    except Contradiction:
        for sheet in system.sheets:
            for cell in np.flatnonzero(sheet.state == SMALL).tolist():
                sheet.hide(cell)
        system.apart = tuple(map(unequal, system.sheets))
    try:
        return narrowed(system.whole(True), system.lower, system.upper)[0]
    except Contradiction:
        return system.lower
