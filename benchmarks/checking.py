"""Checking published samples, against reading the same files as text and counting one column."""

import shlex
import sys

from benchmarks.measure import ROOT, costs

SAMPLES = ROOT / "sources" / "samples"
REGISTER = [SAMPLES / "argentina_linea145" / f"2020Q1_{n}.csv" for n in ("denuncias", "referidos")]
GLOTIP = [SAMPLES / "glotip" / "data_glotip_2025-04-14.csv.gz"]
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


def main(repeats: int) -> None:
    """Print each case with its ratio and the two commands."""
    for name, (arguments, files) in CASES.items():
        ours = [sys.executable, "-m", "pipelines.cli", *arguments]
        peer = [sys.executable, "-c", READ, *map(str, files)]
        (mine, _), (theirs, _) = costs([ours, peer], repeats)
        print(f"{name}: {mine / theirs:.1f} times Polars ({mine:.2f} s against {theirs:.2f} s)")
        print(f"  {shlex.join(ours)}\n  {shlex.join(peer)}\n")
