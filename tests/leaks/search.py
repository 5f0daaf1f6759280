"""Looks for short strings in bytes, however they are dressed.

Strings are found in any case of letters; as UTF-8, UTF-16 and UTF-32; in base64 at every offset,
in one line or many; in hexadecimal; and in one of these inside another. Cyrillic and Arabic ones
are found as UTF-8, UTF-16 and Windows-1251, and as JSON writes them.
"""

import base64
import re
from collections.abc import Iterable, Iterator

RUN = re.compile(rb"[0-9a-z]{10,}")
WIDE = re.compile(rb"(?:[0-9A-Za-z]\0){9,}[0-9A-Za-z]")
WIDER = re.compile(rb"(?:[0-9A-Za-z]\0\0\0){9,}[0-9A-Za-z]")
BASE64 = re.compile(rb"[0-9A-Za-z+/_-]{13,}")
HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{20,}")
# Runs of Cyrillic or Arabic letters, by how they are written.
FOREIGN = (
    ("utf-8", re.compile(rb"(?:[\xd0-\xd3\xd8-\xdb][\x80-\xbf]){10,}")),
    ("utf-16-le", re.compile(rb"(?:[\x00-\xff][\x04\x06]){10,}")),
    ("utf-16-be", re.compile(rb"(?:[\x04\x06][\x00-\xff]){10,}")),
    ("cp1251", re.compile(rb"[\xc0-\xff]{10,}")),
    ("unicode_escape", re.compile(rb"(?:\\u0[46][0-9a-fA-F]{2}){10,}")),
)
STANDARD = bytes.maketrans(b"-_", b"+/")
DRESSES = 2


def base64_bytes(text: bytes) -> Iterator[bytes]:
    """What a run of base64 says, from each of the four places where it can begin."""
    for shift in range(4):
        run = text[shift:]
        yield base64.b64decode(run + b"A" * (-len(run) % 4))


def hexadecimal_bytes(text: bytes) -> Iterator[bytes]:
    """What a run of hexadecimal digits says, from either of the two places where it can begin."""
    for shift in range(2):
        yield bytes.fromhex(text[shift : shift + (len(text) - shift) // 2 * 2].decode())


def undressed(data: bytes) -> Iterator[bytes]:
    """What is said in ``data`` by other bytes than its letters'."""
    yield b"\n".join(wide[::2] for wide in WIDE.findall(data))
    yield b"\n".join(wide[::4] for wide in WIDER.findall(data))
    # Without line breaks, because base64 is often broken into lines.
    runs = {run.translate(STANDARD) for run in BASE64.findall(data.translate(None, b"\r\n"))}
    yield b"\n".join(said for run in runs for said in base64_bytes(run))
    runs = set(HEXADECIMAL.findall(data))
    yield b"\n".join(said for run in runs for said in hexadecimal_bytes(run))


class Search:
    """A search for any of many strings of letters and digits, ten or more of them each."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self.wanted = {text.lower().encode() for text in wanted}
        self.sizes = sorted(set(map(len, filter(bytes.isascii, self.wanted))))
        self.foreign = {text.decode() for text in self.wanted if not text.isascii()}
        self.lengths = sorted(set(map(len, self.foreign)))

    def plain(self, data: bytes) -> Iterator[str]:
        """Those that stand in ``data`` letter by letter."""
        for run in set(RUN.findall(data.lower())):
            for size in self.sizes:
                windows = (run[start : start + size] for start in range(len(run) - size + 1))
                yield from (w.decode() for w in self.wanted.intersection(windows))

    def in_other_letters(self, data: bytes) -> Iterator[str]:
        """Those of other letters that stand in ``data``."""
        for encoding, run in FOREIGN if self.foreign else ():
            for said in {found.decode(encoding, "ignore").lower() for found in run.findall(data)}:
                for size in self.lengths:
                    windows = (said[start : start + size] for start in range(len(said) - size + 1))
                    yield from self.foreign.intersection(windows)

    def found(self, data: bytes, dresses: int = DRESSES) -> set[str]:
        """Those that stand in ``data``, dressed at most ``dresses`` times; in small letters."""
        here = {*self.plain(data), *self.in_other_letters(data)}
        if dresses and data:
            here.update(*(self.found(inner, dresses - 1) for inner in undressed(data)))
        return here
