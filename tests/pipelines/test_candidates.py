"""A candidate stands while it is unchanged and says what the attack on its tables finds."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines import candidates, outputs, releases, signing
from pipelines.settings import Workspace
from tests.pipelines.drafting import CLEAN, draft
from tests.pipelines.workspaces import workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "region")


@pytest.fixture
def made(place: Workspace, words: Path, tmp_path: Path) -> Path:
    """What the step that wrote the candidate left of it."""
    written = releases.write(place.root, draft(), words)
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "release").write_text(written.name, encoding="utf-8")
    shutil.copy(written / signing.CHECKSUMS, folder)
    return folder


def audited(folder: Path, **found: int) -> Path:
    """An audit as its step leaves it."""
    folder.mkdir()
    (folder / outputs.REPORT).write_text(json.dumps(CLEAN | found), encoding="utf-8")
    return folder


def test_it_stands_while_the_attack_finds_what_it_says(
    place: Workspace, made: Path, tmp_path: Path
) -> None:
    assert candidates.stands(place, audited(tmp_path / "same"), made)
    assert candidates.stands(place, audited(tmp_path / "figures", present=7, seconds=9), made)


@pytest.mark.parametrize("name", ["failing", "uncertified"])
def test_it_is_made_anew_where_the_attack_finds_otherwise(
    place: Workspace, made: Path, tmp_path: Path, name: str
) -> None:
    assert not candidates.stands(place, audited(tmp_path / "other", **{name: 1}), made)


def test_it_is_made_anew_where_somebody_changed_it(
    place: Workspace, made: Path, tmp_path: Path
) -> None:
    own = next(place[releases.CANDIDATES].iterdir())
    (own / signing.CHECKSUMS).write_text("changed", encoding="utf-8")
    assert not candidates.stands(place, audited(tmp_path / "same"), made)
