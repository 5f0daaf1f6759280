"""Which taking speaks for which slice, now or as of a moment, and what of it is published."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts import load
from pipelines import inbox, releases, submissions, takings
from pipelines.releases import Empty, is_published
from pipelines.settings import Workspace
from transforms import freezing, vintage
from transforms.freezing import Frozen, Published
from transforms.people import NEVER, SINCE
from transforms.vintage import Slice, Slices

SLICES, EVERY_SLICE, VINTAGES = "slices.json", "every_slice.json", "vintages"
# The year that a release revises, beside what it was counted from.
REVISED = "revised"
DESTROYED = "its files were destroyed when it was published, so it is counted as it was read then"
REFUSED = "the present mapping refuses its files, so it is counted as it was read before"


def published(
    workspace: Workspace, by: dt.datetime | None = None, up_to: str | None = None
) -> list[Published]:
    """What each published release was counted from, the oldest first; ``by`` a moment or now.

    ``up_to`` names the last one that is asked for.
    """
    names = [str(one["release"]) for one in releases.ever_published(workspace.root)]
    order = [name for name in names if is_published(workspace.root, name, by)]
    if up_to is not None:
        order = order[: order.index(up_to) + 1]
    return [_published(workspace[VINTAGES] / name) for name in order]


def _published(own: Path) -> Published:
    slices, year = own / SLICES, own / REVISED
    return Published(
        own.name,
        read_slices(slices) if slices.exists() else {},
        year.read_text(encoding="utf-8") if year.exists() else "",
    )


def frozen(workspace: Workspace, by: dt.datetime | None = None) -> dict[Slice, str]:
    """The slices of persons that published releases were counted from; ``by`` a moment or now.

    Those of the year that is being revised are not: whatever waited for it speaks now.
    """
    kept = freezing.frozen(published(workspace, by), workspace.revising)
    return {piece: one.submission for piece, one in kept.items()}


def shown(workspace: Workspace) -> dict[Slice, str]:
    """The slices that published releases show, also those of a year that is being revised."""
    return frozen(workspace.model_copy(update={"revising": ""}))


def since(workspace: Workspace, dataset: str, before: str | None = None) -> pl.DataFrame:
    """The published slices of a dataset, with the number of the release that first showed each.

    ``before`` names a release: what was published before it, as it was counted.
    """
    past = published(workspace)
    names = [one.release for one in past]
    past = past[: names.index(before)] if before in names else past
    return shown_since(freezing.frozen(past, workspace.revising), dataset)


def shown_since(kept: Mapping[Slice, Frozen], dataset: str) -> pl.DataFrame:
    """The slices of a dataset among ``kept``, with the release that first showed each."""
    rows = [
        (piece.country, piece.source, piece.period, one.since)
        for piece, one in sorted(kept.items())
        if piece.dataset == dataset
    ]
    return pl.DataFrame(rows, schema=SINCE, orient="row")


def standing(shown: pl.DataFrame, slices: Slices, dataset: str) -> str:
    """Which slices of a dataset were published before which, whatever the releases are called.

    To publish what was counted changes nothing of it: all of it becomes published at once.
    """
    first = {row[:3]: row[3] for row in shown.select(*SINCE).iter_rows()}
    own = [piece for piece in slices if piece.dataset == dataset]
    when = {p: first.get((p.country, p.source, p.period), NEVER) for p in own}
    order = sorted(set(when.values()))
    return str(sorted((astuple(piece), order.index(n)) for piece, n in when.items()))


def choose(workspace: Workspace, out: Path) -> None:
    """Which submission speaks for which slice."""
    sent = submissions.accepted(workspace)
    if not sent:
        raise Empty("Nothing has been accepted yet: submit data first, see `tipstat submissions`.")
    write_slices(out / SLICES, vintage.current(sent, load.layouts(), frozen(workspace)))


def resend(workspace: Workspace) -> list[dict[str, Any]]:
    """Submissions that speak and cannot be read again under the present mapping, and why.

    Whoever sent them has to send them again for the new mapping to count; until then their rows
    are counted as they were read.
    """
    chosen = vintage.current(submissions.accepted(workspace), load.layouts(), frozen(workspace))
    speaking = {takings.submission_of(taking) for taking in chosen.values()}
    found = []
    for one in inbox.received(workspace):
        last = takings.last(workspace, one.submission)
        if last is None or one.submission not in speaking:
            continue
        outdated = submissions.is_outdated(one, last) and not one.is_kept(workspace)
        if outdated or takings.refused(last):
            found.append(_to_resend(workspace, one, DESTROYED if outdated else REFUSED))
    return found


def _to_resend(workspace: Workspace, one: inbox.Received, why: str) -> dict[str, Any]:
    read = [takings.verdict(workspace, name) for name in takings.of(workspace, one.submission)]
    last = next(v for v in reversed(read) if v and not takings.refused(v))
    facts = {"submission": one.submission, "layout": one.layout}
    facts["source"] = load.layout(one.layout).source
    return {**facts, "countries": last.countries, "periods": last.periods, "reason": why}


def series_content(slices: Slices) -> dict[str, str]:
    """Which slices there are, whoever speaks for them: what makes a series complete."""
    return {"series": str(sorted(map(astuple, slices)))}


def read_slices(file: Path) -> dict[Slice, str]:
    """Each slice and the submission that speaks for it."""
    return {
        Slice(**e["slice"]): e["submission"] for e in json.loads(file.read_text(encoding="utf-8"))
    }


def write_slices(file: Path, slices: Slices) -> None:
    """The inverse of ``read_slices``."""
    told = [{"slice": asdict(piece), "submission": s} for piece, s in sorted(slices.items())]
    file.write_text(json.dumps(told, indent=1), encoding="utf-8")


def states(workspace: Workspace) -> dict[str, str]:
    """What became of each submission: received, refused, accepted, waiting or superseded."""
    layouts, sent = load.layouts(), submissions.accepted(workspace)
    speaking = _whose(vintage.current(sent, layouts, frozen(workspace)).values())
    newest = _whose(vintage.current(sent, layouts, {}).values())
    found = {
        one: "accepted" if one in speaking else "waiting" if one in newest else "superseded"
        for one in _whose(taking.submission for taking in sent)
    }
    for one in inbox.received(workspace):
        was_read = takings.last(workspace, one.submission)
        found.setdefault(one.submission, "refused" if was_read else "received")
    return found


def _whose(names: Iterable[str]) -> set[str]:
    """The submissions of takings."""
    return {takings.submission_of(name) for name in names}
