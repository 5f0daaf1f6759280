"""Rows to the files that agencies send, written one by one, the same bytes every time.

What is said of a file rather than of a person (its name, a header that nobody declared, a
sheet's name, a workbook's author) holds a unique string too.
"""

import csv
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook

from sources.synthetic import opendocument
from sources.synthetic.agencies import Agency
from sources.synthetic.chance import token
from sources.synthetic.clerks import Cell

MADE = dt.datetime(2023, 1, 1)
FIRST_ROW = {"csv": 2, "xlsx": 5, "ods": 5}
ABOUT = ("author", "company", "comments", "keywords")
Write = Callable[[Sequence[Cell]], object]


@dataclass(frozen=True)
class Place:
    """Where a file is put, and the name by which its unique strings are drawn."""

    seed: int
    root: Path
    agency: Agency
    period: str
    title: str

    @property
    def folder(self) -> str:
        """The submission's folder."""
        return f"{self.agency.country}/{self.agency.name}/{self.period}"

    def secret(self, what: str) -> str:
        """The unique string of something about the file."""
        return token(self.seed, what, self.folder, self.title)

    def secrets(self) -> tuple[str, ...]:
        """All unique strings about the file."""
        workbook = {"xlsx": (*ABOUT, "sheet", "title"), "ods": ("author", "sheet", "title")}
        return tuple(map(self.secret, (*workbook.get(self.agency.form, ()), "file", "header")))

    def path(self) -> Path:
        """The file's path; its folder is made."""
        folder = self.root / self.folder
        folder.mkdir(parents=True, exist_ok=True)
        ending = "txt" if self.agency.encoding == "utf-16" else self.agency.form
        return folder / f"{self.title}_{self.secret('file')}.{ending}"

    def head(self, columns: Sequence[str]) -> Iterator[Sequence[str]]:
        """The header, its last column known by its unique string only; titles above it."""
        if self.agency.form != "csv":
            yield (self.agency.title,)
            yield (f"Printed for {self.secret('title')}",)
            yield ()
        yield (*columns[:-1], f"{columns[-1]} {self.secret('header')}")


@contextmanager
def opened(place: Place, columns: Sequence[str]) -> Iterator[Write]:
    """A file of an agency with its header; what writes a row into it."""
    with {"csv": text_file, "xlsx": xlsx_file, "ods": ods_file}[place.agency.form](place) as write:
        for cells in place.head(columns):
            write(cells)
        yield write


@contextmanager
def text_file(place: Place) -> Iterator[Write]:
    """A delimited file in the agency's encoding."""
    agency = place.agency
    with place.path().open("w", encoding=agency.encoding, newline="") as lines:
        yield csv.writer(lines, delimiter=agency.mark, lineterminator="\n").writerow


@contextmanager
def xlsx_file(place: Place) -> Iterator[Write]:
    """A workbook of one sheet."""
    path = place.path()
    # Row by row: rows that are done lie in a nameless file beside the workbook until it is closed.
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    with Workbook(path, options | {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": MADE} | {what: place.secret(what) for what in ABOUT})
        sheet, rows = book.add_worksheet(f"List {place.secret('sheet')}"), iter(range(2**20))

        def write(cells: Sequence[Cell]) -> None:
            row = next(rows)
            for column, cell in enumerate(cells):
                put = sheet.write_datetime if isinstance(cell, dt.date) else sheet.write_string
                put(row, column, cell)

        yield write


@contextmanager
def ods_file(place: Place) -> Iterator[Write]:
    """An OpenDocument spreadsheet of one sheet."""
    about = {"meta:initial-creator": place.secret("author"), "meta:creation-date": MADE.isoformat()}
    with opendocument.opened(place.path(), f"List {place.secret('sheet')}", about) as write:
        yield write
