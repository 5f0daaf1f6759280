"""From people to cells: how many distinct persons each cell of a registered table holds.

Joins, groups and concatenations of narwhals only, so that the same sentences run on Polars,
DuckDB and Spark. Nothing is rounded or hidden here, and what is not registered is not counted.

Persons are first counted by the finest codes of the table (*atoms*), then atoms are added up to
totals. Persons with one record in their year make most atoms with one look at each record; the
others come through ``people``. A question that allows several answers counts a person once per
answer, so its total is counted apart and not added up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import narwhals as nw
import polars as pl

from data_contracts.model import TOTAL, UNKNOWN, CodeList, Table
from data_contracts.periods import frequency, quarters, to_date
from transforms.behind import BEHIND, KEYS, largest, many, outside, outside_each, summed
from transforms.engine import Frame, fetched
from transforms.people import FAMILY, PERSON, RECORD, People, answered, evidence, known
from transforms.plan import Plan, available_at_home, planned, rolled, subsets

COUNTS = ["n", "cell_key", "n_cases", "max_case", "n_countries", "max_country"]
RAW = "raw "


@dataclass(frozen=True)
class Atoms:
    """Persons by the finest codes of a table, in three views.

    ``cells`` has ``n``, ``key`` and ``alone`` (persons alone in their case) of the persons of a
    family and code; ``cases`` and ``homes`` have ``n`` and ``key`` of each case of several
    persons, and of each country, in ``by``.
    """

    cells: Frame
    cases: Frame
    homes: Frame


class Cube(NamedTuple):
    """The cells of a table, and who stands behind them.

    ``cells`` has the keys of each cell and ``COUNTS``. ``behind`` has, in the same keys, ``kind``,
    ``n`` and ``cell_key`` of the persons outside the largest case of a cell (``case``; once for
    each of several that are equally large, and not where all cases are of one person), and in a
    regional cell outside each country (``country``).
    """

    cells: pl.DataFrame
    behind: pl.DataFrame


def count(
    table: Table, people: People, lists: Mapping[str, CodeList], available: pl.DataFrame
) -> Cube:
    """The cube of ``table``: every cell of its declared domains in every available series.

    ``available`` has the ``country``, ``unit`` and ``period`` of each complete series; the
    country ``_T`` asks for regional cells.
    """
    plan = planned(table, people, lists, available)
    parts = [added(plan, atoms(plan, asked), asked) for asked in subsets(plan.many)]
    every = full_cross(table, available)
    behind = pl.concat([part.behind for part in parts])
    return Cube(
        dense(every, pl.concat([part.cells for part in parts])),
        behind.join(every, on=every.columns, how="semi").sort(behind.columns),
    )


def absent(
    table: Table, available: pl.DataFrame, countries: Iterable[str], periods: Iterable[str]
) -> pl.DataFrame:
    """The keys of the cells of ``table`` that no available series fills, for the status O."""
    every = [
        {"country": country, "unit": unit, "period": period}
        for country, unit, period in product(countries, table.units, periods)
    ]
    wanted = pl.DataFrame(every, schema=dict.fromkeys(["country", "unit", "period"], pl.String))
    return full_cross(table, wanted.join(available, on=wanted.columns, how="anti"))


def atoms(plan: Plan, asked: Sequence[str]) -> Atoms:
    """The atoms over all single dimensions and the ``asked`` ones of several answers."""
    once, again = of_once(plan, asked), of_again(plan, asked)
    keep = plan.people.engine.keep
    return Atoms(
        keep(nw.concat([once.cells, again.cells])),
        keep(nw.concat([once.cases, again.cases])),
        keep(nw.concat([once.homes, again.homes])),
    )


def of_once(plan: Plan, asked: Sequence[str]) -> Atoms:
    """The atoms of persons with one record in their year."""
    rows = plan.people.once
    for name in asked:
        rows = with_answers(rows, plan, name)
    raw = {RAW + d.field: nw.col(d.field) for d in plan.single.values()}
    shared = nw.when(~nw.col("is_alone")).then(nw.col("case_key"))
    by = ["home", "quarter", "year", "unit", *asked, *raw, "by"]
    # One look at the records; everything after it is about few rows.
    base = rows.with_columns(**raw, by=shared).group_by(by).agg(n=many(), key=summed("person_key"))
    base = in_families(plan.people.engine.keep(base), plan)
    for name, dimension in plan.single.items():
        base = rolled(base.with_columns(code=nw.col(RAW + dimension.field)), plan, name)
    cell = [*FAMILY, *plan.single, *asked]
    alone = nw.when(nw.col("by").is_null()).then(nw.col("n")).otherwise(nw.lit(0, nw.Int64))
    sums = {"n": summed("n"), "key": summed("key")}
    cells = base.with_columns(alone=alone).group_by(cell).agg(**sums, alone=summed("alone"))
    cases = base.filter(~nw.col("by").is_null()).group_by([*cell, "by"]).agg(**sums)
    homes = base.with_columns(by=nw.col("home")).group_by([*cell, "by"]).agg(**sums)
    return Atoms(cells, cases, homes)


def with_answers(rows: Frame, plan: Plan, name: str) -> Frame:
    """A row per person and declared code among her answers; unknown where she gave none."""
    dimension = plan.table.dimensions[name]
    given = rolled(known(plan.people, dimension.field), plan, name)
    pairs = given.select(*RECORD, name).unique()
    joined = rows.join(pairs, on=RECORD, how="left")
    return joined.with_columns(nw.col(name).fill_null(UNKNOWN))


def in_families(base: Frame, plan: Plan) -> Frame:
    """Records in the families that count them: their periods, their country and region."""
    quarter = base.with_columns(period=nw.col("quarter"))
    year = base.filter(nw.col("quarter") != nw.col("year")).with_columns(period=nw.col("year"))
    to = _to_date(base, plan) if "ytd" in plan.table.frequencies else []
    own = nw.concat([quarter, year, *to]).with_columns(country=nw.col("home"))
    if plan.regional:
        own = nw.concat([own, own.with_columns(country=nw.lit(TOTAL))])
    return available_at_home(own, plan)


def _to_date(base: Frame, plan: Plan) -> list[Frame]:
    """The records in the periods to date of their year."""
    years = sorted({quarter[:4] for quarter in plan.people.periods})
    held = [(part, one) for year in years for one in to_date(year) for part in quarters(one)]
    schema = {"quarter": pl.String, "period": pl.String}
    lifted = plan.people.engine.lift(pl.DataFrame(held, schema=schema, orient="row"))
    return [base.join(lifted, on="quarter", how="inner")]


def of_again(plan: Plan, asked: Sequence[str]) -> Atoms:
    """The atoms of persons with several records in a year."""
    members, own = membership(plan, asked)
    cell = [*FAMILY, *plan.single, *asked]
    cells = members.group_by(cell).agg(n=many(), key=summed("person_key"))
    return Atoms(
        cells.with_columns(alone=nw.lit(0, nw.Int64)),
        shares(members, own, cell, "case_key"),
        shares(members, own, cell, "home"),
    )


def membership(plan: Plan, asked: Sequence[str]) -> tuple[Frame, Frame]:
    """Persons of ``people.again`` by the finest codes, and their records in each family."""
    keep = plan.people.engine.keep
    told = keep(evidence(plan.people, plan.regional))
    own = available_at_home(told.filter("is_own"), plan)
    members = own.select(PERSON).unique()
    for name in [*plan.single, *asked]:
        field = plan.table.dimensions[name].field
        codes = rolled(answered(told, plan.people, field), plan, name).select(*PERSON, name)
        members = members.join(codes.unique(), on=PERSON, how="inner")
    return keep(members), own


def shares(members: Frame, own: Frame, cell: list[str], by: str) -> Frame:
    """The persons of each cell by case or by country; who has records in two is in both."""
    links = own.with_columns(by=nw.col(by)).select(*PERSON, "by").unique()
    each = members.join(links, on=PERSON, how="inner").group_by([*cell, "by"])
    return each.agg(n=many(), key=summed("person_key"))


def added(plan: Plan, found: Atoms, asked: Sequence[str]) -> Cube:
    """The cells over the ``asked`` dimensions and every choice of single ones, others in total."""
    cell = [*FAMILY, *plan.table.dimensions]
    sums = {name: summed(name) for name in ("n", "key", "alone")}
    two = {name: sums[name] for name in ("n", "key")}
    cells = fetched(totalled(plan, found.cells, asked, [], sums))
    by_case = totalled(plan, found.cases, asked, ["by"], two)
    cases = fetched(largest(by_case, cell)).rename({"number": "n_cases", "largest": "max_case"})
    behind = [cells.select(cell).clear().with_columns(pl.lit(None, t).alias(c) for c, t in BEHIND)]
    if plan.table.is_sensitive:
        behind.append(outside(by_case, cells, cell))
    if plan.regional:
        by_home = totalled(plan, found.homes, asked, ["by"], two)
        homes = fetched(largest(by_home, cell))
        behind.append(outside_each(by_home, cells, cell))
    else:
        homes = cells.select(*cell, number=1, largest="n")
    homes = homes.rename({"number": "n_countries", "largest": "max_country"})
    counted = cells.join(cases, on=cell, how="left").join(homes, on=cell, how="left")
    return Cube(shaped(counted, cell), pl.concat(behind))


def totalled(
    plan: Plan, frame: Frame, asked: Sequence[str], by: list[str], sums: Mapping[str, nw.Expr]
) -> Frame:
    """``sums`` of a view over each choice of single dimensions, in one frame for one question."""
    parts = []
    for names in subsets(plan.single):
        left = [name for name in plan.table.dimensions if name not in (*names, *asked)]
        grouped = frame.group_by([*FAMILY, *names, *asked, *by]).agg(**sums)
        totals = [nw.lit(TOTAL).alias(name) for name in left]
        named = grouped.with_columns(totals) if totals else grouped
        parts.append(named.select(*FAMILY, *plan.table.dimensions, *by, *sums))
    return nw.concat(parts)


def shaped(cells: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """The counts of a cell by their names: a person alone in a case is a case of one."""
    cases = pl.col("n_cases").fill_null(0) + pl.col("alone")
    lone = pl.col("alone").clip(upper_bound=1)
    counted = cells.with_columns(
        cell_key=pl.col("key") % KEYS,
        n_cases=cases,
        max_case=pl.max_horizontal("max_case", lone),
    )
    return counted.select(*cell, *COUNTS).cast(dict.fromkeys(COUNTS, pl.Int64))


def full_cross(table: Table, series: pl.DataFrame) -> pl.DataFrame:
    """Every cell of ``table`` in ``series``, sorted: what exists is declared, never found."""
    periods = series["period"].unique()
    fitting = [period for period in periods if frequency(period) in table.frequencies]
    mine = pl.col("unit").is_in(table.units) & pl.col("period").is_in(fitting)
    cells = series.filter(mine).select(FAMILY).unique()
    for name, dimension in table.dimensions.items():
        cells = cells.join(pl.DataFrame({name: [TOTAL, *dimension.codes]}), how="cross")
    return cells.sort(cells.columns)


def dense(cells: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """The counts in the full cross; a cell without persons is an exact zero."""
    filled = cells.join(counted, on=cells.columns, how="left")
    return filled.with_columns(pl.col(COUNTS).fill_null(0)).sort(cells.columns)
