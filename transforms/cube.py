"""From people to cells: how many distinct persons each cell of a registered table holds.

Joins, groups and concatenations of narwhals only, so that the same sentences can run on another
engine than Polars. Nothing is rounded or hidden here, and what is not registered is not counted.

A *family* is a country, a period and a unit. Within a family a person has one code per
single-answer dimension, so parts add up to their total: the first known answer of the year up to
the end of the period, by quarter, then by source in alphabetical order. A later quarter
therefore never changes an earlier one, and a year never contradicts its quarters.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import product
from typing import Any, TypeAlias

import narwhals as nw
import polars as pl

from data_contracts.model import TOTAL, UNKNOWN, CodeList, Dimension, Table
from data_contracts.periods import frequency, quarters

Frame: TypeAlias = nw.LazyFrame[Any]

KEYS = 2**32
FAMILY = ["country", "period", "unit"]
PERSON = [*FAMILY, "person_key"]
COUNTS = ["n", "cell_key", "n_cases", "max_case", "n_countries", "max_country"]


class CodeOutsideList(ValueError):
    """A column holds a code that its code list does not know; names the column, not the code."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} holds a code outside its code list. Run the checks again.")


def count(
    table: Table,
    core: pl.DataFrame,
    answers: pl.DataFrame | None,
    lists: Mapping[str, CodeList],
    available: pl.DataFrame,
) -> pl.DataFrame:
    """The cube of ``table``: every cell of its declared domains in every available series.

    ``core`` has ``country``, ``period`` (a quarter), ``source``, ``record``, ``person_key``,
    ``unit``, a column per single-answer field and, where it is known, ``case``; ``answers`` has
    ``country``, ``source``, ``record``, ``field``, ``code``. ``available`` has the ``country``,
    ``unit`` and ``period`` of each complete series; the country ``_T`` asks for regional cells.
    """
    series = nw.from_native(available).lazy()
    reached = prepared(core).join(calendar(core["period"].unique()), on="quarter", how="inner")
    evidence = with_region(reached) if TOTAL in available["country"] else reached
    own = evidence.filter("is_own").join(
        series,
        left_on=["home", "unit", "period"],
        right_on=["country", "unit", "period"],
        how="semi",
    )
    members = own.select(PERSON).unique()
    for name, dimension in table.dimensions.items():
        given = answered(evidence, answers, dimension.field)
        codes = rolled(given, dimension, lists[dimension.codelist]).rename({"code": name})
        members = members.join(codes, on=PERSON, how="inner")
    return dense(full_cross(table, available), aggregated(members, own, list(table.dimensions)))


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


def prepared(core: pl.DataFrame) -> Frame:
    """Rows with their own country and the key of their case.

    Persons without a case count as one case per country and quarter; in a dataset without
    cases every record is one.
    """
    rows = nw.from_native(core).lazy().with_columns(home="country", quarter="period").drop("period")
    case = nw.concat_str("home", nw.lit("case"), "case" if "case" in core.columns else "record")
    alone = nw.concat_str("home", nw.lit("none"), "quarter")
    return rows.with_columns(case_key=nw.coalesce(case, alone))


def with_region(rows: Frame) -> Frame:
    """The rows a second time, in the families of the region."""
    return nw.concat([rows, rows.with_columns(country=nw.lit(TOTAL))])


def calendar(found: Iterable[str]) -> Frame:
    """Per quarter the periods on which its rows bear: its year, itself, the later quarters.

    ``is_own`` marks the periods in which a row is counted; in later quarters of its year it is
    only evidence of what is known about the person by then.
    """
    rows = [
        {"quarter": quarter, "period": period, "is_own": period in (year, quarter)}
        for quarter, year in ((quarter, quarter[:4]) for quarter in sorted(found))
        for period in (year, *(later for later in quarters(year) if later >= quarter))
    ]
    schema = {"quarter": pl.String, "period": pl.String, "is_own": pl.Boolean}
    return nw.from_native(pl.DataFrame(rows, schema=schema)).lazy()


def answered(evidence: Frame, answers: pl.DataFrame | None, field: str) -> Frame:
    """Per family and person the ``code`` of ``field``, or the codes where several are allowed."""
    if field in evidence.collect_schema().names():
        return preferred(evidence.with_columns(code=nw.col(field)))
    if answers is None:
        raise KeyError(field)
    given = nw.from_native(answers).lazy().filter(nw.col("field") == field)
    key = ["home", "source", "record"]
    return united(evidence.join(given.rename({"country": "home"}), on=key, how="left"))


def preferred(evidence: Frame) -> Frame:
    """One code a person: a known one before unknown, then the first by quarter and source."""
    filled = evidence.with_columns(code=nw.col("code").fill_null(UNKNOWN))
    unknown = nw.when(nw.col("code") == UNKNOWN).then(nw.lit("1")).otherwise(nw.lit("0"))
    order = nw.concat_str(
        unknown, "quarter", "source", nw.col("record").cast(nw.String), "code", separator="\x1f"
    )
    ranked = filled.with_columns(order=order).select(*PERSON, "order", "code").unique()
    best = ranked.group_by(PERSON).agg(nw.col("order").min())
    return ranked.join(best, on=[*PERSON, "order"], how="inner").drop("order")


def united(evidence: Frame) -> Frame:
    """All known codes of a person; unknown only where there is none."""
    codes = evidence.with_columns(code=nw.col("code").fill_null(UNKNOWN))
    pairs = codes.select(*PERSON, "code").unique()
    known = pairs.filter(nw.col("code") != UNKNOWN)
    unknown = pairs.filter(nw.col("code") == UNKNOWN).join(known, on=PERSON, how="anti")
    return nw.concat([known, unknown])


def rolled(codes: Frame, dimension: Dimension, known: CodeList) -> Frame:
    """Codes of the declared domain and the total, each once a person."""
    held = known.rolled(dimension.codes) | {UNKNOWN: UNKNOWN}
    found = codes.select("code").unique().collect().get_column("code").to_list()
    if set(found) - set(held):
        raise CodeOutsideList(dimension.field)
    mapping = pl.DataFrame({"code": list(held), "held": list(held.values())})
    parts = codes.join(nw.from_native(mapping).lazy(), on="code", how="inner")
    parts = parts.select(*PERSON, code="held").unique()
    return nw.concat([parts, parts.with_columns(code=nw.lit(TOTAL)).unique()])


def aggregated(members: Frame, own: Frame, dimensions: list[str]) -> Frame:
    """Cells of distinct persons: their number and key, and how cases and countries share them."""
    cell = [*FAMILY, *dimensions]
    counted = members.group_by(cell).agg(n=nw.len(), cell_key=nw.col("person_key").sum())
    parts = [
        counted.with_columns(nw.col("cell_key") % KEYS),
        shares(members, own, cell, "case_key").rename({"number": "n_cases", "largest": "max_case"}),
        shares(members, own, cell, "home").rename(
            {"number": "n_countries", "largest": "max_country"}
        ),
    ]
    return reduce(lambda left, right: left.join(right, on=cell, how="left"), parts)


def shares(members: Frame, own: Frame, cell: list[str], by: str) -> Frame:
    """Per cell the number of distinct ``by`` and the persons of the largest."""
    links = own.select(*PERSON, by).unique()
    each = members.join(links, on=PERSON, how="inner").group_by([*cell, by]).agg(persons=nw.len())
    return each.group_by(cell).agg(number=nw.len(), largest=nw.col("persons").max())


def full_cross(table: Table, series: pl.DataFrame) -> pl.DataFrame:
    """Every cell of ``table`` in ``series``, sorted: what exists is declared, never found."""
    periods = series["period"].unique()
    fitting = [period for period in periods if frequency(period) in table.frequencies]
    mine = pl.col("unit").is_in(table.units) & pl.col("period").is_in(fitting)
    cells = series.filter(mine).select(FAMILY).unique()
    for name, dimension in table.dimensions.items():
        cells = cells.join(pl.DataFrame({name: [TOTAL, *dimension.codes]}), how="cross")
    return cells.sort(cells.columns)


def dense(cells: pl.DataFrame, counted: Frame) -> pl.DataFrame:
    """The counts in the full cross; a cell without persons is an exact zero."""
    keys = cells.columns
    filled = nw.from_native(cells).lazy().join(counted, on=keys, how="left")
    whole = [nw.col(name).cast(nw.Int64).fill_null(0) for name in COUNTS]
    return pl.DataFrame(filled.select(*keys, *whole).sort(keys).collect("polars").to_native())
