"""Everything that a folder holds, as streams of bytes: names, files, and what files pack."""

import gzip
import hashlib
import io
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl
import polars.selectors as cs

from tests.leaks.search import Search

Streams = Iterator[bytes]


def of_zip(data: bytes) -> Streams:
    """Names, comments and members of an archive or workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield archive.comment
        for member in archive.infolist():
            yield member.filename.encode()
            yield member.comment
            yield from streams(archive.read(member))


def of_parquet(data: bytes) -> Streams:
    """Every cell of a frame; dictionaries and compression are undone by reading it."""
    frame = pl.read_parquet(io.BytesIO(data))
    yield frame.select(~cs.binary()).write_ndjson().encode()
    for column in frame.select(cs.binary()):
        for cell in column.drop_nulls():
            yield from streams(cell)


def of_sqlite(data: bytes) -> Streams:
    """Every cell of every table, because a long cell lies in pieces in the file."""
    # A file kept with a write-ahead log is not opened from memory unless it says otherwise.
    plain = data[:18] + b"\1\1" + data[20:]
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(plain)
        tables = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            for row in base.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 # its own table
                for cell in row:
                    yield from streams(cell if isinstance(cell, bytes) else str(cell).encode())


def of_duckdb(data: bytes) -> Streams:
    """Every cell of every table and view, and what the catalogue says of them."""
    with tempfile.NamedTemporaryFile(suffix=".duckdb") as file:
        file.write(data)
        file.flush()
        with duckdb.connect(file.name, read_only=True) as base:
            yield str(base.execute("FROM duckdb_columns()").fetchall()).encode()
            yield str(base.execute("FROM duckdb_tables()").fetchall()).encode()
            query = "SELECT table_schema, table_name FROM information_schema.tables"
            for schema, name in base.execute(query).fetchall():
                cells = f'SELECT COLUMNS(*)::VARCHAR FROM "{schema}"."{name}"'  # noqa: S608 # its own
                yield str(base.execute(cells).fetchall()).encode()


def of_gzip(data: bytes) -> Streams:
    """What was compressed."""
    yield from streams(gzip.decompress(data))


def of_zlib(data: bytes) -> Streams:
    """What was compressed without a header of its own, as Dagster does in its database."""
    yield from streams(zlib.decompress(data))


# First byte at which the mark of a format stands, the mark, and how the format is read.
FORMATS: tuple[tuple[int, bytes, Callable[[bytes], Streams]], ...] = (
    (0, b"PK\x03\x04", of_zip),
    (0, b"PAR1", of_parquet),
    (0, b"SQLite format 3\0", of_sqlite),
    (8, b"DUCK", of_duckdb),
    (0, b"\x1f\x8b", of_gzip),
    (0, b"\x78\x01", of_zlib),
    (0, b"\x78\x9c", of_zlib),
    (0, b"\x78\xda", of_zlib),
)


def packed(data: bytes) -> Callable[[bytes], Streams] | None:
    """How to open what is packed in ``data``; None if nothing is."""
    return next((read for at, mark, read in FORMATS if data[at:].startswith(mark)), None)


def streams(data: bytes) -> Streams:
    """The bytes as they are, then what is packed in them."""
    yield data
    if read := packed(data):
        yield from read(data)


def is_sealed(path: Path) -> bool:
    """Whether a file is a submission in the inbox, which only the intake can open."""
    return path.parent.name == "inbox" and path.suffix == ".age"


def everything(root: Path) -> Iterator[tuple[str, bytes]]:
    """Each place below ``root`` and what it says: its name, and what a file holds."""
    for path in sorted(root.rglob("*")):
        place = str(path.relative_to(root))
        yield place, place.encode()
        if path.is_file() and not is_sealed(path):
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
