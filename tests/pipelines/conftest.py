"""A tiny invented region, made and sent once for all tests that look at it."""

from pathlib import Path

import pytest

from pipelines import keystore
from pipelines.settings import Workspace
from sources import synthetic
from sources.synthetic import Region
from tests.pipelines.workspaces import TWO_COUNTRIES, of_belmora, send, with_fixed_keys, workspace


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
