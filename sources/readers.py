"""One function per file format: bytes in, a frame of text out. No meaning is read into cells.

Every frame has ``row``, the row's number in the file as a person sees it in a spreadsheet,
``ragged``, whether the row has more cells than the header, and one text column per named column
of the header. Rows without any text are not rows.
"""

import datetime as dt
import gzip
import io
import zlib
from collections.abc import Callable, Iterable
from itertools import chain, count, islice

import polars as pl

from data_contracts.layout import FileSpec

HEADER_WITHIN = 20
UNPACKED_LIMIT = 2**30
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
ZIP, GZIP, OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"

OURS = ("row", "ragged")
END = "(end)"


class Unreadable(ValueError):
    """The file is not of a format that its layout names."""

    code = "READ-01"


class Empty(ValueError):
    """The file has no rows."""

    code = "READ-02"


class NoHeader(ValueError):
    """No row near the top has all the columns that the layout uses.

    ``missing`` are those of the layout's columns that the best row lacks, never a cell.
    """

    code = "READ-03"

    def __init__(self, missing: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.missing = missing


class Locked(ValueError):
    """The workbook is protected by a password, or of the format before 2007."""

    code = "READ-04"


def text(cell: object) -> str:
    """A spreadsheet's cell as the text that a person sees: dates in ISO form, 3.0 as 3."""
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
    return str(cell).strip()


def unpacked(data: bytes) -> bytes:
    """The content of a gzip file, at most ``UNPACKED_LIMIT`` bytes; other content unchanged."""
    if not data.startswith(GZIP):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            plain = stream.read(UNPACKED_LIMIT + 1)
    except (OSError, EOFError, zlib.error):
        raise Unreadable from None
    if len(plain) > UNPACKED_LIMIT:
        raise Unreadable
    return plain


def decoded(data: bytes, spec: FileSpec) -> str:
    """The file's text; a byte-order mark tells the encoding, else the layout does."""
    encoding = spec.encoding
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable from None


def header(rows: Iterable[tuple[str, ...]], wanted: frozenset[str]) -> tuple[int, tuple[str, ...]]:
    """Position and names of the first row that has all ``wanted`` columns."""
    missing = wanted
    for position, row in enumerate(islice(rows, HEADER_WITHIN)):
        if wanted <= set(row):
            return position, row
        missing = min(missing, wanted - set(row), key=len)
    raise NoHeader(missing)


def unique(names: tuple[str, ...]) -> list[str]:
    """Column names for a frame; blank or repeated ones get a number as a name."""
    taken, seen = {*OURS, *names}, set(OURS)
    out = []
    for place, name in enumerate(names, start=1):
        if not name or name in seen:
            name = next(free for n in count(place) if (free := f"column {n}") not in taken)
            taken.add(name)
        out.append(name)
        seen.add(name)
    return out


def framed(rows: list[tuple[str, ...]], wanted: frozenset[str]) -> pl.DataFrame:
    """Text rows to a frame below the header, blank rows left out."""
    if not any(map(any, rows)):
        raise Empty
    position, names = header(rows, wanted)
    width = len(names)
    body = [
        (number, any(row[width:]), *(row + ("",) * width)[:width])
        for number, row in enumerate(rows[position + 1 :], start=position + 2)
        if any(row)
    ]
    if not body:
        raise Empty
    ours = {"row": pl.Int64, "ragged": pl.Boolean}
    schema = ours | dict.fromkeys(unique(names), pl.String)
    return pl.DataFrame(body, schema=schema, orient="row")


def csv(data: bytes, spec: FileSpec, wanted: frozenset[str]) -> pl.DataFrame:
    """A delimited text file. Quoted line breaks are honoured; ``row`` counts records."""
    import csv as reader

    lines = io.StringIO(decoded(data, spec), newline="")
    try:
        rows = [
            tuple(cell.strip() for cell in row)
            for row in reader.reader(chain(lines, [END]), delimiter=spec.delimiter)
        ]
    except reader.Error:
        # The message quotes the line it fell over, and that line is a person.
        raise Unreadable from None
    # A quotation that nobody closed has swallowed all rows after it.
    if rows.pop() != (END,):
        raise Unreadable
    return framed(rows, wanted)


def workbook(data: bytes, spec: FileSpec, wanted: frozenset[str]) -> pl.DataFrame:
    """A workbook, XLSX or ODS: the sheet that the layout names, else the first."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = spec.sheet if spec.sheet in book.sheet_names else book.sheet_names[0]
        rows = [tuple(map(text, row)) for row in book.get_sheet_by_name(name).to_python(False)]
    except (CalamineError, IndexError, ValueError, OSError):
        raise Unreadable from None
    return framed(rows, wanted)


READERS: dict[str, Callable[[bytes, FileSpec, frozenset[str]], pl.DataFrame]] = {
    "csv": csv,
    "xlsx": workbook,
    "ods": workbook,
}


def format_of(data: bytes) -> str:
    """The format by the first bytes, never by the name."""
    if data.startswith(OLE):
        raise Locked
    if not data.startswith(ZIP):
        return "csv"
    # OpenDocument says what it is in a first member that is not compressed.
    return "ods" if SPREADSHEET in data[:128] else "xlsx"


def read(data: bytes, spec: FileSpec, wanted: frozenset[str]) -> pl.DataFrame:
    """A file as text, by its content; a format that the layout does not accept is refused."""
    if not data.strip():
        raise Empty
    plain = unpacked(data)
    if (kind := format_of(plain)) not in spec.formats:
        raise Unreadable
    frame = READERS[kind](plain, spec, wanted)
    lacking = [name for name in spec.may_lack if name not in frame.columns]
    return frame.with_columns(pl.lit("").alias(name) for name in lacking)
