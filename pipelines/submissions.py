"""Submissions: sealed into the inbox, read once in a sealed child, one verdict each."""

import datetime as dt
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from data_contracts import load
from data_contracts.verdict import Verdict
from pipelines import admission, bundles, inbox, intake, keystore, promises, takings
from pipelines.errors import WRONG_USAGE, Refusal, unwritable
from pipelines.settings import Workspace, locked
from pipelines.takings import SAFE, last, refused, verdict
from transforms.vintage import Sent, Slice, Slices, slices_of

LONGEST_REASON = 500


class ReasonRefused(Refusal):
    """A reason holds what may identify a person, or is no plain sentence."""

    exit_code = WRONG_USAGE


def sayable(reason: str | None, confirmed_by: str | None = None) -> str | None:
    """A reason as it may be kept, if one is given; raises ``ReasonRefused``, quoting nothing.

    In a language in which names are not found well enough, a person must have looked at it.
    """
    if reason is None:
        return None
    plain = " ".join(reason.split())
    if not plain or len(plain) > LONGEST_REASON or not plain.isprintable():
        raise ReasonRefused(f"Give the reason as plain text of at most {LONGEST_REASON} letters.")
    # Importing what scans takes a second, and most submissions give no reason.
    from anonymize.finding.languages import certain, confident
    from anonymize.text import kinds

    if found := kinds(plain):
        raise ReasonRefused(
            f"The reason may hold personal data ({', '.join(found)}); nothing was kept. "
            "Say it without names, long numbers and addresses."
        )
    if not confirmed_by and not confident(certain(plain)):
        raise ReasonRefused(
            "The reason is too short, or in a language too little known, for names in it to be "
            "found; nothing was kept. Say it in a whole sentence of another language, or let "
            "somebody who reads it see that it names nobody, and add --confirmed-by NAME."
        )
    return plain


def check(files: Sequence[Path], layout: str, period: str | None, country: str | None) -> Verdict:
    """Check files where they are; nothing is kept."""
    found = admission.layout_for(layout, country, period)
    period = admission.calendar_period(found, period)
    inbox.digests(files)
    return intake.start(
        intake.Job(files=tuple(files), layout=layout, period=period, country=country)
    )


def submit(
    workspace: Workspace,
    files: Sequence[Path],
    layout: str,
    period: str | None,
    country: str | None,
    now: dt.datetime,
    reason: str | None = None,
    confirmed_by: str | None = None,
) -> tuple[inbox.Received, Verdict]:
    """Seal files into the inbox and take them in; when they are refused nothing of them is kept.

    What is read are the sealed bytes themselves, once. The same contents, layout, country and
    period again change nothing but the reason, when another one is given.
    """
    found = admission.layout_for(layout, country, period)
    admission.taken_here(found, country, workspace)
    each = inbox.digests(files)
    one = inbox.Received(
        submission=uuid.uuid4().hex,
        layout=layout,
        period=admission.calendar_period(found, period),
        country=found.country or country,
        sha256=inbox.fingerprint(each),
        files=len(each),
        received=now,
        reason=sayable(reason, confirmed_by),
        confirmed_by=confirmed_by if reason else None,
    )
    with locked(workspace):
        swept(workspace)
        earlier = inbox.same(workspace, one)
        if earlier is None:
            return one, _taken_in_new(workspace, one, files)
        if one.reason not in (None, earlier.reason):
            told = {"reason": one.reason, "confirmed_by": one.confirmed_by}
            earlier = earlier.model_copy(update=told)
            inbox.record(workspace, earlier)
        # A verdict outlives the files, which are destroyed when they are published.
        return earlier, last(workspace, earlier.submission) or take_in(workspace, earlier)


def swept(workspace: Workspace) -> None:
    """Mend what killed commands left: rows half taken in, a bundle behind its keys; who holds the
    lock may."""
    takings.sweep(workspace)
    bundles.catch_up(workspace)


def _seal(files: Sequence[Path], targets: Sequence[Path], workspace: Workspace, told: str) -> None:
    """Seal each file; raises ``NoFile`` where the contents are no longer those of ``told``."""
    pairs = zip(files, targets, strict=True)
    sealed = [keystore.seal(file, target, workspace["keys"]) for file, target in pairs]
    if inbox.fingerprint(sealed) != told:
        raise inbox.NoFile(
            "A file changed while it was sent. Save it, close it, and send it again."
        )


def _taken_in_new(workspace: Workspace, one: inbox.Received, files: Sequence[Path]) -> Verdict:
    """The verdict over new files; they stay, with their safe rows, only when it accepts them."""
    keeper = load.layout(one.layout).keeper(one.country)
    newcomer = keeper if keeper and keystore.welcome(workspace, keeper) else None
    is_accepted = False
    try:
        _seal(files, one.sealed_files(workspace), workspace, one.sha256)
        with _read(workspace, one) as (found, draft):
            if not refused(found):
                if newcomer:
                    # No record counts whose key would be lost with this disk; now the key stays.
                    bundles.keep(workspace)
                    newcomer = None
                # Who is killed from here on has sent what the next run takes in.
                inbox.record(workspace, one)
                found = _kept(workspace, one, found, draft)
                is_accepted = True
        return found
    finally:
        if not is_accepted:
            _forget(workspace[inbox.INBOX].glob(f"{one.submission}.*"))
            with suppress(OSError):  # it holds what others sent
                workspace[SAFE].rmdir()
        if newcomer:
            keystore.dismiss(workspace, newcomer)


def _forget(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _job(
    workspace: Workspace, one: inbox.Received, out: Path, secrets: dict[str, str]
) -> intake.Job:
    return intake.Job(
        files=one.sealed_files(workspace),
        layout=one.layout,
        period=one.period,
        country=one.country,
        sealed=True,
        keys=workspace["keys"],
        out=out,
        secrets=secrets,
    )


def is_due(workspace: Workspace, one: inbox.Received) -> bool:
    """Whether a submission is new, or its files are kept and its mapping has changed."""
    found = last(workspace, one.submission)
    return found is None or (is_outdated(one, found) and one.is_kept(workspace))


def is_outdated(one: inbox.Received, found: Verdict) -> bool:
    """Whether the mapping is not the one under which a submission was read."""
    return found.mapping != promises.mapping(load.layout(one.layout))


@contextmanager
def _read(workspace: Workspace, one: inbox.Received) -> Iterator[tuple[Verdict, Path]]:
    """What a sealed child says of a submission, and the folder where it laid the safe rows."""
    draft = workspace[SAFE] / f".{one.submission}"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        layout = load.layout(one.layout)
        secrets = keystore.ready(workspace["keys"], layout.keeper(one.country))
        # Before the child reads them: what changes meanwhile is a change.
        mapping = promises.mapping(layout)
        found = intake.start(_job(workspace, one, draft, secrets))
        yield found.model_copy(update={"mapping": mapping}), draft
    except OSError as error:
        raise unwritable(draft, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def take_in(workspace: Workspace, one: inbox.Received) -> Verdict:
    """Start the sealed child for a submission; its safe rows and its verdict are kept together."""
    with _read(workspace, one) as (found, draft):
        return _kept(workspace, one, found, draft)


def _kept(workspace: Workspace, one: inbox.Received, found: Verdict, draft: Path) -> Verdict:
    kept = promises.remember(workspace, () if refused(found) else found.rows_out)
    found = found.model_copy(update={"promises": kept})
    if not refused(found):
        _forget(one.sealed_persons(workspace))
        for file in sorted(draft.glob("*.age")):
            file.replace(workspace[inbox.INBOX] / f"{one.submission}.{file.name}")
    return takings.keep(workspace, one.submission, found, draft, dt.datetime.now(dt.UTC))


def accepted(workspace: Workspace, by: dt.datetime | None = None) -> list[Sent]:
    """The takings whose safe rows may be counted, in the order of receipt, ``by`` a moment."""
    then = (one for one in inbox.received(workspace) if by is None or one.received <= by)
    read = (
        (one, taking, verdict(workspace, taking))
        for one in then
        for taking in takings.of(workspace, one.submission)
    )
    return [
        Sent(taking, one.layout, tuple(v.rows_out), v.countries, v.periods)
        for one, taking, v in read
        if v and not refused(v) and not (by and v.taken and v.taken > by)
    ]


def destroy(workspace: Workspace, frozen: Slices) -> int:
    """Destroy the sealed files of what is published, public layouts apart; how many files.

    Their safe rows and their verdicts stay. A submission goes when all its slices are frozen,
    whoever speaks for them.
    """
    gone = 0
    filled: dict[str, set[Slice]] = {}
    for sent in accepted(workspace):
        own = filled.setdefault(takings.submission_of(sent.submission), set())
        own.update(slices_of(sent, load.layout(sent.layout)))
    for one in inbox.received(workspace):
        if load.layout(one.layout).public or one.submission not in filled:
            continue
        if filled[one.submission] <= set(frozen):
            files = [file for file in one.sealed_files(workspace) if file.exists()]
            _forget((*files, *one.sealed_persons(workspace)))
            gone += len(files)
    return gone
