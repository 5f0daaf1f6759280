"""Rungs change at an annual revision and at no other release. All numbers are invented."""

from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.ladders import Ladders, Rung
from pipelines import releases, rungs, speakers
from pipelines.settings import Workspace
from tests.pipelines.workspaces import workspace
from transforms.freezing import Published
from transforms.vintage import Slice

ORDINARY, REVISION = "", "2024"
MANY, FEW = 4_000, 20
SEX = Ladders(
    {
        "sex": (
            Rung(table="victims_by_sex", frequency="quarter"),
            Rung(table="victims", frequency="year"),
        )
    }
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(rungs, "ladders", lambda: SEX)
    return workspace(tmp_path / "region")


def published(
    place: Workspace, monkeypatch: pytest.MonkeyPatch, *said: tuple[str, int]
) -> Workspace:
    """A workspace with releases of one country: the year that each revised, and its total."""
    piece = Slice("victims", "xaa_police", "XAA", "2024-Q1")
    past = [
        Published(f"INVENTED-2024Q4-v{n}", {piece: "s"}, year) for n, (year, _) in enumerate(said)
    ]
    for one, (_, total) in zip(past, said, strict=True):
        folder = place.root / one.release / "tables"
        folder.mkdir(parents=True)
        row = {"country": "XAA", "period": "2024", "unit": "victim_identified", "value": total}
        pl.DataFrame([row | {"obs_status": "A"}]).write_parquet(folder / "victims.parquet")
    monkeypatch.setattr(speakers, "published", lambda _: past)
    monkeypatch.setattr(releases, "kept", lambda root, release: root / release)
    return place


def rung(place: Workspace) -> str | None:
    """The table on which the country stands; None before the first revision."""
    found = {one.rung.table for one in rungs.stood(place)}
    return found.pop() if found else None


@pytest.mark.parametrize(
    ("said", "now", "then"),
    [
        # Before the first revision nobody stands anywhere, however few were published.
        ([(ORDINARY, FEW)], None, "victims"),
        ([(ORDINARY, FEW), (ORDINARY, MANY)], None, "victims_by_sex"),
        # A revision decides by the release before it, and what follows keeps to that.
        ([(ORDINARY, MANY), (REVISION, FEW)], "victims_by_sex", "victims"),
        ([(ORDINARY, MANY), (REVISION, MANY), (ORDINARY, FEW)], "victims_by_sex", "victims"),
        ([(ORDINARY, FEW), (REVISION, FEW), (ORDINARY, MANY)], "victims", "victims_by_sex"),
    ],
)
def test_a_country_changes_its_rung_at_the_annual_revision_alone(
    said: list[tuple[str, int]],
    now: str | None,
    then: str,
    place: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = published(place, monkeypatch, *said)
    assert rung(own) == now
    assert rung(own.model_copy(update={"revising": "2025"})) == then


def test_a_country_on_no_finer_rung_has_no_finer_table(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = published(place, monkeypatch, (ORDINARY, FEW), (REVISION, FEW), (ORDINARY, MANY))
    assert rungs.refused(own) == {("XAA", "victims_by_sex", "quarter")}
    assert "victims_by_sex" in load.tables()
