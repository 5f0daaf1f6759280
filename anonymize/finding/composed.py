"""Words that are put together of words: German compounds, Arabic words with what is written before.

A dictionary holds the parts; "Opferschutzstelle" and "والمحكمة" stand in none.
"""

import re
from collections.abc import Callable, Iterator

# Particles and the article, which Arabic writes before a word and with it.
BEFORE = re.compile("(?:[وف]?(?:[بكل]?ال|لل|[بكل])|[وف]|س)")
SHORTEST_ARABIC, SHORTEST_PART, SHORTEST_COMPOUND = 3, 4, 9
# What is longer is no word that anybody writes, and would cost its square.
LONGEST_COMPOUND = 80
JOINTS = ("", "s", "es", "n", "en", "er", "e")
Known = Callable[[str], bool]


def unprefixed(word: str) -> Iterator[str]:
    """An Arabic word without each beginning that may be particles or the article."""
    for end in range(1, min(5, len(word) - SHORTEST_ARABIC + 1)):
        if BEFORE.fullmatch(word, 0, end):
            yield word[end:]


def halves(word: str) -> Iterator[tuple[str, str]]:
    """The two words of which a German one may be put together, with and without a joint."""
    for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        head, tail = word[:at], word[at:]
        for joint in JOINTS:
            if head.endswith(joint) and len(head) - len(joint) >= SHORTEST_PART:
                yield head.removesuffix(joint), tail


def compound(word: str, known: Known) -> bool:
    """Whether a German word is two known words or more, one after the other.

    Each end of the word is looked at once, so that no word takes long, whatever it is made of.
    """
    if not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND:
        return False
    seen, ends = {word}, [word]
    while ends:
        tails = {tail for head, tail in halves(ends.pop()) if known(head)} - seen
        if any(map(known, tails)):
            return True
        seen |= tails
        ends += [tail for tail in tails if len(tail) >= SHORTEST_COMPOUND]
    return False


def composed(word: str, language: str, known: Known) -> bool:
    """Whether a word in small letters, which the dictionary has not, is made of such as it has."""
    if language == "ar":
        return any(known(rest) for rest in unprefixed(word))
    return language == "de" and compound(word, known)
