"""Small files in the forms that an office sends, and the same two rows in each."""

import datetime as dt
import gzip
import io

import polars as pl
from xlsxwriter import Workbook

from data_contracts.layout import FileSpec
from sources import readers
from sources.synthetic import opendocument

CSV, XLSX = FileSpec(formats=("csv",)), FileSpec(formats=("xlsx",))
BOTH = FileSpec(formats=("csv", "xlsx", "ods"), sheet="List")
WANTED = frozenset(("name", "sex"))


def book(*sheets: tuple[str, list[list[object]]]) -> bytes:
    """A workbook of named sheets, with cells of the types that a spreadsheet has."""
    data = io.BytesIO()
    with Workbook(data, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as made:
        for title, rows in sheets:
            sheet = made.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return data.getvalue()


def ods(rows: list[list[str | dt.date]]) -> bytes:
    """A spreadsheet in OpenDocument form."""
    data = io.BytesIO()
    with opendocument.opened(data, "List", {"dc:creator": "A & B"}) as write:
        for row in rows:
            write(row)
    return data.getvalue()


def packed(data: bytes) -> bytes:
    """Compressed, the same every time."""
    return gzip.compress(data, mtime=0)


ROWS: list[list[object]] = [["name", "sex"], ["A", "F"], ["B", "M"]]
BOOK = book(("List", ROWS))
ODS = ods([["name", "sex"], ["A", "F"], ["B", "M"]])


def read(data: bytes, spec: FileSpec = BOTH) -> pl.DataFrame:
    return readers.read(data, spec, WANTED)
