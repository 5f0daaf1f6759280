"""A spreadsheet in OpenDocument form, written row by row; the same rows give the same bytes.

Only what a reader needs of ISO/IEC 26300: the type of the file, its contents list, who made it,
and one sheet of texts and dates.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

TYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = "urn:oasis:names:tc:opendocument:xmlns"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
DATED = (2023, 1, 1, 0, 0, 0)  # of every member, or the clock would be in the bytes
MANIFEST = (
    f'{HEAD}<manifest:manifest xmlns:manifest="{NAMES}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
META = (
    f'{HEAD}<office:document-meta xmlns:office="{NAMES}:office:1.0"'
    f' xmlns:meta="{NAMES}:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' office:version="1.3"><office:meta>{}</office:meta></office:document-meta>'
)
OPENING = (
    f'{HEAD}<office:document-content xmlns:office="{NAMES}:office:1.0"'
    f' xmlns:table="{NAMES}:table:1.0" xmlns:text="{NAMES}:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet><table:table table:name={}>"
)
CLOSING = "</table:table></office:spreadsheet></office:body></office:document-content>"


def member(name: str, kind: int = ZIP_DEFLATED) -> ZipInfo:
    """A part of the file, dated like all others."""
    info = ZipInfo(name, DATED)
    info.compress_type = kind
    return info


def cell(content: str | dt.date) -> str:
    """One cell: a date as such, a text in a paragraph a line, nothing as an empty cell."""
    if isinstance(content, dt.date):
        day = content.isoformat()
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{day}">'
            f"<text:p>{day}</text:p></table:table-cell>"
        )
    if not content:
        return "<table:table-cell/>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in content.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def row(cells: Iterable[str | dt.date]) -> str:
    """One row."""
    return f"<table:table-row>{''.join(map(cell, cells))}</table:table-row>\n"


@contextmanager
def opened(
    target: Path | IO[bytes], sheet: str, about: Mapping[str, str]
) -> Iterator[Callable[[Sequence[str | dt.date]], object]]:
    """A file of one sheet; what writes a row into it.

    ``about`` are elements of its description by their qualified names.
    """
    told = "".join(f"<{name}>{escape(said)}</{name}>" for name, said in about.items())
    with ZipFile(target, "w") as book:
        book.writestr(member("mimetype", ZIP_STORED), TYPE)
        book.writestr(member("META-INF/manifest.xml"), MANIFEST)
        book.writestr(member("meta.xml"), META.format(told))
        with book.open(member("content.xml"), "w", force_zip64=True) as content:
            content.write(OPENING.format(quoteattr(sheet)).encode())
            yield lambda cells: content.write(row(cells).encode())
            content.write(CLOSING.encode())
