"""Workbooks: looked through as archives before a reader opens them, then read as rows of text.

A workbook is an archive of XML. Whoever wants to exhaust a reader, or to hide something from it,
does so in the archive: by what it unpacks to, by cells far away, by parts that do not belong.
"""

import datetime as dt
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape

from data_contracts import load
from sources.rows import (
    Bomb,
    Declaring,
    Formulas,
    Locked,
    Macros,
    Nested,
    Row,
    Scattered,
    Sheets,
    Unreadable,
)
from sources.streams import HARMLESS

ZIP, ENCRYPTED = b"PK\x03\x04", 1
# Parts that every workbook of its kind has: of OpenDocument and of Office Open XML.
KINDS = ("content.xml", "[Content_Types].xml")
MOST_PARTS = 10_000
PROGRAM = re.compile(r"vbaProject|xl/macrosheets/|^Basic/|^Scripts/", re.IGNORECASE)
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
# Text of two or four bytes a letter, in which the search above finds nothing.
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0")
TABLE = re.compile(rb"<table:table[ >]")
FORMULA = re.compile(rb"<(?:\w+:)?f[ />]|table:formula=")
ROWS, COLUMNS = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d+)'), re.compile(rb'\br="([A-Z]{1,3})\d')
NAMED = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
BROKEN = (
    *(
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        EOFError,
        ValueError,
        KeyError,
        IndexError,
    ),
    *(RuntimeError, OverflowError),
)


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


def rows(data: bytes, sheet: str | None) -> Iterator[Row]:
    """The rows of a workbook, XLSX or ODS: of the sheet that is named, else of the first shown.

    Raises ``Unreadable`` or what says more.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        looked_through(data, sheet)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
        name = sheet if sheet in book.sheet_names else shown[0]
        found = book.get_sheet_by_name(name).to_python(False)
    except (Unreadable, Locked):
        raise
    except (CalamineError, *BROKEN):
        raise Unreadable from None
    return (tuple(map(text, row)) for row in found)


def looked_through(data: bytes, sheet: str | None) -> None:
    """Raise what is wrong with a workbook as an archive; nothing of it is parsed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _parts(archive)
        left = max(HARMLESS, load.policy().max_expansion * len(data))
        read = _read_part(archive, sheet)
        for part in archive.infolist():
            with archive.open(part) as packed:
                plain = packed.read(left + 1)
            if (left := left - len(plain)) < 0:
                raise Bomb
            _part(part.filename, plain, part.filename in read)


def _parts(archive: zipfile.ZipFile) -> None:
    """Judge an archive by the list of its parts."""
    every = archive.infolist()
    names = [part.filename for part in every]
    if len(names) > MOST_PARTS:
        raise Bomb
    if not set(KINDS) & set(names):
        raise Nested
    if any(part.flag_bits & ENCRYPTED for part in every):
        raise Locked
    if any(map(PROGRAM.search, names)):
        raise Macros
    if sum(bool(SHEET.fullmatch(name)) for name in names) > load.policy().max_sheets:
        raise Sheets
    # Two parts of one name: another reader may take the other one.
    if len({name.casefold() for name in names}) < len(names):
        raise Unreadable


def _part(name: str, plain: bytes, is_read: bool) -> None:
    """Judge one part by its content; of sheets the one that is read."""
    if plain.startswith(ZIP):
        raise Nested
    if not name.endswith((".xml", ".rels")):
        return
    if DECLARES.search(plain) or plain.startswith(WIDE):
        raise Declaring
    if is_read and FORMULA.search(plain):
        raise Formulas
    if name == "content.xml":
        if len(TABLE.findall(plain)) > load.policy().max_sheets:
            raise Sheets
    elif is_read:
        _reach(plain)


def _reach(plain: bytes) -> None:
    """Raise ``Scattered`` where a reader would make too many cells, most of them empty."""
    last = max(map(int, set(ROWS.findall(plain))), default=0)
    widest = max(map(_column, set(COLUMNS.findall(plain))), default=0)
    if last * widest > load.policy().max_cells:
        raise Scattered


def _column(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _read_part(archive: zipfile.ZipFile, sheet: str | None) -> set[str]:
    """The parts in which the sheet that is read may lie; all sheets where that is not told."""
    names = archive.namelist()
    every = {name for name in names if SHEET.fullmatch(name)} | {"content.xml"}
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(names):
        return every
    sheets = [dict(ATTRIBUTE.findall(tag)) for tag in NAMED.findall(_told(archive, "workbook.xml"))]
    shown = [one for one in sheets if one.get("state", "visible") == "visible"]
    named = [one for one in sheets if unescape(one.get("name", "")) == sheet] or shown[:1]
    rels = re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", _told(archive, "_rels/workbook.xml.rels"))
    targets = {
        one.get("Id"): one.get("Target", "") for one in (dict(ATTRIBUTE.findall(r)) for r in rels)
    }
    found = {"xl/" + targets.get(one.get("r:id", ""), "").removeprefix("/xl/") for one in named}
    return found if found and found <= every else every


def _told(archive: zipfile.ZipFile, name: str) -> str:
    """A small part as text; what is too large to be one is unreadable."""
    with archive.open(f"xl/{name}") as packed:
        plain = packed.read(HARMLESS + 1)
    if len(plain) > HARMLESS:
        raise Bomb
    return plain.decode("utf-8", "replace")
