"""The whole registry of victims counted, against DuckDB computing the same tables.

The peer counts distinct persons, the sum of their keys and distinct cases by GROUPING SETS on the
same Parquet. Ours also settles who has several records, and finds the largest case of each cell.
"""

import os
import shlex
import sys
import tempfile
from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path

import duckdb
import polars as pl

from benchmarks import people
from benchmarks.measure import costs, repeated
from data_contracts import load
from data_contracts.model import Table
from pipelines import engines, steps
from pipelines.settings import Configuration
from transforms import cube

ENGINES = ("polars", "duckdb")
MANY = "exploitation"
KNOWN = {*people.FIELDS, MANY}


def tables() -> dict[str, Table]:
    """The registered tables of victims whose dimensions the drawn records have."""
    found = {n: t for n, t in load.tables().items() if t.dataset == "victims"}
    return {
        name: table
        for name, table in found.items()
        if table.kind == "persons" and {d.field for d in table.dimensions.values()} <= KNOWN
    }


def series() -> pl.DataFrame:
    """Every country and unit in every quarter and year."""
    periods = [*people.YEARS, *people.QUARTERS]
    rows = list(product(people.COUNTRIES, people.UNITS, periods))
    return pl.DataFrame(rows, schema=["country", "unit", "period"], orient="row")


def ours(core: Path, engine: str) -> int:
    """Count every table on an engine; persons in the totals of the first, as a check."""
    configuration = Configuration.model_validate(
        {"title": "Benchmark", "mode": "demo", "engine": engine}
    )
    with engines.opened(configuration) as running:
        counted = steps.people_of(core, tables().values(), running)
        made = [cube.count(t, counted, load.codelists(), series()) for t in tables().values()]
    return int(made[0].cells["n"].sum())


def grouping(table: Table) -> str:
    """The peer's question for one table."""
    fields = [dimension.field for dimension in table.dimensions.values()]
    choices = [c for size in range(len(fields) + 1) for c in combinations(fields, size)]
    sets = ", ".join(
        f"({', '.join(('country', period, 'unit', *choice))})"
        for choice in choices
        for period in ("period", "year")
    )
    columns = ", ".join(["country", "period", "year", "unit", *fields])
    joined = "LEFT JOIN answers USING (country, source, record)" if MANY in fields else ""
    return (
        f"FROM (FROM rows {joined} SELECT *, period[:4] AS year) SELECT {columns}, "
        'count(DISTINCT person_key), sum(DISTINCT person_key), count(DISTINCT "case") '
        f"GROUP BY GROUPING SETS ({sets})"
    ).replace("SELECT *,", f"SELECT *{', code AS exploitation' if joined else ''},")


def peer(core: Path) -> int:
    """DuckDB's tables; the cells of all, as a check."""
    # Half of the machine; it spills what is more.
    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{half // 2**20}MiB",
        "temp_directory": str(core / "spilled"),
    }
    with duckdb.connect(config=config) as connection:
        for name in ("rows", "answers"):
            path = str(core / f"{name}.parquet")
            connection.read_parquet(path).create_view(name)
        return sum(len(connection.sql(grouping(table)).pl()) for table in tables().values())


def command(who: str, core: Path) -> list[str]:
    """Ours on an engine, or the peer, in an interpreter of its own."""
    return [sys.executable, "-m", "benchmarks.counting", who, str(core)]


def measured(rows: int, folder: Path, repeats: int) -> float:
    """Print what one size costs on each engine of one machine; microseconds a row on Polars."""
    core = people.write(folder / str(rows), rows)
    every = [command(who, core) for who in ("peer", *ENGINES)]
    (theirs, held), *mine = costs(every, repeats)
    print(
        f"{rows:,} records, {len(tables())} tables, median of {repeats}; DuckDB by GROUPING SETS:"
    )
    print(f"  {theirs:.1f} s of processor, {held:,.0f} MiB resident")
    for engine, (taken, most) in zip(ENGINES, mine, strict=True):
        print(f"  ours on {engine}: {taken / theirs:.2f} times ({taken:.1f} s, {most:,.0f} MiB)")
    print(*(f"  {shlex.join(one)}" for one in every), "", sep="\n")
    return mine[0][0] / rows * 1e6


def main(sizes: Sequence[int], repeats: int) -> None:
    """Print every size, and how flat the cost of a row is."""
    with tempfile.TemporaryDirectory() as place:
        each = [measured(rows, Path(place), repeated(rows, repeats)) for rows in sizes]
    print(f"Largest cost of a row over smallest: {max(each) / min(each):.2f}\n")


if __name__ == "__main__":
    who, where = sys.argv[1], Path(sys.argv[2])
    print(peer(where) if who == "peer" else ours(where, who))
