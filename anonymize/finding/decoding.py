"""From what the tagger thinks of each word to spans of a text."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anonymize.finding.features import usual
from anonymize.finding.lists import LEARNED, anywhere, common, dictionaries, listed, plain
from anonymize.finding.spans import Span
from anonymize.finding.tokens import Token

KINDS = ("", "PERSON", "ADDRESS")
PERSON, ADDRESS = 1, 2
# A capitalised word that may as well be nothing is taken for a name all the same; where capitals
# are used, a small word is seldom one. Beside another word of its kind less will do.
SURE, SURE_SMALL, CERTAIN = 0.4, 0.97, 0.9
BESIDE, BESIDE_SMALL = 0.1, 0.4
# A word of the dictionary that no list has as a name must look more like one, beside one too.
SURE_COMMON, BESIDE_COMMON = 0.5, 0.6
LATIN_PARTICLES = "de da do das dos du des del della di la las le les los el y e i et"
OTHER_PARTICLES = "van von der den ter ten zu und bin ibn ben bint abu al ap mac af av til og"
PARTICLES = frozenset(f"{LATIN_PARTICLES} {OTHER_PARTICLES}".split())
BETWEEN = {PERSON: frozenset(".-'\u2019`"), ADDRESS: frozenset(",.-'\u2019º°/#()\"«»№")}
LETTERS = re.compile(r"[^\W\d_]")
REPEATED = 4
# So few words in small letters tell nothing by what stands around them: a word of a dictionary is
# taken for one.
BARE = 4
HOUSE_BEFORE = re.compile(
    r"(?<!\w)\d{1,5}[^\W\d_]?(?:[ /-]\d{1,4}[^\W\d_]?)?(?: ?(?:bis|ter))?,? ?\Z"
)
HOUSE_AFTER = re.compile(
    r",? ?(?:n\.?[ºo°]\.? ?|№ ?|# ?|No\.? ?:? ?)?\d{1,5}(?:[ -]?[^\W\d_])?(?![\w.])"
)


def cased(text: str) -> bool:
    """Whether capitals are used in a text at all; most scripts know none."""
    letters = LETTERS.findall(text)
    return any(letter.isupper() for letter in letters[1:]) and text != text.upper()


def ordinary(word: Token, language: str | None) -> bool:
    """Whether a word is in the dictionary of its language and in no list of names."""
    if language not in dictionaries() or not common(word.text, str(language)):
        return False
    return not listed().get(plain(word.text), 0)


def judged(
    text: str, words: Sequence[Token], shares: NDArray[np.float32], language: str | None
) -> list[int]:
    """For each word 0, PERSON or ADDRESS; marks are nothing."""
    strict = cased(text)
    likeliest = (shares[:, 1:].argmax(axis=1) + 1).tolist()
    something = (1 - shares[:, 0]).tolist()
    small = [strict and word.text[0].islower() for word in words]
    known = [
        odds > BESIDE and kind == PERSON and ordinary(word, language)
        for word, odds, kind in zip(words, something, likeliest, strict=True)
    ]
    enough = [
        SURE_SMALL if low else SURE_COMMON if usual_ else SURE
        for low, usual_ in zip(small, known, strict=True)
    ]
    kinds = [
        kind if sure > least else 0
        for kind, sure, least in zip(likeliest, something, enough, strict=True)
    ]
    for at in (*range(1, len(kinds)), *range(len(kinds) - 2, -1, -1)):
        beside = {kinds[at - 1] if at else 0, *kinds[at + 1 : at + 2]}
        least = BESIDE_COMMON if known[at] else BESIDE_SMALL if small[at] else BESIDE
        if not kinds[at] and something[at] > least and likeliest[at] in beside:
            kinds[at] = likeliest[at]
    return kinds


def unheard(word: Token, language: str | None) -> bool:
    """Whether a word is written like a name and is in the dictionary of its language under none."""
    return word.text[0].isupper() and len(word.text) > 1 and usual(word.text, language) == 1


def extended(words: Sequence[Token], kinds: list[int], language: str | None) -> list[int]:
    """Words beside a person's name that no dictionary of the language has are of the name too."""
    if language not in LEARNED:
        return kinds
    whole = [*kinds]
    for order in (range(1, len(words)), range(len(words) - 2, -1, -1)):
        step = order.step
        for at in order:
            beside = whole[at - step] == PERSON and letters(words[at - step])
            if beside and not whole[at] and letters(words[at]) and unheard(words[at], language):
                whole[at] = PERSON
    return whole


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
        and word.text[0].isupper() and not usual(word.text, language) & 2
    }  # fmt: skip
    again = [kind or PERSON * (word.text in sure) for word, kind in zip(words, kinds, strict=True)]
    return again


def numbered(text: str, span: Span) -> Span:
    """An address with the number of the house before it or behind it."""
    if span.kind != "ADDRESS":
        return span
    before, after = (
        HOUSE_BEFORE.search(text, max(0, span.start - 20), span.start),
        HOUSE_AFTER.match(text, span.end),
    )
    start = before.start() if before else span.start
    return Span(start, after.end() if after else span.end, span.kind)


def letters(word: Token) -> bool:
    """Whether a word begins with a letter: marks and numbers alone name nobody."""
    return word.text[0].isalpha()


def runs(words: Sequence[Token], kinds: Sequence[int]) -> Iterator[Span]:
    """Neighbours of a kind as one span."""
    start = 0
    for at, kind in enumerate(kinds):
        if at + 1 == len(kinds) or kinds[at + 1] != kind:
            spelt = any(len(word.text) > 1 for word in words[start : at + 1] if letters(word))
            if kind == ADDRESS or (kind and spelt):
                yield Span(words[start].start, words[at].end, KINDS[kind])
            start = at + 1


def spans(
    text: str, words: Sequence[Token], shares: NDArray[np.float32], language: str | None
) -> list[Span]:
    """The spans of persons and addresses in a text; ``shares`` is is one row a word."""
    if not words:
        return []
    kinds = repeated(words, judged(text, words, shares, language), shares, language)
    kinds = extended(words, kinds, language)
    if len(words) <= BARE and text.islower():
        kinds = [kind * (not anywhere(word.text)) for word, kind in zip(words, kinds, strict=True)]
    found = list(runs(words, bridged(words, kinds)))
    if not any(
        LETTERS.search(text, span.start, span.end) for span in found if span.kind == "ADDRESS"
    ):
        found = [span for span in found if span.kind != "ADDRESS"]
    return [numbered(text, span) for span in found]
