"""Texts of workbooks and of Parquet: cells, and what a page of the program does not show."""

import html
import io
import re
import zipfile
from collections.abc import Iterator

from sources.rows import Unreadable
from sources.texts import MOST, Place, Text, cells, decoded, letters, strings
from sources.workbooks import text as shown

# Parts of a workbook that hold what people wrote outside cells, and how they are called here.
PARTS = {
    r"xl/(?:threadedComments/|comments/)?(?:threadedC|c)omments?\d*\.xml": "(comments)",
    r"xl/persons/.*\.xml": "(authors)",
    r"docProps/.*\.xml|meta\.xml": "(properties)",
    r"xl/workbook\.xml": "(names)",
    r"xl/drawings/.*\.xml": "(drawings)",
    r"xl/(?:worksheets|chartsheets)/[^/]*\.xml": "(header and footer)",
    r"xl/externalLinks/.*": "(links)",
}
# Cells are read by their own reader; of a sheet only what is printed beside them is left.
BESIDE = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
TAG = re.compile(r"<([\w:]+)([^<>]*)>([^<]*)")
ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
# Attributes in which people's words stand.
SAID = ("displayName", "author", "tooltip", "Target", "descr", "title", "prompt", "promptTitle")


def workbook(data: bytes) -> Iterator[Text]:
    """The texts of a workbook, XLSX or ODS, hidden sheets and what is beside the cells included."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for number, name in enumerate(book.sheet_names, start=1):
            yield Text(Place(sheet=str(number), column="(sheet name)"), name)
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield from cells((tuple(map(shown, row)) for row in rows), str(number))
        yield from beside(data)
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable from None


def beside(data: bytes) -> Iterator[Text]:
    """What stands in a workbook outside its cells."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        left = MOST
        for part in parts.infolist():
            forms = (name for form, name in PARTS.items() if re.fullmatch(form, part.filename))
            called = next(forms, "")
            if called:
                with parts.open(part) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise Unreadable
                yield from (Text(Place(column=called), said) for said in _said(content, called))


def _said(content: bytes, called: str) -> Iterator[str]:
    """The words of a part: what stands after a tag, or in attributes that hold people's words.

    A part is no document to us: nothing that it declares is followed or unfolded.
    """
    for tag, inside, after in TAG.findall(decoded(content)):
        name = tag.rpartition(":")[2]
        if called == "(header and footer)" and name not in BESIDE:
            continue
        told = [value for key, value in ATTRIBUTE.findall(inside) if key in SAID]
        if name == "definedName":
            told += [value for key, value in ATTRIBUTE.findall(inside) if key == "name"]
        yield from (word for said in (after, *told) if (word := html.unescape(said).strip()))


def columns(data: bytes) -> Iterator[Text]:
    """The texts of a Parquet file: names of columns, notes in the footer, then its cells.

    A table has no header row here, so its first row is 1.
    """
    import polars as pl

    try:
        notes = pl.read_parquet_metadata(io.BytesIO(data))
        frame = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError, ValueError):
        raise Unreadable from None
    for key, note in notes.items():
        # What a writer notes of its own schema is binary.
        if key != "ARROW:schema":
            yield Text(Place(column="(notes)"), note)
    for number, column in enumerate(frame.iter_columns()):
        named = {column.name}
        yield Text(Place(column="(column name)"), column.name)
        for row, value in enumerate(column.to_list(), start=1):
            for name, said in strings(value, column.name):
                if name not in named:
                    named.add(name)
                    yield Text(Place(column="(column name)"), name)
                if said:
                    yield Text(Place(row=row, column=letters(number)), said, name)
