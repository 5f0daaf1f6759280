"""A string in the files that keep it in a structure of their own: archives, tables, databases."""

import gzip
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl
from xlsxwriter import Workbook

Write = Callable[[str, Path], None]
Codec = Literal["snappy", "lz4", "gzip", "brotli"]
LONG, PAGE = 20_000, 4_096


def zipped(word: str, file: Path) -> None:
    """As a member's content."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("member", word)


def zip_cut(word: str, file: Path) -> None:
    """As a member of an archive that lost its end."""
    zipped(word, file)
    file.write_bytes(file.read_bytes()[:-60])


def zip_name(word: str, file: Path) -> None:
    """As a member's name, inside another archive."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(word, "")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", inner.getvalue())


def sheet(word: str, file: Path) -> None:
    """As a cell of a workbook."""
    with Workbook(file) as book:
        book.add_worksheet().write_string(3, 3, word)


def dictionary(word: str, file: Path) -> None:
    """Among many values of a compressed Parquet column, without statistics."""
    many = [f"{number:x}" for number in range(LONG)]
    pl.DataFrame({"name": [*many, word]}).write_parquet(file, statistics=False)


def nested(word: str, file: Path) -> None:
    """In records inside a list, among many, in Parquet."""
    many = [{"name": text} for text in (*map(hex, range(LONG)), word)]
    pl.DataFrame({"many": [many]}).write_parquet(file, statistics=False)


def binary(word: str, file: Path) -> None:
    """Compressed in a binary cell of Parquet."""
    pl.DataFrame({"raw": [None, gzip.compress(word.encode())]}).write_parquet(file)


def column(word: str, file: Path) -> None:
    """As the name of a Parquet column."""
    pl.DataFrame({word: [1]}).write_parquet(file)


def table(word: str, file: Path) -> None:
    """In a compressed table of DuckDB, in a schema of its own."""
    # Neighbours that begin alike, so that the compression cuts the word up.
    alike = "SELECT ? || hex(range) AS name FROM range(?)"
    newest = {"storage_compatibility_version": "latest"}
    with duckdb.connect(file, config=dict(newest)) as base:
        base.execute("CREATE SCHEMA core")
        base.execute(f"CREATE TABLE core.t AS {alike} UNION ALL SELECT ?", [word[:8], LONG, word])


def comment(word: str, file: Path) -> None:
    """As a comment on a column of DuckDB."""
    with duckdb.connect(file) as base:
        base.execute("CREATE TABLE t (name VARCHAR)")
        base.execute(f"COMMENT ON COLUMN t.name IS '{word}'")


def split(word: str, file: Path) -> None:
    """In a long cell of SQLite, where one page of the file ends and another begins."""
    with closing(sqlite3.connect(file)) as base:
        base.execute("PRAGMA synchronous = OFF")
        base.execute("CREATE TABLE t (told TEXT)")
        for before in range(LONG - PAGE, LONG, len(word) // 2):
            base.execute("DELETE FROM t")
            base.execute("INSERT INTO t VALUES (?)", ["," * before + word + "," * LONG])
            base.commit()
            if word.encode() not in file.read_bytes():
                return
    raise AssertionError("no page ended inside the word")


def blob(word: str, file: Path) -> None:
    """Compressed in a cell of SQLite."""
    with closing(sqlite3.connect(file)) as base:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("CREATE TABLE t (told BLOB)")
        base.execute("INSERT INTO t VALUES (?)", [zlib.compress(word.encode())])
        base.commit()


def in_parquet(codec: Codec) -> Write:
    """Among many values of a Parquet column, compressed in one of its ways."""

    def write(word: str, file: Path) -> None:
        many = [f"{number:x}" for number in range(LONG)]
        frame = pl.DataFrame({"name": [*many, word]})
        frame.write_parquet(file, compression=codec, statistics=False)

    return write


def parquet_inside(word: str, file: Path) -> None:
    """In a page of a Parquet file that lies inside another file, among many values."""
    dictionary(word, file)
    file.write_bytes(b"a package\n" + file.read_bytes() + b"rest" * LONG)


def statistics(word: str, file: Path) -> None:
    """As the smallest value that a Parquet file says of its column; pages say it too."""
    pl.DataFrame({"name": [word, "~"]}).write_parquet(file, statistics=True)


def footer(word: str, file: Path) -> None:
    """As metadata of a Parquet file."""
    pl.DataFrame({"n": [1]}).write_parquet(file, metadata={"made of": word})


def duckdb_wal(word: str, file: Path) -> None:
    """In the log of a database whose process was ended before it wrote the table."""
    with duckdb.connect(file) as base:
        base.execute("PRAGMA disable_checkpoint_on_shutdown")
        base.execute("CREATE TABLE t (name VARCHAR)")
        base.execute("INSERT INTO t VALUES (?)", [word])
    assert Path(f"{file}.wal").exists()


def sqlite_wal(word: str, file: Path) -> None:
    """In the log of a database that was copied while it was open."""
    with closing(sqlite3.connect(file.with_name("open"))) as base:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("CREATE TABLE t (told TEXT)")
        base.execute("INSERT INTO t VALUES (?)", [word])
        base.commit()
        file.write_bytes(file.with_name("open-wal").read_bytes())
    for left in file.parent.glob("open*"):
        left.unlink()


CONTAINERS: dict[str, Write] = {
    "parquet with something before": parquet_inside,
    "parquet, snappy": in_parquet("snappy"),
    "parquet, lz4": in_parquet("lz4"),
    "parquet, gzip": in_parquet("gzip"),
    "parquet, brotli": in_parquet("brotli"),
    "parquet statistics": statistics,
    "parquet footer": footer,
    "log of duckdb": duckdb_wal,
    "log of sqlite": sqlite_wal,
    "zip": zipped,
    "zip, cut off": zip_cut,
    "name in a zip in a zip": zip_name,
    "workbook": sheet,
    "parquet dictionary": dictionary,
    "parquet, nested": nested,
    "parquet, binary": binary,
    "parquet column": column,
    "duckdb": table,
    "duckdb comment": comment,
    "sqlite": split,
    "sqlite, compressed": blob,
}
