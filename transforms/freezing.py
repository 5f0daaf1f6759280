"""What published releases have frozen: one vintage of each country and period, until its revision.

A release freezes the slices that it was counted from. What a later one adds are periods that no
release showed yet; an annual revision takes the place of all slices of its year.
"""

from collections.abc import Sequence
from typing import NamedTuple

from transforms.vintage import Slice, Slices, closed, is_shut


class Published(NamedTuple):
    """The slices that a release was counted from; ``year`` is the one that it revised."""

    release: str
    slices: Slices
    year: str = ""


class Frozen(NamedTuple):
    """Who speaks for a slice, and the number of the release that first showed it so."""

    submission: str
    since: int


def frozen(published: Sequence[Published], revising: str = "") -> dict[Slice, Frozen]:
    """The frozen slices after ``published``, the oldest first, but for the year ``revising``."""
    kept: dict[Slice, Frozen] = {}
    for number, one in enumerate(published):
        if one.year:
            kept = without(kept, one.year)
        taken = closed(kept)
        new = {p: Frozen(s, number) for p, s in one.slices.items() if not is_shut(p, taken)}
        kept |= new
    return without(kept, revising) if revising else kept


def without(kept: dict[Slice, Frozen], year: str) -> dict[Slice, Frozen]:
    """The slices of other years."""
    return {piece: one for piece, one in kept.items() if piece.period[:4] != year}
