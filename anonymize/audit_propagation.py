"""What intervals alone prove: each row narrows its cells, until nothing moves.

Every end that it finds holds for all whole-numbered solutions, so that it can prove a target
narrow and never wide.
"""

import numpy as np

from anonymize.audit_rows import BOUNDLESS, Integers, Rows

ROUNDS = 60


class Contradiction(ValueError):
    """No numbers satisfy the rows: something in them is not true."""

    def __init__(self, cells: Integers) -> None:
        super().__init__("No numbers satisfy what is published and believed.")
        self.cells = cells


def narrowed(rows: Rows, lower: Integers, upper: Integers) -> tuple[Integers, Integers]:
    """The ends of each cell by ``rows``, whose entries are 1 or -1.

    Raises ``Contradiction`` with the cells of a row that cannot hold, or of all rows by which the
    ends of one cell cross: what is believed wrongly may be any of them.
    """
    lower, upper = lower.copy(), np.minimum(upper, BOUNDLESS)
    if crossed := np.flatnonzero(lower > upper).tolist():
        raise Contradiction(np.array(crossed))
    if not len(rows):
        return lower, upper
    row = np.repeat(np.arange(len(rows)), np.diff(rows.start))
    plus = rows.times > 0
    order = np.argsort(rows.cell, kind="stable")
    cells, first = np.unique(rows.cell[order], return_index=True)
    for _ in range(ROUNDS):
        least = np.where(plus, lower[rows.cell], -upper[rows.cell])
        most = np.where(plus, upper[rows.cell], -lower[rows.cell])
        low_sum, high_sum = (np.add.reduceat(ends, rows.start[:-1]) for ends in (least, most))
        if broken := np.flatnonzero((low_sum > rows.upper) | (high_sum < rows.lower)).tolist():
            raise Contradiction(rows.cell[rows.start[broken[0]] : rows.start[broken[0] + 1]])
        # What is left for one entry when all others are as small, or as large, as they can be.
        top = np.minimum(rows.upper[row] - (low_sum[row] - least), BOUNDLESS)
        bottom = np.maximum(rows.lower[row] - (high_sum[row] - most), -BOUNDLESS)
        highs, lows = np.where(plus, top, -bottom), np.where(plus, bottom, -top)
        new_upper, new_lower = upper.copy(), lower.copy()
        new_upper[cells] = np.minimum(upper[cells], np.minimum.reduceat(highs[order], first))
        new_lower[cells] = np.maximum(lower[cells], np.maximum.reduceat(lows[order], first))
        if crossed := np.flatnonzero(new_lower > new_upper).tolist():
            is_end = (highs == new_upper[rows.cell]) | (lows == new_lower[rows.cell])
            crossing = np.unique(row[is_end & (rows.cell == crossed[0])])
            raise Contradiction(np.unique(rows.cell[np.isin(row, crossing)]))
        if (new_lower == lower).all() and (new_upper == upper).all():
            break
        lower, upper = new_lower, new_upper
    return lower, upper
