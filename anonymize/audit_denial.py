"""Which beliefs published numbers deny: a linear program says at once what a walk cannot.

A walk that finds no population has only given up; a program without a solution is a proof, and its
dual values name the beliefs that it takes.
"""

import highspy
import numpy as np

from anonymize.audit_program import MOST_FOR_FEW, model, quiet
from anonymize.audit_rows import BOUNDLESS, Integers, Rows, rows_from, stacked
from anonymize.audit_sheets import SMALL
from anonymize.audit_system import System

# What a solver calls nothing.
NOTHING = 1e-6


def to_blame(system: System) -> Integers:
    """Cells of a system that are believed small and cannot all be."""
    believed = np.flatnonzero(system.states == SMALL)
    return denied(system.whole(False), system.lower, system.upper, believed)


def denied(rows: Rows, lower: Integers, upper: Integers, believed: Integers) -> Integers:
    """Of the cells ``believed`` to be no more than ``upper`` some that cannot all be.

    Elastic programming (Chinneck, Feasibility and Infeasibility in Optimization, 2008, ch. 6): how
    far all beliefs together must be exceeded; those whose limits have a price are to blame. None
    where all of them can hold, where the rest cannot, or where there are too many unknowns.
    """
    if not len(believed) or len(lower) > MOST_FOR_FEW:
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
