"""Of which periods a region has a number: without one of its countries it has no total."""

from collections.abc import Iterable

import polars as pl

from data_contracts.model import TOTAL, Table
from data_contracts.periods import frequency

SERIES = ("country", "unit", "period")


def with_region(table: Table, available: pl.DataFrame, least: int) -> pl.DataFrame:
    """``available`` with the series of the region, ``_T``, where the table is counted for it.

    ``available`` has the ``country``, ``unit`` and ``period`` of each complete series. A period is
    there when every country has it that had begun by then, and these are at least ``least``: as
    with the agencies of a country, one that is silent makes a total that is none. From who
    reported only, never from what the records hold.
    """
    rows = [
        (TOTAL, unit, period)
        for unit in available["unit"].unique().sort()
        for period in _complete(table, available.filter(unit=unit).rows(named=True), least)
    ]
    region = pl.DataFrame(rows, schema=available.schema, orient="row")
    return pl.concat([available, region])


def _complete(table: Table, rows: Iterable[dict[str, str]], least: int) -> list[str]:
    """The periods in which all countries of a unit that had begun are there."""
    there: dict[str, set[str]] = {}
    for row in rows:
        if frequency(row["period"]) in table.regional:
            there.setdefault(row["period"], set()).add(row["country"])
    begun: dict[str, set[str]] = {}
    for of in ("quarter", "year"):
        known: set[str] = set()
        for period in sorted(p for p in there if frequency(p) == of):
            known = known | there[period]
            begun[period] = known
    return sorted(p for p, own in there.items() if own == begun[p] and len(own) >= least)
