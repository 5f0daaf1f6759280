"""How far synthetic rows are from the truth. Only benchmarks and tests may look at the truth."""

from typing import NamedTuple

import numpy as np
import polars as pl

from anonymize.microdata_tables import Domains, counted


class Scores(NamedTuple):
    """Of all pairs of columns, over all cells of their declared codes.

    ``apart``: mean over pairs of the share of rows in a wrong cell (total variation).
    ``error``: mean absolute error of a cell, in persons of the truth.
    ``fabricated``: share of the cells of the synthetic rows that no person is in;
    ``rows_fabricated``: share of the rows in them, mean over pairs.
    ``missed``: share of the cells with persons that no synthetic row is in.
    """

    apart: float
    error: float
    fabricated: float
    rows_fabricated: float
    missed: float


def scores(real: pl.DataFrame, rows: pl.DataFrame, domains: Domains) -> Scores:
    """Compare the tables of all pairs; the rows are weighed up to as many as there are persons."""
    truth, found = counted(real, domains), counted(rows, domains)
    pairs = [(truth[pair], found[pair]) for pair in truth]
    weight = len(real) / len(rows)
    wrong = [float(np.abs(t - f * weight).sum()) for t, f in pairs]
    new = [(f > 0) & (t == 0) for t, f in pairs]
    return Scores(
        apart=float(np.mean(wrong)) / 2 / len(real),
        error=sum(wrong) / sum(t.size for t, _ in pairs),
        fabricated=float(sum(n.sum() for n in new) / sum((f > 0).sum() for _, f in pairs)),
        rows_fabricated=float(
            np.mean([f[n].sum() for n, (_, f) in zip(new, pairs, strict=True)]) / len(rows)
        ),
        missed=float(
            sum(((f == 0) & (t > 0)).sum() for t, f in pairs) / sum((t > 0).sum() for t, _ in pairs)
        ),
    )
