"""A file's bytes piece by piece: unpacked within limits, and as UTF-8 whatever they were in."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from data_contracts import load
from sources.rows import Bomb, NoText, Unreadable

# Large enough that the fixed costs of a piece vanish, small enough for several at a time.
PIECE = 24 * 2**20
GZIP = b"\x1f\x8b"
# So many bytes tell format and encoding.
TELLING = 128
# What a small file may unpack to, however well it was packed.
HARMLESS = 64 * 2**20


class Readable(Protocol):
    """Whatever bytes can be taken from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, fewer only at the end."""


class Rewinding:
    """A stream that can be read from its beginning again until ``go_on``: a pipe cannot."""

    def __init__(self, stream: Readable) -> None:
        self.stream, self.ahead = stream, b""
        self.kept: list[bytes] | None = []

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, fewer only at the end."""
        data, self.ahead = self.ahead[:size], self.ahead[size:]
        if len(data) < size:
            data += self.stream.read(size - len(data))
        if self.kept is not None:
            self.kept.append(data)
        return data

    def rewind(self) -> None:
        """Begin again."""
        self.ahead, self.kept = b"".join([*(self.kept or ()), self.ahead]), []

    def go_on(self) -> None:
        """Keep nothing any more."""
        self.kept = None


class Counted(io.BufferedIOBase):
    """A stream that knows how many bytes were taken from it."""

    def __init__(self, stream: Readable, start: bytes) -> None:
        self.stream, self.start, self.taken = stream, start, 0

    def read(self, size: int | None = -1, /) -> bytes:
        """At most ``size`` bytes; what was looked at before comes first."""
        data, self.start = self.start or self.stream.read(size or 0), b""
        self.taken += len(data)
        return data


def _unpacked(stream: Readable, start: bytes) -> Iterator[bytes]:
    """The content of a gzip file; what unpacks to many times its size was made to exhaust."""
    packed, size, most = Counted(stream, start), 0, load.policy().max_expansion
    try:
        with gzip.GzipFile(fileobj=packed) as plain:
            while piece := plain.read(PIECE):
                size += len(piece)
                if size > max(HARMLESS, most * packed.taken):
                    raise Bomb
                yield piece
    except (OSError, EOFError, zlib.error):
        raise Unreadable from None


def pieces(stream: Readable) -> Iterator[bytes]:
    """The file's content, unpacked; at most as much as the policy takes of one file."""
    begun, size, most = stream.read(len(GZIP)), 0, load.policy().max_file_bytes
    rest = iter(lambda: stream.read(PIECE), b"")
    plain = _unpacked(stream, begun) if begun == GZIP else chain([begun], rest)
    for piece in plain:
        size += len(piece)
        if size > most:
            raise Bomb
        yield piece


def whole(parts: Iterable[bytes], most: int) -> bytes:
    """All of a file that cannot be read piece by piece, at most ``most`` bytes of it."""
    data = bytearray()
    for part in parts:
        data += part
        if len(data) > most:
            raise Bomb
    return bytes(data)


def start(parts: Iterator[bytes]) -> bytes:
    """The first parts, enough of them to tell what the file is."""
    begun = b""
    while len(begun) < TELLING and (part := next(parts, b"")):
        begun += part
    return begun


def _encoding(start: bytes, encoding: str) -> str:
    """A byte-order mark tells the encoding, else the layout does."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else encoding


def utf8(parts: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The text of a file as UTF-8 without its mark; raises ``NoText`` where it is none."""
    begun = start(parts)
    encoding = _encoding(begun, encoding)
    decoder = codecs.getincrementaldecoder(encoding)()
    plain = codecs.lookup(encoding).name == "utf-8"
    try:
        for part in chain([begun], parts):
            text = decoder.decode(part)
            # Readers in C end a text at such a sign; two bytes a letter without a mark have many.
            if b"\0" in part and "\0" in text:
                raise NoText
            # Decoded all the same: what is not UTF-8 must not be passed on.
            yield part if plain else text.encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError:
        raise NoText from None
