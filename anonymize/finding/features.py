"""What a word looks like, in numbers that mean the same in every language.

A word is a row of places in one table of weights: itself, if it is one of the words that stand
around names (never a name), its beginning and end, its shape, its script, and whether lists and
dictionaries know it.
"""

import zlib
from collections.abc import Mapping
from functools import lru_cache

from anonymize.finding.lists import LEARNED, anywhere, common, listed, plain

WORDS = 8192
HASHED = 16384
SHAPES = 2048
TABLE = WORDS + HASHED + SHAPES + 320
WIDTH = 9
UNKNOWN = 0
LIST_PLACE = WORDS + HASHED + SHAPES
SCRIPTS = (
    ("\u0250", 0), ("\u0400", 1), ("\u0530", 2), ("\u0590", 3), ("\u0600", 4), ("\u0700", 5),
    ("\u0900", 6), ("\u0e00", 7), ("\u1000", 8), ("\u10a0", 9), ("\u1200", 10), ("\u1400", 11),
    ("\u1e00", 6), ("\u2000", 0), ("\uffff", 12),
)  # fmt: skip


def script(word: str) -> int:
    """The script of a word's first letter, as a small number; 0 is Latin."""
    return next((number for below, number in SCRIPTS if word[0] < below), 12)


def capitals(word: str) -> int:
    """How a word is capitalised: small, Title, CAPITALS, mIXed, one letter, no letters."""
    if not word[0].isalpha():
        return 5
    if len(word) == 1:
        return 4 if word.isupper() else 6
    if word.islower():
        return 0
    if word.isupper():
        return 2
    parts = word.replace("'", "-").replace("\u2019", "-").split("-")
    return 1 if all(part.istitle() or len(part) < 2 for part in parts) else 3


def hashed(kind: int, part: str) -> int:
    """The place of a word's part in the table."""
    return WORDS + zlib.crc32(f"{kind}{part}".encode()) % HASHED


def usual(word: str, language: str | None) -> int:
    """Whether a word is in its language's dictionary: 2 or 1; in any, where it has none: 3 or 0."""
    if not word.isalpha():
        return 1
    if language in LEARNED:
        return 1 + common(word, str(language))
    return 3 * anywhere(word)


def knowledge(word: str, language: str | None) -> int:
    """What lists and dictionaries say of a word: 0 to 31."""
    return listed().get(plain(word).split("-")[0], 0) + 8 * usual(word, language)


@lru_cache(maxsize=1 << 16)
def places(word: str, language: str | None, number: int) -> tuple[int, ...]:
    """The places of a word in the table; ``number`` is its own among the words around names."""
    if word[0] == "\n":
        word = "\n\n" if word.count("\n") > 1 else "\n"
    if word.isdigit():
        shape = hashed(9, str(min(len(word), 9)))
        return (
            number,
            shape,
            shape,
            shape,
            shape,
            shape,
            WORDS + HASHED + 5,
            LIST_PLACE + 30,
            LIST_PLACE + 60,
        )
    lower = plain(word)
    form = capitals(word)
    length = min(len(word), 15)
    return (
        number,
        hashed(0, lower[:2]),
        hashed(1, lower[:4]),
        hashed(2, lower[-2:]),
        hashed(3, lower[-3:]),
        hashed(4, lower[-4:]),
        WORDS + HASHED + form + 8 * length + 128 * script(word),
        LIST_PLACE + knowledge(word, language) + 32 * (word[0].isalpha()),
        LIST_PLACE + 64 + form * 32 + knowledge(word, language),
    )


def own(word: str, vocabulary: Mapping[str, int]) -> int:
    """A word's own place, if it is one of the words that stand around names."""
    text = "\n" if word[0] == "\n" else plain(word)
    return vocabulary.get(text, UNKNOWN)
