"""What a welcome sender signs is judged as if a stranger had written it: the manifest itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import Workspace
from tests.pipelines.workspaces import tree
from tests.sealing.country import code, copied, taken
from tests.sealing.test_packages import Files, forged, inside, key_of, manifest, to_region

Said = dict[str, Any]


def sent(change: Callable[[Files], None], country: Workspace, package: Path, to: Workspace) -> Path:
    """The package with another manifest, which its sender signed."""
    files = inside(package, country)
    change(files)
    return forged(files, to.root.parent / "made.tip", to_region(to), key_of(country))


@pytest.fixture
def here(regional: Workspace, tmp_path: Path) -> Workspace:
    """The region, to be written to."""
    return copied(regional, tmp_path / "region")


@pytest.mark.parametrize("name", ["../keys/senders/x", "../x", "*", "a-2", "", "a" * 33, "A" * 32])
def test_the_name_of_a_package_is_no_path(
    name: str, here: Workspace, national: Workspace, package: Path
) -> None:
    made = sent(manifest(lambda said: said.update(package=name)), national, package, here)
    before = tree(here.root)
    assert code(taken(here, made)) == "SEAL-01"
    assert {path for path in tree(here.root) if path not in before} <= {"safe"}
    assert not list(here.root.parent.glob("x*.json"))


def test_a_sender_does_not_say_how_long_a_package_may_be_held_back(
    here: Workspace, national: Workspace, package: Path
) -> None:
    def long_ago(said: Said) -> None:
        said.update(made="2024-05-01T00:00:00Z", expires="2099-01-01T00:00:00Z")

    assert code(taken(here, sent(manifest(long_ago), national, package, here))) == "SEAL-05"


@pytest.mark.parametrize(
    "verdict",
    [
        {"set_aside": {"Maria Lopez": 1}},
        {"comments": {"Maria Lopez": 1}},
        {"mapping": "Maria Lopez"},
        {"dated": ["Maria Lopez"]},
        {"periods": ["2024-Q1", "2023-Q4"]},
    ],
)
def test_what_is_kept_of_a_verdict_says_codes_and_its_own_period(
    verdict: Said, here: Workspace, national: Workspace, package: Path
) -> None:
    def change(said: Said) -> None:
        said["parts"][0]["verdict"].update(verdict)

    assert code(taken(here, sent(manifest(change), national, package, here))) == "SEAL-11"


def test_a_part_has_a_period_of_its_layout(
    here: Workspace, national: Workspace, package: Path
) -> None:
    def change(said: Said) -> None:
        said["parts"][0]["period"] = "Maria Lopez"

    assert code(taken(here, sent(manifest(change), national, package, here))) == "SEAL-11"
