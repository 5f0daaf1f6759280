"""On which rung of detail a country stands: decided by what was published of it, never by counts.

A function of published tables, the registry and one threshold, so two data sets that were published
alike stand on the same rungs.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from data_contracts.ladders import Ladders, Rung
from data_contracts.model import TOTAL, Table

# Why a country stands where it does; the words of a closed list.
REASONS = {
    "start": "Nothing was published of it yet: it stands on the finest rung.",
    "enough": "Its published total gives enough persons a cell on this rung, on no finer one.",
    "coarsest": "Its published total is small or hidden: there is no coarser rung.",
}


Refused = frozenset[tuple[str, str, str]]


class Standing(NamedTuple):
    """A country on a ladder: its rung, why, and the finer rungs that it does not take."""

    country: str
    ladder: str
    rung: Rung
    reason: str
    finer: tuple[Rung, ...]


def stood(
    countries: Iterable[str],
    ladders: Ladders,
    published: Mapping[str, pl.DataFrame],
    registry: Mapping[str, Table],
    least: int,
) -> list[Standing]:
    """Every country on every ladder, of the rungs whose tables are registered."""
    known = {n: [r for r in own if r.table in registry] for n, own in ladders.root.items()}
    return [
        standing(country, name, rungs, published, registry, least)
        for country in countries
        for name, rungs in known.items()
        if rungs
    ]


def refused(found: Iterable[Standing]) -> Refused:
    """Country, table and frequency that some ladder finds too fine, whatever the others say."""
    return frozenset((s.country, r.table, r.frequency) for s in found for r in s.finer)


def standing(
    country: str,
    ladder: str,
    rungs: Sequence[Rung],
    published: Mapping[str, pl.DataFrame],
    registry: Mapping[str, Table],
    least: int,
) -> Standing:
    """The finest rung on which the last published total is ``least`` a cell, else the coarsest.

    ``published`` are the tables of the release before. A total that is hidden counts as none: it
    is small, or stands for too few cases.
    """
    total = last_total(country, [published[r.table] for r in rungs if r.table in published])
    if total is None:
        return Standing(country, ladder, rungs[0], "start", ())
    for place, rung in enumerate(rungs):
        if total >= least * rung.cells(registry[rung.table]):
            return Standing(country, ladder, rung, "enough", tuple(rungs[:place]))
    return Standing(country, ladder, rungs[-1], "coarsest", tuple(rungs[:-1]))


def last_total(country: str, tables: Sequence[pl.DataFrame]) -> int | None:
    """The total of a country's last published year, of its largest unit; None where none was."""
    parts = [_years(country, table) for table in tables]
    if not parts or (years := pl.concat(parts)).is_empty():
        return None
    last = years.filter(pl.col("period") == years["period"].max())
    return max(value or 0 for value in last["value"].to_list())


def _years(country: str, table: pl.DataFrame) -> pl.DataFrame:
    """The published years of a country in a table, in total."""
    fixed = {"country", "period", "unit", "value", "lower", "upper"}
    said = {"obs_status", "conf_status", "source", "within"}
    totals = [pl.col(name) == TOTAL for name in table.columns if name not in fixed | said]
    known = ~pl.col("obs_status").is_in(["O", "M"])
    mine = table.filter(
        pl.col("country") == country, ~pl.col("period").str.contains("-"), known, *totals
    )
    return mine.select("period", pl.col("value").cast(pl.Int64))
