"""The benchmark of Spark runs, and sees the work of every process below it."""

import os
import subprocess
import sys

import pytest

from benchmarks import cluster

HOLDS = 200
WORK = f"held = bytearray({HOLDS} * 2**20); print(flush=True); input()"


def test_what_a_process_started_holds_is_counted() -> None:
    before = cluster.used()[1]
    command = [sys.executable, "-c", WORK]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        assert {os.getpid(), child.pid} <= set(cluster.below(os.getpid()))
        assert cluster.used()[1] > before + HOLDS
        child.communicate(b"\n")


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_a_table_is_counted_on_two_workers_and_its_cost_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cluster.main(["--rows", "300", "--tables", "victims"])
    told = capsys.readouterr().out
    assert "300 records on a master and two workers" in told
    assert "victims: 250 cells" in told
