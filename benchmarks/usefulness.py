"""How much of each table can be read: the share of cells shown, and of persons in shown cells.

By table and frequency, of the cells of countries and of the region, with the rule that hides each
of the others, before the audit hides more. Of victims drawn for an invented region, each recorded
once with nothing missing, and of nobody else: such figures of real people would tell about them.

``--countries 5`` draws the demo's five countries, ``12`` a region of twelve with 20 to 400 victims
a year. ``python -m benchmarks.usefulness`` prints the tables of ``docs/methods.md``.
"""

import argparse
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import product
from typing import NamedTuple

import polars as pl

from anonymize import disclosure
from anonymize.generalise import age_band
from data_contracts import load
from data_contracts.model import TOTAL, Table
from data_contracts.periods import frequency, quarters
from sources.synthetic import people as invented
from transforms.cube import count
from transforms.indicators import indicators
from transforms.people import People, prepared
from transforms.regions import with_region

KEY = b"invented rounding key of a test."
YEARS = ("2023", "2024", "2025")
PERIODS = (*YEARS, *(quarter for year in YEARS for quarter in quarters(year)))
UNITS = ("victim_identified", "victim_presumed")
SINGLE = ("sex", "age_band", "citizenship", "citizenship_group", "origin", "destination", "place")
MANY = ("exploitation", "means", "recruitment")


class Region(NamedTuple):
    """The drawn persons, and the victims a year of each country."""

    people: People
    sizes: Mapping[str, int]


class Read(NamedTuple):
    """A table in one frequency and place: its cells, how much is shown, and why the rest is not."""

    table: str
    frequency: str
    place: str
    cells: int
    shown: float
    persons: float
    hidden: dict[str, int]


def sizes(countries: int, size: int) -> dict[str, int]:
    """Victims a year by country: all alike, or from 20 to 400 in even steps of proportion."""
    names = [f"XA{chr(ord('A') + number)}" for number in range(countries)]
    if countries <= len(invented.COUNTRIES):
        return dict.fromkeys(names, size)
    return {name: round(20 * 20 ** (n / (countries - 1))) for n, name in enumerate(names)}


def persons(country: str, size: int, seed: int) -> Iterator[tuple[invented.Person, str]]:
    """The victims of a country with their quarters; other countries are like the demo's."""
    like = invented.COUNTRIES[(ord(country[-1]) - ord("A")) % len(invented.COUNTRIES)]
    own = seed + (ord(country[-1]) - ord("A")) // len(invented.COUNTRIES)
    for index, period in enumerate(p for p in PERIODS if frequency(p) == "quarter"):
        for within in invented.cases(own, like, period, invented.volume(like, period, size, index)):
            for number in range(within.victims):
                yield invented.victim(own, within, number), period


def record(country: str, person: invented.Person, period: str) -> dict[str, str | int | None]:
    """A person as the core has her."""
    home = person.citizenship == person.country
    return {
        **{name: getattr(person, name, None) for name in SINGLE},
        **{"country": country, "period": period, "unit": person.unit, "source": "police"},
        "record": f"{country}{person.id}",
        "case": f"{country}{person.case}",
        "person_key": int.from_bytes(sha256(f"{country}{person.id}".encode()).digest()[:4]),
        "age": person.age,
        "citizenship_group": "tipstat:national" if home else "tipstat:foreign",
    }


def drawn(countries: int, size: int, seed: int) -> Region:
    """All victims of the region in three years."""
    of = sizes(countries, size)
    found = [(c, *one) for c, many in of.items() for one in persons(c, many, seed)]
    rows = [record(country, person, period) for country, person, period in found]
    texts = dict.fromkeys((*SINGLE, "case"), pl.String)
    core = pl.DataFrame(rows, schema_overrides=texts | {"age": pl.Int64}, infer_schema_length=None)
    told = [
        {"country": c, "source": "police", "record": f"{c}{p.id}", "field": field, "code": code}
        for c, p, _ in found
        for field in MANY
        for code in getattr(p, field)
    ]
    core = core.with_columns(age_band=age_band(pl.col("age"))).drop("age")
    return Region(prepared(core, pl.DataFrame(told), (*SINGLE, *MANY)), of)


def tables() -> dict[str, Table]:
    """The tables of victims whose fields were drawn."""
    known = {*SINGLE, *MANY}
    return {
        name: table
        for name, table in load.tables().items()
        if (table.kind, table.dataset) == ("persons", "victims")
        and {d.field for d in table.dimensions.values()} <= known
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


def judged(region: Region, table: Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A table as it may leave, and its exact cells with the rule that hides each."""
    policy, lists = load.policy(), load.codelists()
    own = [c for c in region.sizes if c in (table.countries or region.sizes)]
    rows = [row for row in product(own, UNITS, PERIODS) if frequency(row[2]) in table.frequencies]
    series = pl.DataFrame(rows, schema=["country", "unit", "period"], orient="row")
    made = count(table, region.people, lists, with_region(table, series, policy.min_countries))
    exact = disclosure.judged(*made, table, KEY, "1", policy)
    named = [pl.when(rule.fill_null(False)).then(pl.lit(of)) for of, rule in why(table).items()]
    exact = exact.with_columns(
        reason=pl.coalesce(named),
        place=pl.when(pl.col("country") == TOTAL)
        .then(pl.lit("region"))
        .otherwise(pl.lit("country")),
        frequency=pl.col("period").map_elements(frequency, pl.String),
    )
    return disclosure.protect(exact.drop("reason", "place", "frequency"), table, policy), exact


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
    """The share of annual figures of indicators that are shown, of countries and of the region."""
    mine = {n: s for n, s in load.indicators().items() if s.table in released and not s.per}
    named = {n: f.with_columns(source=pl.lit("police")) for n, f in released.items()}
    found = indicators(mine, named, load.tables(), load.policy())
    years = found.filter(~pl.col("period").str.contains("-Q"))
    places = {"country": pl.col("country") != TOTAL, "region": pl.col("country") == TOTAL}
    parts = {place: years.filter(where)["value"] for place, where in places.items()}
    return {place: 1 - of.null_count() / max(1, len(of)) for place, of in parts.items()}


def main(countries: int, size: int, seed: int) -> None:
    """Print a table in Markdown, and how many headline figures are shown."""
    region, released = drawn(countries, size, seed), {}
    print("| table | | of | cells | cells shown | persons in shown | hidden by |")
    print("| --- | --- | --- | ---: | ---: | ---: | --- |")
    for name, table in tables().items():
        released[name], exact = judged(region, table)
        for one in read(name, exact):
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
