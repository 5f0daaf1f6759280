"""The words of pages and exports, one catalogue a language, and how numbers are written in it.

Labels of codes are not here: they come from the release (``vocabulary``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

import data_contracts

MESSAGES = Path(data_contracts.__file__).parent / "messages"


@dataclass(frozen=True)
class Words:
    """One language: ``words("about", n="380")`` is a message with its places filled."""

    language: str
    messages: Mapping[str, str]

    def __call__(self, key: str, **places: object) -> str:
        return self.messages[key].format(**places)

    def of(self, key: str, name: str) -> str:
        """The message about a named thing, such as a column; without one, its name in words."""
        return self.messages.get(f"{key}_{name}") or name.replace("_", " ").capitalize()

    def number(self, number: float) -> str:
        """A number as this language writes it; only a fraction has decimals, a small one two."""
        digits = 0 if float(number).is_integer() else 1 if abs(number) >= 10 else 2
        text = f"{number:,.{digits}f}"
        marks = str.maketrans({",": self("thousands"), ".": self("decimal")})
        return text.translate(marks)

    def period(self, period: str) -> str:
        """``2025-Q1``, ``2025-P6M``, ``2023-P3Y`` as readers say them; a year is itself."""
        year, _, part = period.partition("-")
        if not part:
            return year
        if part.startswith("Q"):
            return self("quarter", quarter=part[1:], year=year)
        if part.endswith("Y"):
            return self("span", first=year, last=int(year) + int(part[1:-1]) - 1)
        return self(f"to_date_{part}", year=year)


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, English first."""
    found = {file.stem.removeprefix("explorer.") for file in MESSAGES.glob("explorer.*.yaml")}
    return tuple(sorted(found, key=lambda language: (language != "en", language)))


@cache
def words(language: str) -> Words:
    """The catalogue of ``language``."""
    file = MESSAGES / f"explorer.{language}.yaml"
    return Words(language, yaml.safe_load(file.read_text(encoding="utf-8")))
