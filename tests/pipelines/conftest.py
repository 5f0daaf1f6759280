"""A tiny invented region, made and taken through the line once for all tests that look at it."""

import datetime as dt
from pathlib import Path

import pytest

from pipelines import submissions
from pipelines.settings import Workspace
from sources import synthetic
from sources.synthetic import Region, Submission
from tests.pipelines.workspaces import workspace

KEYS = {"region.key": 1, "rounding.key": 2, "XAB/identity.key": 3, "XAB/linking.key": 4}


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """A year of a region in which some cells are large enough to be shown."""
    return synthetic.write(tmp_path_factory.mktemp("tiny"), size=240, quarters=4)


def send(place: Workspace, one: Submission, day: int = 1) -> submissions.Received:
    """Submit the files of an agency, which are accepted."""
    now = dt.datetime(2024, 2, day, tzinfo=dt.UTC)
    sent, verdict = submissions.submit(place, one.files, one.layout, one.period, one.country, now)
    assert verdict.verdict != "faults"
    return sent


def of_belmora(region: Region) -> list[Submission]:
    """What the country with one agency sends, and the populations."""
    return [one for one in region.submissions if one.country != "XAA"]


@pytest.fixture(scope="session")
def sent(tiny: Region, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace to which Belmora has sent its year, under keys that are always the same."""
    place = workspace(tmp_path_factory.mktemp("sent") / "region")
    (place["keys"] / "XAB").mkdir(mode=0o700)
    for name, byte in KEYS.items():
        file = place["keys"] / name
        file.touch(mode=0o600)
        file.write_bytes(bytes([byte]) * 32)
    for one in of_belmora(tiny):
        send(place, one)
    return place


def copied(place: Workspace, to: Path) -> Workspace:
    """A workspace of its own with the same content."""
    import shutil

    shutil.copytree(place.root, to)
    return place.model_copy(update={"root": to})
