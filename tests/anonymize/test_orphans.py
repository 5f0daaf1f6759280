"""Processes that walk, or read texts, end when nobody is left to do it for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from anonymize.audit_crew import Found, Walk, started
from anonymize.finding.shards import sharded

ROOT = Path(__file__).parents[2]
PATIENCE = 60


class Slow:
    """Says who it is, and walks for a long time."""

    def walked(self, walk: Walk) -> Found:
        print(os.getpid(), flush=True)
        time.sleep(10 * PATIENCE)
        nothing = np.zeros(0, dtype=np.int64)
        return Found(nothing, nothing, nothing, nothing.astype(bool))


def read(_: list[str]) -> list[str]:
    """Says who reads, and reads for a long time."""
    print(os.getpid(), flush=True)
    time.sleep(10 * PATIENCE)
    return []


def walk() -> None:
    with started(Slow(), 1) as pool:
        pool.submit(Slow().walked, Walk(0, frozenset(), np.zeros(0, dtype=np.int64), ())).result()


def search() -> None:
    list(sharded(read, ["a text"], 2))


def is_there(process: int) -> bool:
    """Whether a process runs; one that has ended and that nobody asked for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("work", ["walk", "search"])
def test_a_process_ends_when_its_parent_was_killed(work: str) -> None:
    command = [sys.executable, "-m", "tests.anonymize.test_orphans", work]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        walking = int(parent.stdout.readline())
        try:
            assert is_there(walking)
            parent.send_signal(signal.SIGKILL)
            until = time.monotonic() + PATIENCE
            while is_there(walking) and time.monotonic() < until:
                time.sleep(0.1)
            assert not is_there(walking)
        finally:
            parent.kill()
            if is_there(walking):
                os.kill(walking, signal.SIGKILL)


if __name__ == "__main__":
    {"walk": walk, "search": search}[sys.argv[1]]()
