"""Indicators from protected tables: a cell, a share, a rate, or a median or mean of bands.

Only released numbers come in, so nothing comes out that a reader could not compute. Totals are
cells of their own; rounded parts are never added up. Hidden stays hidden and missing missing.
"""

from collections.abc import Mapping
from math import inf

import polars as pl

from data_contracts.model import TOTAL, UNKNOWN, Table
from data_contracts.periods import frequency
from data_contracts.policy import Policy
from data_contracts.sheets import Indicator
from transforms.bands import Band, average, edges

PLACE = ("country", "period")
MEASURES = ("value", "lower", "upper")
SCHEMA = pl.Schema(
    {
        "indicator": pl.String(),
        **dict.fromkeys(PLACE, pl.String()),
        **dict.fromkeys(MEASURES, pl.Float64()),
        **dict.fromkeys(("obs_status", "conf_status", "source"), pl.String()),
    }
)
ABSENT = ("O", "M")
# A figure made of two cells is what the worse of them is: absent, hidden, then with a caution.
WORST_FIRST = (*ABSENT, "Q", "B", "R", "E", "P", "A")


class SheetInvalid(ValueError):
    """A reference sheet asks for a cell that its table does not declare."""


def indicators(
    specs: Mapping[str, Indicator],
    tables: Mapping[str, pl.DataFrame],
    registry: Mapping[str, Table],
    policy: Policy,
) -> pl.DataFrame:
    """Every indicator whose table is among the protected ``tables``, in all its places.

    Without the table that it divides by it is not available, which is neither zero nor left out.
    The source is that of the cell measured; the one of a denominator stands in its own table.
    """
    made = [
        _measured(spec, tables, registry, policy)
        .with_columns(indicator=pl.lit(spec.name))
        .select(SCHEMA.names())
        for spec in specs.values()
        if spec.table in tables
    ]
    return pl.concat([SCHEMA.to_frame(), *made]).sort("indicator", *PLACE)


def known_sum(column: str) -> pl.Expr:
    """Sum, or null when any part is missing: an incomplete total is not a total."""
    return pl.when(pl.col(column).is_not_null().all()).then(pl.col(column).sum())


def share(part: pl.DataFrame, whole: pl.DataFrame, least: int) -> pl.DataFrame:
    """Whole per cent of ``part`` in ``whole``, hidden where the whole shows less than ``least``.

    The interval holds every share that the intervals of both allow; it is open where the whole is
    too small, for a bound would tell why the share is hidden. Part and whole are rounded each by
    itself, so a part may exceed its whole: the share is then 100.
    """
    both = _beside(part, whole)
    enough = (pl.col("value_of") >= least).fill_null(False)
    nearest = (200 * pl.col("value") + pl.col("value_of")) // (2 * pl.col("value_of"))
    lowest = 100 * pl.col("lower") // pl.col("upper_of")
    highest = -(-100 * pl.col("upper") // pl.col("lower_of"))
    hidden = ~enough & ~pl.col("obs_status").is_in(ABSENT)
    figures = both.with_columns(
        value=nearest.clip(0, 100),
        lower=pl.when(enough).then(lowest).otherwise(0).clip(0, 100),
        upper=pl.when(enough).then(highest).clip(0, 100),
        obs_status=pl.when(hidden).then(pl.lit("Q")).otherwise("obs_status"),
    )
    return _settled(figures)


def rate(part: pl.DataFrame, population: pl.DataFrame, per: int) -> pl.DataFrame:
    """``part`` per ``per`` of the population; missing where the population is unknown or 0."""
    both = _beside(part, population)
    people = pl.when(pl.col("value_of") > 0).then(pl.col("value_of"))
    status = pl.when(people.is_null()).then(pl.lit("O")).otherwise("obs_status")
    return _settled(both.with_columns(pl.col(MEASURES) * per / people, obs_status=status))


def with_region(population: pl.DataFrame, countries: list[str]) -> pl.DataFrame:
    """``population`` and the sum of ``countries`` as ``_T``, unknown where a country is."""
    inside = population.filter(pl.col("country").is_in(countries))
    all_in = pl.len() == len(countries)
    sums = (pl.when(all_in).then(known_sum(of)).alias(of) for of in MEASURES)
    region = inside.group_by("period").agg(*sums).with_columns(country=pl.lit(TOTAL))
    known = pl.when(pl.col("value").is_not_null()).then(pl.lit("A")).otherwise(pl.lit("O"))
    return pl.concat([population, region.with_columns(obs_status=known)], how="diagonal")


def _measured(
    spec: Indicator,
    tables: Mapping[str, pl.DataFrame],
    registry: Mapping[str, Table],
    policy: Policy,
) -> pl.DataFrame:
    part = _cells(spec, registry[spec.table], tables[spec.table], spec.where)
    if spec.value_type == "count":
        return _settled(part)
    if spec.value_type in ("median", "mean"):
        return _average(spec, registry[spec.table], tables[spec.table], policy)
    name = whole_table(spec)
    where = {column: code for column, code in (spec.over or {}).items() if column != "table"}
    found = tables.get(name, _empty(registry[name]))
    whole = _cells(spec, registry[name], found, where)
    if spec.value_type == "share":
        return share(part, whole, policy.share_min_denominator)
    if spec.per is None:
        raise SheetInvalid(f"{spec.name}: a rate needs per. Correct the sheet.")
    countries = part["country"].unique().to_list()
    return rate(part, with_region(whole, [c for c in countries if c != TOTAL]), spec.per)


def _average(spec: Indicator, table: Table, frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A median or mean of a dimension of bands, in every place; hidden where it cannot be told."""
    if spec.of not in table.dimensions:
        raise SheetInvalid(f"{spec.name}: {table.name} has no bands {spec.of!r}. Correct of.")
    codes = [code for code in table.dimensions[spec.of].codes if code != UNKNOWN]
    places: dict[tuple[str, ...], dict[str, Band]] = {}
    for code in (*codes, UNKNOWN, TOTAL):
        ends = edges(code) if code in codes else (0.0, inf)
        if code in (TOTAL, *table.dimensions[spec.of].codes):
            for row in _cells(spec, table, frame, {**spec.where, spec.of: code}).to_dicts():
                upper = inf if row["upper"] is None else row["upper"]
                place = places.setdefault((row["country"], row["period"]), {})
                place[code] = Band(*ends, row["value"], row["lower"] or 0, upper)
    whole = _cells(spec, table, frame, spec.where)
    least, digits = policy.min_for_averages, policy.mean_digits
    found = [
        average(spec.value_type, places[place], codes, least, digits)
        for place in whole.select(PLACE).iter_rows()
    ]
    numbers = pl.DataFrame(found, schema=dict.fromkeys(MEASURES, pl.Float64), orient="row")
    told = whole.drop(MEASURES).hstack(numbers)
    lost = pl.col("value").is_null() & ~pl.col("obs_status").is_in(ABSENT)
    status = pl.when(lost).then(pl.lit("Q")).otherwise("obs_status")
    return _settled(told.with_columns(obs_status=status))


def whole_table(spec: Indicator) -> str:
    """The table that an indicator divides by; its own unless ``over`` names another."""
    return (spec.over or {}).get("table", spec.table)


def _empty(table: Table) -> pl.DataFrame:
    """A table that nobody has filled."""
    texts = (*PLACE, "unit", *table.dimensions, "obs_status")
    return pl.DataFrame(
        schema={**dict.fromkeys(texts, pl.String), **dict.fromkeys(MEASURES, pl.Float64)}
    )


def lacking(
    specs: Mapping[str, Indicator],
    tables: Mapping[str, pl.DataFrame],
    registry: Mapping[str, Table],
) -> dict[str, list[tuple[str, str]]]:
    """The places of each indicator in which something is counted and nothing to divide it by."""
    found = {}
    for spec in specs.values():
        name = whole_table(spec)
        if spec.table not in tables or name == spec.table:
            continue
        cells = _cells(spec, registry[spec.table], tables[spec.table], spec.where)
        counted = cells.filter(pl.col("country") != TOTAL, ~pl.col("obs_status").is_in(ABSENT))
        whole = tables.get(name, _empty(registry[name])).filter(pl.col("value") > 0)
        alone = counted.join(whole, on=PLACE, how="anti").select(PLACE).unique().sort(PLACE)
        found[spec.name] = list(alone.iter_rows())
    return {name: places for name, places in found.items() if places}


def _cells(
    spec: Indicator, table: Table, frame: pl.DataFrame, where: Mapping[str, str]
) -> pl.DataFrame:
    """The cell that ``where`` picks, by place; the total of what it does not mention."""
    unit = spec.unit if spec.unit in table.units else table.units[0]
    domains = {name: (TOTAL, *of.codes) for name, of in table.dimensions.items()}
    cell = {"unit": unit, **dict.fromkeys(domains, TOTAL), **where}
    for column, code in cell.items():
        if code not in {"unit": table.units, **domains}.get(column, ()):
            raise SheetInvalid(f"{spec.name}: {table.name} has no {column} {code!r}.")
    periods = [p for p in frame["period"].unique() if frequency(p) in spec.frequencies]
    chosen = (pl.col(column) == code for column, code in cell.items())
    return frame.filter(pl.col("period").is_in(periods), *chosen)


def _beside(part: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """``part`` and, with the ending ``_of``, the whole of the same place; the worse status."""
    of = whole.select(*PLACE, pl.col(*MEASURES, "obs_status").name.suffix("_of"))
    both = part.join(of, on=PLACE, how="left").with_columns(pl.col("obs_status_of").fill_null("O"))
    either = (pl.any_horizontal(pl.col("obs_status", "obs_status_of") == s) for s in WORST_FIRST)
    worst = (pl.when(has).then(pl.lit(s)) for has, s in zip(either, WORST_FIRST, strict=True))
    return both.with_columns(obs_status=pl.coalesce(*worst, pl.lit("O")))


def _settled(figures: pl.DataFrame) -> pl.DataFrame:
    """A hidden figure has no value, an absent one no bounds either; no value is never normal."""
    shown = ~pl.col("obs_status").is_in([*ABSENT, "Q"])
    lost = shown & pl.col("value").is_null()
    status = pl.when(lost).then(pl.lit("O")).otherwise("obs_status")
    settled = figures.with_columns(pl.col(MEASURES).cast(pl.Float64), obs_status=status)
    absent, hidden = pl.col("obs_status").is_in(ABSENT), pl.col("obs_status") == "Q"
    return settled.with_columns(
        pl.when(~absent & ~hidden).then("value").alias("value"),
        pl.when(~absent).then(pl.col("lower", "upper")),
        conf_status=pl.when(hidden).then(pl.lit("C")).otherwise(pl.lit("F")),
    )
