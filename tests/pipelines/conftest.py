"""A tiny invented region, made and sent once for all tests that look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import keystore, releases, signing
from pipelines.run import Outcome, run
from pipelines.settings import Workspace
from sources import synthetic
from sources.synthetic import Region
from tests.pipelines.approving import approve
from tests.pipelines.drafting import REVIEWERS, draft, promises
from tests.pipelines.portal import Visitor, entered, served
from tests.pipelines.releasing import ID, publish
from tests.pipelines.workspaces import (
    TWO_COUNTRIES,
    copied,
    of_belmora,
    send,
    with_fixed_keys,
    workspace,
)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """A year of a region in which some cells are large enough to be shown."""
    return synthetic.write(
        tmp_path_factory.mktemp("tiny"), size=240, quarters=4, countries=TWO_COUNTRIES
    )


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of both countries, the same for all that is compared."""
    place = with_fixed_keys(workspace(tmp_path_factory.mktemp("keys") / "region"))
    keystore.welcome(place, "XAA")
    return place["keys"]


@pytest.fixture(scope="session")
def sent(tiny: Region, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace to which Belmora has sent its year, under keys that are always the same."""
    place = with_fixed_keys(workspace(tmp_path_factory.mktemp("sent") / "region"))
    for day, one in enumerate(of_belmora(tiny), start=1):
        send(place, one, day)
    return place


@pytest.fixture(scope="session")
def tiny_world(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """A year of all five countries, a few hundred people each."""
    return synthetic.write(tmp_path_factory.mktemp("world"), quarters=4)


@pytest.fixture(scope="session")
def first_quarter(tiny: Region, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with Belmora's first quarter and nothing else."""
    place = workspace(tmp_path_factory.mktemp("first_quarter") / "region")
    send(place, of_belmora(tiny)[0])
    return place


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """The folder of contracts and lists that a release promises."""
    return promises(tmp_path / "promises")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with a signing key."""
    signing.create(tmp_path / "workspace/keys/signing.key")
    return tmp_path / "workspace"


@pytest.fixture
def candidate(root: Path, words: Path) -> Path:
    """A release as it is proposed."""
    return releases.write(root, draft(), words)


@pytest.fixture
def release(root: Path, candidate: Path) -> Path:
    """A release as it is published."""
    approve(root, ID, REVIEWERS)
    return publish(root)


@pytest.fixture(scope="session")
def first(sent: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Outcome]:
    """A workspace after its first run, and what that run made."""
    place = copied(sent, tmp_path_factory.mktemp("ran") / "region")
    return place, run(place)


@pytest.fixture
def ran(first: tuple[Workspace, Outcome], tmp_path: Path) -> Workspace:
    return copied(first[0], tmp_path / "region")


@pytest.fixture
def port(place: Workspace) -> Iterator[int]:
    """Of the portal of a module's ``place``."""
    with served(place) as own:
        yield own


@pytest.fixture
def aster(place: Workspace, port: int) -> Visitor:
    """A reviewer who has entered."""
    return entered(place, port)
