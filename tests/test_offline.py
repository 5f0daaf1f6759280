"""Nothing of tipstat reaches beyond this machine: neither its own code nor what it stands on."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import dagster as dg
import great_expectations as gx
import pytest
from dagster_shared.telemetry import get_telemetry_enabled_from_dagster_yaml

from dashboards.explorer import serve
from pipelines import releases, run, settings
from tests.leaks.search import Search
from tests.leaks.streams import spilled
from tests.pipelines.workspaces import workspace

# One worker runs the demo, once.
pytestmark = pytest.mark.xdist_group("offline")

ROOT = Path(__file__).parents[1]
CUT_OFF = (sys.executable, "-m", "tests.cut_off", sys.executable)
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
SIZE = 60


def ended(script: str) -> subprocess.CompletedProcess[str]:
    """What became of a script that was cut off."""
    whole = f"import socket, threading, time; {script}"
    return subprocess.run([*CUT_OFF, "-c", whole], capture_output=True, text=True, cwd=ROOT)


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


@dataclass(frozen=True)
class Demo:
    """What ``tipstat demo`` made and said while nobody could be reached."""

    into: Path
    home: Path
    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("offline")
    home = folder / "home"
    home.mkdir()
    noisy = {name: value for name, value in os.environ.items() if name not in settings.QUIET}
    command = [*CUT_OFF, "-m", "pipelines.cli", "demo", "--json"]
    done = subprocess.run(
        [*command, "--into", str(folder / "demo"), "--size", str(SIZE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=noisy | {"HOME": str(home), "TMPDIR": str(home)},
    )
    return Demo(folder / "demo", home, done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
def test_the_demo_publishes_both_releases_without_a_network(demo: Demo) -> None:
    assert (demo.code, demo.err) == (0, "")
    told = json.loads(demo.out)["releases"]
    assert len(told) == 2
    for one in told:
        folder = Path(one["folder"])
        assert releases.shown(folder)["state"] == "published"
        assert (folder / "SIGNATURE").exists()


@pytest.mark.slow
def test_the_demo_leaves_nothing_behind_elsewhere(demo: Demo) -> None:
    # Where sealed processes had folders of their own, all of them gone.
    assert [path.name for path in demo.home.rglob("*")] == [f"tipstat-{os.getuid()}"]
    made = {"open", "invented", "elmoria", "invented_files", "invented_reviewers"}
    assert {path.name for path in demo.into.iterdir()} == made


@pytest.mark.slow
def test_nothing_of_a_person_is_in_what_the_demo_made_or_said(demo: Demo) -> None:
    canaries = demo.into / "invented_files" / "truth" / "canaries.txt"
    search = Search(canaries.read_text(encoding="utf-8").split())
    assert search.found((demo.out + demo.err).encode()) == set()
    for name in ("open", "invented", "elmoria"):
        assert spilled(demo.into / name, search) == {}, name


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
