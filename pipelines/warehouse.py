"""The warehouse: core Parquet, code lists and labels in one DuckDB file, built anew each run.

Parquet is the truth; this file is for people who ask in SQL. It never changes once built: a run
builds the next under a new name and ``current`` names it last. So no reader is ever shut out, and
a crash leaves the last good one. The one before stays too, for readers that have it open.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from data_contracts.load import HERE
from data_contracts.model import Contract
from pipelines import whole
from pipelines.errors import ENVIRONMENT, Refusal

# No extension is fetched from the network; Parquet and CSV are built in.
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
# Columns that the pipeline adds beside the fields of a contract.
ADDED = {
    "source": "Who reported the row.",
    "submission": "The submission that brought the row.",
    "country": "The country that reported the row.",
    "period": "The period to which the row is counted.",
    "record": "The row, under a pseudonym.",
    "person_key": "32 bits by which a person is counted once; never published.",
    "link_token": "Links a person across sources; empty where no identity was given.",
    "rank": "Whose answer counts where sources contradict each other about a person: the lowest.",
    "field": "The question that was answered.",
    "code": "One answer; a question with several answers has several rows.",
}


class NotBuilt(Refusal):
    """The warehouse could not be built; the one before stays current."""

    exit_code = ENVIRONMENT


def build(
    path: Path, frames: Mapping[str, Path], contracts: Mapping[str, Contract], words: Path = HERE
) -> None:
    """Build ``path`` from core Parquet by table name, then make it the current warehouse.

    ``words`` has the folders ``codelists`` and ``labels``. A file that is already there is of the
    same run and is kept as it is.
    """
    if not path.exists():
        write(path, frames, contracts, words)
    before = current(path.parent)
    whole.write(path.parent / "current", f"{path.name}\n".encode())
    _forget(path.parent, {path, before})


def write(
    path: Path, frames: Mapping[str, Path], contracts: Mapping[str, Contract], words: Path = HERE
) -> None:
    """Write ``path`` whole or not at all; nothing else changes. Parameters as in ``build``."""
    with whole.file(path) as draft:
        _fill(draft, frames, contracts, words)


def current(folder: Path) -> Path | None:
    """The warehouse that readers open; none before the first run."""
    pointer = folder / "current"
    return folder / pointer.read_text().strip() if pointer.exists() else None


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """The current warehouse, for reading."""
    if (path := current(folder)) is None:
        raise NotBuilt(f"There is no warehouse in {folder} yet: run `tipstat run` first.")
    return duckdb.connect(path, read_only=True, config=dict(OFFLINE))


def _fill(
    draft: Path, frames: Mapping[str, Path], contracts: Mapping[str, Contract], words: Path
) -> None:
    kind = None
    try:
        with duckdb.connect(draft, config=dict(OFFLINE)) as warehouse:
            for statement, file in _statements(frames, words):
                warehouse.execute(statement, [str(file)] if file else None)
            for statement in _comments(warehouse, contracts):
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
        yield f"CREATE TABLE {_name(name)} AS FROM read_parquet(?)", file
    for folder in ("codelists", "labels"):
        yield f"CREATE SCHEMA {folder}", None
        for file in sorted((words / folder).glob("*.csv")):
            table = f"{folder}.{_name(file.stem)}"
            # All text: the country NA is Namibia, and 01 is not 1.
            yield f"CREATE TABLE {table} AS FROM read_csv(?, header=true, all_varchar=true)", file


def _comments(
    warehouse: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]
) -> Iterator[str]:
    """What the contracts say about each table and column, so that it stands in the database."""
    for contract in contracts.values():
        said = {f.safe: f.description or f.title for f in contract.fields}
        for name in filter(None, (contract.name, contract.answers)):
            if columns := _columns(warehouse, name):
                yield f"COMMENT ON TABLE {_name(name)} IS {_text(_about(contract, name))}"
            for column in columns:
                if text := said.get(column) or ADDED.get(column):
                    yield f"COMMENT ON COLUMN {_name(name)}.{_name(column)} IS {_text(text)}"


def _columns(warehouse: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    query = "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ?"
    return [name for (name,) in warehouse.execute(query, [table]).fetchall()]


def _about(contract: Contract, table: str) -> str:
    if table == contract.name:
        return f"{contract.description} A row is {contract.grain}."
    return f"Answers to the questions of {contract.name} that take several; a row is one answer."


def _forget(folder: Path, keep: set[Path | None]) -> None:
    """Remove what no reader can be expected to have open any more."""
    for old in set(folder.glob("*.duckdb")) - keep:
        old.unlink()


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
