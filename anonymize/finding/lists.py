"""Lists of given names, family names, places and common words, read when they are first asked for.

``data/README.md`` says where each comes from and under which licence. Names and places are sets
of single words in lower case without accents. Common words are a Bloom filter per language: a
word that is in the dictionary is always found, one in forty that is not is found as well.
"""

import gzip
import unicodedata
import zlib
from functools import cache
from pathlib import Path

from anonymize.finding.composed import composed

DATA = Path(__file__).parent / "data"
GIVEN, FAMILY, PLACE = 1, 2, 4
PROBES = 4
# The languages whose dictionary the tagger knew when it learned; the others are asked afterwards.
LEARNED = ("en", "es", "fr", "pt", "ro", "ru", "tr")
SECOND = 0x9E3779B9


def plain(word: str) -> str:
    """A word in lower case without accents; other scripts than Latin keep their marks."""
    lower = word.lower()
    if lower.isascii() or lower[0] > "\u024f":
        return lower
    apart = unicodedata.normalize("NFKD", lower)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@cache
def listed() -> dict[str, int]:
    """Every listed word with what it can be: GIVEN, FAMILY, PLACE, or their sum."""
    lines = gzip.decompress((DATA / "names.txt.gz").read_bytes()).decode().splitlines()
    pairs = (line.split("\t") for line in lines)
    return {word: int(kinds) for kinds, words in pairs for word in words.split(" ")}


def probes(word: str, bits: int) -> list[int]:
    """The places of a word in a Bloom filter of so many bits."""
    data = word.encode()
    first, step = zlib.crc32(data), zlib.crc32(data, SECOND) | 1
    return [(first + turn * step) % bits for turn in range(PROBES)]


@cache
def dictionaries() -> dict[str, Path]:
    """Where the dictionary of each language is."""
    return {file.stem.removeprefix("words_"): file for file in sorted(DATA.glob("*.bloom"))}


@cache
def dictionary(language: str) -> bytes:
    """The Bloom filter of a language's words."""
    return dictionaries()[language].read_bytes()


def held(word: str, filled: bytes) -> bool:
    """Whether a word in small letters is in a Bloom filter."""
    bits = len(filled) * 8
    return all(filled[place >> 3] >> (place & 7) & 1 for place in probes(word, bits))


def common(word: str, language: str) -> bool:
    """Whether a word, or all that it is put together of, is in a language's dictionary."""
    filled, small = dictionary(language), word.lower()
    return held(small, filled) or composed(small, language, lambda part: held(part, filled))


def anywhere(word: str) -> bool:
    """Whether a word is in any dictionary that was learned with: of a text in another language."""
    small = word.lower()
    return any(held(small, dictionary(language)) for language in LEARNED)
