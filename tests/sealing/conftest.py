"""One country and one package of it, made once."""

from pathlib import Path

import pytest

from pipelines.settings import Workspace
from sources import synthetic
from sources.synthetic import Region, Submission
from tests.sealing.country import PERIOD, ministry, packed, region


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """What the agencies of invented countries would send."""
    return synthetic.write(tmp_path_factory.mktemp("sent"), size=60)


@pytest.fixture(scope="session")
def police(sent: Region) -> Submission:
    """The lists of the police for the quarter."""
    return next(s for s in sent.submissions if (s.layout, s.period) == ("xaa_police", PERIOD))


@pytest.fixture(scope="session")
def shelters(sent: Region) -> Submission:
    """The list of the shelters for the quarter."""
    return next(s for s in sent.submissions if (s.layout, s.period) == ("xaa_shelters", PERIOD))


@pytest.fixture(scope="session")
def regional(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A region; tests that change it take a copy."""
    return region(tmp_path_factory.mktemp("nodes") / "region")


@pytest.fixture(scope="session")
def national(regional: Workspace) -> Workspace:
    """A country that is welcome there."""
    return ministry(regional.root.parent / "national", regional)


@pytest.fixture(scope="session")
def package(national: Workspace, police: Submission) -> Path:
    """What the police sealed."""
    to = national.root.parent / "police.tip"
    assert packed(national, police.files, police.layout, to).package
    return to
