"""Numbers that others have published, and programme data, as tables of a release.

They pass unchanged: nothing is rounded, hidden, added up or estimated here. What a source does not
say is marked missing, so a gap is never read as a zero. Tables of persons are counted in ``cube``.
"""

from collections.abc import Sequence

import polars as pl

from data_contracts.model import TOTAL, Table
from data_contracts.periods import frequency

# Where a published number may be broken down; a table takes the total of what it does not declare.
AXES = ("area", "sex", "age_band", "exploitation", "citizenship", "repatriation", "destination")
MEASURES = ("value", "lower", "upper")


class NotOneNumber(ValueError):
    """A source has two numbers for one cell, or a count with a fraction; names the table."""


def published(
    table: Table, aggregates: pl.DataFrame, precedence: Sequence[str] = ()
) -> pl.DataFrame:
    """The cells of ``table`` from the core aggregates, as their sources published them.

    Dense: every country, period and declared code of a source, with ``O`` where it says nothing.
    Sources are never added together: where two have the cell, the one that ``precedence`` names
    first is taken, and sources it does not name follow in alphabetical order.
    """
    return _one_a_cell(table, by_source(table, aggregates), precedence)


def by_source(table: Table, aggregates: pl.DataFrame) -> pl.DataFrame:
    """The cells of ``table`` as each source published them, one row a cell and source."""
    declared = [dimension.field for dimension in table.dimensions.values()]
    rest = [axis for axis in AXES if axis in aggregates.columns and axis not in declared]
    counts = aggregates.filter(pl.col("value_type") == "count")
    return _dense(table, counts, [pl.col(axis) == TOTAL for axis in rest])


def programme(
    table: Table, reference: pl.DataFrame, precedence: Sequence[str] = ()
) -> pl.DataFrame:
    """The cells of ``table`` from core reference data; the unit of such a table is the series."""
    exact = reference.with_columns(
        unit="series",
        lower="value",
        upper="value",
        obs_status=pl.when(pl.col("value").is_not_null()).then(pl.lit("A")),
    )
    return _one_a_cell(table, _dense(table, exact, []), precedence)


def key(table: Table) -> list[str]:
    """The columns that name a cell of ``table``."""
    return ["country", "period", "unit", *table.dimensions]


def _dense(table: Table, rows: pl.DataFrame, total: Sequence[pl.Expr]) -> pl.DataFrame:
    named = {dimension.field: name for name, dimension in table.dimensions.items()}
    periods = [p for p in rows["period"].unique() if frequency(p) in table.frequencies]
    asked = pl.col("unit").is_in(table.units)
    # A source that never counts what the table counts has no gaps in it.
    series = rows.filter(pl.col("period").is_in(periods), asked.any().over("source"))
    cell = ["source", *key(table)]
    said = (
        series.filter(asked, *total).rename(named).select(*cell, *MEASURES, "obs_status").unique()
    )
    _check(table, said, cell)
    full = _cross(table, series).join(said, on=cell, how="left")
    return full.with_columns(*_status()).select(
        *key(table), pl.col(MEASURES).cast(pl.Int64), "obs_status", "conf_status", "source"
    )


def _cross(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Every declared cell in all countries and periods of which a source says anything."""
    countries, periods = (rows.select("source", of).unique() for of in ("country", "period"))
    cross = countries.join(periods, on="source")
    domains = {name: (TOTAL, *of.codes) for name, of in table.dimensions.items()}
    for name, codes in {"unit": table.units, **domains}.items():
        cross = cross.join(pl.DataFrame({name: codes}, schema={name: pl.String}), how="cross")
    return cross


def _check(table: Table, said: pl.DataFrame, cell: list[str]) -> None:
    if repeated := said.height - said.select(cell).n_unique():
        raise NotOneNumber(f"{table.name}: {repeated} cells have more than one number.")
    parts = pl.any_horizontal(pl.col(m) != pl.col(m).round() for m in MEASURES)
    if broken := said.filter(parts).height:
        raise NotOneNumber(f"{table.name}: {broken} counts have a fraction.")


def _status() -> tuple[pl.Expr, pl.Expr]:
    said = pl.col("obs_status").fill_null("O")
    hidden = pl.when(said == "Q").then(pl.lit("C")).otherwise(pl.lit("F"))
    return said, hidden.alias("conf_status")


def _one_a_cell(table: Table, cells: pl.DataFrame, precedence: Sequence[str]) -> pl.DataFrame:
    """One row a cell: of the sources that say something, the first by precedence."""
    rest = sorted(set(cells["source"]) - set(precedence))
    rank = {source: place for place, source in enumerate([*precedence, *rest])}
    order = (pl.col("obs_status") == "O", pl.col("source").replace_strict(rank, default=None))
    return cells.sort(*order).unique(key(table), keep="first").sort(key(table))
