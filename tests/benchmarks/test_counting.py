"""The benchmark of the cube counts what it says, and its peer the same persons."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from benchmarks import counting, people
from data_contracts import load
from pipelines import engines, steps
from pipelines.settings import Configuration
from transforms import behind, cube


def test_the_peer_counts_the_same_persons_in_every_family(tmp_path: Path) -> None:
    core = people.write(tmp_path / "core", 3_000)
    table = counting.tables()["victims"]
    with engines.opened(Configuration(title="Benchmark", mode="demo")) as engine:
        mine = cube.count(
            table, steps.people_of(core, [], engine), load.codelists(), counting.series()
        ).cells
    with duckdb.connect() as connection:
        connection.read_parquet(str(core / "rows.parquet")).create_view("rows")
        rows = connection.sql(counting.grouping(table)).fetchall()
    theirs = {
        (c, quarter or year, unit): (n, key, cases)
        for c, quarter, year, unit, n, key, cases in rows
    }
    shown = mine.filter(pl.col("n") > 0).select(
        "country", "period", "unit", "n", "cell_key", "n_cases"
    )
    ours = {row[:3]: row[3:] for row in shown.iter_rows()}
    assert ours.keys() == theirs.keys()
    for place, (n, key, cases) in ours.items():
        # A record without a case is one of the case that all such records of a quarter share.
        assert (n, key) == (theirs[place][0], int(theirs[place][1]) % behind.KEYS)
        assert cases == theirs[place][2]


def test_most_of_the_registry_is_measured() -> None:
    registered = [
        t for t in load.tables().values() if t.dataset == "victims" and t.kind == "persons"
    ]
    assert len(counting.tables()) > len(registered) / 2


def test_both_engines_are_measured_beside_the_peer_with_their_commands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    counting.main([500], 1)
    told = capsys.readouterr().out
    for figure in ("500 records", "ours on polars", "ours on duckdb", "MiB", "over smallest: 1.00"):
        assert figure in told
    assert told.count("-m benchmarks.counting") == 3
