"""Who fills the forms in: in which words, how days are written, what is left blank."""

import datetime as dt
import random
from dataclasses import dataclass

from sources.synthetic.spoken import say, say_all, text

Cell = str | dt.date
FORMS = {"paper": "%d/%m/%Y", "iso": "%Y-%m-%d", "cell": "%Y-%m-%d"}


@dataclass(frozen=True)
class Row:
    """One row as it stands in a file, and what is true of it.

    ``set_aside`` is why an intake should not count it, ``distortion`` how the person's identity
    was written wrong.
    """

    cells: tuple[Cell, ...]
    tokens: tuple[str, ...]
    person: str = ""
    case: str = ""
    unit: str = ""
    set_aside: str = ""
    distortion: str = ""


@dataclass(frozen=True)
class Clerk:
    """Who fills a form in: a language, a way to write days, a mark for what is not known."""

    language: str
    blank: str
    days: str
    chance: random.Random

    def one(self, of: str, code: str) -> str:
        """The word for a code, or a gap."""
        return say(self.language, of, code, self.chance) or self.gap()

    def all(self, of: str, codes: tuple[str, ...]) -> str:
        """The words for several codes, or a gap."""
        return say_all(self.language, of, codes, self.chance) or self.gap()

    def text(self, of: str) -> str:
        """A sentence with places for what is said in it."""
        return text(self.language, of)

    def gap(self) -> str:
        """Nothing, or the mark for it."""
        return self.blank if self.chance.random() < 0.4 else ""

    def day(self, day: dt.date | None) -> Cell:
        """A day as this office writes it; in a spreadsheet one in five was typed as text."""
        if not day:
            return self.gap()
        if self.days == "cell" and self.chance.random() < 0.8:
            return day
        return day.strftime(FORMS[self.days])
