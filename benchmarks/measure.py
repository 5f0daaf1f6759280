"""What a command costs: processor time and memory of its children, the same for us and a peer."""

import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Of a fresh interpreter that runs a command: processor seconds and resident mebibytes at most.
COST = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def used() -> float:
    """Processor seconds of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def seconds(command: Sequence[str]) -> float:
    """Processor seconds of one run; a command that fails ends the benchmark."""
    before = used()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return used() - before


def cost(command: Sequence[str]) -> tuple[float, float]:
    """Processor seconds of one run, and the most mebibytes that one of its processes held."""
    asked = [sys.executable, "-c", COST, *command]
    told = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    taken, held = map(float, told.split())
    return taken, held


def compare(ours: Sequence[str], peer: Sequence[str], repeats: int) -> tuple[float, float]:
    """Medians of processor seconds of both, run in turn so that a busy moment hits both."""
    pairs = [(seconds(ours), seconds(peer)) for _ in range(repeats)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)
