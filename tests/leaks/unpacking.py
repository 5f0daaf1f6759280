"""What is packed in bytes, wherever in them it begins, by the marks of the formats."""

import bz2
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pyarrow as pa

# Nothing that a line writes unpacks to more; what begins like a packed piece by chance ends soon.
MOST = 2**28
PIECE = 2**20


def of_zlib(data: memoryview) -> bytes:
    """What was compressed with or without a header of gzip; what is there of it."""
    unpack, said = zlib.decompressobj(zlib.MAX_WBITS | 32), b""
    try:
        said = unpack.decompress(data, MOST)
    except zlib.error:
        return b""
    return said


def of_arrow(codec: str) -> Callable[[memoryview], bytes]:
    """What was compressed with a codec that Arrow knows; what is there of it."""

    def unpack(data: memoryview) -> bytes:
        said = b""
        try:
            with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
                while len(said) < MOST and (piece := stream.read(PIECE)):
                    said += piece
        except (OSError, pa.ArrowException):
            # What follows the packed piece is no part of it.
            return said
        return said

    return unpack


def of_bz2(data: memoryview) -> bytes:
    """What was compressed with bzip2."""
    try:
        return bz2.BZ2Decompressor().decompress(data, MOST)
    except OSError:
        return b""


def of_xz(data: memoryview) -> bytes:
    """What was compressed with xz."""
    try:
        return lzma.LZMADecompressor().decompress(data, MOST)
    except lzma.LZMAError:
        return b""


def of_member(data: memoryview) -> bytes:
    """A member of an archive by its own header: all that is left of one that was cut off."""
    if len(data) < 30 or data[8] != zipfile.ZIP_DEFLATED:
        return b""
    name, extra = struct.unpack("<HH", data[26:30])
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[30 + name + extra :], MOST)
    except zlib.error:
        return b""


def of_snappy(data: bytes) -> bytes:
    """A block of Snappy, which has no mark: it begins with its size and ends with the data."""
    size = shift = at = 0
    while at < min(len(data), 5):
        size |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            break
    try:
        fits = 0 < size < min(MOST, 100 * len(data))
        return pa.decompress(data, size, "snappy", asbytes=True) if fits else b""
    except (OSError, pa.ArrowException):
        return b""


MARKS: tuple[tuple[re.Pattern[bytes], Callable[[memoryview], bytes]], ...] = (
    (re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]"), of_zlib),
    (re.compile(rb"\x28\xb5\x2f\xfd"), of_arrow("zstd")),
    (re.compile(rb"\x04\x22\x4d\x18"), of_arrow("lz4")),
    (re.compile(rb"PK\x03\x04"), of_member),
    (re.compile(rb"BZh[1-9]1AY&SY"), of_bz2),
    (re.compile(rb"\xfd7zXZ\x00"), of_xz),
)


def unpacked(data: bytes) -> Iterator[bytes]:
    """Every packed piece that begins anywhere in ``data``, unpacked; chance hits are short."""
    view = memoryview(data)
    for mark, unpack in MARKS:
        for found in mark.finditer(data):
            if said := unpack(view[found.start() :]):
                yield said
    if said := of_snappy(data):
        yield said
