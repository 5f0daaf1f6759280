"""The same text as people type it: all in small letters, all in capitals, without marks."""

import re
from random import Random

from benchmarks.tagger.templates import Text

SMALL, SMALL_NAMES, CAPITAL_NAMES, CAPITALS, TITLES, BARE = 0.10, 0.015, 0.05, 0.06, 0.04, 0.08


def recased(text: str) -> str:
    """In small letters, where that changes no length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def capitals(text: str) -> str:
    """In capitals, where that changes no length."""
    upper = text.upper()
    return upper if len(upper) == len(text) else text


def in_names(made: Text, small: bool) -> str:
    """The names alone in small letters, or in capitals."""
    parts, done = [], 0
    for start, end, _ in made.spans:
        name = made.text[start:end]
        parts += [made.text[done:start], recased(name) if small else capitals(name)]
        done = end
    return "".join([*parts, made.text[done:]])


def varied(made: Text, rng: Random) -> Text:
    """A text in one of the ways in which it is typed; places stay."""
    draw = rng.random()
    text = made.text
    for share, change in (
        (SMALL, recased),
        (CAPITALS, capitals),
        (TITLES, lambda text: re.sub(r"\b\w", lambda found: found[0].upper(), text)),
        (SMALL_NAMES, lambda _: in_names(made, True)),
        (CAPITAL_NAMES, lambda _: in_names(made, False)),
    ):
        if 0 <= draw < share:
            text = change(text)
        draw -= share
    if rng.random() < BARE:
        text = re.sub(r"[.,:;!?](?!\S)", " ", text)
    return made._replace(text=text if len(text) == len(made.text) else made.text)
