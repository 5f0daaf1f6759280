"""Every way in which a string may be written down that the search must see through."""

import base64
import bz2
import gzip
import hashlib
import io
import lzma
import os
import pickle
import random
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl
import pyarrow as pa
from xlsxwriter import Workbook

Write = Callable[[str, Path], None]
Codec = Literal["snappy", "lz4", "gzip", "brotli"]
AROUND = "before {} after"
LONG, PAGE = 20_000, 4_096
# What no packing makes smaller.
RANDOM = random.Random(1).randbytes(300_000)  # noqa: S311 # the same each time


def text(encoding: str) -> Write:
    """As text in an encoding."""
    return lambda word, file: _write(file, AROUND.format(word).encode(encoding))


def in_base64(offset: int, encoding: str = "utf-8") -> Write:
    """In base64, so many bytes after a boundary of its groups."""

    def write(word: str, file: Path) -> None:
        _write(file, base64.b64encode(b"." * offset + word.encode(encoding) + b"?>?"))

    return write


def packed(pack: Callable[[bytes], bytes]) -> Write:
    """Compressed or coded as a whole."""
    return lambda word, file: _write(file, pack(AROUND.format(word).encode()))


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
    alike = f"SELECT ? || hex(range) AS name FROM range({LONG})"  # noqa: S608 # a number
    newest = {"storage_compatibility_version": "latest"}
    with duckdb.connect(file, config=dict(newest)) as base:
        base.execute("CREATE SCHEMA core")
        base.execute(f"CREATE TABLE core.t AS {alike} UNION ALL SELECT ?", [word[:8], word])


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


def name(word: str, file: Path) -> None:
    """As a file's name, with nothing in it."""
    file.with_name(f"list_{word}.csv").touch()


def folder(word: str, file: Path) -> None:
    """As the name of an empty folder."""
    file.with_name(f"{word}.d").mkdir()


def sealed_name(word: str, file: Path) -> None:
    """As the name of a sealed file in the inbox."""
    inbox = file.with_name("inbox")
    inbox.mkdir()
    (inbox / f"{word}.age").touch()


def hashed(name: str, how: Callable[[str], str]) -> Write:
    """As a hash without a key, in hexadecimal."""
    return lambda word, file: _write(
        file, f"id={hashlib.new(name, how(word).encode()).hexdigest()};".encode()
    )


def in_lz4(data: bytes) -> bytes:
    """In a frame of LZ4."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "lz4") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


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


def attribute(word: str, file: Path) -> None:
    """As an extended attribute of a file; where the system keeps none, as its name."""
    file.touch()
    try:
        os.setxattr(file, "user.origin", word.encode())
    except OSError:
        name(word, file)


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


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)


DRESSES: dict[str, Write] = {
    "plain": text("utf-8"),
    "large": lambda word, file: _write(file, word.upper().encode()),
    "small": lambda word, file: _write(file, word.lower().encode()),
    "utf-16-le": text("utf-16-le"),
    "utf-16-be": text("utf-16-be"),
    "utf-32": text("utf-32"),
    "base64 at 0": in_base64(0),
    "base64 at 1": in_base64(1),
    "base64 at 2": in_base64(2),
    "base64 of utf-16": in_base64(1, "utf-16-le"),
    "base64 cut off": packed(lambda data: base64.b64encode(data).rstrip(b"=")[:-8]),
    "base64 for addresses": packed(lambda data: base64.urlsafe_b64encode(b"\xfb\xff?" + data)),
    "base64 in lines": packed(lambda data: base64.encodebytes(b"." * 50 + data)),
    "base64 in a word": packed(lambda data: b"/x/" + base64.b64encode(data) + b"/y"),
    "URL": packed(lambda data: "".join(f"%{byte:02x}" for byte in data).encode()),
    "URL of some": packed(lambda data: data.replace(b"a", b"%61").replace(b"3", b"%33")),
    "HTML": packed(lambda data: "".join(f"&#{byte};" for byte in data).encode()),
    "HTML, hexadecimal": packed(lambda data: "".join(f"&#x{b:X};" for b in data).encode()),
    "JSON": packed(lambda data: "".join(f"\\u{byte:04x}" for byte in data).encode()),
    "unicode escapes": packed(lambda data: "".join(f"\\U{byte:08x}" for byte in data).encode()),
    "byte escapes": packed(lambda data: "".join(f"\\x{byte:02x}" for byte in data).encode()),
    "quoted printable": packed(lambda data: "".join(f"={byte:02X}" for byte in data).encode()),
    "backwards": packed(lambda data: data[::-1]),
    "backwards in utf-16": lambda word, file: _write(file, word[::-1].encode("utf-16-le")),
    "pickle": packed(lambda data: pickle.dumps({"told": [data.decode()]})),
    "pickle, packed, inside": packed(lambda data: pickle.dumps([1, gzip.compress(data)])),
    "sha256": lambda word, file: _write(file, hashlib.sha256(word.encode()).digest()),
    "sha256, written": hashed("sha256", str),
    "sha256 of small, written": hashed("sha256", str.lower),
    "sha1 of large, written": hashed("sha1", str.upper),
    "md5, written": hashed("md5", str),
    "md5 in base64": lambda word, file: _write(
        file,
        b"=" + base64.b64encode(hashlib.md5(word.encode()).digest()),  # noqa: S324 # a leak
    ),
    "bzip2": packed(bz2.compress),
    "xz": packed(lzma.compress),
    "zstd": packed(lambda data: pa.compress(data, "zstd", asbytes=True)),
    "zstd, inside": packed(
        lambda data: b"name" + pa.compress(data, "zstd", asbytes=True) + b"rest" * LONG
    ),
    "zstd, inside, long": packed(
        lambda data: b"name" + pa.compress(RANDOM + data, "zstd", asbytes=True) + b"rest" * LONG
    ),
    "lz4, inside": packed(lambda data: b"name" + in_lz4(RANDOM + data) + b"rest" * LONG),
    "parquet with something before": parquet_inside,
    "gzip, inside": packed(lambda data: b"\x80\x05" + gzip.compress(data) + b"rest"),
    "lz4": packed(in_lz4),
    "snappy": packed(lambda data: pa.compress(data, "snappy", asbytes=True)),
    "parquet, snappy": in_parquet("snappy"),
    "parquet, lz4": in_parquet("lz4"),
    "parquet, gzip": in_parquet("gzip"),
    "parquet, brotli": in_parquet("brotli"),
    "parquet statistics": statistics,
    "parquet footer": footer,
    "extended attribute": attribute,
    "link": lambda word, file: file.symlink_to(f"nowhere/{word}"),
    "log of duckdb": duckdb_wal,
    "log of sqlite": sqlite_wal,
    "base64 twice": packed(lambda data: base64.b64encode(base64.b64encode(data))),
    "hexadecimal": packed(lambda data: data.hex().encode()),
    "hexadecimal, large, odd": packed(lambda data: b"0" + data.hex().upper().encode()),
    "gzip": packed(gzip.compress),
    "zlib": packed(zlib.compress),
    "zlib, fast": packed(lambda data: zlib.compress(data, 1)),
    "zlib, small": packed(lambda data: zlib.compress(data, 9)),
    "gzip twice": packed(lambda data: gzip.compress(gzip.compress(data))),
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
    "file name": name,
    "folder name": folder,
    "name in the inbox": sealed_name,
}
