"""Small words of many languages that patterns are made of; they stand in `words.csv`."""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from anonymize.finding.letters import TABLE

FILE = Path(__file__).with_name("words.csv")
# Letters that are not small: capitals, and every letter of a script that has no capitals.
SMALL_LETTERS = "a-z\u0430-\u045f\u03b1-\u03c9\u10d0-\u10ff\u0561-\u0587"
CAPITAL = rf"[^\W\d_{SMALL_LETTERS}]"


@cache
def listed(file: Path = FILE) -> dict[str, list[str]]:
    """The words of each use, as they are read, in lower case."""
    by: dict[str, list[str]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            plain = unicodedata.normalize("NFC", row["words"]).translate(TABLE).lower()
            by.setdefault(row["use"], []).extend(plain.split("|"))
    return by


def alternatives(use: str) -> str:
    """The words of a use as alternatives of a pattern, the longest first."""
    words = sorted(set(listed()[use]), key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, words))
