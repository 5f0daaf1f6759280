"""The servers that the command line becomes: real ones, asked over loopback, ended with it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines import keystore, settings
from pipelines.settings import Configuration
from tests.dashboards import fixture
from tests.loopback import answer

PATIENCE = 120
ASSETS = b'{"query": "{assetNodes {assetKey {path}}}"}'


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def serving(verb: str, root: Path) -> Iterator[int]:
    """The port of a server that ``tipstat`` became; it ends with the command's own process."""
    port = free_port()
    words = [verb, "--workspace", str(root), "--port", str(port)]
    one = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        one.send_signal(signal.SIGTERM)
        one.wait(30)
        assert not Path(f"/proc/{one.pid}").exists()


def asked(port: int, path: str = "/", data: bytes | None = None) -> bytes:
    """The answer, once the server gives one."""
    for _ in range(PATIENCE * 2):
        if (said := answer(port, path, data)) is not None:
            return said
        time.sleep(0.5)
    raise TimeoutError(path)


def workspace(root: Path) -> settings.Workspace:
    made = settings.create(root, Configuration(title="Invented region", mode="demo"))
    keystore.create(made)
    return made


@pytest.mark.slow
@pytest.mark.xdist_group("servers")
def test_dagster_shows_the_line_of_the_workspace(tmp_path: Path) -> None:
    root = workspace(tmp_path / "region").root
    with serving("dagster", root) as port:
        found = json.loads(asked(port, "/graphql", ASSETS))
    names = {node["assetKey"]["path"][0] for node in found["data"]["assetNodes"]}
    assert {"intake", "safe_victims", "core_victims", "cube", "protected", "candidate"} <= names
    assert "enabled: false" in (root / "dagster" / "dagster.yaml").read_text()


@pytest.mark.slow
@pytest.mark.xdist_group("servers")
def test_the_explorer_serves_every_workspace_of_a_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        fixture.release(workspace(tmp_path / name).root / "releases")
    with serving("explorer", tmp_path) as port:
        assert asked(port, "/_stcore/health") == b"ok"
        assert b"<title>" in asked(port)


def test_without_a_release_the_explorer_says_what_to_do(tmp_path: Path) -> None:
    root = workspace(tmp_path / "region").root
    ended = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "explorer", "--workspace", str(root)],
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "Nothing is published yet: run `tipstat run`, then `tipstat release publish`.\n"
    )
