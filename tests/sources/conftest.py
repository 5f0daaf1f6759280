"""The invented region in its usual size, written once."""

import pytest

from sources.synthetic import Region, write


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return write(tmp_path_factory.mktemp("region"))
