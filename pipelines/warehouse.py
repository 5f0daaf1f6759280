"""The warehouse: core Parquet, code lists and labels in one DuckDB file, built anew each run.

Parquet is the truth; this file is for people who ask in SQL. It never changes once built: a run
builds the next under a new name, and the link ``tipstat.duckdb``, which any client of DuckDB
opens, is moved to it last. So no reader is ever shut out, and a crash leaves the last good one.
The one before stays too, for readers that are just opening it.

Tables have the keys, comments and views that ``catalogue`` reads from the contracts. DuckDB allows
no foreign keys between schemas, so references stand in ``meta.relationships``.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from data_contracts.load import HERE
from data_contracts.model import Contract
from pipelines import catalogue, whole
from pipelines.errors import ENVIRONMENT, Refusal
from transforms.vintage import Slices

# No extension is fetched from the network; Parquet and CSV are built in. What does not fit into
# memory is not put aside on a disk.
OFFLINE = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
}
# What any client of DuckDB opens: a link to the file of the last run.
LATEST = "tipstat.duckdb"
FOLDERS = ("codelists", "labels", "concordances", "definitions")


class NotBuilt(Refusal):
    """The warehouse could not be built; the one before stays current."""

    exit_code = ENVIRONMENT


def build(
    path: Path,
    frames: Mapping[str, Path],
    contracts: Mapping[str, Contract],
    slices: Slices | None = None,
    words: Path = HERE,
) -> None:
    """Build ``path`` from core Parquet by table name, then make it the current warehouse.

    ``slices`` says which submission speaks for what; ``words`` has the folders ``codelists``,
    ``labels``, ``concordances`` and ``definitions``. A file that is already there is of the same
    run and is kept as it is.
    """
    if not path.exists():
        write(path, frames, contracts, slices, words)
    before = current(path.parent)
    whole.link(path.parent / LATEST, path.name)
    _forget(path.parent, {path, before, path.parent / LATEST})


def write(
    path: Path,
    frames: Mapping[str, Path],
    contracts: Mapping[str, Contract],
    slices: Slices | None = None,
    words: Path = HERE,
) -> None:
    """Write ``path`` whole or not at all; nothing else changes. Parameters as in ``build``."""
    with whole.file(path) as draft:
        _fill(draft, frames, contracts, slices or {}, words)


def current(folder: Path) -> Path | None:
    """The warehouse that readers open; none before the first run."""
    latest = folder / LATEST
    return latest.resolve() if latest.exists() else None


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """The current warehouse, for reading."""
    if (path := current(folder)) is None:
        raise NotBuilt(f"There is no warehouse in {folder} yet: run `tipstat run` first.")
    return duckdb.connect(path, read_only=True, config=dict(OFFLINE))


def _fill(
    draft: Path,
    frames: Mapping[str, Path],
    contracts: Mapping[str, Contract],
    slices: Slices,
    words: Path,
) -> None:
    kind = None
    try:
        with duckdb.connect(draft, config=dict(OFFLINE)) as warehouse:
            for statement, file in _statements(frames, words):
                warehouse.execute(statement, [str(file)] if file else None)
            columns = {table: _columns(warehouse, table) for table in frames}
            for name, frame in catalogue.frames(contracts.values(), columns, slices).items():
                warehouse.register("told", frame.to_arrow())
                warehouse.execute(f"CREATE TABLE meta.{catalogue.name(name)} AS FROM told")
                warehouse.unregister("told")
            for statements in (catalogue.keys, catalogue.comments, catalogue.views):
                for statement in statements(contracts.values(), columns):
                    warehouse.execute(statement)
    except duckdb.Error as error:
        kind = type(error).__name__
    # Outside the except: DuckDB quotes the value it fell over, Dagster stores what an error hides.
    if kind:
        raise NotBuilt(
            f"The warehouse {draft.parent} was not built ({kind}): check that the disk has space "
            "and run again; a core file that cannot be read is made anew if you delete it."
        )


def _statements(frames: Mapping[str, Path], words: Path) -> Iterator[tuple[str, Path | None]]:
    for name, file in sorted(frames.items()):
        yield f"CREATE TABLE {catalogue.name(name)} AS FROM read_parquet(?)", file
    for schema in ("meta", "labelled", *FOLDERS):
        yield f"CREATE SCHEMA {schema}", None
    for folder in FOLDERS:
        for file in sorted((words / folder).glob("*.csv")):
            table = f"{folder}.{catalogue.name(file.stem)}"
            # All text: the country NA is Namibia, and 01 is not 1.
            yield f"CREATE TABLE {table} AS FROM read_csv(?, header=true, all_varchar=true)", file
            if folder in ("codelists", "labels"):
                yield f"ALTER TABLE {table} ADD PRIMARY KEY (code)", None


def _columns(warehouse: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    query = (
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ? "
        "ORDER BY column_index"
    )
    return [name for (name,) in warehouse.execute(query, [table]).fetchall()]


def _forget(folder: Path, keep: set[Path | None]) -> None:
    """Remove what no reader can be expected to have open any more."""
    for old in set(folder.glob("*.duckdb")) - keep:
        old.unlink()
