"""Which beliefs published numbers deny: a linear program says at once what a walk cannot.

A walk that finds no population has only given up; a program without a solution is a proof, and its
dual values name the beliefs that it takes.
"""

from collections.abc import Sequence

import highspy
import numpy as np

from anonymize.audit_program import model, quiet
from anonymize.audit_rows import BOUNDLESS, Integers, Rows, rows_from, stacked
from anonymize.audit_sheets import SMALL
from anonymize.audit_system import System

# Above so many unknowns no program is asked.
MOST = 20_000
# What a solver calls nothing.
NOTHING = 1e-6


def to_blame(system: System) -> Integers:
    """Cells of a system that are believed small and cannot all be."""
    sheets = [np.pad(s.state, (0, len(s.shape) - s.shape.published)) for s in system.sheets]
    believed = np.flatnonzero(np.concatenate(sheets) == SMALL)
    return denied(system.whole(False), system.lower, system.upper, believed)


def denied(rows: Rows, lower: Integers, upper: Integers, believed: Integers) -> Integers:
    """Of the cells ``believed`` to be no more than ``upper`` some that cannot all be.

    Elastic programming (Chinneck, Feasibility and Infeasibility in Optimization, 2008, ch. 6): how
    far all beliefs together must be exceeded; those whose limits have a price are to blame. None
    where all of them can hold, where the rest cannot, or where there are too many unknowns.
    """
    if not len(believed) or len(lower) > MOST:
        return believed[:0]
    size, number = len(lower), len(believed)
    limits = [({cell: 1, size + n: -1}, 0, int(upper[cell])) for n, cell in enumerate(believed)]
    top = np.concatenate([upper, np.full(number, BOUNDLESS)])
    top[believed] = BOUNDLESS
    bottom = np.concatenate([lower, np.zeros(number, dtype=np.int64)])
    costs = np.repeat([0.0, 1.0], [size, number])
    program = model(stacked([(rows, 0), (rows_from(limits), 0)]), bottom, top, costs)
    program.integrality_ = []
    highs = quiet()
    highs.passModel(program)
    highs.run()
    has_answer = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if not has_answer or highs.getObjectiveValue() < NOTHING:
        return believed[:0]
    price = np.abs(np.array(highs.getSolution().row_dual)[-number:])
    found: Integers = believed[price > NOTHING]
    return found


class Trial:
    """A program to which beliefs are added, one after the other, while it has a solution.

    The next is solved from where the last one ended, which takes a few steps.
    """

    def __init__(self, rows: Rows, lower: Integers, upper: Integers, limit: int) -> None:
        self.lower, self.upper, self.limit = lower.tolist(), upper.tolist(), limit
        program = model(rows, lower, upper, np.zeros(len(lower)))
        program.integrality_ = []
        self.highs = quiet()
        self.highs.passModel(program)

    def most(self, cells: Sequence[int]) -> list[int]:
        """As many of these cells as can be small together, the first first."""
        kept = self.added(cells)
        for cell in kept:
            self.bound(cell, self.upper[cell])
        return kept

    def added(self, cells: Sequence[int]) -> list[int]:
        """All of them, or half by half those that fit what was added before."""
        for cell in cells:
            self.bound(cell, min(self.limit, self.upper[cell]))
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
            return list(cells)
        for cell in cells:
            self.bound(cell, self.upper[cell])
        middle = len(cells) // 2
        return self.added(cells[:middle]) + self.added(cells[middle:]) if middle else []

    def bound(self, cell: int, most: int) -> None:
        self.highs.changeColBounds(cell, self.lower[cell], most)
