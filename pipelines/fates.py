"""What became of each submission of a country up to a release: every one once, whatever it was.

It counts, it waits, a later one replaced it, or it was refused. Counts, codes and periods alone:
nothing of a record is in them. They belong to that country, as ``reconciling`` says.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

import polars as pl

from data_contracts import load
from data_contracts.model import Frozen
from pipelines import inbox, submissions, takings
from pipelines.settings import Workspace
from transforms import vintage
from transforms.vintage import Slice, Slices

Fate: TypeAlias = Literal["counted", "waiting", "replaced", "refused", "received"]


class Fed(Frozen):
    """The rows that a submission fed to a dataset, each in one of these.

    ``speaking``: the release was counted from them. ``waiting``: nothing came later for their
    period, and the release was not: it is published already, or they came after the count.
    ``replaced``: of any other period, for which a later submission speaks or waits.
    """

    rows: int
    speaking: int
    waiting: int
    replaced: int


class Sent(Frozen):
    """The rows of one submission: set aside, refused, or kept; ``out`` says what they fed.

    ``fates`` are those of its slices; one that covers several periods can have several. What was
    refused has no other, and is not told apart further. ``received`` was not read to the end.
    """

    submission: str
    layout: str
    periods: tuple[str, ...]
    rows: int
    set_aside: dict[str, int]
    refused: int
    kept: int
    fates: tuple[Fate, ...]
    out: dict[str, Fed]


class Reading(NamedTuple):
    """Which taking tells each slice of a submission, and which of the slices speak or wait."""

    takings: Slices
    speaks: frozenset[Slice]
    waits: frozenset[Slice]


def own(pieces: Iterable[Slice], country: str) -> list[Slice]:
    """The slices of records of persons of one country."""
    persons = datasets()
    return [one for one in pieces if one.country == country and one.dataset in persons]


def datasets() -> set[str]:
    """The datasets of records of persons."""
    return {name for name, contract in load.contracts().items() if contract.kind == "persons"}


def sent(
    workspace: Workspace, slices: Slices, country: str, by: dt.datetime | None
) -> Iterator[Sent]:
    """What became of each submission of a country, in the order of receipt, ``by`` a moment.

    ``slices`` are its own, as a release was counted. A publisher's submission is among them where
    it speaks: it is told as a whole, and feeds what it holds of this country.
    """
    every = submissions.accepted(workspace, by)
    newest = vintage.current(every, load.layouts(), {})
    speaking = {takings.submission_of(taking) for taking in slices.values()}
    accepted: dict[str, list[vintage.Sent]] = {}
    for taking in every:
        accepted.setdefault(takings.submission_of(taking.submission), []).append(taking)
    for one in inbox.received(workspace):
        is_asked = one.submission in speaking or _is_of(one, country)
        if is_asked and (by is None or one.received <= by):
            own_takings = accepted.get(one.submission, [])
            latest = {p for p, t in newest.items() if takings.submission_of(t) == one.submission}
            found = reading(own_takings, slices, latest, country)
            yield _sent(workspace, one, [taking.submission for taking in own_takings], found)


def _is_of(one: inbox.Received, country: str) -> bool:
    return one.country == country and not datasets().isdisjoint(load.layout(one.layout).feeds)


def reading(
    accepted: Iterable[vintage.Sent], slices: Slices, latest: Collection[Slice], country: str
) -> Reading:
    """How the takings of one submission are told; ``latest`` are slices of which none came later.

    A slice is told by the taking that speaks, else by the last: what was read again under another
    mapping was sent once.
    """
    found: dict[Slice, str] = {}
    for one in accepted:
        pieces = own(vintage.slices_of(one, load.layout(one.layout)), country)
        found |= dict.fromkeys(pieces, one.submission)
    names = {one.submission for one in accepted}
    speaking = {piece: taking for piece, taking in slices.items() if taking in names}
    waits = set(found) & set(latest) - set(speaking)
    return Reading(found | speaking, frozenset(speaking), frozenset(waits))


def _sent(workspace: Workspace, one: inbox.Received, names: Sequence[str], read: Reading) -> Sent:
    told = [name for name in names if name in read.takings.values()] or names
    found = takings.verdict(workspace, told[-1]) if told else None
    if found is None:
        return _never_accepted(workspace, one)
    # What a publisher sent holds other countries too; two takings are each told in part.
    is_whole = one.country is not None and len(set(read.takings.values())) < 2
    fed = {
        name: _fed(workspace, name, read, n if is_whole else None)
        for name, n in sorted(found.rows_out.items())
        if name in datasets()
    }
    return Sent(
        submission=one.submission,
        layout=one.layout,
        periods=found.periods,
        rows=found.rows_read,
        set_aside=found.set_aside,
        refused=0,
        kept=found.rows_kept,
        fates=_fates(read),
        out=fed,
    )


def _never_accepted(workspace: Workspace, one: inbox.Received) -> Sent:
    found = takings.last(workspace, one.submission)
    rows = found.rows_read if found else 0
    return Sent(
        submission=one.submission,
        layout=one.layout,
        periods=(one.period,) if one.period else (),
        rows=rows,
        set_aside={},
        refused=rows,
        kept=0,
        fates=("refused" if found else "received",),
        out={},
    )


def _fates(read: Reading) -> tuple[Fate, ...]:
    replaced = set(read.takings) - read.speaks - read.waits
    every: tuple[tuple[Fate, Collection[Slice]], ...] = (
        ("counted", read.speaks),
        ("waiting", read.waits),
        ("replaced", replaced),
    )
    return tuple(fate for fate, pieces in every if pieces)


def _fed(workspace: Workspace, dataset: str, read: Reading, rows_out: int | None) -> Fed:
    """``rows_out`` is what the verdict says; None where the rows have to be counted instead."""
    speaking = _rows(workspace, dataset, read, read.speaks)
    # Rows that name a year alone wait as soon as none of its quarters is replaced.
    together = _rows(workspace, dataset, read, read.speaks | read.waits)
    whole = _rows(workspace, dataset, read, read.takings) if rows_out is None else rows_out
    waiting, replaced = together - speaking, whole - together
    return Fed(rows=whole, speaking=speaking, waiting=waiting, replaced=replaced)


def _rows(workspace: Workspace, dataset: str, read: Reading, pieces: Iterable[Slice]) -> int:
    """How many safe rows of a dataset the slices have."""
    asked = {piece: read.takings[piece] for piece in pieces if piece.dataset == dataset}
    if not asked:
        return 0
    folder = workspace[takings.SAFE] / dataset
    parts = {name: pl.scan_parquet(folder / f"{name}.parquet") for name in asked.values()}
    rows = vintage.core(parts, asked, dataset).select(pl.len()).collect()
    return int(rows.item())
