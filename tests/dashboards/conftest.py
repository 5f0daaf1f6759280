"""A release for the tests that only read it."""

from pathlib import Path

import pytest

from tests.dashboards import fixture


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one invented release."""
    return fixture.release(tmp_path_factory.mktemp("releases"))
