"""Nothing of tipstat reaches beyond this machine: neither its own code nor what it stands on."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import dagster as dg
import great_expectations as gx
import pytest
from dagster_shared.telemetry import get_telemetry_enabled_from_dagster_yaml

from dashboards.explorer import serve
from pipelines import run
from tests.cut_off import COMMAND
from tests.pipelines.workspaces import workspace

ROOT = Path(__file__).parents[1]
REACHING = {
    "a connection": "socket.create_connection(('192.0.2.1', 9), 1)",
    "a connection to this machine": "socket.create_connection(('127.0.0.1', 9), 1)",
    "a connection of version 6": "socket.socket(socket.AF_INET6).connect_ex(('::1', 9))",
    "a message": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    "a thread that hides its error": (
        "threading.Thread(target=lambda: socket.socket().connect_ex(('192.0.2.1', 9))).start(); "
        "time.sleep(30)"
    ),
}
AT_HOME = {
    "no network at all": "print('done')",
    "a pair of sockets": "a, b = socket.socketpair(); a.send(b'done'); print(b.recv(9).decode())",
    "a server of its own": "socket.socket(); print('done')",
}


def ended(script: str) -> subprocess.CompletedProcess[str]:
    """What became of a script that was cut off."""
    whole = f"import socket, threading, time; {script}"
    return subprocess.run([*COMMAND, "-c", whole], capture_output=True, text=True, cwd=ROOT)


@pytest.mark.parametrize("what", REACHING)
def test_trying_to_reach_anybody_is_the_end_of_a_process(what: str) -> None:
    assert ended(REACHING[what]).returncode == -signal.SIGSYS


@pytest.mark.parametrize("what", AT_HOME)
def test_what_reaches_nobody_goes_on(what: str) -> None:
    found = ended(AT_HOME[what])
    assert (found.returncode, found.stdout) == (0, "done\n")


def test_a_process_that_is_started_is_bound_too() -> None:
    script = "import subprocess, sys; inner = 'import socket; socket.create_connection({})'"
    start = "subprocess.run([sys.executable, '-I', '-c', inner.format(('127.0.0.1', 9))], env={})"
    assert ended(f"{script}; print({start}.returncode)").stdout == f"{-signal.SIGSYS}\n"


def test_dagster_says_that_it_tells_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its configuration alone, whatever the environment says."""
    monkeypatch.delenv("DAGSTER_DISABLE_TELEMETRY", raising=False)
    other = tmp_path / "other"
    other.mkdir()
    home = run.home(workspace(tmp_path / "region"))
    for folder, tells in ((other, True), (home, False)):
        (folder / "dagster.yaml").touch()
        with dg.DagsterInstance.from_config(str(folder)) as instance:
            assert instance.telemetry_enabled is tells
    # What its web server asks, which starts in a process of its own.
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    assert get_telemetry_enabled_from_dagster_yaml() is False


def streamlit_tells(flags: Sequence[str], environment: Mapping[str, str]) -> str:
    """Whether Streamlit says that it gathers statistics when it is started so."""
    command = [sys.executable, "-m", "streamlit", "config", "show", *flags]
    said = subprocess.run(command, capture_output=True, text=True, env=environment)
    (told,) = re.findall(r"^gatherUsageStats = (\w+)", said.stdout, re.MULTILINE)
    return str(told)


def test_streamlit_says_that_it_tells_nobody(tmp_path: Path) -> None:
    """By what we start it with, even where the user's own configuration would have it tell."""
    own = tmp_path / ".streamlit"
    own.mkdir()
    (own / "config.toml").write_text("[browser]\ngatherUsageStats = true\n")
    loud = os.environ | {"HOME": str(tmp_path), "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true"}
    flags = serve.command([tmp_path])[5:-2]
    assert streamlit_tells([], loud) == "true"
    assert streamlit_tells(flags, loud) == "false"
    assert streamlit_tells([], serve.environment(loud)) == "false"


def test_great_expectations_has_nobody_to_tell() -> None:
    """It has no sender any more; a version that has one again must be switched off first."""
    assert gx.get_context(mode="ephemeral").config.analytics_enabled in (None, False)
    assert find_spec("great_expectations.analytics") is None


@pytest.mark.parametrize(
    "sender", ["posthog", "segment", "sentry_sdk", "mixpanel", "opentelemetry"]
)
def test_nothing_that_sends_usage_is_installed(sender: str) -> None:
    assert find_spec(sender) is None
