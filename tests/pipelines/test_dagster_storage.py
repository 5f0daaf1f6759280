"""What Dagster keeps of a run: paths of artefacts, hashes, whether they stood; no more."""

import re
import sqlite3
from pathlib import Path

import pytest

from pipelines import inbox, resources
from pipelines.artefacts import Artefact
from pipelines.assets import LINE
from pipelines.run import home, run
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.leaks.search import Search
from tests.leaks.streams import spilled
from tests.pipelines.workspaces import copied, of_belmora

# What Dagster tells itself of a process, of its steps and of what passes between them.
ITS_OWN = {"pid", "step_keys", "io_manager", "place", "result", "safe", "path"}
ENTRY = re.compile(r'"label": ?"(\w+)"')


@pytest.fixture(scope="module")
def line(first_quarter: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A whole run over a country's first quarter, taken in again by the run itself."""
    place = copied(first_quarter, tmp_path_factory.mktemp("dagster") / "region")
    run(place)
    return place


@pytest.fixture(scope="module")
def search(tiny: Region) -> Search:
    """Values of persons, and the names of the files in which they were sent."""
    words = tiny.canaries.read_text(encoding="utf-8").lower().split()
    names = [file.stem for file in of_belmora(tiny)[0].files]
    # The search is for strings that exist nowhere else.
    assert all("zq" in name for name in names)
    return Search([*words, *names])


def test_dagster_keeps_no_file_name_and_no_value(line: Workspace, search: Search) -> None:
    assert [*home(line).rglob("*.db")] != []
    assert spilled(home(line), search) == {}


def labels(folder: Path) -> set[str]:
    """The labels of everything that Dagster was told of assets, whose own names are labels too."""
    found: set[str] = set()
    for file in folder.rglob("*.db"):
        with sqlite3.connect(file) as base:
            for event in events(base):
                found.update(ENTRY.findall(event))
    return found - {key.to_user_string() for asset in LINE for key in asset.keys}


def events(base: sqlite3.Connection) -> list[str]:
    tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master")}
    if "event_logs" not in tables:
        return []
    return [str(event) for (event,) in base.execute("SELECT event FROM event_logs")]


def test_dagster_is_told_no_count(line: Workspace) -> None:
    assert labels(home(line)) - ITS_OWN == {"skipped"}


def test_of_a_submission_dagster_knows_a_random_id_at_most(line: Workspace) -> None:
    """Not even when nothing but the sealed files tells which they are."""
    for one in inbox.received(line):
        assert re.fullmatch(r"[0-9a-f]{32}", one.submission)
        assert spilled(home(line), Search([one.sha256])) == {}


def test_a_build_that_tells_dagster_more_is_found(
    first_quarter: Workspace,
    search: Search,
    tiny: Region,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = of_belmora(tiny)[0].files[0].stem
    sound = resources.told

    def loose(artefact: Artefact) -> object:
        output = sound(artefact)
        return output.with_metadata({**output.metadata, "file": name, "rows": 3})

    place = copied(first_quarter, tmp_path / "region")
    monkeypatch.setattr("pipelines.assets.told", loose)
    run(place)
    assert spilled(home(place), search) != {}
    assert labels(home(place)) > {"rows"}
