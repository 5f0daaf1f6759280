"""Which published number contains a hidden one: a function of published values alone.

A reader who meets ``[c]`` is told the smallest number that her cell lies within. It says no more
than the table does, because it is looked up there.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, combinations

import polars as pl

from data_contracts.model import TOTAL
from data_contracts.periods import wider

WITHIN, HIDDEN = "within", "Q"


def within(cells: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """``cells`` with ``within``: for each hidden cell the finest published one that contains it.

    ``cells`` is a table in the form of a release. The column names what is coarser in the other
    cell, as ``period=2025;sex=_T``; it is null where nothing that contains the cell is shown, and
    in cells that are not hidden. The finest is the smallest, then the one that differs in least.
    """
    key = ["country", "period", "unit", *dimensions]
    shown = cells.filter(pl.col("value").is_not_null()).select(*key, whole="value")
    hidden = cells.filter(pl.col("obs_status") == HIDDEN, pl.col("upper").is_null()).select(key)
    choices = _choices(["country", "period", *dimensions])
    found = [_wholes(hidden, shown, names, key) for names in choices]
    order = ["whole", "steps", WITHIN]
    best = pl.concat(found).sort(*key, *order).unique(key, keep="first").select(*key, WITHIN)
    return cells.join(best, on=key, how="left", maintain_order="left")


def _choices(names: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Every choice of at least one of ``names``."""
    return chain.from_iterable(combinations(names, n) for n in range(1, len(names) + 1))


def _wholes(
    hidden: pl.DataFrame, shown: pl.DataFrame, names: Sequence[str], key: Sequence[str]
) -> pl.DataFrame:
    """The hidden cells whose whole, coarser in all of ``names``, is shown; with its number."""
    finer = hidden.filter(*(pl.col(name) != TOTAL for name in names if name != "period"))
    wholes = {name: pl.lit(TOTAL) if name in names else pl.col(name) for name in key}
    asked = finer.with_columns(**{f"{name} of": whole for name, whole in wholes.items()})
    if "period" in names:
        asked = asked.drop("period of").join(_periods(hidden), on="period")
    both = asked.join(shown, left_on=[f"{name} of" for name in key], right_on=key)
    said = [pl.concat_str(pl.lit(f"{name}="), pl.col(f"{name} of")) for name in names]
    return both.select(
        *key,
        "whole",
        pl.lit(len(names)).alias("steps"),
        pl.concat_str(said, separator=";").alias(WITHIN),
    )


def _periods(cells: pl.DataFrame) -> pl.DataFrame:
    """Each period of ``cells`` with each that contains it: the year to date, the year."""
    rows = [(one, more) for one in cells["period"].unique().sort() for more in wider(one)]
    return pl.DataFrame(rows, dict.fromkeys(("period", "period of"), pl.String), orient="row")
