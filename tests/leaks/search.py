"""Looks for strings in bytes, however they are dressed.

Strings are found in any case of letters, from either end, in the encodings of ``fingerprints``, and
as hashes without a key; in base64 at every offset, in one line or many; in hexadecimal; as URLs,
HTML, JSON, Python, MIME and quoted-printable write what is no plain letter; numbers however
grouped; and in one of these inside another.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator

from tests.leaks.fingerprints import Fingerprints, digests, digits, letters

BASE64 = re.compile(rb"[0-9A-Za-z+/_-]{11,}")
HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{16,}")
GROUPED = re.compile(rb"\d[\d ().+/\xa0-]{6,}\d")
APART = re.compile(rb"[^\d]")
STANDARD = bytes.maketrans(b"-_", b"+/")
DRESSES = 2


def of_code(match: re.Match[bytes], base: int) -> bytes:
    """The letter that has a number."""
    number = int(match[1], base)
    return chr(number).encode("utf-8", "ignore") if number < 0x110000 else b""


def of_pair(match: re.Match[bytes]) -> bytes:
    """Letters written as UTF-16 in hexadecimal, as JSON writes them."""
    units = re.sub(rb"\\[uU]\+?\{?|\}", b"", match[0])
    return bytes.fromhex(units.decode()).decode("utf-16-be", "ignore").encode()


def of_octets(match: re.Match[bytes]) -> bytes:
    """Bytes written one by one in hexadecimal, after a mark each."""
    return bytes.fromhex(re.sub(rb"%|=(\r?\n)?|\\x", b"", match[0]).decode())


# One escape, what writes the bytes of several in a row, and how they are read.
PERCENT, SLASH = rb"%[0-9A-Fa-f]{2}", rb"\\x[0-9A-Fa-f]{2}"
PRINTABLE, PAIR = rb"=[0-9A-F]{2}(?:=\r?\n)?", rb"\\u[0-9A-Fa-f]{4}"
ESCAPES: tuple[tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]], ...] = (
    *((re.compile(b"%b(?:%b)*" % (one, one)), of_octets) for one in (PERCENT, SLASH, PRINTABLE)),
    (re.compile(b"%b(?:%b)*" % (PAIR, PAIR)), of_pair),
    (re.compile(rb"\\U([0-9A-Fa-f]{8})"), lambda match: of_code(match, 16)),
    (re.compile(rb"&#[xX]([0-9A-Fa-f]{1,6});"), lambda match: of_code(match, 16)),
    (re.compile(rb"&#(\d{1,7});"), lambda match: of_code(match, 10)),
)
# How far from an escape a string may reach that is written with it.
AROUND = 160


def near(data: bytes, escape: re.Pattern[bytes]) -> Iterator[bytes]:
    """The parts of ``data`` with escapes in them, and what is around those."""
    begin = end = 0
    for match in escape.finditer(data):
        if end and match.start() > end + AROUND:
            yield data[max(begin - AROUND, 0) : end + AROUND]
            end = 0
        begin, end = begin if end else match.start(), match.end()
    if end:
        yield data[max(begin - AROUND, 0) : end + AROUND]


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
    # Without line breaks, because base64 is often broken into lines.
    runs = {run.translate(STANDARD) for run in BASE64.findall(data.translate(None, b"\r\n"))}
    yield b"\n".join(said for run in runs for said in base64_bytes(run))
    runs = set(HEXADECIMAL.findall(data))
    yield b"\n".join(said for run in runs for said in hexadecimal_bytes(run))
    for pattern, said_by in ESCAPES:
        yield b"\n".join(pattern.sub(said_by, part) for part in near(data, pattern))
    yield b"\n".join({APART.sub(b"", run) for run in GROUPED.findall(data)})


class Search:
    """A search for any of many strings of eight or more letters and digits each."""

    def __init__(self, wanted: Iterable[str]) -> None:
        given = set(wanted)
        self.wanted = {text.lower() for text in given}
        self.letters = Fingerprints(
            (form, text.lower()) for text in given for form in letters(digits(text))
        )
        # A hash of a text as it was given is no hash of it in small letters.
        self.digests = Fingerprints(
            (form, text.lower()) for text in given for form in digests(text)
        )

    def found(self, data: bytes, dresses: int = DRESSES) -> set[str]:
        """Those that stand in ``data``, dressed at most ``dresses`` times; in small letters."""
        here = {*self.letters.found(data.lower()), *self.digests.found(data)}
        if dresses and data:
            here.update(*(self.found(inner, dresses - 1) for inner in undressed(data)))
        return here
