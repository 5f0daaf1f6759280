"""How a string may stand in bytes without any packing: letters, encodings, direction, digests.

A fingerprint is the bytes by which one form of a string is known. Letters are written small, and
are looked for in what was made small; digests are looked for as they are.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

SHORTEST = 8
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
CODEPAGES = ("cp1251", "cp1252", "cp1253", "cp1255", "cp1256", "cp874", "koi8-r", "gb18030")
DIGESTS = ("sha256", "sha1", "md5", "sha512", "blake2b", "sha3_256")
BLOOM, MIX = 24, np.uint64(0x9E3779B97F4A7C15)
Numbers = npt.NDArray[np.uint64]


def spelt(text: str) -> set[str]:
    """A string in small, large and first letters, composed, decomposed and without its marks."""
    composed = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return {
        how(one) for one in (*composed, plain) for how in (str, str.lower, str.upper, str.title)
    }


def letters(text: str) -> set[bytes]:
    """A string in every encoding, from its first letter and from its last."""
    return set(_letters(text))


def _letters(text: str) -> Iterator[bytes]:
    for one in spelt(text):
        for encoding in ENCODINGS + (() if one.isascii() else CODEPAGES):
            try:
                said = one.encode(encoding)
            except UnicodeEncodeError:
                continue
            yield from (said.lower(), said[::-1].lower())


def digests(text: str) -> Iterator[bytes]:
    """The first bytes of the hashes of a string that need no key."""
    for one in spelt(text) | {text.strip()}:
        said = one.encode()
        yield from (hashlib.new(name, said).digest()[:SHORTEST] for name in DIGESTS)


def digits(text: str) -> str:
    """A number without what groups it; as it is if it is none."""
    bare = re.sub(r"[\s()+./-]", "", text)
    return bare if bare.isdecimal() and bare.isascii() else text


class Fingerprints:
    """Very many byte strings, each of at least eight bytes, looked for at once.

    Eight bytes at every place are mixed into a table of what may begin here; few survive it.
    """

    def __init__(self, known: Iterable[tuple[bytes, str]]) -> None:
        self.known: dict[int, list[tuple[bytes, str]]] = {}
        for form, text in known:
            if len(form) >= SHORTEST:
                start = int.from_bytes(form[:SHORTEST], "little")
                self.known.setdefault(start, []).append((form, text))
        self.starts: Numbers = np.array(sorted(self.known), dtype=np.uint64)
        self.may_begin = np.zeros(2**BLOOM, dtype=bool)
        self.may_begin[self._mixed(self.starts)] = True

    @staticmethod
    def _mixed(eight: Numbers) -> npt.NDArray[np.int64]:
        with np.errstate(over="ignore"):
            return ((eight * MIX) >> np.uint64(64 - BLOOM)).astype(np.int64)

    def found(self, data: bytes) -> Iterator[str]:
        """Those that stand in ``data``."""
        for shift in range(min(SHORTEST, max(len(data) - SHORTEST + 1, 0))):
            count = (len(data) - shift) // SHORTEST
            eight = np.frombuffer(data, "<u8", count, shift)
            places = np.flatnonzero(self.may_begin[self._mixed(eight)])
            there = np.searchsorted(self.starts, eight[places])
            places = places[self.starts[there % len(self.starts)] == eight[places]]
            for place in places:
                at = shift + int(place) * SHORTEST
                for form, text in self.known[int(eight[place])]:
                    if data.startswith(form, at):
                        yield text
