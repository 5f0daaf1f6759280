"""Who stands behind a cell: its largest case and its countries, and the persons outside of them.

Whoever knows all of a case, or of a country, subtracts it from the cell. What is left to them is a
count as well, of persons with keys of their own, and the gate out rounds it like any other.

``each`` is a frame with the keys of cells and ``by``, the case or the country, and the ``n`` and
``key`` of its persons in the cell.
"""

import narwhals as nw
import polars as pl

from data_contracts.model import TOTAL
from transforms.engine import Frame, fetched

KEYS = 2**32
BEHIND = (("kind", pl.String), ("n", pl.Int64), ("cell_key", pl.Int64))


def summed(name: str) -> nw.Expr:
    """The sum of a column; DuckDB would make it wider."""
    return nw.col(name).sum().cast(nw.Int64)


def many() -> nw.Expr:
    """How many rows, as wide on every engine."""
    return nw.len().cast(nw.Int64)


def largest(each: Frame, cell: list[str]) -> Frame:
    """Per cell the ``number`` of cases, or countries, and the persons of the ``largest``."""
    return each.group_by(cell).agg(number=many(), largest=nw.col("n").max())


def outside(each: Frame, cells: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """The persons of ``cells`` outside their largest case, for each of several equally large.

    Not where the largest has one person: then every person is a largest case, and nobody needs
    to know which of them to see that all others but one are left.
    """
    most = each.group_by(cell).agg(most=nw.col("n").max())
    tied = each.join(most.filter(nw.col("most") > 1), on=cell, how="inner")
    return without(tied.filter(nw.col("n") == nw.col("most")), cells, cell, "case")


def outside_each(each: Frame, cells: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """The persons of the regional ``cells`` outside each of their countries."""
    return without(each.filter(nw.col("country") == TOTAL), cells, cell, "country")


def without(each: Frame, cells: pl.DataFrame, cell: list[str], kind: str) -> pl.DataFrame:
    """``cells`` once for each ``by``, without its persons; of persons in two, neither is left."""
    taken = fetched(each.select(*cell, less=nw.col("n"), minus=nw.col("key")))
    return taken.join(cells, on=cell, how="inner").select(
        *cell,
        kind=pl.lit(kind),
        n=pl.col("n") - pl.col("less"),
        cell_key=(pl.col("key") - pl.col("minus")) % KEYS,
    )
