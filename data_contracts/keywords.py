"""The words by which a text is coded: declared per code list and language, never guessed.

A keyword is one word or several. A star at the end of a word stands for any ending of it. What
stands after a word of denial, up to the end of its clause, is not counted, unless a keyword has
the denial in it ("without papers").
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from data_contracts.load import HERE, rows
from data_contracts.words import spelling

FOLDER = "keywords"
# A denial reaches so many words ahead: "no la contactaron por Facebook".
REACH = 6
CLAUSE = r"[.!?;:,()\[\]،؛؟…]+"
STOP = "|"
# Arabic writes "and", "by", "the" into the word that follows.
JOINED = "(?:[وف]?(?:[بلك]?ال|لل|[بلك])?)?"
LETTERS = r"[\p{L}\p{N}]"
NOTHING = r"[^\s\S]"
KINDS = ("denial", "turn")


class NoKeywords(LookupError):
    """A field is coded from text and nobody has declared a keyword for its list and language."""


@dataclass(frozen=True)
class Keywords:
    """Each keyword to its code, and the words that deny and that turn a sentence.

    The words are in their plain form, as ``plain`` makes it.
    """

    codes: Mapping[str, str]
    denials: frozenset[str] = field(default_factory=frozenset)
    turns: frozenset[str] = field(default_factory=frozenset)
    language: str = "en"

    @cached_property
    def longest_first(self) -> tuple[str, ...]:
        """Keywords in the order in which they are tried at a place of the text."""
        return tuple(sorted(self.codes, key=lambda word: (-len(word), word)))

    @property
    def pattern(self) -> str:
        """A pattern, for Polars, of a keyword, or of a denial with what it denies."""
        known = [self._form(word, LETTERS) for word in self.longest_first]
        denied = [
            rf"{re.escape(word)}(?: {LETTERS}+){{0,{REACH}}}" for word in sorted(self.denials)
        ]
        return rf"\b(?:{'|'.join((*known, *denied))})\b" if known else NOTHING

    @property
    def turning(self) -> str:
        """A pattern of the words behind which a denial ends."""
        return rf"\b(?:{'|'.join(map(re.escape, sorted(self.turns)))})\b" if self.turns else NOTHING

    @cached_property
    def _tried(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        forms = ((self._form(word, r"[^\W_]"), self.codes[word]) for word in self.longest_first)
        return tuple((re.compile(form), code) for form, code in forms)

    def code(self, found: str) -> str | None:
        """The code of what the pattern found; None where it is a denial."""
        return next((code for form, code in self._tried if form.fullmatch(found)), None)

    def _form(self, word: str, letter: str) -> str:
        stems = (re.escape(part.removesuffix("*")) for part in word.split())
        ends = (f"{letter}*" if part.endswith("*") else "" for part in word.split())
        joined = JOINED if self.language == "ar" else ""
        return " ".join(f"{joined}{stem}{end}" for stem, end in zip(stems, ends, strict=True))


def plain(text: str) -> str:
    """A keyword as it is looked for: without marks, capitals and signs, the star apart."""
    return " ".join(re.sub(r"[^\w*]+|_+", " ", spelling(text)).split())


def keywords(
    codelist: str, language: str, own: Iterable[tuple[str, str]] = (), folder: Path = HERE
) -> Keywords:
    """The keywords of a list in a language; ``own`` of a source come first: word and code.

    Raises ``NoKeywords`` where there are none.
    """
    files = folder / FOLDER
    listed = rows(codelist, files) if (files / f"{codelist}.csv").is_file() else []
    said = {plain(row["keyword"]): row["code"] for row in listed if row["language"] == language}
    said |= {plain(word): code for word, code in own}
    if not said:
        raise NoKeywords(f"keywords/{codelist}.csv has no word in {language!r}. Add some.")
    deny = [row for row in rows("denials", folder) if row["language"] == language]
    of = {kind: frozenset(plain(r["word"]) for r in deny if r["kind"] == kind) for kind in KINDS}
    return Keywords(said, of["denial"], of["turn"], language)
