"""Numbers in a text, each in one piece however it is grouped, and the words that announce it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from anonymize.finding.reading import Reading
from anonymize.finding.words import alternatives

DAY, YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:1[3-9]|2[0-6])\d\d"
# Day and month in either order, or the year first; Hijri, Persian and Buddhist years too.
DATE = rf"(?:{DAY}(?P<a>[./-]){DAY}(?P=a){YEAR}|{YEAR}(?P<b>[./-]){DAY}(?P=b){DAY})(?!\d)"
SHORT_DATE = r"(?:0?[1-9]|[12]\d|3[01])(?P<c>[./-])(?:0?[1-9]|1[0-2])(?P=c)\d\d(?![./-]?\d)"
# Texts are searched for what may be a number at all, and only that is looked at closely.
RUN = re.compile(r"\d[\d ./_()·•-]{2,}(?<=\d)")
NUMBER = re.compile(
    rf"(?:{DATE}|{SHORT_DATE})|\d(?:(?:[ ./_·•-]|[ ]?[()][ ./-]?|[ ]?[/-][ ]|[ ][ -])?\d){{3,}}+"
)
IS_DATE = re.compile(f"{DATE}|{SHORT_DATE}")
WRITTEN_DATE = re.compile(rf"(?<!\d){DATE}")
GAP = re.compile(r"\D+")
LATIN = "A-Za-z\u0400-\u04ff"  # and Cyrillic: the letters of series
LEFT = re.compile(
    rf"(?:(?<![{LATIN}])[{LATIN}]{{1,4}}|(?<![^\W_])[A-Z\u0410-\u042f]{{1,3}}[ ./-])\Z"
)
RIGHT = re.compile(
    r"(?=[A-Za-z]{1,3}\d)[A-Za-z0-9]{2,20}(?![^\W_])|[A-Za-z](?![^\W_])|[A-Z]{2,3}(?![^\W_])"
    r"|-[A-Z0-9](?![^\W_])| ?[A-Z](?![^\W_])"
)
# Between what announces and what is announced stand signs and a few small words.
LINK = rf"(?:{alternatives('link')})(?![^\W\d_])"
TIGHT = re.compile(rf"[^\w\n]*+\n?(?:{LINK}[^\w\n]*+){{0,5}}")
BREAK = re.compile(r"[.!?;][ \n]|\n|\d{5}")
BETWEEN = " ()/.-_·•"
NEAR, SHORTEST = 45, 4


@dataclass(frozen=True)
class Number:
    """A number of at least four digits from ``first`` to ``last``, letters on it to ``end``."""

    reading: Reading
    first: int
    last: int
    start: int
    end: int

    @cached_property
    def text(self) -> str:
        return self.reading.text[self.first : self.last]

    @cached_property
    def digits(self) -> str:
        return GAP.sub("", self.text)

    @cached_property
    def parts(self) -> list[str]:
        return GAP.split(self.text)

    @cached_property
    def compact(self) -> str:
        """Its letters and digits, in capitals, without what stands between them."""
        whole = self.reading.text[self.start : self.end]
        return "".join(filter(str.isalnum, whole)).upper()

    @property
    def has_letters(self) -> bool:
        return self.end - self.start > self.last - self.first

    @cached_property
    def is_date(self) -> bool:
        return IS_DATE.fullmatch(self.text) is not None

    @cached_property
    def announced(self) -> tuple[str, bool] | None:
        """What the nearest cue before it tells, and whether nothing else stands between."""
        return announced(self.reading, self.start)

    def after(self, size: int = 14) -> str:
        return self.reading.lower[self.end : self.end + size]

    def before(self, size: int = 14) -> str:
        return self.reading.lower[max(0, self.start - size) : self.start]


def announced(reading: Reading, start: int) -> tuple[str, bool] | None:
    """What the nearest cue before a place tells: tightly, or with other words between."""
    cues, lower = reading.cues, reading.lower
    place = bisect_right(cues, start, key=lambda cue: cue.end)
    for cue in reversed(cues[max(0, place - 6) : place]):
        gap = lower[cue.end : start]
        if len(gap) > NEAR:
            return None
        if TIGHT.fullmatch(gap):
            return cue.tells, True
        return None if BREAK.search(gap) else (cue.tells, False)
    return None


def numbers_of(reading: Reading) -> Iterator[Number]:
    """Every number of at least four digits; a date written in figures is one of its own."""
    text = reading.text
    for run in RUN.finditer(text):
        for match in NUMBER.finditer(text, *run.span()):
            for start, end in _apart(text, *match.span()):
                yield _with_letters(reading, start, end)


def _apart(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """A run of digits cut where dates stand in it."""
    place = first
    for date in WRITTEN_DATE.finditer(text, first, last):
        yield from _digits(text, place, date.start())
        yield date.span()
        place = date.end()
    yield from _digits(text, place, last)


def _digits(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """From the first digit to the last, if there are enough signs between."""
    stretch = text[first:last]
    start = first + len(stretch) - len(stretch.lstrip(BETWEEN))
    end = first + len(stretch.rstrip(BETWEEN))
    if end - start >= SHORTEST:
        yield start, end


def _with_letters(reading: Reading, first: int, last: int) -> Number:
    text, start, end = reading.text, first, last
    cue = bisect_right(reading.cues, first, key=lambda cue: cue.end)
    told = reading.cues[cue - 1].end if cue else -1
    is_cued = told == first or (told == first - 1 and not text[told].isalnum())
    if not is_cued and (left := LEFT.search(text[max(0, first - 6) : first])):
        start -= len(left.group())
    if right := RIGHT.match(text, last):
        end = right.end()
    return Number(reading, first, last, start, end)
