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
# How each agency writes text: separator and encoding.
TEXT = {
    ("XAA", "police"): (";", "utf-8"),
    ("XAA", "assistance"): (";", "utf-8"),
    ("XAB", "ministry"): (",", "utf-8"),
    ("XAC", "prosecution"): ("\t", "utf-16"),
    ("XAD", "labour"): (";", "cp1251"),
}
GAPS = dict.fromkeys(("N/D", "s/d", "N/A", "n.c.", "-", "н/д", "нет", "n/k"), "")
WORDS = Path(sources.synthetic.__file__).with_name("words.csv")
FORMS = WORDS.with_name("forms.csv")
FAULTS = WORDS.with_name("faults.csv")


@cache
def plain(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as text."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def written(path: Path) -> tuple[str, str]:
    """Separator and encoding of a text file; of a publisher's table, the usual ones."""
    forms = (form for place, form in TEXT.items() if {*place} <= {*path.parts})
    return next(forms, (",", "utf-8"))


@cache
def cells_of(path: Path) -> dict[int, Cells]:
    """Each data row by its number in a spreadsheet; the marks for gaps are gaps."""
    if path.suffix in (".xlsx", ".ods"):
        book = CalamineWorkbook.from_path(path)
        rows: list[list[Any]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        start = 4
    else:
        mark, encoding = written(path)
        with path.open(encoding=encoding, newline="") as lines:
            rows, start = list(csv.reader(lines, delimiter=mark)), 1
    header = [str(cell) for cell in rows[start - 1]]
    body = enumerate(rows[start:], start=start + 1)
    return {
        number: {name: GAPS.get(cell, cell) for name, cell in zip(header, row, strict=False)}
        for number, row in body
    }


def cells_of_row(region: Region, row: dict[str, str]) -> Cells:
    """The cells of a row that the truth tells of."""
    return cells_of(region.folder / row["file"])[int(row["row"])]


def contents(path: Path) -> str:
    """A file's text and name; a workbook's is that of its parts."""
    if path.suffix in (".xlsx", ".ods"):
        with zipfile.ZipFile(path) as book:
            return path.name + "".join(book.read(name).decode() for name in book.namelist())
    return path.name + path.read_text(encoding=written(path)[1])


def reported(region: Region) -> list[dict[str, str]]:
    """The rows of lists of people and cases; what was done for people is another list."""
    return [row for row in plain(region.rows) if row["dataset"] != "services"]


def holds(row: dict[str, str]) -> dict[str, str]:
    """What the columns of the form of a row hold, to the column, by ``forms.csv``."""
    layout = f"{row['country'].lower()}_{row['agency']}"
    return form(layout, row["dataset"])


@cache
def form(layout: str, dataset: str) -> dict[str, str]:
    """What the columns of a form hold, to the column."""
    rows = [r for r in plain(FORMS) if (r["layout"], r["dataset"]) == (layout, dataset)]
    return {row["holds"]: row["column"] for row in rows}


def column(row: dict[str, str], what: str) -> str:
    """The column of an agency's form that holds something."""
    return holds(row)[what]


def day(cell: object) -> dt.date | None:
    """A cell as a day, in any of the ways in which agencies write one."""
    if isinstance(cell, dt.date):
        return cell
    text = str(cell)
    if "/" in text:
        return dt.datetime.strptime(text, "%d/%m/%Y").date()
    return dt.date.fromisoformat(text) if text[:1].isdigit() else None
