"""A candidate of a year of two invented countries, counted without an audit, to be previewed."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts import load
from pipelines import gating, history, keystore, releases, speakers, steps
from pipelines.settings import Workspace
from tests.pipelines.drafting import draft, indicators
from tests.pipelines.stored import store
from tests.pipelines.workspaces import workspace

DAY = dt.datetime(2025, 8, 1, tzinfo=dt.UTC)
RELEASE, NEXT = "INVENTED-2023Q4-v1", "INVENTED-2023Q4-v2"
NAMES = ("victims", "victims_by_sex_age")
QUARTERS = [f"2023-Q{n}" for n in range(1, 5)]


def year(root: Path) -> Workspace:
    """The candidate; Belmora sent one quarter again."""
    place = workspace(root / "region")
    for number, quarter in enumerate(QUARTERS):
        store(place, "xaa_police", quarter, 60 + number, DAY)
        store(place, "xaa_shelters", quarter, 45, DAY)
        store(place, "xab_ministry", quarter, 5 + 20 * number, DAY)
    name = store(place, "xab_ministry", "2023-Q4", 40, DAY + dt.timedelta(days=1))
    twice(place, name)
    propose(place, place.root.parent)
    return place


def twice(place: Workspace, name: str) -> None:
    """Two records of one submission are of one person; three of its rows were set aside."""
    file = place["safe"] / "victims" / f"{name}.parquet"
    rows = pl.read_parquet(file)
    one = pl.when(pl.int_range(pl.len()) == 1).then(pl.col("person_key").first())
    rows.with_columns(person_key=one.otherwise("person_key")).write_parquet(file)
    verdict = place["verdicts"] / f"{name}.json"
    said = json.loads(verdict.read_text()) | {"set_aside": {"fault": 2, "scope": 1}}
    verdict.write_text(json.dumps(said | {"rows_read": said["rows_read"] + 3}))


def propose(place: Workspace, folder: Path) -> None:
    """Count, round and hide, and write a candidate, as a run does, without an audit."""
    slices = history.slices_as_of(place)
    cores = history.rebuilt(place, slices, None, folder / "core")
    (folder / "cube").mkdir()
    steps.count(place, cores, slices, folder / "cube")
    registry, key = load.tables(), keystore.rounding(place["keys"])
    drafts = gating.of_persons(NAMES, folder / "cube", slices, key)
    tables = {name: draft.frame for name, draft in drafts.items()}
    facts: dict[str, Any] = {"tables": tables, "registry": registry, "periods": QUARTERS}
    facts |= {"beside": {}, "indicators": indicators().clear()}
    candidate = releases.write(place.root, draft(**facts, countries=["XAA", "XAB"]))
    own = place[speakers.VINTAGES] / candidate.name
    own.mkdir(parents=True)
    speakers.write_slices(own / speakers.EVERY_SLICE, slices)
