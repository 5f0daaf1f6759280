"""Which published number contains a hidden one: a function of published values alone.

A reader who meets ``[c]`` is told the smallest number that her cell lies within. It says no more
than the table does, because it is looked up there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import NamedTuple

import polars as pl

from data_contracts.model import TOTAL, UNKNOWN, CodeList, Dimension, Table
from data_contracts.periods import is_span, quarters, wider

WITHIN, HIDDEN = "within", "Q"
PLACE = ("country", "period", "unit")
# Periods that hold others; a table may lack one of them that another has.
LONG = {"year", "ytd", "span"}


class Coarser(NamedTuple):
    """Another table of the same people, whose cells may contain those of one.

    ``codes`` has, by dimension, each code of the one table and the code here that holds it.
    """

    table: str
    cells: pl.DataFrame
    codes: Mapping[str, Mapping[str, str]]


def coarser(
    name: str,
    tables: Mapping[str, pl.DataFrame],
    registry: Mapping[str, Table],
    lists: Mapping[str, CodeList],
) -> Iterator[Coarser]:
    """The ``tables`` that have what ``name`` has not: codes that hold its own, or longer periods.

    None that fewer may see than see ``name``.
    """
    mine = registry[name]
    for other, table in registry.items():
        is_seen = table.tier in ("public", mine.tier)
        # What others publish need not add up from one table to the next.
        is_near = (table.dataset, table.kind) == (mine.dataset, "persons")
        is_near &= mine.kind == "persons"
        if other == name or other not in tables or not (is_seen and is_near):
            continue
        if not table.dimensions.keys() <= mine.dimensions.keys():
            continue
        own = {n: (mine.dimensions[n], table.dimensions[n]) for n in table.dimensions}
        has_codes = any(one.codes != more.codes for one, more in own.values())
        if has_codes or (set(table.frequencies) - set(mine.frequencies)) & LONG:
            codes = {n: holding(one, more, lists) for n, (one, more) in own.items()}
            yield Coarser(other, tables[other], codes)


def holding(one: Dimension, other: Dimension, lists: Mapping[str, CodeList]) -> dict[str, str]:
    """Each code of a domain with the code of another that holds all of it, where there is one."""
    if one.codes == other.codes:
        return {code: code for code in (TOTAL, *one.codes)}
    known = lists[one.codelist]
    mine, theirs = (known.rolled(own.codes, own.rest) | {UNKNOWN: UNKNOWN} for own in (one, other))
    holders = {code: {theirs[raw] for raw, of in mine.items() if of == code} for code in one.codes}
    found = {code: held.pop() for code, held in holders.items() if len(held) == 1}
    return {TOTAL: TOTAL, **found}


def within(
    cells: pl.DataFrame, dimensions: Sequence[str], others: Iterable[Coarser] = ()
) -> pl.DataFrame:
    """``cells`` with ``within``: for each hidden cell the finest published one that contains it.

    ``cells`` is a table in the form of a release. The column names what is coarser in the other
    cell, as ``period=2025;sex=_T``, and before it the ``table``, where it stands in one of
    ``others`` and nowhere here. It is null where nothing that contains the cell is shown, and in
    cells that are not hidden. The finest is the smallest, then one of the same table, then the
    one that differs in least.
    """
    key = [*PLACE, *dimensions]
    hidden = cells.filter(pl.col("obs_status") == HIDDEN, pl.col("upper").is_null()).select(key)
    own = Coarser("", cells, {name: {} for name in dimensions})
    found = [
        _wholes(_moved(hidden, one), one, names, key)
        for one in (own, *others)
        for names in _choices(["country", "period", *one.codes])
    ]
    order = ["whole", "is_elsewhere", "steps", WITHIN]
    best = pl.concat(found).sort(*key, *order).unique(key, keep="first").select(*key, WITHIN)
    return cells.join(best, on=key, how="left", maintain_order="left")


def _choices(names: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Every choice of ``names``, none of them too."""
    return chain.from_iterable(combinations(names, n) for n in range(len(names) + 1))


def _moved(hidden: pl.DataFrame, other: Coarser) -> pl.DataFrame:
    """The hidden cells, with the key ``of`` the cell of ``other`` that holds each, if one does."""
    places = [pl.col(name).alias(f"{name} of") for name in PLACE]
    codes = [
        pl.col(name)
        .replace_strict(held, default=None if held else pl.col(name))
        .alias(f"{name} of")
        for name, held in other.codes.items()
    ]
    return hidden.with_columns(*places, *codes).drop_nulls()


def _wholes(
    moved: pl.DataFrame, other: Coarser, names: Sequence[str], key: Sequence[str]
) -> pl.DataFrame:
    """The hidden cells whose whole, coarser in all of ``names`` too, is shown; with its number."""
    at = [*PLACE, *other.codes]
    totals = [name for name in names if name != "period"]
    asked = moved.filter(*(pl.col(f"{name} of") != TOTAL for name in totals))
    asked = asked.with_columns(pl.lit(TOTAL).alias(f"{name} of") for name in totals)
    if "period" in names:
        asked = asked.drop("period of").join(_periods(moved, other.cells), on="period")
    differs = {name: pl.col(name) != pl.col(f"{name} of") for name in at}
    left_out = [pl.col(name) != TOTAL for name in key if name not in at]
    steps = pl.sum_horizontal(*differs.values(), *left_out)
    shown = other.cells.filter(pl.col("value").is_not_null()).select(*at, whole="value")
    said = [
        pl.when(differs[name]).then(pl.concat_str(pl.lit(f"{name}="), pl.col(f"{name} of")))
        for name in at
    ]
    where = [pl.lit(f"table={other.table}")] if other.table else []
    return (
        asked.with_columns(
            steps.alias("steps"),
            pl.concat_str(*where, *said, separator=";", ignore_nulls=True).alias(WITHIN),
        )
        .filter(pl.col("steps") > 0)
        .join(shown, left_on=[f"{name} of" for name in at], right_on=at)
        .select(*key, "whole", "steps", WITHIN, is_elsewhere=pl.lit(bool(other.table)))
    )


def _periods(cells: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Each period of ``cells`` with each that contains it: the year to date, the year, spans.

    Spans are those that the ``others`` have.
    """
    spans = [one for one in others["period"].unique().sort() if is_span(one)]
    rows = [
        (one, more)
        for one in cells["period"].unique().sort()
        for more in (*wider(one), *(s for s in spans if set(quarters(one)) < set(quarters(s))))
    ]
    return pl.DataFrame(rows, dict.fromkeys(("period", "period of"), pl.String), orient="row")
