"""Cohorts of invented persons with all that rows are made of, without a run."""

import datetime as dt
from pathlib import Path

import polars as pl

from data_contracts import load
from pipelines import artefacts, budget, cohorts, microdata, outputs, speakers, steps, takings
from pipelines.settings import Workspace
from tests.pipelines.stored import store
from transforms import link

LAYOUTS = ("xaa_police", "xab_ministry", "xad_police")
QUARTERS = tuple(f"2025-Q{q}" for q in range(1, 5))
DAY = dt.datetime(2025, 12, 31, tzinfo=dt.UTC)
NOBODY = pl.DataFrame(schema=link.KEYS)


def agreed(place: Workspace, name: str, refusing: int = 0) -> None:
    """Let all persons of a submission agree to microdata, but for every so many-th."""
    file = place[takings.SAFE] / "victims" / f"{name}.parquet"
    rows = pl.read_parquet(file).with_row_index("number")
    no = pl.col("number") % refusing == 0 if refusing else pl.lit(False)
    said = pl.when(no).then(pl.lit("tipstat:statistics")).otherwise(pl.lit("tipstat:microdata"))
    rows.with_columns(consent=said).drop("number").write_parquet(file)


def region(place: Workspace, persons: int, day: dt.datetime = DAY, refusing: int = 0) -> list[str]:
    """About so many persons of three countries and four quarters; the submissions."""
    each = -(-persons // (len(LAYOUTS) * len(QUARTERS)))
    names = [store(place, layout, q, each, day) for layout in LAYOUTS for q in QUARTERS]
    for name in names:
        agreed(place, name, refusing)
    return names


def linked(folder: Path, keys: pl.DataFrame = NOBODY) -> Path:
    """A folder that says who is counted under another key."""
    folder.mkdir(parents=True, exist_ok=True)
    artefacts.parquet(keys, folder / steps.KEYS)
    return folder


def shown(folder: Path, persons: int) -> Path:
    """Protected tables in which so many persons are shown, of whole years and of one quarter."""
    cells = {
        "country": ["XAA", "XAA", "XAB", "_T"],
        "period": ["2025", "2025-Q1", "2026-Q1", "2025"],
    }
    half = persons // 2
    values = {"unit": ["victim_identified"] * 4, "value": [half, 9_999, persons - half, 9_999]}
    (folder / outputs.TABLES).mkdir(parents=True, exist_ok=True)
    pl.DataFrame(cells | values).write_parquet(folder / outputs.TABLES / "victims.parquet")
    return folder


def core(place: Workspace, out: Path, links: Path) -> Path:
    """The core of all that was accepted."""
    out.mkdir()
    speakers.choose(place, out)
    slices = speakers.read_slices(out / speakers.SLICES)
    steps.core(place, load.contract("victims"), slices, links / steps.KEYS, out)
    return out


def brought_up(place: Workspace, beside: Path, published: int, keys: pl.DataFrame = NOBODY) -> None:
    """As a run does it after its tables are protected."""
    links = linked(beside / "links", keys)
    made = core(place, beside / f"core{len(list(beside.glob('core*')))}", links)
    microdata.bring_up(place, made, links, shown(beside / "protected", published))


def states(place: Workspace, year: int = 2026) -> dict[str, str]:
    """What a run in a year says of each cohort."""
    found = microdata.outcome(place, dt.datetime(year, 6, 1, tzinfo=dt.UTC))
    return {one["cohort"]: one["state"] for one in found}


def book(place: Workspace) -> Path:
    """The ledger of what was spent."""
    return place[cohorts.FOLDER] / budget.FILE
