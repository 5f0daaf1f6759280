"""A text as words, marks and line ends, each with its place."""

import re
from typing import NamedTuple

# Combining marks belong to their word: Devanagari, Thai and pointed Arabic are written with them,
# and so is Latin in its decomposed form.
MARKS = (
    r"\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0903"
    r"\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200c\u200d"
)
JOINED = rf"(?:[^\W\d_]|[{MARKS}])+"
TOKEN = re.compile(rf"{JOINED}(?:['\u2019\u02bc\-]{JOINED})*|\d+|\n[ \t\r\n]*|[^\w\s]|_")


class Token(NamedTuple):
    """A word, a number, a mark or the end of a line; places count code points."""

    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of a text in their order; spaces are none."""
    return [Token(found[0], found.start(), found.end()) for found in TOKEN.finditer(text)]
