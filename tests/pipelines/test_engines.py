"""The same cube on every engine of one machine, against a count in sets; and engines that fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import narwhals as nw
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from polars.testing import assert_frame_equal

from pipelines import engines, steps
from pipelines.settings import Configuration
from tests.people import LISTS, RECORDS, TABLE, Rows, frames, plainly, series
from transforms import link
from transforms.cube import COUNTS, count
from transforms.engine import fetched

Name = Literal["polars", "duckdb"]


def configured(engine: Name) -> Configuration:
    return Configuration(title="Region", mode="closed", engine=engine)


@contextmanager
def core_folder(rows: Rows) -> Iterator[Path]:
    """A core folder on disk with drawn records."""
    with TemporaryDirectory() as name:
        folder, (core, answers) = Path(name), frames(rows)
        core.write_parquet(folder / steps.ROWS)
        answers.write_parquet(folder / steps.ANSWERS)
        yield folder


def cube(rows: Rows, configuration: Configuration) -> pl.DataFrame:
    """The cube of drawn records, through a core folder on disk."""
    with core_folder(rows) as folder, engines.opened(configuration) as engine:
        return count(TABLE, steps.people_of(folder, [TABLE], engine), LISTS, series()).cells


@settings(max_examples=40, deadline=None)
@given(rows=RECORDS)
def test_every_cell_equals_a_count_in_sets(rows: Rows) -> None:
    check(rows, "polars")


# DuckDB plans longer than it counts.
@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rows=RECORDS)
def test_on_duckdb_too(rows: Rows) -> None:
    check(rows, "duckdb")


def check(rows: Rows, engine: Name) -> None:
    found = cube(rows, configured(engine))
    wanted = plainly(rows)
    assert len(found) == 3 * 5 * 4 * 5
    for row in found.iter_rows(named=True):
        place = (row["country"], row["period"], row["exploitation"], row["sex"])
        assert tuple(row[name] for name in COUNTS) == wanted.get(place, (0,) * 6), place


def people(many: int) -> Rows:
    """Records of which every fourth is of a person with another record."""
    sexes = ("F", "M", "tnc", None)
    forms: tuple[set[str], ...] = ({"P1"}, {"P2", "begging"}, set(), {"P1", "P2"})
    return [
        {
            "country": ("XAA", "XAB")[i % 3 % 2],
            "period": ("2025-Q1", "2025-Q2", "2026-Q1")[i % 5 % 3],
            "source": ("police", "agency")[i % 7 % 2],
            "person_key": i - i % 4 // 3 * 7,
            "case": (f"c{i // 3}", None)[i % 11 // 10],
            "sex": sexes[i % 4],
            "exploitation": forms[i % 13 % 4],
        }
        for i in range(many)
    ]


def linked(rows: Rows, configuration: Configuration) -> pl.DataFrame:
    """Drawn records on an engine, each eleventh person under the key of the one before her."""
    core, _ = frames(rows)
    own = sorted(set(core["person_key"]))[::11]
    keys = pl.DataFrame({"own": own, "person_key": [key - 1 for key in own]}, schema=link.KEYS)
    with engines.opened(configuration) as engine:
        native = (engine.lift(frame).to_native() for frame in (core, keys))
        found = nw.from_native(link.marked(link.applied(*native))).lazy()
        return fetched(found).select(*core.columns, "is_duplicate").sort("record")


def test_duckdb_links_whom_polars_links() -> None:
    rows = people(500)
    found = linked(rows, configured("duckdb"))
    assert_frame_equal(found, linked(rows, configured("polars")))
    keys = {row["record"]: row["person_key"] for row in frames(rows)[0].iter_rows(named=True)}
    own = sorted(set(keys.values()))[::11]
    assert {r: k - (k in own) for r, k in keys.items()} == dict(
        found.select("record", "person_key").iter_rows()
    )
    persons = set(found.select("country", "person_key").iter_rows())
    assert found["is_duplicate"].sum() == len(rows) - len(persons) > 50


def test_duckdb_counts_what_polars_counts() -> None:
    rows = people(500)
    assert_frame_equal(cube(rows, configured("duckdb")), cube(rows, configured("polars")))


@pytest.mark.parametrize("given", [{}, {"spark_master": "spark://localhost:1"}, {"shared": "x"}])
def test_spark_without_its_places_says_what_is_missing(given: dict[str, Any]) -> None:
    configuration = Configuration(title="Region", mode="closed", engine="spark", **given)
    with pytest.raises(engines.NoEngine, match="spark_master and shared"):
        cube(people(3), configuration)
