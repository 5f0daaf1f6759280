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


def of_arrow(codec: str, end: Callable[[memoryview], int]) -> Callable[[memoryview], bytes]:
    """What was compressed with a codec that Arrow knows, which ends where ``end`` says."""

    def unpack(data: memoryview) -> bytes:
        said = b""
        try:
            size = end(data)
            with pa.CompressedInputStream(pa.BufferReader(data[:size]), codec) as stream:
                while len(said) < MOST and (piece := stream.read(PIECE)):
                    said += piece
        except (OSError, IndexError, pa.ArrowException):
            return said
        return said

    return unpack


def end_of_zstd(data: memoryview) -> int:
    """Where a frame of Zstandard ends (RFC 8878): after its last block and its checksum."""
    about = data[4]
    window = 0 if about & 0x20 else 1
    sizes = (1 if about & 0x20 else 0, 2, 4, 8)
    at = 5 + window + (0, 1, 2, 4)[about & 3] + sizes[about >> 6]
    is_last = False
    while not is_last:
        head = data[at] | data[at + 1] << 8 | data[at + 2] << 16
        is_last, kind = bool(head & 1), head >> 1 & 3
        at += 3 + (1 if kind == 1 else head >> 3)
    return at + (4 if about & 4 else 0)


def end_of_lz4(data: memoryview) -> int:
    """Where a frame of LZ4 ends: after an empty block and the checksum of all."""
    about = data[4]
    at = 7 + (8 if about & 8 else 0) + (4 if about & 1 else 0)
    while size := int.from_bytes(data[at : at + 4], "little"):
        if at >= len(data):
            raise IndexError
        at += 4 + (size & 0x7FFFFFFF) + (4 if about & 0x10 else 0)
    return at + 4 + (4 if about & 4 else 0)


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
    (re.compile(rb"\x28\xb5\x2f\xfd"), of_arrow("zstd", end_of_zstd)),
    (re.compile(rb"\x04\x22\x4d\x18"), of_arrow("lz4", end_of_lz4)),
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
