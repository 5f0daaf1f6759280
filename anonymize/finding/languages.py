"""Which language a text is written in, told by its script, its commonest words, or its letters."""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from anonymize.finding.features import script
from anonymize.finding.tokens import tokens

Floats = NDArray[np.float32]
STOPS = Path(__file__).parent / "data" / "stops.txt"
TONGUES = Path(__file__).parent / "data" / "tongues.npz"
BUCKETS = 16_384
# Of so few words nobody tells a language; more than MOST need not be listened to.
ENOUGH, MOST = 2, 60
# By how much the likeliest language must be likelier than the next, in logarithms.
CLEARLY = 0.5
# Below this, a word on average, a text is of another language: nineteen in twenty are above.
STRANGE = -8.0
BY_SCRIPT = {3: "hy", 4: "he", 8: "th", 10: "ka", 11: "am"}
# Nine names in ten were found on texts and templates that nothing was trained on: docs/privacy.md.
BEGINNING = 2_000
CONFIDENT = frozenset(("en", "es", "fr", "pt", "it", "ro", "ru", "uk", "de", "tr"))


@cache
def stops() -> dict[str, tuple[str, ...]]:
    """The languages in which a word is among the commonest."""
    found: dict[str, tuple[str, ...]] = {}
    for line in STOPS.read_text(encoding="utf-8").splitlines():
        language, words = line.split("\t")
        for word in words.split(" "):
            found[word] = (*found.get(word, ()), language)
    return found


def threes(word: str) -> list[int]:
    """The buckets of each three letters of a word in small letters, its ends marked."""
    marked = f" {word.lower()} ".encode("utf-32-le")
    return [crc32(marked[at : at + 12]) % BUCKETS for at in range(0, len(marked) - 8, 4)]


@cache
def tongues() -> tuple[tuple[str, ...], Floats]:
    """The languages that are told by their letters, and each bucket's logarithm in each."""
    with np.load(TONGUES) as file:
        names = tuple(bytes(file["languages"]).decode().split(" "))
        return names, file["steps"].astype(np.float32) / file["digits"]


@lru_cache(maxsize=1 << 16)
def sounds(word: str) -> Floats:
    """How much a word speaks for each language of `tongues`."""
    told: Floats = tongues()[1][threes(word)].mean(axis=0)
    return told


def heard(words: Sequence[str]) -> str | None:
    """The language that the letters of words tell, or None where two are as likely.

    Names are of any language: words with a capital are not listened to where others are enough.
    """
    small = [word for word in words if not word[0].isupper()]
    listened = small if len(small) >= ENOUGH else words
    if len(listened) < ENOUGH:
        return None
    told = np.sum([sounds(word) for word in listened[:MOST]], axis=0)
    first, second = np.argsort(-told)[:2]
    if told[first] < STRANGE * min(len(listened), MOST):
        return None
    return tongues()[0][first] if told[first] - told[second] > CLEARLY else None


def spelt(text: str) -> list[str]:
    """The words of the beginning of a text."""
    return [token.text for token in tokens(text[:BEGINNING]) if token.text[0].isalpha()]


def detected(text: str) -> str | None:
    """The language of a text, or None where too little speaks for one.

    Its script tells it, or its commonest words, or else its letters, which may be mistaken.
    """
    words = spelt(text)
    return announced(words) or heard(words)


def certain(text: str) -> str | None:
    """The language of a text whose commonest words, or whose script, leave no doubt."""
    return announced(spelt(text))


def announced(words: Sequence[str]) -> str | None:
    """The language that the commonest words among some, or their script, tell."""
    votes: dict[str, int] = {}
    for word in words:
        alone = BY_SCRIPT.get(script(word))
        for language in (alone,) if alone else stops().get(word.lower(), ()):
            votes[language] = votes.get(language, 0) + 1
    ranked = sorted(votes, key=lambda language: (-votes[language], language))
    counts = [*(votes[language] for language in ranked[:2]), 0, 0]
    return ranked[0] if counts[0] > max(1, counts[1]) else None


def confident(language: str | None) -> bool:
    """Whether a text of a language, once scanned, may be taken without a person's look at it."""
    return language in CONFIDENT
