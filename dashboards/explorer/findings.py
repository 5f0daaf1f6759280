"""Titles that say what a figure shows, composed from its shown numbers and from nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.explorer.marks import Cell
from dashboards.exports.words import Words
from data_contracts.model import TOTAL, UNKNOWN


@dataclass(frozen=True)
class Point:
    """A cell of a series and its period."""

    period: str
    cell: Cell


@dataclass(frozen=True)
class Bar:
    """A cell of a comparison, its code and what readers call it."""

    code: str
    label: str
    cell: Cell
    group: str = ""

    @property
    def is_total(self) -> bool:
        """Whether the bar is of more than one group."""
        return TOTAL in self.code.split()

    @property
    def name(self) -> str:
        """The label where no heading stands above it."""
        return self.group or self.label


def about(cell: Cell, words: Words) -> str:
    """A shown number for a sentence: to three digits, and "about" unless it is exact."""
    exact = cell.value or 0.0
    rounded = exact if cell.is_share else float(f"{exact:.3g}")
    text = cell.number(rounded, words)
    return words("about", n=text) if cell.is_uncertain or rounded != exact else text


def nothing_shown(cells: Sequence[Cell]) -> str:
    """Which message says why none of ``cells`` has a number."""
    if all(cell.is_hidden for cell in cells):
        return "finding_hidden"
    if any(cell.is_hidden or cell.is_censored for cell in cells):
        return "finding_unshown"
    return "finding_none"


def comparable(points: Sequence[Point]) -> list[Point]:
    """The shown points since the last break: what came before is not compared with them."""
    breaks = [place for place, point in enumerate(points) if point.cell.status == "B"]
    return [point for point in points[max(breaks, default=0) :] if point.cell.value is not None]


def direction(first: Cell, last: Cell) -> str:
    """Which message compares two cells; overlapping intervals show no clear change."""
    if (last.lower or 0) > (first.upper or 0):
        return "finding_rose"
    return "finding_fell" if (last.upper or 0) < (first.lower or 0) else "finding_steady"


def bounded(cell: Cell) -> Cell:
    """A cell without an interval is taken as exact."""
    if None not in (cell.lower, cell.upper):
        return cell
    return Cell(cell.value, cell.value, cell.value, cell.status, cell.is_share)


def same_season(points: Sequence[Point]) -> list[Point]:
    """The points of the same quarter as the last: quarters of a year differ by season."""
    season = points[-1].period[4:]
    return [point for point in points if point.period[4:] == season]


def trend(what: str, place: str, points: Sequence[Point], words: Words) -> str:
    """How the series went, from its first to its last comparable shown number."""
    shown = comparable(points)
    if not shown:
        return words(nothing_shown([p.cell for p in points]), what=what, place=place)
    compared = same_season(shown)
    first, last = compared[0], compared[-1]
    key = direction(bounded(first.cell), bounded(last.cell)) if first != last else "finding_one"
    return words(
        key,
        what=what,
        place=place,
        first=about(first.cell, words),
        start=words.period(first.period),
        last=about(last.cell, words),
        end=words.period(last.period),
    )


def trend_notes(points: Sequence[Point], words: Words) -> list[str]:
    """What a reader of the title must know: breaks, gaps at the end, numbers that may change."""
    notes = [
        words("note_break", period=words.period(p.period)) for p in points if p.cell.status == "B"
    ]
    last = points[-1]
    if last.cell.value is None and any(p.cell.value is not None for p in points):
        reason = last.cell.reason(words)
        notes.append(words("note_last", period=words.period(last.period), reason=reason))
    if last.cell.flag and last.cell.status == "P":
        notes.append(words("note_provisional", period=words.period(last.period)))
    return notes


def comparison(what: str, place: str, bars: Sequence[Bar], words: Words) -> str:
    """The largest of the shown groups; two whose intervals overlap are named together."""
    shown = sorted(
        (
            b
            for b in bars
            if b.cell.value is not None and not {TOTAL, UNKNOWN} & set(b.code.split())
        ),
        key=lambda b: -(b.cell.value or 0),
    )
    if not shown or not shown[0].cell.value:
        cells = [bar.cell for bar in bars]
        key = "finding_no_group" if _any_shown(cells) else nothing_shown(cells)
        return words(key, what=what, place=place)
    first, *others = shown
    named = {"a": first.name, "n": about(first.cell, words), "what": what, "place": place}
    if others and direction(bounded(others[0].cell), bounded(first.cell)) != "finding_rose":
        second = about(others[0].cell, words)
        return words("finding_two", **named, b=others[0].name, m=second)
    return words("finding_largest", **named)


def _any_shown(cells: Sequence[Cell]) -> bool:
    return any(cell.value is not None for cell in cells)
