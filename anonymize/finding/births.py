"""Dates of birth: a date, in figures or in words, after a word that says whose it is."""

import re
from collections.abc import Iterator

from anonymize.finding.groups import DATE, SHORT_DATE
from anonymize.finding.reading import Reading
from anonymize.finding.spans import Span
from anonymize.finding.words import CAPITAL

OF = r"(?:\s?(?:de|del|of|d'|da|di))?\s{1,2}"
DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|°|o|\.)?"
WORD = r"[^\W\d_]{3,14}\.?"
IN_FIGURES = (
    rf"{DATE}|{SHORT_DATE}|\d{{1,2}} [./-] \d{{1,2}} [./-] \d{{4}}|\d{{1,2}} \d{{1,2}} \d{{4}}"
)
IN_WORDS = (
    rf"{DAY}[ -]?{OF}{WORD},?{OF}(?:année )?\d{{4}}|{DAY}[-/. ]{WORD}[-/. ]\d{{2,4}}"
    rf"|{WORD}{OF}{DAY},?\s{{1,2}}\d{{4}}|\d{{4}}\s?[年년]\s?\d{{1,2}}\s?[月월]\s?\d{{1,2}}\s?[日일]?"
    r"|\d{8}(?!\d)"
)
DATED = re.compile(rf"(?<!\d)(?:{IN_FIGURES}|{IN_WORDS})(?!\d)")
AWAY = 60


def births(reading: Reading) -> Iterator[Span]:
    """The first date soon after (in some languages right before) a word of birth."""
    if not reading.has_digits:
        return
    for cue in reading.cues:
        if cue.tells != "birth":
            continue
        end = cue.end + AWAY
        dated = DATED.search(reading.text, cue.end, end + 12)
        if dated and dated.start() < end and _is_same(reading.text[cue.end : dated.start()]):
            yield Span(*dated.span(), "BIRTH_DATE")
        elif before := _before(reading, cue.start):
            yield before


def _is_same(between: str) -> bool:
    """Whether a place between both leaves them one sentence and without another number."""
    return not re.search(rf"[.!?;]\s+{CAPITAL}|\n\s*\n|\d", between)


def _before(reading: Reading, start: int) -> Span | None:
    """A date that ends right before the word: as Russian and Turkish have it."""
    begin = max(0, start - 24)
    for dated in DATED.finditer(reading.text, begin, start):
        if not reading.text[dated.end() : start].strip(" ,("):
            return Span(*dated.span(), "BIRTH_DATE")
    return None
