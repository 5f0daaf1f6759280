"""Checking files, against reading the same files as text and counting one column.

The workbook of 5,000 rows is what a focal point sends: its answer should come in two seconds, so
the seconds on the clock are told too. They say something on a machine that does nothing else.
"""

import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from benchmarks.measure import ROOT, costs
from sources import synthetic

SAMPLES = ROOT / "sources" / "samples"
REGISTER = [SAMPLES / "argentina_linea145" / f"2020Q1_{n}.csv" for n in ("denuncias", "referidos")]
GLOTIP = [SAMPLES / "glotip" / "data_glotip_2025-04-14.csv.gz"]
READ = """
import sys, polars as pl
for name in sys.argv[1:]:
    frame = pl.read_csv(name, infer_schema=False)
    frame.group_by(frame.columns[0]).len()
"""
ROWS, LAYOUT, PERIOD = 5_000, "xaa_shelters", "2023-Q1"
HEADER, RECORD = 4, 0  # lines above the first row, the place of its number
READ_BOOK = """
import sys
from python_calamine import CalamineWorkbook
import polars as pl
rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python(False)
pl.DataFrame([[str(c) for c in row] for row in rows[4:]], orient="row").group_by("column_3").len()
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


def workbook(folder: Path) -> Path:
    """A workbook of 5,000 invented residents of shelters, each with a number of her own."""
    region = synthetic.write(folder / "region", size=2_000, quarters=1)
    (file,) = next(one.files for one in region.submissions if one.layout == LAYOUT)
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python(False)
    top, body = rows[:HEADER], [row for row in rows[HEADER:] if any(row)]
    made = folder / "residents.xlsx"
    with Workbook(made, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(top):
            sheet.write_row(place, 0, row)
        for number in range(ROWS):
            row = [f"{number:07}", *body[number % len(body)][RECORD + 1 :]]
            sheet.write_row(HEADER + number, 0, row)
    return made


def answered(repeats: int) -> None:
    """Print what the check of a workbook costs, and how long its answer takes."""
    with tempfile.TemporaryDirectory() as folder:
        file = workbook(Path(folder))
        words = ["check", str(file), "--layout", LAYOUT, "--period", PERIOD]
        ours = [sys.executable, "-m", "pipelines.cli", *words]
        peer = [sys.executable, "-c", READ_BOOK, str(file)]
        (mine, _), (theirs, _) = costs([ours, peer], repeats)
        began = time.monotonic()
        subprocess.run(ours, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        clock = time.monotonic() - began
    told = f"{mine / theirs:.1f} times calamine ({mine:.2f} s against {theirs:.2f} s)"
    print(f"check a workbook of {ROWS:,} rows: {told}; {clock:.1f} s on the clock")
    print(f"  {shlex.join(ours)}\n  {shlex.join(peer)}\n")


def main(repeats: int) -> None:
    """Print each case with its ratio and the two commands."""
    for name, (arguments, files) in CASES.items():
        ours = [sys.executable, "-m", "pipelines.cli", *arguments]
        peer = [sys.executable, "-c", READ, *map(str, files)]
        (mine, _), (theirs, _) = costs([ours, peer], repeats)
        print(f"{name}: {mine / theirs:.1f} times Polars ({mine:.2f} s against {theirs:.2f} s)")
        print(f"  {shlex.join(ours)}\n  {shlex.join(peer)}\n")
    answered(repeats)
