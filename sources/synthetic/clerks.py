"""Who fills the forms in: in which words, how days are written, what is left blank."""

import datetime as dt
import random
from dataclasses import dataclass

from sources.synthetic.spoken import say, say_all

Cell = str | dt.date


@dataclass(frozen=True)
class Row:
    """One row as it stands in a file, and what is true of it."""

    cells: tuple[Cell, ...]
    tokens: tuple[str, ...]
    person: str = ""
    case: str = ""
    unit: str = ""
    set_aside: str = ""
    is_misspelt: bool = False


@dataclass(frozen=True)
class Clerk:
    """Who fills a form in: a language, a way to write days, a mark for what is not known."""

    language: str
    blank: str
    chance: random.Random

    def one(self, of: str, code: str) -> str:
        """The word for a code, or a gap."""
        return say(self.language, of, code, self.chance) or self.gap()

    def all(self, of: str, codes: tuple[str, ...]) -> str:
        """The words for several codes, or a gap."""
        return say_all(self.language, of, codes, self.chance) or self.gap()

    def gap(self) -> str:
        """Nothing, or the mark for it."""
        return self.blank if self.chance.random() < 0.4 else ""

    def paper_day(self, day: dt.date | None) -> str:
        """A day as on paper, day first."""
        return f"{day:%d/%m/%Y}" if day else self.gap()

    def iso_day(self, day: dt.date | None) -> str:
        """A day in ISO form."""
        return day.isoformat() if day else self.gap()

    def cell_day(self, day: dt.date | None) -> Cell:
        """A day as a spreadsheet's date; one in five was typed as text."""
        return day if day and self.chance.random() < 0.8 else self.iso_day(day)
