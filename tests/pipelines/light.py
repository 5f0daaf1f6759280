"""The line from stored submissions to a published release, without attack and signature."""

import datetime as dt
import json
import shutil
from pathlib import Path

import polars as pl

from data_contracts import load
from pipelines import annual, drafts, gating, keystore, outputs, releases, speakers, standing, steps
from pipelines import submissions as sent
from pipelines.settings import Workspace
from transforms import link, vintage

DATASET = "victims"
Tables = dict[str, pl.DataFrame]


def proposed(place: Workspace, work: Path) -> Tables:
    """The protected tables of what the workspace holds; ``work`` is an empty folder."""
    slices = vintage.current(sent.accepted(place), load.layouts(), speakers.frozen(place))
    for name in ("links", DATASET, "cube", "protected"):
        (work / name).mkdir(parents=True)
    speakers.write_slices(work / speakers.SLICES, slices)
    pl.DataFrame(schema=link.KEYS).write_parquet(work / "links" / steps.KEYS)
    keys = work / "links" / steps.KEYS
    steps.core(place, load.contract(DATASET), slices, keys, work / DATASET)
    annual.count(place, {DATASET: work / DATASET}, slices, work / "links", work / "cube")
    key = keystore.rounding(place["keys"])
    gate = standing.Gate(work / "cube", key, gating.EPOCH)
    made = {}
    for part in (standing.TABLES, standing.OTHER_RULE):
        (work / "protected" / part).mkdir()
    for name, draft in gating.of_persons(load.tables(), work / "cube", slices, key).items():
        made[name], hidden = standing.settle(place, name, draft, gate)
        made[name].write_parquet(work / "protected" / standing.TABLES / f"{name}.parquet")
        hidden.write_parquet(work / "protected" / standing.OTHER_RULE / f"{name}.parquet")
    return made


def publish(place: Workspace, work: Path, release: str, created: dt.datetime) -> None:
    """Make what was ``proposed`` in ``work`` the release of that name."""
    folder, own = place[releases.RELEASES] / release, place[speakers.VINTAGES] / release
    # As of before: what is published would be drawn in itself.
    drawn = outputs.drawn(place, {part: work / part for part in ("cube", "protected")})
    shutil.copytree(work / "protected" / standing.TABLES, folder / standing.TABLES)
    facts = dict.fromkeys(drafts.FACTS, "") | {"release": release, "state": "published"}
    moments = dict.fromkeys(("created", "published"), created.isoformat())
    (folder / drafts.MANIFEST).write_text(json.dumps(facts | moments))
    slices = speakers.read_slices(work / speakers.SLICES)
    for part, frames in (
        (standing.OTHER_RULE, outputs.tables_in(work / "protected" / standing.OTHER_RULE)),
        (standing.DRAWN, drawn),
    ):
        (own / part).mkdir(parents=True)
        for name, frame in frames.items():
            frame.write_parquet(own / part / f"{name}.parquet")
    speakers.write_slices(own / speakers.SLICES, outputs.published_slices(slices, work / "cube"))
    (own / speakers.REVISED).write_text(place.revising)
    pl.read_parquet(work / "links" / steps.KEYS).write_parquet(own / steps.KEYS)


def withdraw(place: Workspace, release: str) -> None:
    """Take a release back: its numbers are kept for ourselves alone."""
    folder = place[releases.RELEASES] / release
    shutil.copytree(folder, place[releases.WITHDRAWN] / release)
    shutil.rmtree(folder / standing.TABLES)
    facts = json.loads((folder / drafts.MANIFEST).read_text())
    (folder / drafts.MANIFEST).write_text(json.dumps(facts | {"state": "withdrawn"}))
