"""A file that nobody has described yet: how it is written, and which row is its header."""

import csv
import gzip
import io
import re
from collections.abc import Sequence
from itertools import zip_longest
from statistics import median

import polars as pl

from data_contracts import reading
from data_contracts.layout import FileSpec
from pipelines.errors import WRONG_DATA, Refusal
from sources import readers
from sources.rows import OURS, Row
from transforms.looks import Words, header_like

TOP, SAMPLE, HEADERS = 20, 1 << 16, 2
MARKS = (",", ";", "\t", "|")
NUMBER = re.compile(reading.NUMBER + r"|^<\d{1,2}$")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Of old spreadsheets: Western, Cyrillic, Arabic. Each reads any bytes, only one makes words.
OLD = ("cp1252", "cp1251", "cp1256")
HEADLESS = "None of the first rows looks like a header: name the columns, then try again."
UNREADABLE = "The file cannot be read as CSV, XLSX or ODS. Save it again from its program."


class NoSuggestion(Refusal):
    """The file cannot be read, or none of its first rows looks like a header."""

    exit_code = WRONG_DATA


def beginning(data: bytes) -> bytes:
    """The first whole lines of a delimited file, unpacked."""
    if data.startswith(b"\x1f\x8b"):
        data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(SAMPLE)
    if data.startswith(UTF_16):
        return data[:SAMPLE]
    return data[:SAMPLE].rpartition(b"\n")[0] or data[:SAMPLE]


def cut(text: str) -> str:
    """The mark that sets cells apart: what most lines have most of."""
    lines = [line for line in text.splitlines()[:TOP] if line.strip()]
    often = {mark: median([line.count(mark) for line in lines] or [0]) for mark in MARKS}
    return max(MARKS, key=often.__getitem__)


def rows_of(text: str, delimiter: str) -> list[Row]:
    """The first rows that have any text."""
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    filled = (tuple(cell.strip() for cell in row) for row in rows if any(map(str.strip, row)))
    return [row for row, _ in zip(filled, range(TOP), strict=False)]


def best_of(rows: Sequence[Row], known: Words) -> tuple[int, Row]:
    """The row with the most names of fields, and how many; the first of equals."""
    scored = [
        (header_like(row, known, figures(rows[place + 1 :])), row) for place, row in enumerate(rows)
    ]
    return max(scored, key=lambda pair: pair[0], default=(0, ()))


def figures(rows: Sequence[Row]) -> set[int]:
    """The places of columns that hold nothing but numbers, and some."""
    columns = enumerate(zip_longest(*rows, fillvalue=""))
    filled = {place: [cell for cell in cells if cell] for place, cells in columns}
    return {place for place, cells in filled.items() if cells and all(map(NUMBER.match, cells))}


def written_as(data: bytes, known: Words) -> tuple[FileSpec, tuple[int, Row]]:
    """How a delimited file is probably written, and its header with the names in it."""
    top = beginning(data)
    if top.startswith(UTF_16):
        readable = {"utf-16": top.decode("utf-16", errors="ignore")}
    else:
        try:
            readable = {"utf-8": top.decode("utf-8-sig")}
        except UnicodeDecodeError:
            readable = {name: top.decode(name, errors="replace") for name in OLD}
    tried = []
    for encoding, text in readable.items():
        mark = cut(text)
        spec = FileSpec(formats=("csv",), encoding=encoding, delimiter=mark)
        tried.append((spec, best_of(rows_of(text, mark), known)))
    return max(tried, key=lambda one: one[1][0])


def begun(data: bytes, known: Words) -> tuple[FileSpec, tuple[int, Row]]:
    """The form of any file and its header; raises the refusals of ``readers``."""
    kind = readers.format_of(data[: 1 << 10])
    if kind == "csv":
        return written_as(data, known)
    spec = FileSpec(formats=("xlsx",) if kind == "xlsx" else ("ods",))
    top = own(readers.read(data, spec, frozenset()).head(TOP), unnamed=True)
    return spec, best_of([tuple(top.columns), *top.iter_rows()], known)


def framed(data: bytes, known: Words) -> tuple[FileSpec, pl.DataFrame]:
    """The file below its header, in its own columns; raises ``NoSuggestion``."""
    try:
        spec, (names, header) = begun(data, known)
        if names < HEADERS:
            raise NoSuggestion(HEADLESS)
        wanted = frozenset(name for name in header if name and not name.startswith("column "))
        return spec, own(readers.read(data, spec, wanted))
    except readers.REFUSALS:
        raise NoSuggestion(UNREADABLE) from None


def own(frame: pl.DataFrame, unnamed: bool = False) -> pl.DataFrame:
    """The columns of the file, without those that the reader adds, and without empty names."""
    mine = [c for c in frame.columns if c not in OURS and (unnamed or not c.startswith("column "))]
    return frame.select(mine)
