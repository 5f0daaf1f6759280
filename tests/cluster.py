"""A real Spark cluster on this machine: a standalone master and two workers on loopback."""

import http
import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyspark

SPARK = Path(pyspark.__file__).parent
HOST = "127.0.0.1"
PATIENCE = 120


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(kind: str, folder: Path, *words: str) -> Iterator[None]:
    """A daemon of Spark, ended with the block."""
    told = {**os.environ, "SPARK_HOME": str(SPARK), "SPARK_LOCAL_IP": HOST}
    command = [str(SPARK / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}", *words]
    with (folder / f"{kind}-{free_port()}.log").open("wb") as log:
        daemon = subprocess.Popen(command, env=told, stdout=log, stderr=log, cwd=folder)
        try:
            yield
        finally:
            daemon.terminate()
            daemon.wait(PATIENCE)


def state(page: int) -> dict[str, Any]:
    """What the master says about itself; empty while it does not answer."""
    asked = http.client.HTTPConnection(HOST, page, timeout=5)
    try:
        asked.request("GET", "/json/")
        answer = asked.getresponse()
        return dict(json.load(answer)) if answer.status == http.HTTPStatus.OK else {}
    except (OSError, ValueError):
        # A master that is still starting may answer with nothing.
        return {}
    finally:
        asked.close()


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, int]]:
    """The address of a master with two workers of one core each, and the port of its page."""
    port, page = free_port(), free_port()
    address = f"spark://{HOST}:{port}"
    here = ("--host", HOST)
    with ExitStack() as stack:
        pages = ("--port", str(port), "--webui-port", str(page))
        stack.enter_context(started("master.Master", folder, *here, *pages))
        for _ in range(2):
            size = ("--cores", "1", "--memory", "1g", "--webui-port", "0")
            place = ("--work-dir", str(folder / "work"), address)
            stack.enter_context(started("worker.Worker", folder, *here, *size, *place))
        until = time.monotonic() + PATIENCE
        while state(page).get("aliveworkers") != 2:
            assert time.monotonic() < until, "the cluster did not start"
            time.sleep(0.5)
        yield address, page
