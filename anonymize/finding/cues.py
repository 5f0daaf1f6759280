"""The words before (or after) which a number, a name or a date is somebody's.

They stand in `cues.csv`: what they announce, in which language, and the words. A word ending in *
may go on (inflection, plural); one beginning with * may be part of a longer one (articles and
prepositions that Arabic and Hebrew write together with the noun, German compounds).
"""

import csv
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import ahocorasick

from anonymize.finding.letters import TABLE

# Thai, Lao, Burmese, Korean (as read), Khmer, Japanese and Chinese: words without blanks between.
BLOCKS = ((0xE00, 0xEFF), (0x1000, 0x11FF), (0x1780, 0x17FF), (0x3040, 0x9FFF))
UNSPACED = frozenset(chr(code) for first, last in BLOCKS for code in range(first, last + 1))
FILE = Path(__file__).with_name("cues.csv")


class Cue(NamedTuple):
    """A word that announces something, at its place in the text as read."""

    end: int
    start: int
    tells: str


class Word(NamedTuple):
    """A cue as listed: what it announces, its length, whether letters may stand around it."""

    tells: str
    length: int
    may_begin_within: bool
    may_go_on: bool


def listed(file: Path = FILE) -> Iterator[tuple[str, str, str]]:
    """What is announced, language and word, of every cue of a file."""
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for word in row["words"].split("|"):
                yield row["tells"], row["language"], word


@cache
def automaton() -> ahocorasick.Automaton:
    """All cues as one automaton: a text is passed once however many there are."""
    words: dict[str, list[Word]] = {}
    for tells, _, word in listed():
        key = unicodedata.normalize("NFC", word).translate(TABLE).lower().strip("*")
        known = words.setdefault(key, [])
        meaning = Word(tells, len(key), word.startswith("*"), word.endswith("*"))
        known.extend([meaning] if meaning not in known else [])
    found = ahocorasick.Automaton()
    for key, meanings in words.items():
        found.add_word(key, meanings)
    found.make_automaton()
    return found


def cues(lower: str) -> Iterator[Cue]:
    """The cues of a text in lower case, whole words only; of those that end together the longest.

    One that goes on, such as a plural, ends with its word.
    """
    begun = end = -1
    for last, meanings in automaton().iter(lower):
        for word in meanings:
            start = last + 1 - word.length
            if (last + 1 == end and start > begun) or not _stands(lower, start, last + 1, word):
                continue
            begun, end = start, last + 1
            yield Cue(_whole(lower, end) if word.may_go_on else end, start, word.tells)


def _whole(lower: str, end: int) -> int:
    while end < len(lower) and lower[end].isalpha():
        end += 1
    return end


def _stands(lower: str, start: int, end: int, word: Word) -> bool:
    is_begun = start and lower[start - 1].isalpha() and lower[start].isalpha()
    if is_begun and not word.may_begin_within:
        return False
    if word.may_go_on or end == len(lower) or not lower[end].isalpha():
        return True
    last = lower[end - 1]
    return not last.isalpha() or last in UNSPACED or last.isascii() != lower[end].isascii()
