"""A package at the regional node: opened in a sealed child, judged, and taken in whole or not.

The package itself is not kept: it holds the countries' half of the link tokens, which is never
stored. What is kept of it is one record with its id, so that it cannot come again.
"""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts.model import Frozen
from data_contracts.verdict import Fault, Verdict
from pipelines import (
    bundles,
    cards,
    children,
    inbox,
    intake,
    keystore,
    packages,
    promises,
    takings,
    together,
)
from pipelines.cards import Card
from pipelines.errors import ENVIRONMENT, Refusal
from pipelines.intake import Unfinished
from pipelines.packages import Manifest
from pipelines.settings import Workspace, locked
from pipelines.takings import SAFE
from pipelines.together import Change


class Opened(Frozen):
    """What the child says: what the package says of itself, or why it is refused."""

    manifest: Manifest | None = None
    faults: tuple[Fault, ...] = ()


class Delivery(Frozen):
    """The record of a package that was taken in; each part became a submission."""

    package: str
    sha256: str
    country: str
    sender: str
    made: dt.datetime
    slices: tuple[tuple[str, str | None], ...]
    submissions: tuple[str, ...]


class Damaged(Refusal):
    """A record of a package, which lies in the workspace, is damaged."""

    exit_code = ENVIRONMENT


class Job(Frozen):
    """What the child is asked: to open ``file`` and lay its safe rows into ``out``, by part.

    ``senders`` are those who are welcome, by fingerprint, ``withdrawn`` those who are no more;
    ``earlier`` what came before; ``secrets`` are keys that lie in no file.
    """

    file: Path
    keys: Path
    out: Path
    now: dt.datetime
    senders: dict[str, Card]
    withdrawn: tuple[str, ...]
    earlier: tuple[Delivery, ...]
    secrets: dict[str, str] = Key(repr=False)


SUFFIX = ".tip"
DAMAGED = Opened(faults=(Fault(code="SEAL-01"),))


def deliveries(workspace: Workspace) -> tuple[Delivery, ...]:
    """Every package that was taken in; raises ``Damaged``."""
    return tuple(map(_delivery, sorted(workspace[inbox.PACKAGES].glob("*.json"))))


def _delivery(file: Path) -> Delivery:
    try:
        return Delivery.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise Damaged(
            f"{file}, the record of a package that was taken in, cannot be read. Restore it from "
            "your backup: without it the package could come again."
        ) from None


def start(job: Job) -> Opened:
    """The parent's side; whatever goes wrong with a package in the child comes back as a code."""
    asked = intake.patience(intake.Job(files=(job.file,), layout=""))
    try:
        said = children.ask(
            "receiving",
            job.model_dump_json(),
            cpu_seconds=asked,
            seconds=intake.WAITING * asked,
            reads=(job.file, *cards.of_receiving(job.keys)),
            writes=[job.out],
        )
        return Opened.model_validate_json(said)
    except children.Ended as ended:
        if ended.code != ENVIRONMENT:
            return DAMAGED
    except ValidationError:
        return DAMAGED
    raise Unfinished(
        "The package could not be taken in: the keys cannot be read or rows not be written. "
        "Free some space, see that keys and safe are yours, and try again."
    )


def receive(
    workspace: Workspace, file: Path, now: dt.datetime
) -> tuple[Delivery | None, str, Verdict]:
    """Take a package in: its record, None where it was refused; its SHA-256; the verdict."""
    (digest,) = inbox.digests([file])
    draft = workspace[SAFE] / ".package"
    with locked(workspace):
        bundles.catch_up(workspace)
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir(parents=True)
            found = start(_job(workspace, file, draft, now))
            if found.faults or not found.manifest:
                return None, digest, Verdict(verdict="faults", faults=found.faults)
            return _kept(workspace, found.manifest, digest, draft, now), digest, merged(found)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _job(workspace: Workspace, file: Path, out: Path, now: dt.datetime) -> Job:
    return Job(
        file=file.resolve(),
        keys=workspace["keys"],
        out=out,
        now=now,
        senders=cards.senders(workspace["keys"]),
        withdrawn=tuple(cards.withdrawn(workspace["keys"])),
        earlier=deliveries(workspace),
        secrets=keystore.ready(workspace["keys"], None),
    )


def _kept(
    workspace: Workspace, manifest: Manifest, digest: str, draft: Path, now: dt.datetime
) -> Delivery:
    """Safe rows, verdicts and records of all parts, in one step whenever the process is killed."""
    names = tuple(f"{manifest.package}{n:02}" for n in range(len(manifest.parts)))
    delivery = Delivery(
        package=manifest.package,
        sha256=digest,
        country=manifest.country,
        sender=manifest.sender,
        made=manifest.made,
        slices=tuple((part.layout, part.period) for part in manifest.parts),
        submissions=names,
    )
    with together.changed(workspace.root) as change:
        for n, name in enumerate(names):
            one = _received(name, manifest, n, digest, now)
            _add(change, workspace, one, manifest.parts[n].verdict, draft / str(n))
        # Last: whoever reads meanwhile counts nothing of a package before its own record.
        place = workspace[inbox.PACKAGES] / f"{manifest.package}.json"
        change.write(place, delivery.model_dump_json(indent=1).encode())
    return delivery


def _received(name: str, said: Manifest, n: int, digest: str, now: dt.datetime) -> inbox.Received:
    return inbox.Received(
        submission=name,
        layout=said.parts[n].layout,
        period=said.parts[n].period,
        country=said.country,
        sha256=digest,
        files=0,
        received=now,
        package=said.package,
    )


def _add(
    change: Change, workspace: Workspace, one: inbox.Received, said: Verdict, draft: Path
) -> None:
    """The rows in ``draft`` of one part, its verdict and its record."""
    kept = promises.remember(workspace, said.rows_out)
    for file in sorted(draft.glob("*.parquet")):
        change.take(file, workspace[SAFE] / file.stem / f"{one.submission}.parquet")
    told = ((takings.VERDICTS, said.model_copy(update={"promises": kept})), (inbox.INBOX, one))
    for folder, facts in told:
        data = facts.model_dump_json(indent=1).encode()
        change.write(workspace[folder] / f"{one.submission}.json", data)


def merged(found: Opened) -> Verdict:
    """One verdict over all parts: their counts added, and whatever any of them says."""
    parts = [part.verdict for part in found.manifest.parts] if found.manifest else []
    return added(parts)


def added(verdicts: list[Verdict]) -> Verdict:
    """One verdict over several: their counts added, and whatever any of them says."""
    order = ("ok", "comments", "faults")
    return Verdict(
        verdict=max((v.verdict for v in verdicts), key=order.index, default="faults"),
        rows_read=sum(v.rows_read for v in verdicts),
        rows_kept=sum(v.rows_kept for v in verdicts),
        set_aside=_summed(v.set_aside for v in verdicts),
        rows_out=_summed(v.rows_out for v in verdicts),
        faults=tuple(fault for v in verdicts for fault in v.faults),
        countries=tuple(sorted({c for v in verdicts for c in v.countries})),
        periods=tuple(sorted({p for v in verdicts for p in v.periods})),
    )


def _summed(counts: Iterator[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for own in counts:
        for name, n in own.items():
            total[name] = total.get(name, 0) + n
    return total


def is_package(files: tuple[Path, ...]) -> bool:
    """Whether somebody submits a package and not raw files, by what it says or by its name."""
    return any(packages.is_one(file) or file.suffix == SUFFIX for file in files)
