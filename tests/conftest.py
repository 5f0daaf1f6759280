"""What holds for every test: no network beyond this machine, and no clock that decides."""

import sys

import pytest
from hypothesis import settings

# A test runner's helper processes have no main file, which Spark takes for its own doctests and
# ends the process; Great Expectations imports Spark where it is installed.
vars(sys.modules["__main__"]).setdefault("__file__", __file__)

LOOPBACK = ("127.", "::1", "localhost")

# A slow machine is not a fault.
settings.register_profile("tipstat", deadline=None)
settings.load_profile("tipstat")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The whole proof that nothing leaks takes half an hour: `make proof` asks for it."""
    parser.addoption("--proof", action="store_true", help="the whole thousands, not a share")


@pytest.fixture(scope="session")
def is_whole(request: pytest.FixtureRequest) -> bool:
    """Whether the thousands of the proof are asked for, or a share of them."""
    return bool(request.config.getoption("--proof"))


class Outside(RuntimeError):
    """A test reached for a machine other than this one."""


def loopback_only(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse a connection or a look-up of a name beyond this machine."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host and not str(host).startswith(LOOPBACK):
        raise Outside("Tests touch this machine only.")


def pytest_configure(config: pytest.Config) -> None:
    """Watch from the first import on; an audit hook cannot be taken off again."""
    sys.addaudithook(loopback_only)
