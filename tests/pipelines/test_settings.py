"""What a workspace's configuration may say, and how a workspace is found and held."""

import fcntl
import os
import signal
import time
from pathlib import Path

import pytest

from pipelines import settings
from pipelines.errors import Unwritable
from pipelines.settings import Configuration, Workspace
from tests.faults import full_disk
from tests.pipelines.workspaces import DEMO, workspace

WRITTEN = settings.FILE


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "region")


@pytest.mark.parametrize(
    "title", ["Invented region", 'With "quotes"', "A\\B", "Región ñandú", "one\ntwo", "# = []"]
)
def test_a_configuration_is_read_as_it_was_written(title: str, tmp_path: Path) -> None:
    given = DEMO.model_copy(update={"title": title, "reviewers": ("Ada 'B' C", 'D "E"')})
    assert settings.create(tmp_path / "region", given).configuration == given


@pytest.mark.parametrize(
    "text",
    [
        "",
        'title = "x"',
        'title = "x"\nmode = "secret"',
        'title = "x"\nmode = "open"\nmodes = "open"',
        'title = "x"\nmode = "open"\nchildren = -1',
        'title = "x"\nmode = "open"\nrole = "emperor"',
        "title = ",
        "\xff",
    ],
    ids=["empty", "no mode", "mode", "misspelt key", "number", "role", "broken", "encoding"],
)
def test_a_configuration_that_says_what_it_must_not_is_refused(made: Workspace, text: str) -> None:
    (made.root / WRITTEN).write_bytes(text.encode("latin-1"))
    with pytest.raises(settings.BadConfiguration, match=f"{WRITTEN} is not valid") as refused:
        settings.opened(made.root)
    assert refused.value.exit_code == 3


def test_a_folder_without_configuration_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(settings.NoWorkspace, match="tipstat init") as refused:
        settings.opened(tmp_path)
    assert refused.value.exit_code == 3


def test_the_workspace_is_the_one_named_else_that_of_the_environment_else_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TIPSTAT_WORKSPACE", raising=False)
    assert settings.chosen(None) == Path("workspace")
    monkeypatch.setenv("TIPSTAT_WORKSPACE", "region")
    assert settings.chosen(None) == Path("region")
    assert settings.chosen(Path("other")) == Path("other")


def test_every_workspace_directly_below_a_folder_is_found(tmp_path: Path) -> None:
    for name in ("b", "a"):
        workspace(tmp_path / name)
    (tmp_path / "letters").mkdir()
    assert [found.root.name for found in settings.found(tmp_path)] == ["a", "b"]
    assert [found.root.name for found in settings.found(tmp_path / "b")] == ["b"]
    with pytest.raises(settings.NoWorkspace):
        settings.found(tmp_path / "letters")


def test_one_command_at_a_time_writes_to_a_workspace(made: Workspace) -> None:
    with (made.root / settings.LOCK).open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(settings.Locked, match="Wait until it ends") as refused:
            settings.locked(made).__enter__()
        assert refused.value.exit_code == 3
    with settings.locked(made), pytest.raises(settings.Locked):
        settings.locked(made).__enter__()
    with settings.locked(made):
        pass


def test_a_lock_that_cannot_be_written_is_explained(
    made: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.open", full_disk)
    with pytest.raises(Unwritable, match="free some space"):
        settings.locked(made).__enter__()


def test_as_many_children_run_as_configured_else_as_there_are_cores(made: Workspace) -> None:
    assert made.children == 2
    free = made.model_copy(
        update={"configuration": made.configuration.model_copy(update={"children": 0})}
    )
    assert free.children == os.cpu_count()


def test_telemetry_of_dependencies_is_off_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in settings.QUIET:
        monkeypatch.setenv(name, "loud")
    assert settings.surroundings().items() >= settings.QUIET.items()
    settings.quiet()
    assert {name: os.environ[name] for name in settings.QUIET} == settings.QUIET


@pytest.mark.parametrize(("mode", "invented"), [("demo", True), ("open", False), ("closed", False)])
def test_only_a_demo_is_of_invented_countries(mode: str, invented: bool, tmp_path: Path) -> None:
    given = Configuration.model_validate({"title": "x", "mode": mode})
    assert settings.create(tmp_path / "region", given).invented is invented


def test_a_process_that_began_meanwhile_does_not_keep_the_workspace_locked(tmp_path: Path) -> None:
    place = settings.create(tmp_path / "region", Configuration(title="Region", mode="closed"))
    with settings.locked(place):
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
    try:
        with settings.locked(place):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
