"""Builds that leak beside the tables: in files of databases and Parquet, and around processes."""

import ctypes
import io
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import artefacts, frames, inbox, submissions
from pipelines.spool import Spool
from sources.synthetic import Region
from tests.leaks import builds
from tests.leaks.builds import police, workspace
from tests.leaks.line import NOW
from tests.leaks.watching import Seen, look

Patch = pytest.MonkeyPatch


def received(region: Region) -> pl.DataFrame:
    """The list of the police as it came."""
    return pl.read_csv(police(region).files[0], separator=";", infer_schema=False)


def spill_of_received(region: Region, place: Path, patch: Patch) -> None:
    """Rows that never went through the gate are put aside until they are in order."""
    patch.setattr("pipelines.spool.AT_ONCE", 0)
    rows = received(region).with_columns(record=pl.lit("a1"))
    Spool("victims", place).add(rows)


def footer_that_tells(region: Region, place: Path, patch: Patch) -> None:
    """The footer of a table says from which file it was made."""
    made = frames.parquet(pl.DataFrame({"n": [1]}), {"title": police(region).files[0].name})
    (place / "table.parquet").write_bytes(made)


def statistics_left(region: Region, place: Path, patch: Patch) -> None:
    """Parquet says the smallest and largest value of a column; only that is left of the file."""
    made = io.BytesIO()
    received(region).select("Apellido").write_parquet(made, statistics=True, compression="zstd")
    whole = made.getvalue()
    size = int.from_bytes(whole[-8:-4], "little") + 8
    (place / "victims.end").write_bytes(whole[-size:])


def category_without_rows(region: Region, place: Path, patch: Patch) -> None:
    """A column is written with the list of all its categories, used or not."""
    names = received(region)["Apellido"].drop_nulls().unique()
    column = pl.Series([None], dtype=pl.Enum(names))
    artefacts.parquet(pl.DataFrame({"name": column}), place / "victims.parquet")


def log_of_the_database(region: Region, place: Path, patch: Patch) -> None:
    """A process that is ended leaves the log of its database."""
    with duckdb.connect(place / "core.duckdb") as base:
        base.execute("PRAGMA disable_checkpoint_on_shutdown")
        base.register("rows", received(region))
        base.execute("CREATE TABLE victims AS FROM rows")
    (place / "core.duckdb").unlink()


def argument_of_a_child(region: Region, place: Path, patch: Patch) -> None:
    """A child is told the file in its arguments."""
    of_a_process(place, [str(police(region).files[0])], {})


def variable_of_a_child(region: Region, place: Path, patch: Patch) -> None:
    """A child is told the file in a variable."""
    of_a_process(place, [], {"TIPSTAT_FILE": str(police(region).files[0])})


def of_a_process(place: Path, words: list[str], variables: dict[str, str]) -> None:
    """What can be seen of a process that waits."""
    waits = "import sys; print(flush=True); sys.stdin.read()"
    pipe, seen = subprocess.PIPE, Seen()
    command = [sys.executable, "-I", "-c", waits, *words]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=variables) as child:
        assert child.stdout
        child.stdout.readline()
        look({child.pid}, seen)
        child.communicate()
    (place / "seen").write_bytes(b"\n".join(seen.told))


def stderr_of_a_child(region: Region, place: Path, patch: Patch) -> None:
    """A child's errors go where its parent's go."""
    reads = """import polars as pl, sys
pl.read_csv(sys.stdin.buffer, separator=";", schema_overrides={"Apellido": pl.Int64})"""
    with police(region).files[0].open("rb") as file, (place / "err").open("wb") as err:
        subprocess.run([sys.executable, "-c", reads], stdin=file, stderr=err, check=False)


def cache_of_rows(region: Region, place: Path, patch: Patch) -> None:
    """What was read is kept for the next time."""
    cache = place / "home" / ".cache" / "rows"
    cache.mkdir(parents=True)
    (cache / "1.pickle").write_bytes(pickle.dumps(received(region).rows()[:3]))


def memory_in_a_core(region: Region, place: Path, patch: Patch) -> None:
    """A process that fails leaves its memory."""
    name = builds.secret_of(region)
    (place / "core.1").write_bytes(ctypes.string_at(id(name), sys.getsizeof(name)))


def attribute_of_a_file(region: Region, place: Path, patch: Patch) -> None:
    """A file remembers the one that it was copied from; where the system allows, unseen."""
    (kept := place / "0.age").touch()
    origin = police(region).files[0].name.encode()
    try:
        os.setxattr(kept, "user.xdg.origin.url", origin)
    except OSError:
        (place / "0.origin").write_bytes(origin)


def reason_as_given(region: Region, place: Path, patch: Patch) -> None:
    """The reason of a sender is kept without a look at it."""
    patch.setattr(submissions, "sayable", lambda reason, *_: reason)
    here, one = workspace(place), police(region)
    reason = f"All of them are of the family {builds.secret_of(region)}."
    submissions.submit(here, one.files, one.layout, one.period, one.country, NOW, reason)


def receipt_with_names(region: Region, place: Path, patch: Patch) -> None:
    """A record of a submission names its files."""
    one = inbox.Received(
        submission="1",
        layout="xaa_police",
        period=None,
        country=None,
        sha256="",
        files=1,
        received=NOW,
        reason=", ".join(file.name for file in police(region).files),
    )
    inbox.record(workspace(place), one)


def find_that_quotes(region: Region, place: Path, patch: Patch) -> None:
    """A scan tells what it found beside where it was."""
    row = received(region).row(0, named=True)
    finds = [{"file": "1", "row": 2, "type": "PERSON", "text": row["Apellido"]}]
    (place / "scan.json").write_text(json.dumps(finds, ensure_ascii=True))
