"""What a hidden number lies within: the cell of the same table that the release points to."""

from collections.abc import Sequence

import polars as pl


def with_wholes(cells: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """``cells`` with ``whole`` and ``whole_of``, number and period of the cell in ``within``.

    Null where a cell points to none; a release of an earlier kind has no pointers.
    """
    if "within" not in cells.columns:
        return cells
    key = ["country", "period", "unit", *dimensions]
    coarser = {
        f"{name} of": pl.coalesce(pl.col("within").str.extract(f"(?:^|;){name}=([^;]+)"), name)
        for name in key
    }
    shown = cells.filter(pl.col("value").is_not_null()).select(
        *(pl.col(name).alias(f"{name} of") for name in key), whole="value", whole_of="period"
    )
    asked = cells.with_columns(**coarser)
    found = asked.join(shown, on=list(coarser), how="left", maintain_order="left")
    points = pl.col("within").is_not_null()
    said = [pl.when(points).then(name).alias(name) for name in ("whole", "whole_of")]
    return found.with_columns(said).drop(list(coarser))
