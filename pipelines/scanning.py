"""The scan inside the sealed child: files to places of personal data, never the data.

Each distinct text is looked at once. Several children share one scan: each reads all files and
looks at its own part of the texts.
"""

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from anonymize.finding.languages import certain, confident
from anonymize.text import Span, found
from data_contracts import load
from data_contracts.model import UNKNOWN, Frozen
from data_contracts.words import spelling
from pipelines.strangers import has_words, of_forms
from sources.readers import REFUSALS
from sources.texts import Text, texts

# So many texts are looked at together; texts of so many letters are remembered.
TOGETHER, REMEMBERED = 5_000, 10_000_000
# A number that is nobody's: of few digits, or with a fraction.
FIGURE = re.compile(r"[-+]?(\d{0,4}|\d{1,6}[.,]\d{1,6})\s?%?")
# A cell of so few characters is read with the name of its column.
CELL = 60
UNREAD = "UNREADABLE"
# A text of fewer letters is a cell, in which no language tells.
PROSE = 60
# A column of one of these fields holds what it says, whatever its cells look like.
HOLDS = {
    "family_name": "PERSON",
    "given_name": "PERSON",
    "document": "ID_NUMBER",
    "phone": "PHONE",
    "address": "ADDRESS",
    "birth_date": "BIRTH_DATE",
}
# A cell of them is short; so many digits are the least that one has.
LONGEST = 120
DIGITS = {"ID_NUMBER": 3, "PHONE": 5, "ADDRESS": 0, "BIRTH_DATE": 4}


class Question(Frozen):
    """Which files are scanned, in which language, and which part of their texts."""

    files: tuple[Path, ...]
    language: str | None = None
    part: int = 0
    parts: int = 1


class Find(NamedTuple):
    """Where in which file something stands, and of which type; ``start``, ``end`` in code points.

    ``file`` counts the files of the question. ``UNREADABLE`` is a file that could not be read.
    """

    file: int
    sheet: str | None
    row: int | None
    line: int | None
    column: str | None
    start: int
    end: int
    type: str


class Unsure(NamedTuple):
    """How many texts of a file are in a language in which names are not found well enough.

    ``language`` is None where it was not recognised.
    """

    file: int
    language: str | None
    texts: int


class Answer(NamedTuple):
    """What children say of the files of a question."""

    finds: list[Find]
    unsure: list[Unsure]


class Seen:
    """What was found in the last texts, and in which languages those of each file are."""

    def __init__(self, language: str | None) -> None:
        self.language = language
        self.spans: dict[str, list[Span]] = {}
        self.size = 0
        self.heard: dict[str, str | None] = {}
        self.spoken = Counter[tuple[int, str | None]]()

    def look(self, every: Iterable[str]) -> None:
        """Look at the texts that are new, once what is remembered has become too much."""
        if self.size > REMEMBERED:
            self.spans, self.heard, self.size = {}, {}, 0
        new = list(dict.fromkeys(text for text in every if text not in self.spans))
        self.spans.update(zip(new, found(new, self.language, models=True), strict=True))
        self.size += sum(map(len, new))

    def listen(self, file: int, text: str) -> None:
        """Count the text, where it is prose, in a language in which names may be missed."""
        if sum(map(str.isalpha, text)) >= PROSE:
            if text not in self.heard:
                self.heard[text] = self.language or certain(text)
            self.spoken[file, self.heard[text]] += not confident(self.heard[text])


def answer(question: str) -> str:
    """The child's work as JSON: the finds of all files in their order, and what is not sure."""
    asked = Question.model_validate_json(question)
    seen, finds = Seen(asked.language), list[Find]()
    for number, file in enumerate(asked.files):
        try:
            finds += scanned(file, number, asked, seen)
        except REFUSALS:
            finds.append(Find(number, None, None, None, None, 0, 0, UNREAD))
    unsure = [(*spoken, texts) for spoken, texts in seen.spoken.items() if texts]
    return json.dumps((finds, unsure))


def scanned(file: Path, number: int, asked: Question, seen: Seen) -> Iterator[Find]:
    """The finds in one file, as far as they are this child's; raises ``REFUSALS``."""
    ending = Path(file.name.lower().removesuffix(".gz")).suffix
    every = texts(file.read_bytes(), ending)
    own = (
        t for t in every if zlib.crc32(t.text.encode(errors="replace")) % asked.parts == asked.part
    )
    while some := list(islice(own, TOGETHER)):
        looked = (read_as(text) for text in some if not FIGURE.fullmatch(text.text))
        seen.look([*looked, *(text.header for text in some if text.header)])
        for text in some:
            seen.listen(number, text.text)
            for span in spans_of(text, seen):
                yield from _told(number, text, span, seen)


def spans_of(text: Text, seen: Seen) -> list[Span]:
    """What is found in a text: all of it, where the name of its column says what it holds."""
    if kind := _holds(text):
        return [Span(0, len(text.text), kind)]
    if FIGURE.fullmatch(text.text):
        return []
    before = len(read_as(text)) - len(text.text)
    found = ((max(s.start - before, 0), s.end - before, s.kind) for s in seen.spans[read_as(text)])
    return [Span(*span) for span in found if span[0] < span[1]]


def read_as(text: Text) -> str:
    """A short cell behind the name of its column, which tells what a number or a word may be."""
    return f"{text.header}: {text.text}" if text.header and len(text.text) <= CELL else text.text


def _told(number: int, text: Text, span: Span, seen: Seen) -> Iterator[Find]:
    """A find with its place; over several lines, one for each."""
    place = text.place
    column = text.header if text.is_name and _showable(text.header, seen) else place.column
    if place.line is None:
        yield Find(number, place.sheet, place.row, None, column, span.start, span.end, span.kind)
        return
    offset = 0
    for line, words in enumerate(text.text.split("\n"), start=place.line):
        start, end = max(span.start - offset, 0), min(span.end - offset, len(words))
        if start < end:
            yield Find(number, None, None, line, None, start, end, span.kind)
        offset += len(words) + 1


def _showable(header: str, seen: Seen) -> bool:
    """Whether the name of a column can stand in the answer: of words of forms, and nobody's."""
    return has_words(header) and of_forms(header) and not seen.spans[header]


def _holds(text: Text) -> str | None:
    """The kind of a whole cell, where the name of its column says it and it looks like one."""
    kind = _names().get(spelling(text.header)) if text.header else None
    if kind is None or len(text.text) > LONGEST or spelling(text.text) in _silent():
        return None
    digits = sum(map(str.isdigit, text.text))
    is_one = not digits if kind == "PERSON" else digits >= DIGITS[kind]
    return kind if is_one and sum(map(str.isalnum, text.text)) > 1 else None


@cache
def _names() -> dict[str, str]:
    """Each name of a column that says what it holds, in any language, to that kind."""
    rows = (row for row in load.rows("fields", load.HERE / "aliases") if row["field"] in HOLDS)
    return {
        spelling(word): HOLDS[row["field"]]
        for row in rows
        for spelt in row.values()
        for word in spelt.split("|")
        if word
    }


@cache
def _silent() -> frozenset[str]:
    """The words that say in a cell that there is nothing."""
    unknown = load.codelist("sex").spellings.items()
    return frozenset(word for word, code in unknown if code == UNKNOWN)


def answered(said: bytes) -> Answer:
    """What a child answered."""
    finds, unsure = json.loads(said)
    return Answer([Find(*one) for one in finds], [Unsure(*one) for one in unsure])


def together(parts: Iterable[Answer]) -> Answer:
    """The finds of all children in the order of the files and their rows, each once; all texts."""
    every = list(parts)
    finds = {find for part in every for find in part.finds}
    texts = Counter[tuple[int, str | None]]()
    for one in (one for part in every for one in part.unsure):
        texts[one[:2]] += one.texts
    unsure = [Unsure(*spoken, n) for spoken, n in texts.items()]
    return Answer(
        sorted(finds, key=_order),
        sorted(unsure, key=lambda one: (one.file, -one.texts, one.language or "")),
    )


def _order(find: Find) -> tuple[Any, ...]:
    sheet = int(find.sheet or 0)
    place = find.file, sheet, find.row or find.line or 0, find.column or ""
    return *place, find.start, find.end, find.type
