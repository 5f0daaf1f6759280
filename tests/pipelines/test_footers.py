"""What lies beside rows on a disk: no smallest and largest values, no rows put aside, no index."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import artefacts
from pipelines.run import run
from pipelines.settings import Workspace
from tests.pipelines.workspaces import copied

ROOT = Path(__file__).parents[2]
WRITERS = {"write_parquet", "sink_parquet", "write_table", "to_parquet"}
# What a footer may say of itself: the types of its columns, and what a release says of a table.
SAID = {b"ARROW:schema"}


def footers(folder: Path) -> dict[str, set[str]]:
    """What a Parquet file in a folder tells of its values beside them, by file."""
    return {str(file.relative_to(folder)): told(file) for file in sorted(folder.rglob("*.parquet"))}


ASKED = """
SELECT DISTINCT path_in_schema FROM parquet_metadata(?)
WHERE stats_min IS NOT NULL OR stats_max IS NOT NULL OR stats_min_value IS NOT NULL
    OR stats_max_value IS NOT NULL OR stats_null_count IS NOT NULL
    OR stats_distinct_count IS NOT NULL OR bloom_filter_offset IS NOT NULL
"""


def told(file: Path) -> set[str]:
    with duckdb.connect() as reader:
        columns = reader.execute(ASKED, [str(file)]).fetchall()
        keys = reader.execute("SELECT key FROM parquet_kv_metadata(?)", [str(file)]).fetchall()
    told = {f"statistics of {column}" for (column,) in columns}
    return told | {f"metadata {key.decode()}" for (key,) in keys if key not in SAID}


@pytest.fixture(scope="session")
def line(first_quarter: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A whole run over a country's first quarter."""
    place = copied(first_quarter, tmp_path_factory.mktemp("footers") / "region")
    run(place)
    return place


def test_no_parquet_that_is_made_of_records_tells_values_beside_them(line: Workspace) -> None:
    found = footers(line.root)
    kinds = {name.partition("/")[0] for name in found}
    assert kinds >= {"safe", "assets"}
    assert any(name.startswith("assets/core") for name in found), sorted(found)
    inner = {name: told for name, told in found.items() if not name.startswith("candidates/")}
    assert {name: told for name, told in inner.items() if told} == {}


def test_a_released_table_says_what_it_is_and_no_value_beside_its_cells(line: Workspace) -> None:
    found = footers(line.root / "candidates")
    assert set().union(*found.values()) <= {"metadata title", "metadata note"}


def test_a_footer_that_tells_is_noticed(tmp_path: Path) -> None:
    pl.DataFrame({"age": [7, 81]}).write_parquet(tmp_path / "told.parquet", metadata={"a": "b"})
    artefacts.parquet(pl.DataFrame({"age": [7, 81]}), tmp_path / "quiet.parquet")
    assert footers(tmp_path) == {
        "told.parquet": {"statistics of age", "metadata a"},
        "quiet.parquet": set(),
    }


def telling(file: Path) -> Iterator[int]:
    """The lines on which a module writes Parquet without saying that it takes no statistics."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            said = {k.arg: k.value for k in node.keywords}
            off = isinstance(v := said.get("statistics"), ast.Constant) and v.value is False
            if node.func.attr in WRITERS and not off:
                yield node.lineno


@pytest.mark.parametrize("package", ["pipelines", "transforms", "anonymize", "sources"])
def test_whoever_writes_parquet_says_that_it_takes_no_statistics(package: str) -> None:
    found = {file.name: [*telling(file)] for file in (ROOT / package).rglob("*.py")}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_search_for_writers_finds_one(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("a.write_parquet(f)\nb.write_parquet(f, statistics=False)\n")
    assert [*telling(tmp_path / "one.py")] == [1]


LARGE = """
import os, sys, threading, time
{first}
import polars as pl
seen, done = set(), threading.Event()
def look():
    while not done.wait(0.002):
        for folder, _, files in os.walk({folder!r}):
            seen.update(files)
watch = threading.Thread(target=look)
watch.start()
rows = pl.LazyFrame({{"a": range(3_000_000)}}).with_columns(b=pl.col("a").hash())
rows.sort("b").collect(engine="streaming")
done.set()
watch.join()
print(len(seen))
"""


@pytest.mark.parametrize(("first", "spills"), [("import pipelines", False), ("", True)])
def test_polars_puts_no_rows_aside_on_a_disk(first: str, spills: bool, tmp_path: Path) -> None:
    """Whatever the memory, and whatever the environment says; without our wiring it would."""
    little = {"POLARS_OOC_MEMORY_BUDGET_MB": "20", "POLARS_OVERRIDE_TOTAL_MEMORY_MB": "30"}
    told = little | {"POLARS_OOC_SPILL_DIR": str(tmp_path), "POLARS_OOC_SPILL_MIN_BYTES": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", LARGE.format(first=first, folder=str(tmp_path))],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert ended.returncode == 0, ended.stderr[-500:]
    assert (int(ended.stdout) > 0) == spills


FULL = """
import sys, threading
from pathlib import Path
import duckdb
folder = Path(sys.argv[1])
config = {config}
seen, done = set(), threading.Event()
def look():
    while not done.wait(0.002):
        seen.update(str(f) for f in folder.rglob("*") if f.is_file() and ".tmp" in str(f))
watch = threading.Thread(target=look)
watch.start()
try:
    with duckdb.connect(folder / "base", config={{**config, "memory_limit": "60MB"}}) as base:
        rows = "SELECT hash(i) AS h, i::VARCHAR AS s FROM range(3000000) r(i)"
        base.execute(f"CREATE TABLE t AS {{rows}}")
        base.execute("CREATE TABLE u AS FROM t ORDER BY s, h")
except duckdb.Error as error:
    print(type(error).__name__)
done.set()
watch.join()
print(len(seen))
"""


@pytest.mark.parametrize(
    ("config", "spills"),
    [
        ("dict(__import__('pipelines.warehouse').warehouse.OFFLINE)", False),
        ("{'temp_directory': str(folder / 'base.tmp')}", True),
    ],
)
def test_duckdb_puts_no_rows_aside_on_a_disk(config: str, spills: bool, tmp_path: Path) -> None:
    """It says that memory is not enough; with a place to put rows it would put them there."""
    ended = subprocess.run(
        [sys.executable, "-c", FULL.format(config=config), str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert ended.returncode == 0, ended.stderr[-500:]
    assert (int(ended.stdout.split()[-1]) > 0) == spills
