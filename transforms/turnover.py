"""Who came into a published cell since it was drawn, and who left it.

The symmetric difference of the distinct persons of each cell in two vintages, with its cases and
countries, as if it were a cell of its own. Sentences of narwhals only, as in ``cube``.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import narwhals as nw
import polars as pl

from data_contracts.model import TOTAL, CodeList, Table
from transforms.behind import KEYS, largest, many, summed
from transforms.cube import COUNTS, membership
from transforms.engine import Frame, fetched
from transforms.people import FAMILY, PERSON, People
from transforms.plan import Plan, planned, subsets


class Vintage(NamedTuple):
    """The persons of a vintage, and the ``country``, ``unit``, ``period`` of its series."""

    people: People
    series: pl.DataFrame


def turnover(
    table: Table, before: Vintage, after: Vintage, lists: Mapping[str, CodeList]
) -> pl.DataFrame:
    """The cells of ``table`` with entrants or leavers: their keys, and ``cube.COUNTS`` of these.

    Only of series that both vintages have: what is said for the first time is no revision.
    """
    plans = [planned(table, one.people.one_by_one, lists, one.series) for one in (before, after)]
    both = before.series.join(after.series, on=FAMILY, how="semi").select(FAMILY).unique()
    parts = [_over(plans, asked, both) for asked in subsets(plans[0].many)]
    found = pl.concat(parts)
    return found.sort(found.columns)


def _over(plans: Sequence[Plan], asked: Sequence[str], both: pl.DataFrame) -> pl.DataFrame:
    """The differences over the ``asked`` dimensions and every choice of those of one answer."""
    series = plans[0].people.engine.lift(both)
    found = [membership(plan, asked) for plan in plans]
    members = [one.join(series, on=FAMILY, how="semi") for one, _ in found]
    links = [own.select(*PERSON, "case_key", "home").unique() for _, own in found]
    cells = []
    for names in subsets(plans[0].single):
        cell = [*FAMILY, *names, *asked]
        moved = _moved([one.select(*cell, "person_key").unique() for one in members], links, cell)
        left = [name for name in plans[0].table.dimensions if name not in cell]
        named = _counted(moved, cell).with_columns(pl.lit(TOTAL).alias(name) for name in left)
        cells.append(named.select(*FAMILY, *plans[0].table.dimensions, *COUNTS))
    return pl.concat(cells)


def _moved(sides: Sequence[Frame], links: Sequence[Frame], cell: list[str]) -> Frame:
    """A row per cell, person, case and country of those in one vintage of the cell alone."""
    person = [*cell, "person_key"]
    parts = [
        sides[one].join(sides[1 - one], on=person, how="anti").join(links[one], on=PERSON)
        for one in (0, 1)
    ]
    return nw.concat([part.select(*person, "case_key", "home") for part in parts])


def _counted(moved: Frame, cell: list[str]) -> pl.DataFrame:
    """``cube.COUNTS`` of the persons that moved, by cell."""
    people = moved.select(*cell, "person_key").unique().group_by(cell)
    counted = fetched(people.agg(n=many(), cell_key=summed("person_key")))
    for by, names in (
        ("case_key", {"number": "n_cases", "largest": "max_case"}),
        ("home", {"number": "n_countries", "largest": "max_country"}),
    ):
        each = moved.select(*cell, by, "person_key").unique().group_by([*cell, by]).agg(n=many())
        counted = counted.join(fetched(largest(each, cell)).rename(names), on=cell)
    return counted.with_columns(pl.col("cell_key") % KEYS).select(*cell, *COUNTS)
