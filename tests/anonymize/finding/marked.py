"""Invented texts in which what identifies a person is marked, one a line, in many languages."""

import csv
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Marked(NamedTuple):
    """A text; what was between the marks is from ``start`` to ``end``, and is of a kind."""

    language: str
    kind: str
    text: str
    start: int
    end: int


def marked(file: str = "found.csv") -> list[Marked]:
    """The texts of a file, without their marks."""
    with (HERE / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";", quoting=csv.QUOTE_NONE))
    return [_read(row["language"], row["kind"], row["text"]) for row in rows]


def _read(language: str, kind: str, line: str) -> Marked:
    start, end = line.index("«"), line.index("»") - 1
    return Marked(language, kind, line.replace("«", "").replace("»", ""), start, end)


def clean() -> list[str]:
    """Texts that name nobody."""
    lines = (HERE / "clean.csv").read_text(encoding="utf-8").splitlines()
    return [line.partition(";")[2] for line in lines[1:]]
