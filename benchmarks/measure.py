"""What a command costs: processor time and memory of its children, the same for us and a peer."""

import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPEATED_UP_TO = 1_000_000
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


def costs(commands: Sequence[Sequence[str]], repeats: int) -> list[tuple[float, float]]:
    """Of each command the median of processor seconds, and the most mebibytes it held.

    Run in turn, so that a busy moment hits all of them.
    """
    turns = [[cost(command) for command in commands] for _ in range(repeats)]
    return [
        (statistics.median(taken for taken, _ in of_one), max(held for _, held in of_one))
        for of_one in zip(*turns, strict=True)
    ]


def repeated(rows: int, repeats: int) -> int:
    """How often a case of so many rows is measured: what takes many minutes, once."""
    return repeats if rows <= REPEATED_UP_TO else 1
