"""Rows to the files that agencies send, the same bytes every time.

What is said of a file rather than of a person (its name, a header that nobody declared, a
sheet's name, a workbook's author) holds a unique string too.
"""

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook

from sources.synthetic.chance import token
from sources.synthetic.clerks import Row

MADE = dt.datetime(2023, 1, 1)
CSV_FIRST_ROW, XLSX_FIRST_ROW = 2, 5


@dataclass(frozen=True)
class Sent:
    """A file of an agency: the row in which its data begin, and the unique strings about it."""

    path: Path
    first_row: int
    rows: Sequence[Row]
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a file is put, and the name by which its unique strings are drawn."""

    seed: int
    root: Path
    folder: str
    title: str

    def secret(self, what: str) -> str:
        """The unique string of something about the file."""
        return token(self.seed, what, self.folder, self.title)

    def path(self, ending: str) -> Path:
        """The file's path; its folder is made."""
        folder = self.root / self.folder
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.title}_{self.secret('file')}.{ending}"

    def header(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The columns, the last of them known by its unique string only."""
        return *columns[:-1], f"{columns[-1]} {self.secret('header')}"


def csv_file(place: Place, columns: tuple[str, ...], rows: Sequence[Row], mark: str) -> Sent:
    """A delimited file in UTF-8."""
    path = place.path("csv")
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, delimiter=mark, lineterminator="\n")
        writer.writerow(place.header(columns))
        writer.writerows(row.cells for row in rows)
    return Sent(path, CSV_FIRST_ROW, rows, (place.secret("file"), place.secret("header")))


def xlsx_file(place: Place, columns: tuple[str, ...], rows: Sequence[Row]) -> Sent:
    """A workbook of one sheet, with lines of title above the header."""
    path = place.path("xlsx")
    # In memory: a temporary file would be a second copy of the people, with a time of its own.
    with Workbook(path, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        about = ("author", "company", "comments", "keywords")
        book.set_properties({"created": MADE} | {what: place.secret(what) for what in about})
        sheet = book.add_worksheet(f"List {place.secret('sheet')}")
        sheet.write_string(0, 0, "Shelters of Aranda (invented)")
        sheet.write_string(1, 0, f"Printed for {place.secret('title')}")
        for number, cells in enumerate([place.header(columns), *(row.cells for row in rows)]):
            for column, cell in enumerate(cells):
                write = sheet.write_datetime if isinstance(cell, dt.date) else sheet.write_string
                write(XLSX_FIRST_ROW - 2 + number, column, cell)
    secrets = tuple(place.secret(what) for what in (*about, "sheet", "title", "file", "header"))
    return Sent(path, XLSX_FIRST_ROW, rows, secrets)
