"""What a hidden number lies within: the cell to which the release points, here or elsewhere."""

from collections.abc import Callable, Sequence

import polars as pl

PLACE = ("country", "period", "unit")
# No column of a table is called so.
CELL = "number of the cell"
# A table of the release by its name, as it lies there.
Reader = Callable[[str], pl.DataFrame]


def with_wholes(cells: pl.DataFrame, dimensions: Sequence[str], read: Reader) -> pl.DataFrame:
    """``cells`` with ``whole`` and ``whole_of``, number and period of the cell in ``within``.

    ``whole_in`` is its table, where that is another one. Null where a cell points to none; a
    release of an earlier kind has no pointers. ``read`` has the tables to which cells point.
    """
    if "within" not in cells.columns:
        return cells
    numbered = cells.with_row_index(CELL)
    points = numbered.filter(pl.col("within").is_not_null())
    named = points.with_columns(_said("table").alias("of table"))
    parts = [
        _found(own, cells if name is None else read(name), [*PLACE, *dimensions])
        for (name,), own in named.partition_by("of table", as_dict=True).items()
    ]
    none = numbered.head(0).select(CELL, whole="value", whole_of="period", whole_in="period")
    found = pl.concat([none, *parts])
    return numbered.join(found, on=CELL, how="left", maintain_order="left").drop(CELL)


def _said(name: str) -> pl.Expr:
    """What a pointer says of a column."""
    return pl.col("within").str.extract(f"(?:^|;){name}=([^;]+)")


def _found(points: pl.DataFrame, among: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The number, period and table to which each of ``points`` points, by its place."""
    key = [name for name in key if name in among.columns]
    shown = among.filter(pl.col("value").is_not_null())
    shown = shown.select(*(pl.col(n).alias(f"{n} of") for n in key), whole="value")
    coarser = {f"{name} of": pl.coalesce(_said(name), name) for name in key}
    found = points.with_columns(**coarser).join(shown, on=list(coarser))
    return found.select(CELL, "whole", whole_of="period of", whole_in="of table")
