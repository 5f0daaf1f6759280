"""The workspace as it stood, and releases side by side. Nothing here publishes or replaces.

A moment is a day (what had been received and published by its end, in UTC) or a release (what it
was counted from). What is rebuilt is rebuilt from the safe rows that are kept.
"""

import datetime as dt
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts import load
from pipelines import (
    differences,
    inbox,
    links,
    outputs,
    releases,
    seen,
    speakers,
    steps,
    submissions,
    warehouse,
)
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.settings import Workspace
from pipelines.takings import submission_of
from transforms import revisions, vintage
from transforms.vintage import Slices


class NoSuchMoment(Refusal):
    """The workspace cannot be shown as of what was named."""

    exit_code = WRONG_USAGE


class InTheWay(Refusal):
    """A file that would be written exists already."""

    exit_code = WRONG_USAGE


def slices_as_of(workspace: Workspace, moment: str | None = None) -> Slices:
    """Which submission spoke for which slice at a moment; now where none is named."""
    if moment is None:
        return _current(workspace, None)
    if releases.ID.fullmatch(moment):
        return _of_release(workspace, moment)
    try:
        day = dt.date.fromisoformat(moment)
    except ValueError:
        raise NoSuchMoment(
            f"{moment!r} is neither a day, such as 2026-01-31, nor a release: see "
            "`tipstat release list`."
        ) from None
    return _current(workspace, dt.datetime.combine(day, dt.time.max, dt.UTC))


def _current(workspace: Workspace, by: dt.datetime | None) -> Slices:
    sent = submissions.accepted(workspace, by)
    return vintage.current(sent, load.layouts(), speakers.frozen(workspace, by))


def _of_release(workspace: Workspace, release: str) -> Slices:
    releases.found(workspace.root, release)
    file = workspace[speakers.VINTAGES] / release / speakers.EVERY_SLICE
    if not file.exists():
        raise NoSuchMoment(
            f"What {release} was counted from is not in this workspace: look in the one that made "
            "it, or restore its folder vintages."
        )
    return speakers.read_slices(file)


def vintages(workspace: Workspace, moment: str | None) -> list[dict[str, Any]]:
    """Each slice at a moment: who spoke for it, since when, and whether it was published."""
    chosen = slices_as_of(workspace, moment)
    records = {one.submission: one for one in inbox.received(workspace)}
    frozen = speakers.frozen(workspace)
    return [
        {
            **{"dataset": piece.dataset, "source": piece.source},
            **{"country": piece.country or None, "period": piece.period or None},
            "submission": speaks,
            "layout": records[submission_of(speaks)].layout,
            "received": records[submission_of(speaks)].received.isoformat(timespec="seconds"),
            "published": frozen.get(piece) == speaks,
        }
        for piece, speaks in sorted(chosen.items())
    ]


def keys_as_of(workspace: Workspace, moment: str | None = None) -> Path | None:
    """Who was counted under which key: in a release, else in the last one published by then.

    What names told since then is not in it: it is decided when a release is made.
    """
    if moment and releases.ID.fullmatch(moment):
        file = workspace[speakers.VINTAGES] / moment / steps.KEYS
        return file if file.exists() else None
    by = dt.datetime.combine(dt.date.fromisoformat(moment), dt.time.max, dt.UTC) if moment else None
    return links.before(workspace, by)


def rebuilt(
    workspace: Workspace, slices: Slices, keys: Path | None, folder: Path
) -> dict[str, Path]:
    """The core of every dataset as the slices say, in folders of their own below ``folder``."""
    made = {name: folder / name for name in load.contracts()}
    for name, place in made.items():
        place.mkdir(parents=True)
        steps.core(workspace, load.contract(name), slices, keys, place)
    return made


def warehouse_as_of(workspace: Workspace, moment: str | None, file: Path) -> Path:
    """A DuckDB file of the core as it stood; raises ``InTheWay`` where the file exists."""
    if file.exists():
        raise InTheWay(f"{file} exists already: name another file.")
    slices = slices_as_of(workspace, moment)
    with tempfile.TemporaryDirectory(dir=workspace.root, prefix=".rebuilt-") as name:
        cores = rebuilt(workspace, slices, keys_as_of(workspace, moment), Path(name))
        parquet = steps.frames(cores, load.contracts())
        warehouse.write(file, parquet, load.contracts(), slices)
    return file


def diff(workspace: Workspace, before: str, after: str) -> dict[str, Any]:
    """What the release ``after`` says otherwise than ``before``: counts by table, and the cells.

    Cells that were absent before are counted by country and period, not listed. Tables whose
    dimensions are not the same in both are named and not compared. Then what both promise:
    indicators, thresholds, registry, contracts, lists and labels.
    """
    folders = [releases.served(workspace.root, release) for release in (before, after)]
    was, now = (outputs.tables_in(folder / outputs.TABLES) for folder in folders)
    key = differences.key
    alike = {n for n in {*was, *now} if n not in was or n not in now or key(was[n]) == key(now[n])}
    changes = {name: differences.compared(name, was, now) for name in sorted(alike)}
    return {
        "from": before,
        "to": after,
        "tables": {name: revisions.counted(found) for name, found in changes.items()},
        "reshaped": sorted({*was, *now} - alike),
        "added": [row for name, found in changes.items() for row in _added(name, found)],
        "cells": [row for name, found in changes.items() for row in _listed(name, found)],
        **differences.between(*folders),
    }


def revised(workspace: Workspace, release: str) -> list[dict[str, Any]]:
    """The cells of a release that one published before it stated otherwise, with what each said.

    A cell stated for the first time is no revision; one that was never stated otherwise has none.
    """
    now = outputs.tables_in(releases.served(workspace.root, release) / outputs.TABLES)
    every = seen.published(workspace)
    published = [one["release"] for one in every if one["state"] == "published"]
    before = published[: published.index(release)] if release in published else published
    earlier = {
        name: outputs.tables_in(workspace[releases.RELEASES] / name / outputs.TABLES)
        for name in before
    }
    return [row for name, table in now.items() for row in _vintages(name, table, earlier)]


def _vintages(
    name: str, now: pl.DataFrame, earlier: Mapping[str, Mapping[str, pl.DataFrame]]
) -> Iterable[dict[str, Any]]:
    """The revised cells of one table; a release in which it had other dimensions is passed over."""
    key = differences.key
    cell = key(now)
    alike = {r: t[name] for r, t in earlier.items() if name in t and key(t[name]) == cell}
    said = revisions.earlier(now, alike, cell).partition_by(cell, maintain_order=True)
    for group in said:
        place = group.select(cell).row(0, named=True)
        facts = {column: place.pop(column) for column in ("country", "period", "unit")}
        rows = group.select("release", *revisions.SAID).to_dicts()
        yield {"table": name, **facts, "codes": place, "vintages": rows}


def _added(name: str, changes: pl.DataFrame) -> Iterable[dict[str, Any]]:
    new = changes.filter(change="added").group_by("country", "period").agg(cells=pl.len())
    return ({"table": name, **row} for row in new.sort("country", "period").iter_rows(named=True))


def _listed(name: str, changes: pl.DataFrame) -> Iterable[dict[str, Any]]:
    others = changes.filter(pl.col("change") != "added")
    fixed = ("country", "period", "unit", "change", "is_break")
    for row in others.iter_rows(named=True):
        said = {w: {n: row.pop(f"{n}_{w}") for n in revisions.SAID} for w in ("before", "after")}
        facts = {fact: row.pop(fact) for fact in fixed}
        yield {"table": name, **facts, "codes": row, **said}
