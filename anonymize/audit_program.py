"""The rows of a sheet as a program for HiGHS that starts each time where it ended last.

Only whole-numbered points that satisfy every row, checked in whole numbers, are handed back: what
a solver says of itself proves nothing.
"""

import highspy
import numpy as np
from numpy.typing import NDArray

from anonymize.audit_shape import BOUNDLESS, Integers, Rows

Floats = NDArray[np.float64]
FINE = 1e-6
# Work of one integer program, in seconds; what takes longer has no answer.
PATIENCE = 20.0


class Program:
    """Rows over ``size`` whole numbers from zero up; costs and bounds change from point to point."""

    def __init__(self, rows: Rows, size: int) -> None:
        self.rows, self.size = rows, size
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]  # their constructor has no types
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), ("mip_rel_gap", 0.0)):
            self.highs.setOptionValue(option, value)
        self.highs.passModel(model(rows, size))
        self.columns = np.arange(size, dtype=np.int32)
        self.solved = self.fractional = 0

    def least(self, costs: Floats, lower: Integers, upper: Integers) -> Integers | None:
        """A point between ``lower`` and ``upper`` at which ``costs`` are least, or near it.

        None where there is none. The corner of a linear program is mostly whole; where it is
        not, an integer program is solved.
        """
        self.ask(costs, lower, upper)
        self.solved += 1
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = self.whole(lower, upper)
        if found is None:
            self.fractional += 1
            found = self.integer(lower, upper, 0.5, 2.0)
        return found

    def ask(self, costs: Floats, lower: Integers, upper: Integers) -> None:
        self.highs.changeColsCost(self.size, self.columns, costs)
        self.highs.changeColsBounds(
            self.size, self.columns, lower.astype(float), upper.astype(float)
        )
        self.highs.run()

    def integer(self, lower: Integers, upper: Integers, gap: float, patience: float) -> Integers | None:
        """A point of the program last asked for, in whole numbers and within ``gap`` of the best."""
        self.highs.changeColsIntegrality(
            self.size, self.columns, np.full(self.size, highspy.HighsVarType.kInteger)
        )
        self.highs.setOptionValue("mip_rel_gap", gap)
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + patience)
        self.highs.run()
        found = self.whole(lower, upper)
        self.is_proven = self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        self.highs.changeColsIntegrality(
            self.size, self.columns, np.full(self.size, highspy.HighsVarType.kContinuous)
        )
        self.highs.setOptionValue("time_limit", float("inf"))
        return found

    def whole(self, lower: Integers, upper: Integers) -> Integers | None:
        """The last solution, if it is of whole numbers that satisfy everything."""
        values = np.array(self.highs.getSolution().col_value)
        if len(values) != self.size:
            return None
        point = np.rint(values).astype(np.int64)
        if np.abs(values - point).max(initial=0) > FINE * 100:
            return None
        return point if satisfies(point, self.rows, lower, upper) else None


def satisfies(point: Integers, rows: Rows, lower: Integers, upper: Integers) -> bool:
    """Whether a point lies between its bounds and satisfies every row."""
    if ((point < lower) | (point > upper)).any():
        return False
    sums = totals(rows, point)
    return bool(((rows.lower <= sums) & (sums <= rows.upper)).all())


def totals(rows: Rows, point: Integers) -> Integers:
    """The sum of each row at a point."""
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    sums: Integers = np.add.reduceat(rows.times * point[rows.cell], rows.start[:-1])
    return sums


def model(rows: Rows, size: int) -> highspy.HighsLp:
    """Rows as HiGHS takes them."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = size, len(rows)
    lp.col_cost_ = np.zeros(size)
    lp.col_lower_, lp.col_upper_ = np.zeros(size), np.full(size, float(BOUNDLESS))
    lp.row_lower_ = np.where(rows.lower <= -BOUNDLESS, -np.inf, rows.lower.astype(float))
    lp.row_upper_ = np.where(rows.upper >= BOUNDLESS, np.inf, rows.upper.astype(float))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = rows.start.astype(np.int32)
    lp.a_matrix_.index_ = rows.cell.astype(np.int32)
    lp.a_matrix_.value_ = rows.times.astype(float)
    return lp
