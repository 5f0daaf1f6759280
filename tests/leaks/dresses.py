"""Every way in which a string may be written down that the search must see through."""

import base64
import bz2
import gzip
import hashlib
import lzma
import os
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from tests.leaks.containers import CONTAINERS, LONG, Write

AROUND = "before {} after"
# What no packing makes smaller.
RANDOM = hashlib.shake_256(b"").digest(300_000)


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


def attribute(word: str, file: Path) -> None:
    """As an extended attribute of a file; where the system keeps none, as its name."""
    file.touch()
    try:
        os.setxattr(file, "user.origin", word.encode())
    except OSError:
        name(word, file)


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)


DRESSES: dict[str, Write] = CONTAINERS | {
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
        b"=" + base64.b64encode(hashlib.md5(word.encode(), usedforsecurity=False).digest()),
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
    "gzip, inside": packed(lambda data: b"\x80\x05" + gzip.compress(data) + b"rest"),
    "lz4": packed(in_lz4),
    "snappy": packed(lambda data: pa.compress(data, "snappy", asbytes=True)),
    "extended attribute": attribute,
    "link": lambda word, file: file.symlink_to(f"nowhere/{word}"),
    "base64 twice": packed(lambda data: base64.b64encode(base64.b64encode(data))),
    "hexadecimal": packed(lambda data: data.hex().encode()),
    "hexadecimal, large, odd": packed(lambda data: b"0" + data.hex().upper().encode()),
    "gzip": packed(gzip.compress),
    "zlib": packed(zlib.compress),
    "zlib, fast": packed(lambda data: zlib.compress(data, 1)),
    "zlib, small": packed(lambda data: zlib.compress(data, 9)),
    "gzip twice": packed(lambda data: gzip.compress(gzip.compress(data))),
    "file name": name,
    "folder name": folder,
    "name in the inbox": sealed_name,
}
