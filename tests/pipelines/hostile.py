"""Files that were made to exhaust a reader, to hide from it or to make it do something else.

Built when they are asked for, none larger than some megabytes on disk. Each is of the layout
``LAYOUT``, and would be accepted without what is wrong with it.
"""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from xlsxwriter import Workbook

LAYOUT = "world_bank_population"
HEADER = ("Country Name", "Country Code", "Year", "Value")
ROW = ("Aruba", "ABW", "2020", "106585")
PLAIN = "\n".join(map(",".join, (tuple(f'"{c}"' for c in HEADER), tuple(f'"{c}"' for c in ROW))))
SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def untouched(_: Any) -> None:
    """A workbook as it is."""


def book(more: Callable[[Any], object] = untouched, sheets: int = 1) -> bytes:
    """A workbook of the layout, with what ``more`` does to it."""
    data = io.BytesIO()
    with Workbook(data) as made:
        for number in range(sheets):
            sheet = made.add_worksheet(f"S{number}")
            for place, row in enumerate((HEADER, ROW)):
                sheet.write_row(place, 0, row)
        more(made)
    return data.getvalue()


def changed(data: bytes, parts: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """An archive with some of its parts changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            was = old.read(name) if name in old.namelist() else b""
            new.writestr(name, parts[name](was) if name in parts else was)
    return out.getvalue()


def added(name: str, content: bytes) -> bytes:
    """A workbook with one more part."""
    return changed(book(), {name: lambda _: content})


def replaced(old: bytes, by: bytes) -> bytes:
    """A workbook whose sheet says something else."""
    return changed(book(), {SHEET: lambda plain: plain.replace(old, by, 1)})


def archive(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of any parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts:
            new.writestr(name, content)
    return out.getvalue()


def far(made: Any) -> None:
    """A cell at the end of the sheet."""
    made.worksheets()[0].write_string(1_048_575, 16_383, "x")


def formula(made: Any) -> None:
    """A cell that says what it comes to, and may come to something else."""
    made.worksheets()[0].write_formula(1, 3, "=1+1", None, 106585)


def deep(levels: int) -> bytes:
    """A sheet of elements inside each other."""
    return replaced(b"<sheetData>", b"<sheetData>" + b"<x>" * levels)


def entities() -> bytes:
    """Ten lines that stand for a billion letters."""
    kinds = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return replaced(b"<worksheet", b'<!DOCTYPE x [<!ENTITY l0 "lol">' + kinds + b"]><worksheet")


def external() -> bytes:
    """An entity that is a file of the machine."""
    kind = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet'
    return replaced(b"<worksheet", kind)


def bomb() -> bytes:
    """A hundred megabytes of spaces in a sheet."""
    return replaced(b"<sheetData>", b" " * 100 * 2**20 + b"<sheetData>")


def strings() -> bytes:
    """A list of shared strings that unpacks to much more than the rest."""
    return added("xl/sharedStrings.xml", b"<sst>" + b"<si><t>x</t></si>" * 8_000_000 + b"</sst>")


def nested(levels: int = 5) -> bytes:
    """An archive in an archive in an archive."""
    data = book()
    for level in range(levels):
        data = archive([(f"{level}.zip", data)])
    return data


def compressed(data: bytes, times: int = 1) -> bytes:
    """Compressed so often."""
    return gzip.compress(compressed(data, times - 1)) if times else data


# What is sent, and the code with which it is refused; None where it is read as if it were not so.
HOSTILE: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "a far cell": (lambda: book(far), "READ-09"),
    "a zip bomb": (bomb, "READ-08"),
    "a bomb of shared strings": (strings, "READ-08"),
    "a cell of a gigabyte, packed": (
        lambda: replaced(b"<sheetData>", b"<v>" + b"1" * 2**27 + b"</v><sheetData>"),
        "READ-08",
    ),
    "a nested archive": (nested, "READ-13"),
    "an archive in a workbook": (lambda: added("xl/media/a.bin", book()), "READ-13"),
    "an archive that is no workbook": (lambda: archive([("a.csv", PLAIN.encode())]), "READ-13"),
    "entities": (entities, "READ-11"),
    "an external entity": (external, "READ-11"),
    "a document type": (
        lambda: replaced(b"<worksheet", b"<!DOCTYPE html><worksheet"),
        "READ-11",
    ),
    "a document type in two bytes a letter": (
        lambda: changed(book(), {SHEET: lambda plain: plain.decode().encode("utf-16")}),
        "READ-11",
    ),
    "a million columns": (
        lambda: (PLAIN + "\n").replace("\n", "," * 1_000_000 + "\n").encode(),
        "READ-09",
    ),
    "255 sheets": (lambda: book(sheets=255), "READ-10"),
    "formulas": (lambda: book(formula), "READ-14"),
    "macros": (lambda: added("xl/vbaProject.bin", OLE + bytes(600)), "READ-12"),
    "a password": (lambda: OLE + bytes(2048), "READ-04"),
    "nul bytes": (lambda: PLAIN.replace("Aruba", "Aru\0ba").encode(), "READ-15"),
    "utf-16 without its mark": (lambda: PLAIN.encode("utf-16-le"), "READ-15"),
    "utf-32": (lambda: PLAIN.encode("utf-32"), "READ-15"),
    "mixed encodings": (lambda: PLAIN.encode() + "\n\xc5land".encode("latin-1"), "READ-15"),
    "bytes of 255": (lambda: b"\xff" * 5000, "READ-15"),
    "a cell of megabytes": (lambda: PLAIN.replace("Aruba", "A" * 2**22).encode(), "READ-16"),
    "a gzip bomb": (lambda: compressed(PLAIN.encode() + b"\n,,,1" * 2**25), "READ-08"),
    "a gzip bomb in a gzip": (lambda: compressed(PLAIN.encode() + b"\n,,,1" * 2**25, 2), "READ-15"),
    "a gzip cut off": (lambda: compressed(PLAIN.encode())[:-9], "READ-01"),
    "an empty file": (lambda: b"", "READ-02"),
    "a workbook cut off": (lambda: book()[:-200], "READ-01"),
    "two parts of one name": (
        lambda: added("xl/worksheets/Sheet1.xml", b"<worksheet/>"),
        "READ-01",
    ),
    "deep nesting": (lambda: deep(100_000), None),
    "a workbook called a list": (book, None),
    "hidden sheets": (
        lambda: changed(
            book(sheets=3),
            {
                "xl/workbook.xml": lambda plain: plain.replace(
                    b'sheetId="2"', b'sheetId="2" state="veryHidden"'
                ).replace(b'sheetId="3"', b'sheetId="3" state="hidden"')
            },
        ),
        None,
    ),
    "an external link": (
        lambda: added("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
        None,
    ),
    "custom xml": (lambda: added("customXml/item1.xml", b"<a>zq</a>"), None),
    "merged cells": (lambda: book(lambda m: m.worksheets()[0].merge_range(3, 0, 4, 1, "")), None),
    "a formula as text": (
        lambda: (PLAIN + '\n"=HYPERLINK(""http://zq"")","","",""').encode(),
        None,
    ),
}
