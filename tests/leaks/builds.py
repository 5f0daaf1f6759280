"""Builds of the line that leak on purpose, each through a channel of its own.

Every build does what the line does, with one thing broken, and leaves what it wrote below
``place``. If the search misses what is broken here, it proves nothing about the real line.
"""

import hashlib
import io
import shutil
import uuid
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import duckdb
import polars as pl
import pytest

from anonymize import identity, records
from data_contracts import load, periods
from data_contracts.model import Field
from data_contracts.verdict import Verdict
from pipelines import (
    feeding,
    keystore,
    run,
    sealed,
    settings,
    strangers,
    submissions,
    unmapped,
    warehouse,
)
from pipelines.intake import Job
from pipelines.settings import Configuration, Workspace
from sources.synthetic import Region, Submission
from tests.leaks.line import NOW
from tests.sources.sent import plain

# The lines of what it returns are looked for instead of the strings of the region.
Build = Callable[[Region, Path, pytest.MonkeyPatch], str | None]


def workspace(place: Path) -> Workspace:
    """An empty workspace that takes the records of both invented countries."""
    allowed = Configuration(title="Leaking", mode="demo", raw_files=("XAA", "XAB"))
    made = settings.create(place / "workspace", allowed)
    keystore.create(made)
    return made


def police(region: Region) -> Submission:
    """The first submission of the police."""
    return next(one for one in region.submissions if one.layout == "xaa_police")


def taken_in(one: Submission, place: Path) -> Verdict:
    """A submission through the intake of this process, which tests can break."""
    out = place / "safe"
    out.mkdir()
    named = periods.on_the_calendar(one.period or "", load.layout(one.layout).year_starts)
    return sealed.take_in(Job(files=one.files, layout=one.layout, period=named, out=out))


def let_through(patch: pytest.MonkeyPatch) -> None:
    """Fields that are dropped, or only compared, leave the gate as they came."""
    sound = records.treated

    def keeping(field: Field, *given: Any) -> list[pl.Expr]:
        return sound(field, *given) or [pl.col(field.name)]

    patch.setattr(records, "treated", keeping)


def gate_that_keeps(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """The gate in lets names, documents and narratives through."""
    let_through(patch)
    taken_in(police(region), place)


def gate_without_key(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """Numbers of records and cases are kept as they are, where pseudonyms belong."""
    patch.setattr(identity, "pseudonym", lambda column, *_: column)
    patch.setattr(feeding, "rules", lambda *_: ())
    taken_in(police(region), place)


def gate_with_a_plain_hash(region: Region, place: Path, patch: pytest.MonkeyPatch) -> str:
    """Numbers of records and cases are hashed without a key."""

    def hashed(column: pl.Expr, *_: object) -> pl.Expr:
        return column.map_elements(
            lambda text: hashlib.sha256(text.encode()).hexdigest(), return_dtype=pl.String
        )

    patch.setattr(identity, "pseudonym", hashed)
    patch.setattr(feeding, "rules", lambda *_: ())
    taken_in(police(region), place)
    rows = pl.read_csv(police(region).files[0], separator=";", infer_schema=False)
    return "\n".join(rows["Registro"].drop_nulls())


def verdict_with_labels(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """A verdict names what did not map, though the layout is not public."""
    sound = unmapped.listed
    patch.setattr(unmapped, "listed", lambda feeds, public: sound(feeds, True))
    # The scan behind it would withhold what looks like somebody's.
    patch.setattr(strangers, "kinds_of_each", lambda texts: [() for _ in texts])
    spoilt = {row["file"] for row in plain(region.rows) if row["set_aside"] == "unknown_label"}
    one = next(
        one
        for one in region.submissions
        if spoilt & {file.relative_to(region.folder).as_posix() for file in one.files}
    )
    (place / "verdict.json").write_text(taken_in(one, place).model_dump_json())


def log_that_quotes(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """A failed cast is logged in the words of the library."""
    names = {"Apellido": pl.Int64}
    try:
        pl.read_csv(police(region).files[0], separator=";", schema_overrides=names)
    except pl.exceptions.PolarsError as error:
        (place / "intake.log").write_text(str(error))


def name_that_stays(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """The inbox keeps a file under the name that its sender gave it."""
    one, here = police(region), workspace(place)
    own = SimpleNamespace(hex=one.files[0].stem)
    patch.setattr(uuid, "uuid4", lambda: own)
    submissions.submit(here, one.files, one.layout, one.period, one.country, NOW)


def inbox_unsealed(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """A file is kept as it came, beside the sealed ones."""
    inbox = place / "workspace" / "inbox"
    inbox.mkdir(parents=True)
    for number, file in enumerate(police(region).files):
        shutil.copy(file, inbox / f"{number}.csv")


def persons_unsealed(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """What persons are recognised by is kept, but not encrypted."""
    here, one = workspace(place), police(region)
    keystore.welcome(here, "XAA")
    patch.setattr(keystore, "sealed", lambda data, _: data)
    out = place / "safe"
    out.mkdir()
    job = Job(files=one.files, layout=one.layout, period=one.period, keys=here["keys"], out=out)
    sealed.take_in(job)


def workbook_left_behind(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """A temporary copy of a workbook is forgotten."""
    one = next(one for one in region.submissions if one.layout == "xaa_shelters")
    shutil.copy(one.files[0], place / "tmp0")


def warehouse_of_received(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """The warehouse is built from rows that never went through the gate."""
    rows = pl.read_csv(police(region).files[0], separator=";", infer_schema=False)
    rows.write_parquet(core := place.parent / "received.parquet")
    warehouse.build(place / "received.duckdb", {"victims": core}, load.contracts())


def in_dagster(
    place: Path, body: Callable[[], dg.Output[str]], tags: dict[str, str] | None = None
) -> None:
    """Run an asset as the line runs its own, and keep what Dagster stores and says."""

    @dg.asset
    def leaking() -> dg.Output[str]:
        return body()

    job = dg.Definitions(assets=[leaking]).resolve_implicit_global_asset_job_def()
    said = io.StringIO()
    here = workspace(place)
    with redirect_stderr(said), dg.DagsterInstance.from_config(str(run.home(here))) as instance:
        job.execute_in_process(
            instance=instance, raise_on_error=False, run_config=run.QUIET_LOGGERS, tags=tags
        )
    (place / "said").write_text(said.getvalue())


def secret_of(region: Region) -> str:
    """A name in capitals, as the police writes it."""
    rows = pl.read_csv(police(region).files[0], separator=";", infer_schema=False)
    return str(rows["Apellido"].drop_nulls()[0])


def dagster_metadata(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """An asset tells Dagster about a person."""
    in_dagster(place, lambda: dg.Output("path", metadata={"first": secret_of(region)}))


def dagster_output(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """An asset hands a value on, which Dagster stores."""
    in_dagster(place, lambda: dg.Output(secret_of(region)))


def dagster_context(region: Region, place: Path, patch: pytest.MonkeyPatch) -> None:
    """A clean error hides another one, which Dagster stores with it."""

    def failing() -> dg.Output[str]:
        try:
            duckdb.execute("SELECT ?::INTEGER", [secret_of(region)])
        except duckdb.Error as error:
            raise warehouse.NotBuilt("The warehouse was not built.") from error
        return dg.Output("path")

    in_dagster(place, failing)
