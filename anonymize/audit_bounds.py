"""Between what each cell of a system must be: linear programs solved by HiGHS.

Any feasible point proves that its values are possible, so a few points in random directions
settle most cells at once; a cell that they leave in doubt gets its own two programs.
"""

from collections.abc import Sequence
from math import inf
from typing import TypeAlias

import highspy
import numpy as np
from numpy.typing import NDArray

from anonymize.audit_facts import Cell
from anonymize.audit_model import System
from data_contracts.policy import Policy

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

# Instead of infinity, so that every program has a solution; no country counts that many.
BOUNDLESS = 1e6
TOLERANCE = 1e-6
DIRECTIONS = 12


class Contradiction(ValueError):
    """No numbers satisfy the system: something in it is not true."""


class Solver:
    """One system in HiGHS; each program starts where the last one ended."""

    def __init__(self, system: System) -> None:
        self.column = {cell: number for number, cell in enumerate(system.ranges)}
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]  # their constructor has no types
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("presolve", "off")
        self.highs.passModel(program(system, self.column))
        self.columns = np.arange(len(self.column), dtype=np.int32)

    def least(self, costs: Floats) -> Floats:
        """The point at which ``costs`` are least; raises ``Contradiction`` if there is none."""
        self.highs.changeColsCost(len(costs), self.columns, costs)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Contradiction
        return np.array(self.highs.getSolution().col_value)


def program(system: System, column: dict[Cell, int]) -> highspy.HighsLp:
    """The system as HiGHS takes it, facts by row."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(column), len(system.facts)
    lp.col_cost_ = np.zeros(len(column))
    lp.col_lower_ = np.array([known.lower for known in system.ranges.values()])
    lp.col_upper_ = np.array([min(known.upper, BOUNDLESS) for known in system.ranges.values()])
    lp.row_lower_ = np.array([fact.lower for fact in system.facts])
    lp.row_upper_ = np.array([fact.upper for fact in system.facts])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    rows = [sorted((column[cell], times) for cell, times in fact.terms) for fact in system.facts]
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, rows)])
    lp.a_matrix_.index_ = np.array([number for row in rows for number, _ in row])
    lp.a_matrix_.value_ = np.array([times for row in rows for _, times in row], dtype=float)
    return lp


class Search:
    """What is known so far of the bounds of ``targets``: possible values, and proven ends."""

    def __init__(self, system: System, targets: Sequence[Cell], policy: Policy) -> None:
        self.solver, self.policy = Solver(system), policy
        self.at = np.array([self.solver.column[cell] for cell in targets])
        self.low, self.high = np.full(len(targets), inf), np.full(len(targets), -inf)
        ranges = [system.ranges[cell] for cell in targets]
        self.lowest = np.array([known.lower for known in ranges])
        self.highest = np.array([min(known.upper, BOUNDLESS) for known in ranges])

    @property
    def lower(self) -> Floats:
        """The least whole number in what is known to be possible."""
        return np.ceil(self.low - TOLERANCE)

    @property
    def upper(self) -> Floats:
        """The greatest."""
        return np.floor(self.high + TOLERANCE)

    @property
    def is_doubtful(self) -> Bools:
        """Where the verdict may depend on the exact ends: too narrow so far, or never zero."""
        narrow = self.upper - self.lower < self.policy.narrowest_interval
        return narrow | (self.lower > 0)

    def go(self, weights: Floats) -> Floats:
        """Widen what is possible by the point furthest along ``weights``; return its values."""
        costs = np.zeros(len(self.solver.column))
        costs[self.at] = -weights
        values: Floats = self.solver.least(costs)[self.at]
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)
        return values

    def look_around(self) -> None:
        """Down, up, and in random directions over what is still in doubt."""
        number, chance = len(self.at), np.random.default_rng(0)
        self.go(-np.ones(number))
        self.go(np.ones(number))
        for _ in range(DIRECTIONS):
            if not self.is_doubtful.any():
                return
            self.go(np.where(self.is_doubtful, chance.choice([-1.0, 1.0], number), 0))

    def settle(self, number: int) -> None:
        """The exact ends of one target, as far as they are in doubt."""
        alone = np.zeros(len(self.at))
        alone[number] = 1
        if not self.is_low_proven[number]:
            self.lowest[number] = self.go(-alone)[number]
        if not self.is_high_proven[number]:
            self.highest[number] = self.go(alone)[number]

    @property
    def is_low_proven(self) -> Bools:
        """Where nothing lower is possible."""
        return self.lower <= np.ceil(self.lowest - TOLERANCE)

    @property
    def is_high_proven(self) -> Bools:
        """Where nothing higher is possible."""
        return self.upper >= np.floor(self.highest + TOLERANCE)

    @property
    def narrowest(self) -> int:
        """The target with the fewest values known to be possible."""
        return int(np.argmin(self.upper - self.lower))


def bounds(system: System, targets: Sequence[Cell], policy: Policy) -> list[tuple[int, int]]:
    """Whole numbers between which each target can be, for all that the system says.

    Exact for every target that is narrower than the policy allows or cannot be zero, and for the
    narrowest; of the others the true interval is at least as wide. Raises ``Contradiction`` if
    the system has no solution.
    """
    search = Search(system, targets, policy)
    search.look_around()
    for number in range(len(targets)):
        if search.is_doubtful[number]:
            search.settle(number)
    while not (search.is_low_proven & search.is_high_proven)[search.narrowest]:
        search.settle(search.narrowest)
    return list(
        zip(search.lower.astype(int).tolist(), search.upper.astype(int).tolist(), strict=True)
    )
