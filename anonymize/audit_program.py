"""The exact ends of what a walk leaves open, where a system is small: integer programs (HiGHS)."""

from typing import NamedTuple

import highspy
import numpy as np

from anonymize.audit_rows import BOUNDLESS, Integers, Rows

# Above so many unknowns a program is tried for few targets only, above ``MOST_FOR_FEW`` for none.
# It gives up after so many branches, not after some time, so that the verdict is the same on every
# machine.
MOST_UNKNOWNS, MOST_FOR_FEW, MOST_BRANCHES = 1600, 20_000, 500


class Ends(NamedTuple):
    """The least and the greatest value, and a solution for each."""

    least: int
    most: int
    points: tuple[Integers, Integers]


def ends(
    rows: Rows,
    lower: Integers,
    upper: Integers,
    whole: int,
    part: int | None,
    most: int = MOST_UNKNOWNS,
) -> Ends | None:
    """The least and the greatest whole number that ``whole`` less ``part`` can be, or None.

    None means no answer: more unknowns than ``most``, given up, or a solution that does not
    satisfy every row.
    """
    if len(lower) > most:
        return None
    costs = np.zeros(len(lower))
    costs[whole] = 1
    if part is not None:
        costs[part] = -1
    low, high = (solved(rows, lower, upper, sign * costs) for sign in (1, -1))
    if low is None or high is None:
        return None
    return Ends(int(costs @ low), int(costs @ high), (low, high))


def solved(
    rows: Rows, lower: Integers, upper: Integers, costs: np.ndarray, gap: float = 0.0
) -> Integers | None:
    """The whole-numbered point of least costs, if it is proven to be that, but for a ``gap``."""
    highs = quiet()
    highs.setOptionValue("mip_max_nodes", MOST_BRANCHES)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.passModel(model(rows, lower, upper, costs))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    point: Integers = np.rint(np.array(highs.getSolution().col_value)).astype(np.int64)
    return point if satisfies(point, rows, lower, upper) else None


def quiet() -> highspy.Highs:
    """A solver that prints nothing and takes the same steps wherever it runs."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # their constructor has no types
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    return highs


def satisfies(point: Integers, rows: Rows, lower: Integers, upper: Integers) -> bool:
    """Whether a point lies between its bounds and satisfies every row; in whole numbers."""
    if ((point < lower) | (point > upper)).any():
        return False
    if not len(rows):
        return True
    sums = np.add.reduceat(rows.times * point[rows.cell], rows.start[:-1])
    return bool(((rows.lower <= sums) & (sums <= rows.upper)).all())


def model(rows: Rows, lower: Integers, upper: Integers, costs: np.ndarray) -> highspy.HighsLp:
    """Rows as HiGHS takes them."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(lower), len(rows)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = costs, lower.astype(float), upper.astype(float)
    lp.row_lower_ = np.where(rows.lower <= -BOUNDLESS, -np.inf, rows.lower.astype(float))
    lp.row_upper_ = np.where(rows.upper >= BOUNDLESS, np.inf, rows.upper.astype(float))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = rows.start.astype(np.int32)
    lp.a_matrix_.index_ = rows.cell.astype(np.int32)
    lp.a_matrix_.value_ = rows.times.astype(float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(lower)
    return lp
