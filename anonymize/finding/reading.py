"""A text as recognisers read it: one form for what is written in many, with the way back."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from anonymize.finding.cues import Cue, cues
from anonymize.finding.letters import TABLE
from anonymize.finding.spans import Span


@dataclass(frozen=True)
class Reading:
    """A text as read; ``places`` tells where each letter stood, where some were left out."""

    text: str
    length: int
    places: list[int] | None = field(default=None, repr=False)

    @cached_property
    def lower(self) -> str:
        return self.text.lower()

    @cached_property
    def cues(self) -> list[Cue]:
        """The words that tell what the number after them is, in order of their end."""
        return sorted(cues(self.lower))

    @cached_property
    def has_digits(self) -> bool:
        return re.search("[0-9]", self.text) is not None

    def as_given(self, span: Span) -> Span:
        """A span of what was read, in code points of the text as given."""
        if self.places is None:
            return span
        ends = self.places[span.end] if span.end < len(self.places) else self.length
        return Span(self.places[span.start], ends, span.kind)


Recogniser = Callable[[Reading], Iterable[Span]]


def read(text: str) -> Reading:
    """The reading of a text; an ordinary English one is read as it is."""
    if text.isascii():
        return Reading(text, len(text))
    seen = text.translate(TABLE)
    if len(seen) == len(text):
        return Reading(seen, len(text))
    # `translate` has met every letter, so that the table holds them all.
    places = [place for place, letter in enumerate(text) if TABLE[ord(letter)] is not None]
    return Reading(seen, len(text), places)


def spans_of(recognisers: Iterable[Recogniser], reading: Reading) -> Iterator[Span]:
    """What each recogniser finds, in the text as given."""
    for find in recognisers:
        for span in find(reading):
            yield reading.as_given(span)
