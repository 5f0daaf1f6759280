"""Likeness across tables on the way from the cube to a candidate. All persons are invented."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.model import TOTAL
from pipelines import gating, speakers, standing, steps
from pipelines.settings import Workspace
from tests.pipelines import light
from tests.pipelines.workspaces import workspace
from transforms import link
from transforms.cube import full_cross

KEY = b"invented rounding key of a test."
GROUP, COUNTRY = "victims_by_citizenship_group", "victims_by_citizenship"
# In Belmora, where all foreigners are of Aldora; the unit stands for its persons.
PERSONS = {
    GROUP: {"tipstat:national": 40, "tipstat:foreign": 60, TOTAL: 100},
    COUNTRY: {"XAB": 40, "XAA": 60, TOTAL: 100},
}
SERIES = pl.DataFrame([{"country": "XAB", "unit": "victim_identified", "period": "2024"}])
RELEASE = "INVENTED-2024-v1"


def counted(folder: Path, *names: str) -> Path:
    """The cube of these tables; each person is a case."""
    for part in (steps.AVAILABLE, steps.BEHIND):
        (folder / part).mkdir(parents=True)
    for name in names:
        table = load.tables()[name]
        (asked,) = table.dimensions
        n = pl.col(asked).replace_strict(PERSONS[name], default=0, return_dtype=pl.Int64)
        cells = full_cross(table, SERIES).with_columns(n=n, cell_key=n * 7919, n_cases=n)
        cells = cells.with_columns(max_case=n.clip(0, 1), n_countries=n.clip(0, 1), max_country=n)
        cells.write_parquet(folder / f"{name}.parquet")
        behind = cells.clear().select(*table.key, "n", "cell_key", kind=pl.lit("case"))
        behind.write_parquet(folder / steps.BEHIND / f"{name}.parquet")
        SERIES.write_parquet(folder / steps.AVAILABLE / f"{name}.parquet")
    return folder


def made(folder: Path, *names: str) -> dict[str, standing.Settled]:
    return gating.of_persons(names, counted(folder / "cube", *names), {}, KEY)


def numbers(frame: pl.DataFrame) -> dict[str, int]:
    """The shown numbers of a table of one dimension, by code."""
    asked = frame.columns[3]
    return dict(frame.drop_nulls("value").select(asked, "value").iter_rows())


def test_the_country_of_all_foreigners_is_hidden_for_another_reason_than_its_size(
    tmp_path: Path,
) -> None:
    found = made(tmp_path, GROUP, COUNTRY)
    assert numbers(found[GROUP].frame) == PERSONS[GROUP]
    assert numbers(found[COUNTRY].frame) == {"XAB": 40, TOTAL: 100}
    assert found[COUNTRY].other_rule["citizenship"].to_list() == ["XAA"]
    assert found[GROUP].other_rule.is_empty()


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace that has published countries when nobody was asked whether foreign or not."""
    place, work = workspace(tmp_path / "region"), tmp_path / "first"
    draft = made(work, COUNTRY)[COUNTRY]
    for part, frame in zip((standing.TABLES, standing.OTHER_RULE), draft, strict=True):
        (work / "protected" / part).mkdir(parents=True)
        frame.write_parquet(work / "protected" / part / f"{COUNTRY}.parquet")
    (work / "links").mkdir()
    pl.DataFrame(schema=link.KEYS).write_parquet(work / "links" / steps.KEYS)
    speakers.write_slices(work / speakers.SLICES, {})
    light.publish(place, work, RELEASE, dt.datetime(2025, 3, 1, tzinfo=dt.UTC))
    return place


def test_what_is_published_stays_and_is_hidden_by_no_rule(place: Workspace, tmp_path: Path) -> None:
    draft = made(tmp_path, GROUP, COUNTRY)[COUNTRY]
    assert "XAA" not in numbers(draft.frame)
    gate = standing.Gate(tmp_path / "cube", KEY, gating.EPOCH)
    settled = standing.settle(place, COUNTRY, draft, gate)
    assert numbers(settled.frame) == PERSONS[COUNTRY]
    assert settled.other_rule.is_empty()
