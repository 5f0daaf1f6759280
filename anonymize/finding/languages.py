"""Which language a text is written in, told by its script and its commonest words."""

from functools import cache
from pathlib import Path

from anonymize.finding.features import script
from anonymize.finding.tokens import tokens

STOPS = Path(__file__).parent / "data" / "stops.txt"
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


def detected(text: str) -> str | None:
    """The language of a text, or None where too little speaks for one."""
    votes: dict[str, int] = {}
    for token in tokens(text[:BEGINNING]):
        if not token.text[0].isalpha():
            continue
        alone = BY_SCRIPT.get(script(token.text))
        for language in (alone,) if alone else stops().get(token.text.lower(), ()):
            votes[language] = votes.get(language, 0) + 1
    ranked = sorted(votes, key=lambda language: (-votes[language], language))
    return ranked[0] if ranked and votes[ranked[0]] > 1 else None


def confident(language: str | None) -> bool:
    """Whether a text of a language, once scanned, may be taken without a person's look at it."""
    return language in CONFIDENT
