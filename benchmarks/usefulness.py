"""How much of each table can be read: the share of cells shown, and of persons in shown cells.

By table and frequency, of the cells of countries and of the region, with the rule that hides each
of the others, before the audit hides more. Of what was drawn for an invented region (``region``),
and of nobody else: such figures of real people would tell about them.

``--countries 5`` draws the demo's five countries, ``12`` a region of twelve with 20 to 400 victims
a year. ``python -m benchmarks.usefulness`` prints the tables of ``docs/methods.md``.
"""

import argparse
from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

import polars as pl

from anonymize import alike, disclosure
from benchmarks.region import KINDS, QUARTERS, SPAN, TO_DATE, YEARS, Region, drawn
from data_contracts import load
from data_contracts.model import TOTAL, Table
from data_contracts.periods import frequency
from transforms.cube import Cube, count
from transforms.indicators import indicators
from transforms.regions import with_region

KEY = b"invented rounding key of a test."
PERIODS = (*YEARS, *TO_DATE, *QUARTERS)


class Read(NamedTuple):
    """A table in one frequency and place: its cells, how much is shown, and why the rest is not."""

    table: str
    frequency: str
    place: str
    cells: int
    shown: float
    persons: float
    hidden: dict[str, int]


def tables() -> dict[str, Table]:
    """The tables of which fields and some unit were drawn."""
    return {
        name: table
        for name, table in load.tables().items()
        if table.kind == "persons"
        and (kind := KINDS[table.dataset])
        and {d.field for d in table.dimensions.values()} <= {*kind.single, *kind.many}
        and {*table.units} & {*kind.units}
    }


def why(table: Table) -> dict[str, pl.Expr]:
    """The rules by name; of several that hide a cell the first is counted."""
    policy, regional = load.policy(), pl.col("country") == TOTAL
    countries = pl.col("n_countries") < policy.min_countries
    return {
        "small": disclosure.too_few_persons(policy),
        "cases": pl.col("n_cases") < policy.min_cases,
        "largest case": pl.col("n") - pl.col("max_case") < policy.min_outside_largest_case,
        "closely": disclosure.sensitive(table) & (pl.col("outside_case") <= policy.hide_up_to),
        "countries": regional & countries,
        "each country": regional & (pl.col("outside_country") <= policy.hide_up_to),
        "all alike": pl.col("beside") <= policy.alike_up_to,
    }


def counted(region: Region, table: Table) -> Cube:
    """The cells of a table in every period, spans among them where it has such."""
    policy, lists, of = load.policy(), load.codelists(), region.datasets[table.dataset]
    own = [c for c in region.sizes if c in (table.countries or region.sizes)]
    units = [unit for unit in table.units if unit in KINDS[table.dataset].units]
    rows = [row for row in product(own, units, PERIODS) if frequency(row[2]) in table.frequencies]
    series = pl.DataFrame(rows, schema=["country", "unit", "period"], orient="row")
    made = count(table, of.people, lists, with_region(table, series, policy.min_countries))
    if "span" not in table.frequencies:
        return made
    # As a run counts a span: as if all its records were of its last year.
    as_year = table.model_copy(update={"frequencies": ("year",), "regional": ()})
    spans = count(as_year, of.as_year, lists, series.filter(period=YEARS[-1]))
    named = pl.lit(SPAN).alias("period")
    both = zip(made, spans, strict=True)
    return Cube(*(pl.concat([one, other.with_columns(named)]) for one, other in both))


def judged(region: Region, registry: Mapping[str, Table]) -> dict[str, pl.DataFrame]:
    """The exact cells of tables that leave together, with what the rules ask of them."""
    policy = load.policy()
    alone = {
        name: disclosure.judged(*counted(region, table), table, KEY, "1", policy)
        for name, table in registry.items()
    }
    return alike.compared(alone, registry, load.codelists(), policy)


def explained(table: Table, exact: pl.DataFrame) -> pl.DataFrame:
    """Exact cells with the rule that hides each, the place that each is of, and its frequency."""
    named = [pl.when(rule.fill_null(False)).then(pl.lit(of)) for of, rule in why(table).items()]
    is_regional = pl.col("country") == TOTAL
    return exact.with_columns(
        reason=pl.coalesce(named),
        place=pl.when(is_regional).then(pl.lit("region")).otherwise(pl.lit("country")),
        frequency=pl.col("period").map_elements(frequency, pl.String),
    )


def read(name: str, exact: pl.DataFrame) -> Iterator[Read]:
    """What can be read of a table, by frequency and place."""
    for (of, place), part in exact.group_by("frequency", "place", maintain_order=True):
        shown = part.filter(pl.col("reason").is_null())
        everybody = max(1, int(part["n"].sum()))
        hidden = {rule: part.filter(reason=rule).height for rule in why(load.tables()[name])}
        yield Read(
            name, str(of), str(place), part.height,
            shown.height / part.height, int(shown["n"].sum()) / everybody,
            {rule: many for rule, many in hidden.items() if many},
        )  # fmt: skip


def headlines(released: Mapping[str, pl.DataFrame]) -> dict[str, float]:
    """The share of annual figures of victims that are shown, of countries and of the region."""
    named = {
        name: frame.with_columns(source=pl.lit("police"))
        for name, frame in released.items()
        if load.tables()[name].dataset == "victims"
    }
    mine = {n: s for n, s in load.indicators().items() if s.table in named and not s.per}
    found = indicators(mine, named, load.tables(), load.policy())
    years = found.filter(pl.col("period").is_in(YEARS))
    places = {"country": pl.col("country") != TOTAL, "region": pl.col("country") == TOTAL}
    parts = {place: years.filter(where)["value"] for place, where in places.items()}
    return {place: 1 - of.null_count() / max(1, len(of)) for place, of in parts.items()}


def main(countries: int, size: int, seed: int) -> None:
    """Print a table in Markdown, and how many headline figures are shown."""
    region, released = drawn(countries, size, seed), {}
    print("| table | | of | cells | cells shown | persons in shown | hidden by |")
    print("| --- | --- | --- | ---: | ---: | ---: | --- |")
    for name, exact in judged(region, tables()).items():
        table = load.tables()[name]
        released[name] = disclosure.protect(exact, table, load.policy())
        for one in read(name, explained(table, exact)):
            by = ", ".join(f"{rule} {many / one.cells:.0%}" for rule, many in one.hidden.items())
            print(
                f"| {one.table} | {one.frequency} | {one.place} | {one.cells:,} "
                f"| {one.shown:.0%} | {one.persons:.0%} | {by} |"
            )
    shown = headlines(released)
    print("\nAnnual indicators shown:", ", ".join(f"{of} {part:.0%}" for of, part in shown.items()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How much of each table can be read.")
    parser.add_argument("--countries", type=int, default=5)
    parser.add_argument("--size", type=int, default=420, help="victims a country and year")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    main(asked.countries, asked.size, asked.seed)
