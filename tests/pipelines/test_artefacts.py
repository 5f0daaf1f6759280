"""What was made is made again only when something that it is made of is new."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines import artefacts
from pipelines.artefacts import once
from pipelines.errors import Unwritable
from pipelines.settings import Workspace
from tests.faults import full_disk
from tests.pipelines.workspaces import DEMO, tree


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return Workspace(root=tmp_path, configuration=DEMO)


def writing(text: str, file: str = "rows") -> Callable[[Path], None]:
    """A step that writes ``text``."""

    def make(folder: Path) -> None:
        (folder / file).write_text(text)

    return make


def never(folder: Path) -> None:
    raise AssertionError(folder)


def test_the_same_inputs_are_made_once(place: Workspace) -> None:
    first = once(place, "step", {"a": "1"}, writing("x"))
    again = once(place, "step", {"a": "1"}, never)
    assert (first.skipped, again.skipped) == (False, True)
    assert again == first._replace(skipped=True)
    assert (first.path / "rows").read_text() == "x"


@pytest.mark.parametrize(
    ("step", "inputs"),
    [
        ("other", {"a": "1"}),
        ("step", {"a": "2"}),
        ("step", {"b": "1"}),
        ("step", {"a": "1", "b": "1"}),
        ("step", {}),
    ],
)
def test_another_step_or_input_is_made_anew(
    place: Workspace, step: str, inputs: dict[str, str]
) -> None:
    first = once(place, "step", {"a": "1"}, writing("x"))
    other = once(place, step, inputs, writing("x"))
    assert not other.skipped
    assert other.path != first.path


def test_the_order_in_which_inputs_are_named_does_not_matter(place: Workspace) -> None:
    once(place, "step", {"a": "1", "b": "2"}, writing("x"))
    assert once(place, "step", {"b": "2", "a": "1"}, never).skipped


def test_new_code_or_contracts_make_it_anew(place: Workspace) -> None:
    once(place, "step", {}, writing("x"), made_by=lambda: "old")
    assert not once(place, "step", {}, writing("x"), made_by=lambda: "new").skipped


def test_what_comes_out_the_same_has_the_same_content(place: Workspace) -> None:
    first = once(place, "step", {"a": "1"}, writing("x"))
    assert once(place, "step", {"a": "2"}, writing("x")).content == first.content
    assert once(place, "step", {"a": "3"}, writing("y")).content != first.content
    assert once(place, "step", {"a": "4"}, writing("x", "cells")).content != first.content


def test_touching_a_file_does_not_change_its_content(tmp_path: Path) -> None:
    (tmp_path / "rows").write_text("x")
    before = artefacts.content(tmp_path)
    os.utime(tmp_path / "rows", (0, 0))
    assert artefacts.content(tmp_path) == before


def test_what_is_laid_aside_is_there_and_is_no_content(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a")
    before = artefacts.content(tmp_path)
    (tmp_path / artefacts.ASIDE).mkdir()
    (tmp_path / artefacts.ASIDE / "file").write_text("b")
    assert artefacts.content(tmp_path) == before
    (tmp_path / "beside").write_text("b")
    assert artefacts.content(tmp_path) != before


def test_what_was_not_finished_is_not_there(place: Workspace) -> None:
    def half(folder: Path) -> None:
        (folder / "rows").write_text("x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once(place, "step", {}, half)
    assert not [path for path in tree(place.root) if "rows" in path]
    assert not once(place, "step", {}, writing("x")).skipped


def full(folder: Path) -> None:
    (folder / "rows").write_text("x")
    full_disk()


def full_for_polars(folder: Path) -> None:
    """What Polars says: an error of its own kind, with the system's number in the words."""
    words = "parquet: underlying IO error: No space left on device (os error 28)"
    raise pl.exceptions.ComputeError(words)


class Covered(RuntimeError):
    """An error as SQLAlchemy covers it: its own words, and what happened beside them."""

    def __init__(self, orig: Exception) -> None:
        super().__init__("INSERT INTO")
        self.orig = orig


def full_for_sqlite(folder: Path) -> None:
    """What SQLite says, in the cover of the library that Dagster uses."""
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"
    raise Covered(error)


@pytest.mark.parametrize("make", [full, full_for_polars, full_for_sqlite])
def test_a_full_disk_is_explained_whoever_writes(
    place: Workspace, make: Callable[[Path], None]
) -> None:
    with pytest.raises(Unwritable, match="free some space"):
        once(place, "step", {}, make)
    assert "rows" not in str(tree(place.root))


def test_contracts_and_code_decide_what_a_recipe_is_and_samples_do_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("sources/layouts/a.yaml", "sources/samples/b.csv", "transforms/c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    monkeypatch.setattr(artefacts, "__file__", str(tmp_path / "pipelines" / "artefacts.py"))

    def recipe() -> str:
        return artefacts.recipe.__wrapped__()

    before = recipe()
    (tmp_path / "sources/samples/b.csv").write_text("y")
    assert recipe() == before
    for name in ("sources/layouts/a.yaml", "transforms/c.py"):
        (tmp_path / name).write_text("y")
        assert recipe() != before
        before = recipe()
