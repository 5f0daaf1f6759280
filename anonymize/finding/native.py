"""Names in scripts that write no spaces: by lists, forms of address and what a form asks for."""

import re
from functools import cache
from itertools import chain

import ahocorasick

from anonymize.finding.lists import DATA
from anonymize.finding.spans import Span

SCRIPTS = {
    "HANGUL": "\uac00-\ud7a3",
    "THAI": "\u0e01-\u0e4e",
    "KANA": "\u3041-\u30ff",
    "HAN": "\u3400-\u9fff",
}
WRITTEN = re.compile(f"[{''.join(SCRIPTS.values())}]")


@cache
def cues() -> tuple[re.Pattern[str], ...]:
    """Forms of address and the words that ask for a name, with the name as their group."""
    text = (DATA / "native_cues.txt").read_text(encoding="utf-8")
    for name, letters in SCRIPTS.items():
        text = text.replace(name, letters)
    return tuple(re.compile(line) for line in text.splitlines())


@cache
def given() -> tuple[ahocorasick.Automaton, frozenset[str]]:
    """Given names as one automaton, and the family names that may stand before them."""
    family, names = (DATA / "native.txt").read_text(encoding="utf-8").splitlines()
    automaton = ahocorasick.Automaton()
    for name in names.split(" "):
        automaton.add_word(name, len(name))
    automaton.make_automaton()
    return automaton, frozenset(family.split(" "))


def listed(text: str) -> list[Span]:
    """A family name and right after it, or after one space, a given name; Thai the other way."""
    automaton, families = given()
    found = []
    for last, length in automaton.iter(text):
        start = last + 1 - length
        before = start - 1 if start and text[start - 1].isspace() else start
        for size in (1, 2, 3, 4):
            if before >= size and text[before - size : before] in families:
                found.append(Span(before - size, last + 1, "PERSON"))
    return found


def native(text: str) -> list[Span]:
    """The spans of names in Chinese, Japanese, Korean and Thai."""
    if not WRITTEN.search(text):
        return []
    cued = chain.from_iterable(pattern.finditer(text) for pattern in cues())
    return [*(Span(*found.span(1), "PERSON") for found in cued), *listed(text)]
