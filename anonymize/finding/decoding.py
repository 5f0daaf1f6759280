"""From what the tagger thinks of each word to spans of a text."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anonymize.finding.lists import common, plain
from anonymize.finding.spans import Span
from anonymize.finding.tokens import Token

KINDS = ("", "PERSON", "ADDRESS")
PERSON, ADDRESS = 1, 2
# Half a doubt is enough for a capitalised word; where capitals are used, a small word is seldom a
# name, so it takes more than that.
SURE, SURE_SMALL, CERTAIN = 0.4, 0.97, 0.9
PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "das",
        "dos",
        "du",
        "des",
        "del",
        "della",
        "di",
        "la",
        "las",
        "le",
        "les",
        "los",
        "el",
        "y",
        "e",
        "i",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "zu",
        "bin",
        "ibn",
        "ben",
        "bint",
        "abu",
        "al",
        "ap",
        "mac",
        "af",
        "av",
        "til",
        "og",
        "et",
        "und",
    ]
)
BETWEEN = {PERSON: frozenset(".-'\u2019`"), ADDRESS: frozenset(",.-'\u2019º°/#()\"«»№")}
LETTERS = re.compile(r"[^\W\d_]")
REPEATED = 4


def cased(text: str) -> bool:
    """Whether capitals are used in a text at all; most scripts know none."""
    letters = LETTERS.findall(text)
    return any(letter.isupper() for letter in letters[1:]) and text != text.upper()


def judged(text: str, words: Sequence[Token], shares: NDArray[np.float32]) -> list[int]:
    """For each word 0, PERSON or ADDRESS; marks are nothing."""
    strict = cased(text)
    kinds = shares[:, 1:].argmax(axis=1) + 1
    something = 1 - shares[:, 0]
    return [
        int(kind) if sure > (SURE_SMALL if strict and word.text[0].islower() else SURE) else 0
        for word, kind, sure in zip(words, kinds, something, strict=True)
    ]


def bridged(words: Sequence[Token], kinds: list[int]) -> list[int]:
    """Marks and particles between two words of a name are of it; so are numbers of an address."""
    full = [kind if word.text[0].isalnum() else 0 for word, kind in zip(words, kinds, strict=True)]
    marked = [at for at, kind in enumerate(full) if kind]
    for left, right in pairwise(marked):
        kind = full[left]
        inner = words[left + 1 : right]
        if (
            kind == full[right]
            and len(inner) <= 3
            and all(joins(word.text, kind) for word in inner)
        ):
            full[left + 1 : right] = [kind] * len(inner)
    return full


def joins(word: str, kind: int) -> bool:
    """Whether a word between two of a kind belongs to them."""
    if word in BETWEEN[kind] or word in PARTICLES:
        return True
    return kind == ADDRESS and word[0] != "\n" and len(word) < 5


def repeated(
    words: Sequence[Token], kinds: list[int], shares: NDArray[np.float32], language: str | None
) -> list[int]:
    """Who is named once for certain is recognised wherever the text names him again."""
    sure = {
        word.text
        for word, kind, share in zip(words, kinds, shares[:, PERSON], strict=True)
        if kind == PERSON and share > CERTAIN and len(word.text) >= REPEATED
        and word.text[0].isupper() and not common(plain(word.text), language)
    }  # fmt: skip
    again = [kind or PERSON * (word.text in sure) for word, kind in zip(words, kinds, strict=True)]
    return again


def runs(words: Sequence[Token], kinds: Sequence[int]) -> Iterator[Span]:
    """Neighbours of a kind as one span."""
    start = 0
    for at, kind in enumerate(kinds):
        if at + 1 == len(kinds) or kinds[at + 1] != kind:
            if kind:
                yield Span(words[start].start, words[at].end, KINDS[kind])
            start = at + 1


def spans(
    text: str, words: Sequence[Token], shares: NDArray[np.float32], language: str | None
) -> list[Span]:
    """The spans of persons and addresses in a text; ``shares`` is is one row a word."""
    if not words:
        return []
    kinds = repeated(words, judged(text, words, shares), shares, language)
    return list(runs(words, bridged(words, kinds)))
