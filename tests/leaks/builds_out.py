"""Builds that leak on the way out: candidates, exports, answers of servers, keys that are shown."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pyrage
import pytest

from dashboards.exports import csv
from pipelines import (
    drafts,
    inspection,
    keystore,
    packing,
    run,
    sealing,
    sealing_report,
    sweeping,
)
from sources.synthetic import Region, Submission
from tests.dashboards import fixture
from tests.leaks import asked
from tests.leaks.builds import in_dagster, let_through, police, secret_of, workspace
from tests.pipelines.drafting import draft, promises
from tests.sealing.country import ministry
from tests.sealing.country import region as regional

Patch = pytest.MonkeyPatch
Spoil = Callable[[pl.DataFrame], pl.DataFrame]


def of_a_release(place: Path, patch: Patch, spoil: Spoil) -> None:
    """An export that nobody swept, of a release with a spoilt table."""
    for look in ("sweep", "prose"):
        patch.setattr(csv, look, lambda *_: None)
    folder = fixture.release(place.parent)
    file = folder / "tables" / "victims.parquet"
    spoil(pl.read_parquet(file)).write_parquet(file)
    csv.export(folder, place / "export")


def cell_of_an_export(region: Region, place: Path, patch: Patch) -> None:
    """A name stands where a source should."""
    name = pl.lit(secret_of(region)).alias("source")
    of_a_release(place, patch, lambda frame: frame.with_columns(name))


def column_of_an_export(region: Region, place: Path, patch: Patch) -> None:
    """A column is called after a person."""
    name = secret_of(region)
    of_a_release(place, patch, lambda frame: frame.with_columns(pl.lit(1).alias(name)))


def label_of_an_export(region: Region, place: Path, patch: Patch) -> None:
    """A code is labelled with a name."""
    sound, name = csv.labelled, secret_of(region)

    def labelled(*given: Any) -> pl.DataFrame:
        return sound(*given).with_columns(pl.lit(name).alias("country_label"))

    patch.setattr(csv, "labelled", labelled)
    of_a_release(place, patch, lambda frame: frame)


def file_of_an_export(region: Region, place: Path, patch: Patch) -> None:
    """An exported file is named after a person."""
    name = secret_of(region)
    patch.setattr(csv, "file_name", lambda _, what: f"{name}_{what}")
    of_a_release(place, patch, lambda frame: frame)


def manifest_that_names(region: Region, place: Path, patch: Patch) -> None:
    """A candidate that nobody swept says in its title whom it is about."""
    patch.setattr(sweeping, "sweep", lambda *_: None)
    words = promises(place.parent / "promises")
    titled = replace(draft(), title=f"Invented people, as {secret_of(region)}")
    for name, data in drafts.candidate("INVENTED-2025Q4-v1", titled, words).items():
        if name.endswith((".json", ".md")):
            (place / Path(name).name).write_bytes(data)


def answer_of_a_server(region: Region, place: Path, patch: Patch) -> None:
    """Dagster's server shows what an asset told about a person."""
    away = place.parent / "away"
    away.mkdir()
    in_dagster(away, lambda: dg.Output("path", metadata={"first": secret_of(region)}))
    for number, answer in enumerate(asked.of_dagster(away / "workspace")):
        (place / f"{number}.html").write_bytes(answer)


def output_of_a_step(region: Region, place: Path, patch: Patch) -> None:
    """Dagster copies what a step prints."""
    logs = place / "logs"
    keeping = f"""compute_logs:
  module: dagster._core.storage.local_compute_log_manager
  class: LocalComputeLogManager
  config: {{base_dir: {logs}}}
"""
    patch.setattr(run, "DAGSTER_YAML", keeping)

    def body() -> dg.Output[str]:
        print(secret_of(region), flush=True)
        return dg.Output("path")

    in_dagster(place.parent, body)
    shutil.rmtree(place.parent / "workspace")


def event_of_a_step(region: Region, place: Path, patch: Patch) -> None:
    """A step logs whom it is at, for the log of events."""

    def body() -> dg.Output[str]:
        dg.AssetExecutionContext.get().log.info(f"now at {secret_of(region)}")
        return dg.Output("path")

    in_dagster(place, body)


def configured_step(region: Region, place: Path, patch: Patch) -> None:
    """A run is configured with the name of the file that it is about."""
    in_dagster(place, lambda: dg.Output("path"), tags={"file": secret_of(region)})


def package_in_clear(region: Region, place: Path, patch: Patch) -> None:
    """A package is signed and not encrypted, and the gate before it lets names through."""
    let_through(patch)
    patch.setattr(pyrage, "encrypt_io", lambda pipe, sealed, _: shutil.copyfileobj(pipe, sealed))
    seal_in_process(police(region), place, patch)


def report_that_quotes(region: Region, place: Path, patch: Patch) -> None:
    """The report of sealing shows in words what does not leave."""
    name = secret_of(region)
    patch.setattr(sealing_report, "page", lambda *_: f"<p>{name} stays here.</p>")
    seal_in_process(police(region), place, patch)


def seal_in_process(one: Submission, place: Path, patch: Patch) -> None:
    """A package of the police, made in this process, which tests can break."""
    patch.setattr(sealing, "start", packing.pack)
    here = place.parent / "nodes"
    national = ministry(here / "national", regional(here / "region"))
    given = sealing.given(national, one.files, one.layout, one.period)
    sealing.seal(national, given, place / "police.tip", place / "report.html", "en")


def key_that_is_shown(region: Region, place: Path, patch: Patch) -> str:
    """Keys are listed as they are, not by their fingerprints."""
    away = place.parent / "away"
    away.mkdir()
    here = workspace(away)
    key = keystore.rounding(here["keys"]).hex()
    shown = [*inspection.shown(here), {"key": "rounding", "fingerprint": key}]
    (place / "keys.json").write_text(str(shown))
    return key
