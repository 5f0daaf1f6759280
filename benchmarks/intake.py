"""The intake of a large register, against Polars reading the same file and grouping it once.

Ours is the sealed child from CSV to safe Parquet: it reads, checks, conforms, protects and writes.
The peer does the least that could be called reading: all cells as text, and one four-way group-by.
"""

import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import register
from benchmarks.measure import ROOT, costs, repeated, seconds, used
from pipelines.intake import Job

START = """
import sys
from pipelines.intake import Job, start
verdict = start(Job.model_validate_json(sys.argv[1]))
sys.exit(verdict.verdict == "faults")
"""
GROUP = ("Дата проверки", "Пол", "Гражданство", "Вид эксплуатации")
PEER = f"""
import sys, polars as pl
read = pl.read_csv(sys.argv[1], infer_schema=False, separator={register.BETWEEN!r})
read.group_by({GROUP!r}).len()
"""


def job(file: Path, out: Path) -> Job:
    """What the child is asked."""
    out.mkdir(exist_ok=True)
    return Job(
        files=(file,),
        layout=register.LAYOUT,
        country=register.COUNTRY,
        period=register.PERIOD,
        out=out,
    )


def ours(file: Path, out: Path) -> list[str]:
    """The command that takes a register in."""
    return [sys.executable, "-c", START, job(file, out).model_dump_json()]


def peer(file: Path) -> list[str]:
    """The command that reads it."""
    return [sys.executable, "-c", PEER, str(file)]


def shares(file: Path, out: Path) -> list[str]:
    """The command that tells which share of the time each stage takes."""
    asked = job(file, out).model_dump_json()
    return [sys.executable, "-m", "benchmarks.stages", asked]


def measured(rows: int, folder: Path, repeats: int) -> float:
    """Print what one size costs; microseconds a row."""
    file = register.write(folder / f"{rows}.csv", rows)
    (mine, held), (theirs, _) = costs([ours(file, folder / "safe"), peer(file)], repeats)
    size = f"{file.stat().st_size / 2**20:,.0f} MiB, median of {repeats}"
    print(f"{rows:,} rows, {size}, through the intake:")
    print(f"  {mine / theirs:.1f} times Polars ({mine:.1f} s against {theirs:.1f} s of processor)")
    print(f"  {mine / rows * 1e6:.1f} microseconds a row, {held:,.0f} MiB resident at most")
    print(f"  {shlex.join(ours(file, folder / 'safe'))}\n  {shlex.join(peer(file))}")
    return mine / rows * 1e6


def timed(commands: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Seconds by the clock and of processors that commands take which run at once."""
    began, before = time.monotonic(), used()
    with ThreadPoolExecutor(len(commands)) as pool:
        list(pool.map(seconds, commands))
    return time.monotonic() - began, used() - before


def parallel(file: Path, folder: Path) -> tuple[float, float]:
    """How many times as long two children take at once as one alone, and how much more work.

    By the clock 1 is two cores and 2 is one, where nothing else runs; of processors 2 is what no
    waiting for each other costs.
    """
    commands = [ours(file, folder / name) for name in ("one", "other")]
    alone, work = timed(commands[:1])
    both, works = timed(commands)
    return both / alone, works / work


def main(sizes: Sequence[int], repeats: int) -> None:
    """Print cost, memory and shares at each size, and how flat the cost of a row is."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        each = [measured(rows, folder, repeated(rows, repeats)) for rows in sizes]
        smallest = folder / f"{sizes[0]}.csv"
        print(f"\nLargest cost of a row over smallest: {max(each) / min(each):.2f}")
        longer, more = parallel(smallest, folder)
        print(
            f"Two children at once: {longer:.2f} times as long as one, {more:.2f} times the work\n"
        )
        seconds_of = shares(smallest, folder / "safe")
        print(shlex.join(seconds_of), flush=True)
        subprocess.run(seconds_of, check=True, cwd=ROOT)
