"""Whether two names may be of one person, however they are written.

Whoever made a release does not approve it, and nobody approves it twice. A name is a text that
somebody typed: capitals, accents, dots, order of its words, and letters of another script that look
the same must not make two people of one. Two people who share a name are told apart by more of it.
"""

import unicodedata
from itertools import groupby

INVENTED_ID = "invented:"
# Cyrillic and Greek letters, and Latin ones without a decomposition, that look like these.
LOOK = dict(
    zip(
        "аіɪıеоѕԁјһԛрсухквмнтαβεηικμνορτυχϲøłđ",
        "aiiieosdjhqpcyxkbmhtabehikmvoptyxcold",
        strict=True,
    )
)


def person(name: str) -> str:
    """What is left of a name; equal for names that may be of one person, empty for none."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    bare = folded.strip().removeprefix(INVENTED_ID)
    seen = [LOOK.get(c, c) for c in bare if not _is_unseen(c)]
    words = ["".join(of) for is_word, of in groupby(seen, _is_of_a_word) if is_word]
    return "".join(sorted(words))


def _is_unseen(sign: str) -> bool:
    """An accent, or what cannot be seen."""
    return bool(unicodedata.combining(sign)) or unicodedata.category(sign) in ("Cf", "Cc")


def _is_of_a_word(sign: str) -> bool:
    """A letter, a digit or a vowel sign, as Indic scripts have them."""
    return unicodedata.category(sign)[0] in "LNM"
