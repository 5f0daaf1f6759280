"""How much our work costs, as a ratio to a peer that does the least that could be called the same.

Each line runs both commands in turn in fresh interpreters and compares medians of processor
time, children included, so that the ratio holds on a slow or busy machine too.
"""

import resource
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sources" / "samples"
REPEATS = 5

REGISTER = [SAMPLES / "argentina_linea145" / f"2020Q1_{n}.csv" for n in ("denuncias", "referidos")]
GLOTIP = [SAMPLES / "glotip" / "data_glotip_2025-04-14.csv.gz"]
# The peer reads the same files as text with Polars and counts the values of the first column.
READ = """
import sys, polars as pl
for name in sys.argv[1:]:
    frame = pl.read_csv(name, infer_schema=False)
    frame.group_by(frame.columns[0]).len()
"""

CASES = {
    "check a quarter of the hotline's register": (
        ["check", *map(str, REGISTER), "--layout", "argentina_linea145", "--period", "2020-Q1"],
        REGISTER,
    ),
    "check the whole GLOTIP file": (
        ["check", *map(str, GLOTIP), "--layout", "unodc_glotip"],
        GLOTIP,
    ),
}


def used() -> float:
    """Processor seconds of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def seconds(command: list[str]) -> float:
    """Processor seconds of one run; a command that fails ends the benchmark."""
    before = used()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return used() - before


def compare(ours: list[str], peer: list[str]) -> tuple[float, float]:
    """Medians of both, run in turn so that a busy moment hits both."""
    pairs = [(seconds(ours), seconds(peer)) for _ in range(REPEATS)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def main() -> None:
    """Print each case with its ratio and the two commands."""
    for name, (arguments, files) in CASES.items():
        ours = [str(Path(sys.executable).with_name("tipstat")), *arguments]
        peer = [sys.executable, "-c", READ, *map(str, files)]
        mine, theirs = compare(ours, peer)
        print(f"{name}: {mine / theirs:.1f} times Polars ({mine:.2f} s against {theirs:.2f} s)")
        print(f"  {shlex.join(ours)}\n  {shlex.join(peer)}\n")


if __name__ == "__main__":
    main()
