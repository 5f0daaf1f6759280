"""What the invented agencies sent, read without any code of ours."""

import csv
import datetime as dt
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

import sources.synthetic
from sources.synthetic import Region

Cells = dict[str, Any]
WORDS = Path(sources.synthetic.__file__).with_name("words.csv")


def plain(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as text."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def cells_of(path: Path) -> dict[int, Cells]:
    """Each data row by its number in a spreadsheet; the marks for gaps are gaps."""
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        rows: list[list[Any]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        start = 4
    else:
        with path.open(encoding="utf-8", newline="") as lines:
            mark = ";" if "police" in path.parts else ","
            rows, start = list(csv.reader(lines, delimiter=mark)), 1
    header = [str(cell) for cell in rows[start - 1]]
    body = enumerate(rows[start:], start=start + 1)
    gaps = dict.fromkeys(("N/D", "N/A", "n.c."), "")
    return {
        number: {name: gaps.get(cell, cell) for name, cell in zip(header, row, strict=True)}
        for number, row in body
    }


def cells_of_row(region: Region, row: dict[str, str]) -> Cells:
    """The cells of a row that the truth tells of."""
    return cells_of(region.folder / row["file"])[int(row["row"])]


def contents(path: Path) -> str:
    """A file's text and name; a workbook's is that of its parts."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return path.name + "".join(book.read(name).decode() for name in book.namelist())
    return path.name + path.read_text(encoding="utf-8")


def day(cell: object) -> dt.date | None:
    """A cell as a day, in any of the ways in which agencies write one."""
    if isinstance(cell, dt.date):
        return cell
    text = str(cell)
    if "/" in text:
        return dt.datetime.strptime(text, "%d/%m/%Y").date()
    return dt.date.fromisoformat(text) if text[:1].isdigit() else None
