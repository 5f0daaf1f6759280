"""Everything that a folder holds, as streams of bytes: names, files, and what files pack."""

import hashlib
import io
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import duckdb
import polars as pl
import polars.selectors as cs

from tests.leaks.search import Search
from tests.leaks.unpacking import unpacked

Streams = Iterator[bytes]
# How deep one packed thing lies in another.
DEEPEST = 4


def of_zip(data: bytes, deep: int) -> Streams:
    """Names, comments and members of an archive or workbook; of one cut off, its members."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        yield from of_pieces(data, deep)
        return
    with archive:
        yield archive.comment
        for member in archive.infolist():
            yield member.filename.encode()
            yield member.comment + b" " + member.extra
            yield from streams(archive.read(member), deep)


def of_parquet(data: bytes, deep: int) -> Streams:
    """Every cell of a frame; dictionaries and compression are undone by reading it."""
    frame = pl.read_parquet(io.BytesIO(data))
    yield frame.select(~cs.binary()).write_ndjson().encode()
    yield str(pl.read_parquet_metadata(io.BytesIO(data))).encode()
    yield from of_cells((cell for c in frame.select(cs.binary()) for cell in c), deep)


def of_cells(cells: Iterable[object], deep: int) -> Streams:
    """Cells of a database: texts together, because most are short; bytes with what they pack."""
    texts = []
    for cell in cells:
        if isinstance(cell, bytes):
            yield from streams(cell, deep)
        elif isinstance(cell, str):
            texts.append(cell)
    yield "\n".join(texts).encode()


def of_sqlite(data: bytes, deep: int) -> Streams:
    """Every cell of every table, because a long cell lies in pieces in the file."""
    # A file kept with a write-ahead log is not opened from memory unless it says otherwise.
    plain = data[:18] + b"\1\1" + data[20:]
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(plain)
        tables = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            rows = base.execute(f'SELECT * FROM "{name}"')  # noqa: S608 # its own table
            yield from of_cells((cell for row in rows for cell in row), deep)


def of_duckdb(data: bytes, deep: int) -> Streams:
    """Every cell of every table and view, and what the catalogue says of them."""
    with tempfile.NamedTemporaryFile(suffix=".duckdb") as file:
        file.write(data)
        file.flush()
        with duckdb.connect(file.name, read_only=True) as base:
            yield str(base.execute("FROM duckdb_columns()").fetchall()).encode()
            yield str(base.execute("FROM duckdb_tables()").fetchall()).encode()
            query = "SELECT table_schema, table_name FROM information_schema.tables"
            for schema, name in base.execute(query).fetchall():
                # Nobody's text: both names are what the catalogue of this base itself says.
                cells = f'SELECT COLUMNS(*)::VARCHAR FROM "{schema}"."{name}"'  # noqa: S608 # above
                rows = base.execute(cells).fetchall()
                yield from of_cells((cell for row in rows for cell in row), deep)


def of_pieces(data: bytes, deep: int) -> Streams:
    """What is packed anywhere in bytes of no format that is read as a whole."""
    for said in unpacked(data):
        yield from streams(said, deep)


# First byte at which the mark of a format stands, the mark, and how the format is read.
FORMATS: tuple[tuple[int, bytes, Callable[[bytes, int], Streams]], ...] = (
    (0, b"PK\x03\x04", of_zip),
    (0, b"PAR1", of_parquet),
    (0, b"SQLite format 3\0", of_sqlite),
    (8, b"DUCK", of_duckdb),
)
# Formats whose packed pieces are not read by their reader: pages that no cell uses.
LOOSE = (b"PAR1", b"SQLite format 3\0")
ALONE = (
    b"\x1f\x8b",
    b"\x78\x01",
    b"\x78\x9c",
    b"\x78\xda",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
)


def reader(data: bytes) -> Callable[[bytes, int], Streams] | None:
    """How a file of a known format is read as a whole; None if it is of none."""
    return next((read for at, mark, read in FORMATS if data[at:].startswith(mark)), None)


def packed(data: bytes) -> bool:
    """Whether there is a way to open what is packed in ``data``."""
    return reader(data) is not None or data.startswith(ALONE)


def streams(data: bytes, deep: int = DEEPEST) -> Streams:
    """The bytes as they are, then what is packed in them."""
    yield data
    if not deep:
        return
    if read := reader(data):
        yield from read(data, deep - 1)
    if read is None or data.startswith(LOOSE):
        yield from of_pieces(data, deep - 1)


def beside(path: Path) -> Streams:
    """What a file system keeps of a file beside its contents: attributes, and where a link goes."""
    with suppress(OSError):
        for name in os.listxattr(path, follow_symlinks=False):
            yield name.encode() + b" " + os.getxattr(path, name, follow_symlinks=False)
    if path.is_symlink():
        yield os.readlink(path).encode()


def everything(root: Path) -> Iterator[tuple[str, bytes]]:
    """Each place below ``root`` and what it says: its name, and what a file holds."""
    for path in sorted(root.rglob("*")):
        place = str(path.relative_to(root))
        yield place, os.fsencode(place)
        yield from ((place, stream) for stream in beside(path))
        if path.is_file() and not path.is_symlink():
            yield from ((place, stream) for stream in streams(path.read_bytes()))


def spilled(root: Path, search: Search) -> dict[str, set[str]]:
    """The places below ``root`` where something was found, and what."""
    places: dict[str, set[str]] = {}
    known: dict[bytes, set[str]] = {}  # copies are searched once
    for place, stream in everything(root):
        content = hashlib.sha256(stream).digest()
        if content not in known:
            known[content] = search.found(stream)
        places.setdefault(place, set()).update(known[content])
    return {place: found for place, found in places.items() if found}
