"""Three years by code, for countries whose rung that is: what one year has too few people for.

Such a span is of years of which no release shows any number of the same questions, and none ever
will: together they would tell more than either. So one begins after the last year that was shown
by those codes, and the next one after it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import polars as pl

from data_contracts import load, periods
from data_contracts.ladders import ladders
from data_contracts.model import Table
from data_contracts.questions import question
from pipelines import rungs, standing, steps
from pipelines.settings import Workspace

SPAN = "span"
# Country, unit and period.
Series: TypeAlias = tuple[str, str, str]
SERIES = ["country", "unit", "period"]


def goes_with(table: Table, total: Table) -> bool:
    """Whether a table has spans by code of the people of a table of totals."""
    return bool(table.dimensions) and table.dataset == total.dataset and SPAN in table.frequencies


def asked_for(workspace: Workspace, name: str, whole: pl.DataFrame, out: Path) -> pl.DataFrame:
    """``country``, ``unit`` and ``period`` of the spans of a table that are to be counted.

    ``whole`` has those of the totals. The rung is the one that published numbers put it on.
    """
    length = load.policy().span_years
    mine = {one.country for one in rungs.stood(workspace) if one.rung.is_span_of(name)}
    taken = set(occupied(workspace, name, out))
    found = [
        (country, unit, span)
        for country, unit, span in whole.unique().sort(SERIES).iter_rows()
        if country in mine
        and len(periods.years(span)) == length
        and periods.years(span)[-1] == workspace.revising
        and not taken & {(country, unit, year) for year in periods.years(span)}
    ]
    return pl.DataFrame(found, schema=dict.fromkeys(SERIES, pl.String), orient="row")


def occupied(workspace: Workspace, name: str, out: Path) -> Iterator[Series]:
    """Country, unit and each year of which some table says something of the same questions.

    Spans that another table is given in the same revision have the same years as ours.
    """
    for other in related(name):
        file = out / steps.AVAILABLE / f"{other}.parquet"
        now = pl.read_parquet(file).select(SERIES).rows() if file.exists() else []
        for country, unit, period in {*now, *said(workspace, other)}:
            if not periods.is_span(period) or periods.years(period)[-1] != workspace.revising:
                yield from ((country, unit, year) for year in periods.years(period))


def said(workspace: Workspace, name: str) -> set[Series]:
    """The series of a table of which some release says something, a withdrawn one too."""
    before = standing.said(workspace, name, load.tables()[name].key)
    return set(before.cells.select(SERIES).iter_rows()) if before else set()


def related(name: str) -> list[str]:
    """The tables that share a question or a ladder with one; itself, too."""
    registry = load.tables()
    own = {question(one) for one in registry[name].dimensions.values()}
    beside = {
        rung.table
        for every in ladders().root.values()
        if name in {rung.table for rung in every}
        for rung in every
    }
    return [
        other
        for other, table in registry.items()
        if table.kind == "persons"
        and table.dataset == registry[name].dataset
        and table.dimensions
        and (other in beside or own & {question(one) for one in table.dimensions.values()})
    ]


def closed(workspace: Workspace) -> Mapping[str, set[Series]]:
    """Per table the country, unit and years that spans by the same codes have taken for good."""
    found: dict[str, set[Series]] = {}
    for name, table in load.tables().items():
        if SPAN not in table.frequencies or not table.dimensions:
            continue
        spans = [one for one in said(workspace, name) if periods.is_span(one[2])]
        years = {(c, u, year) for c, u, period in spans for year in periods.years(period)}
        for other in related(name) if years else ():
            found.setdefault(other, set()).update(years)
    return found
