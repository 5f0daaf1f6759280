"""Readers in processes of their own are never shut out, and a crash leaves the last good one."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from data_contracts.model import Contract
from pipelines import warehouse

READERS, SECONDS = 10, 60
CONTRACT = Contract.model_validate(
    {
        "name": "victims",
        "version": "1.0.0",
        "kind": "persons",
        "description": "Victims of an invented country.",
        "grain": "a person",
        "fields": [
            {"name": "record", "logicalType": "string", "treatment": "pseudonymise"},
            {"name": "version", "logicalType": "integer", "treatment": "keep"},
        ],
    }
)
# As any analyst would: the file, a client of DuckDB, nothing of ours.
READ = """
import sys, time, duckdb
seen, until = set(), time.monotonic() + float(sys.argv[2])
while time.monotonic() < until:
    with duckdb.connect(sys.argv[1], read_only=True) as reader:
        found = reader.sql("SELECT count(*), min(version), max(version) FROM victims")
        [(rows, least, most)] = found.fetchall()
        assert rows == 500 and least == most, (rows, least, most)
        seen.add(most)
print(len(seen))
"""
# Builds version after version until it is killed.
BUILD = """
import itertools, sys
from pathlib import Path
from tests.pipelines.test_warehouse_readers import built
for version in itertools.count(int(sys.argv[2])):
    built(Path(sys.argv[1]), version)
    print(version, flush=True)
"""


def built(folder: Path, version: int) -> None:
    """One more version of a warehouse; every row tells which."""
    file = folder / "core.parquet"
    records = [f"{version}-{n}" for n in range(500)]
    frame = pl.DataFrame({"submission": "s1", "record": records, "version": version})
    frame.write_parquet(file)
    path = folder / "warehouse" / f"{version}.duckdb"
    warehouse.build(path, {"victims": file}, {"victims": CONTRACT})


def version_of(folder: Path) -> tuple[int, int]:
    with duckdb.connect(folder / "warehouse" / warehouse.LATEST, read_only=True) as reader:
        found = reader.sql("SELECT count(*) AS n, max(version) AS v FROM victims").pl()
    return found["n"].item(), found["v"].item()


@pytest.mark.slow
def test_ten_readers_never_fail_while_versions_are_published_for_a_minute(tmp_path: Path) -> None:
    built(tmp_path, 0)
    link = tmp_path / "warehouse" / warehouse.LATEST
    words = [sys.executable, "-c", READ, str(link), str(SECONDS)]
    readers = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(READERS)]
    version, until = 1, time.monotonic() + SECONDS
    while time.monotonic() < until:
        built(tmp_path, version)
        version += 1
    told = [reader.communicate(timeout=120)[0] for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * READERS
    assert all(int(seen) > 1 for seen in told)
    assert version > 2


@pytest.mark.slow
def test_a_crash_at_any_point_leaves_the_last_good_one(tmp_path: Path) -> None:
    built(tmp_path, 0)
    last = 0
    for moment in range(1, 9):
        words = [sys.executable, "-c", BUILD, str(tmp_path), str(1000 * moment)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as builder:
            assert builder.stdout
            told = [int(builder.stdout.readline())]
            time.sleep(0.07 * moment)
            builder.send_signal(signal.SIGKILL)
            told += map(int, builder.stdout.read().split())
        rows, version = version_of(tmp_path)
        assert rows == 500
        # The one that was told last, or the one whose telling the crash cut off.
        assert version in (told[-1], told[-1] + 1)
        assert version > last
        last = version
