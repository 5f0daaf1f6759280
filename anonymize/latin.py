"""Names of any script in plain Latin letters, and the bones that stay when spelling varies.

Only for comparing: no name is ever written in this form. The letters are those of
``latin.csv``; scripts that it does not know are compared letter by letter as they are.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from data_contracts import load

# What offices write for one sound, in this order; z and s, v and f, p and b are one, because
# languages and scripts that lack the one write the other.
SOUNDS: Sequence[tuple[str, str]] = (
    ("shch|sch|tch|tsh|ch|sh", "S"),
    ("dzh|dj|dz|zh|j", "J"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("ts", "s"),
    ("x", "ks"),
    ("[ckq]", "k"),
    ("z", "s"),
    ("[vw]", "f"),
    ("p", "b"),
    ("ou|oo", "u"),
    ("ee|y", "i"),
    (r"(.)\1+", r"\1"),
)
VOWELS = frozenset("aeiou")
PATTERNS = tuple((re.compile(pattern), sound) for pattern, sound in SOUNDS)


@cache
def letters() -> dict[int, str]:
    """Each letter of another script, or with a stroke, to plain Latin ones."""
    return str.maketrans({row["letter"]: row["latin"] for row in load.latin()})


def latin(text: str) -> str:
    """A text in small plain letters and blanks; digits of any script as ours.

    Marks are dropped, apostrophes join, everything else that is no letter divides.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in plain if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    turned = "".join(kept).translate(letters())
    joined = re.sub(r"['\u2019\u02bc\u02bb`]", "", turned)
    return " ".join("".join(_own(c) for c in joined).split())


def _own(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    is_letter = character.isalpha() or unicodedata.category(character).startswith("M")
    return character if is_letter else " "


@cache
def sound(word: str) -> str:
    """A Latin word as it sounds: what offices write differently for one sound is one letter."""
    for pattern, letter in PATTERNS:
        word = pattern.sub(letter, word)
    return word


@cache
def bones(word: str) -> str:
    """The consonants of a word as it sounds, and that it begins with a vowel.

    Arabic leaves short vowels out, and a last h is often silent. One consonant twice is one:
    with the vowel between them goes what told them apart.
    """
    heard = sound(word)
    start = "a" if heard[:1] in VOWELS else heard[:1]
    return re.sub(r"(.)\1+", r"\1", start + re.sub(r"[aeiou]|h$", "", heard[1:]))
