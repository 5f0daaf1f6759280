"""Processes that walk end when nobody is left to walk for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from anonymize.audit_crew import Found, Walk, started

ROOT = Path(__file__).parents[2]
PATIENCE = 60


class Slow:
    """Says who it is, and walks for a long time."""

    def walked(self, walk: Walk) -> Found:
        print(os.getpid(), flush=True)
        time.sleep(10 * PATIENCE)
        nothing = np.zeros(0, dtype=np.int64)
        return Found(nothing, nothing, nothing, nothing.astype(bool))


def main() -> None:
    with started(Slow(), 1) as pool:
        pool.submit(Slow().walked, Walk(0, frozenset(), np.zeros(0, dtype=np.int64), ())).result()


def is_there(process: int) -> bool:
    """Whether a process runs; one that has ended and that nobody asked for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_ends_when_its_parent_was_killed() -> None:
    command = [sys.executable, "-m", "tests.anonymize.test_audit_crew"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        walking = int(parent.stdout.readline())
        assert is_there(walking)
        parent.send_signal(signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while is_there(walking) and time.monotonic() < until:
            time.sleep(0.1)
        assert not is_there(walking)


if __name__ == "__main__":
    main()
