"""A released number and how readers see it: the number, or the mark that says why there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from dashboards.exports.words import Words

ABSENT = {"Q": "[c]", "O": "[x]", "M": "[z]"}
FLAGS = {"P": "[p]", "B": "[b]", "E": "[e]", "R": "[r]"}


@dataclass(frozen=True)
class Cell:
    """One cell of a release: a value within an interval, or the reason why there is no value.

    ``whole`` is the smallest shown number that contains a hidden one, ``whole_of`` its period and
    ``whole_in`` the title of its table, where that is another one.
    """

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    status: str = "O"
    is_share: bool = False
    whole: float | None = None
    whole_of: str = ""
    whole_in: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any], is_share: bool = False) -> Self:
        """The cell in a row of a released table."""
        interval = (row["value"], row["lower"], row["upper"])
        whole = (row.get("whole"), row.get("whole_of") or "", row.get("whole_in") or "")
        return cls(*interval, row["obs_status"], is_share, *whole)

    @property
    def is_hidden(self) -> bool:
        """Hidden by us: nothing is said about how large it is."""
        return self.value is None and self.status == "Q" and self.upper is None

    @property
    def is_censored(self) -> bool:
        """Hidden by its publisher, who said between which bounds it lies."""
        return self.value is None and self.status == "Q" and self.upper is not None

    @property
    def is_uncertain(self) -> bool:
        """Whether the number shown stands for an interval."""
        return self.value is not None and None not in (self.lower, self.upper) and self.width > 0

    @property
    def width(self) -> float:
        """How far apart the bounds are."""
        return (self.upper or 0) - (self.lower or 0)

    @property
    def flag(self) -> str:
        """What is special about a shown number: provisional, break, estimated, revised."""
        return FLAGS.get(self.status, "") if self.value is not None else ""

    def number(self, number: float, words: Words) -> str:
        """A number as this cell counts: people, or per cent."""
        plain = words.number(round(number, 1) if self.is_share else number)
        return words("percent", n=plain) if self.is_share else plain

    def mark(self, words: Words) -> str:
        """The mark of an absent number; of one that its publisher hid, what they wrote."""
        if not self.is_censored:
            return ABSENT.get(self.status, "[x]")
        few = (self.lower or 0) <= 1 and not self.is_share
        return f"<{words.number((self.upper or 0) + 1)}" if few else self.between(words)

    def text(self, words: Words) -> str:
        """What stands in a table: the number with its flag, or the mark."""
        if self.value is None:
            return self.mark(words)
        return f"{self.number(self.value, words)} {self.flag}".strip()

    def between(self, words: Words) -> str:
        """The interval that holds the true number; empty where none is known or none is needed.

        Of a hidden number, what it lies within.
        """
        if self.is_hidden and self.whole is not None:
            told = "within_table" if self.whole_in else "within"
            number, period = words.number(self.whole), words.period(self.whole_of)
            return words(told, n=number, period=period, table=self.whole_in)
        if not (self.is_uncertain or self.is_censored):
            return ""
        return f"{words.number(self.lower or 0)}\u2013{self.number(self.upper or 0, words)}"

    def reason(self, words: Words) -> str:
        """In words, why a number is missing or what is special about it; else empty."""
        if self.is_censored:
            return words("status_few")
        status = "O" if self.value is None and self.status not in ABSENT else self.status
        return "" if status == "A" else words(f"status_{status}")


@dataclass(frozen=True)
class Sign:
    """One entry of a legend: the sign, how a chart draws it, and what it means."""

    sign: str
    drawn: str
    meaning: str


def legend(cells: Iterable[Cell], words: Words) -> list[Sign]:
    """What the signs among ``cells`` mean, absences first; only those that occur."""
    present = list(cells)
    absent = {cell.mark(words): cell for cell in present if cell.value is None}
    flagged = {cell.flag: cell for cell in present if cell.flag}
    zero = [("0", cell) for cell in present if cell.value == 0][:1]
    signs = sorted(absent.items()) + sorted(flagged.items()) + zero
    return [_sign(sign, cell, words) for sign, cell in signs]


def _sign(sign: str, cell: Cell, words: Words) -> Sign:
    if cell.is_censored:
        bounds = {"lower": words.number(cell.lower or 0), "upper": words.number(cell.upper or 0)}
        return Sign(sign, words("drawn_Q"), words("legend_few", **bounds))
    status = cell.status if sign != "[x]" else "O"
    status = "zero" if sign == "0" else status
    return Sign(sign, words.messages.get(f"drawn_{status}", ""), words(f"legend_{status}"))
