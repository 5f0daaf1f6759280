"""Sealing in the country: from lists as they are to one package that only the region can open.

``seal`` is the parent's side. One sealed child reads, checks, strips, coarsens, pseudonymises,
compares persons where several lists come together, and encrypts. Only counts come back.
"""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts import load
from data_contracts.model import Frozen
from data_contracts.verdict import Verdict
from pipelines import admission, bundles, cards, children, inbox, intake, keystore, takings, whole
from pipelines.errors import ENVIRONMENT, WRONG_USAGE, Refusal
from pipelines.settings import SEALING, Workspace, locked

# What a child makes on the way; nothing in it outlives the command, or the next one.
FOLDER, PACKAGE, REPORT = SEALING, "package.tip", "report.html"
# Records of the packages that were made of the inbox.
SEALED = "sealed"
# Comparing persons takes longer than reading them.
SLOWER = 4


class NothingToSeal(Refusal):
    """There is nothing that a package could hold, or it cannot be sealed here."""

    exit_code = WRONG_USAGE


class Source(Frozen):
    """One list, or several linked ones, of one source; ``sealed`` when they lie in the inbox."""

    name: str
    files: tuple[Path, ...]
    layout: str
    period: str | None
    sealed: bool = False


class Job(Frozen):
    """What the child is asked: the sources of a package, and where it lies in the end.

    ``compared`` are the sealed files of what is known of the persons of other submissions, by
    submission, all of them in the order of receipt; None where lists are not compared. ``secrets``
    are keys that lie in no file.
    """

    sources: tuple[Source, ...]
    compared: dict[str, tuple[Path, ...]] | None
    country: str
    keys: Path
    folder: Path
    made: dt.datetime
    language: str | None = None
    secrets: dict[str, str] = Key(default_factory=dict, repr=False)


class Packed(Frozen):
    """What the child says: the verdict over each source and, unless one is refused, the package.

    ``matched`` are the persons of whom records were brought together by comparing.
    """

    verdicts: dict[str, Verdict]
    package: str | None = None
    sha256: str | None = None
    expires: dt.datetime | None = None
    matched: int = 0


class Sealed(Frozen):
    """The record of a package that was made of what lay in the inbox; it names nobody."""

    package: str
    sha256: str
    made: dt.datetime
    submissions: tuple[str, ...]
    slices: tuple[tuple[str, str | None], ...]


class Unsealed(Refusal):
    """The sealed child could not read its keys or write its package; the files are not to blame."""

    exit_code = ENVIRONMENT


def given(
    workspace: Workspace, files: Sequence[Path], layout: str, period: str | None
) -> tuple[Source, ...]:
    """The files of one source, as named on the command line; raises a ``Refusal``."""
    country = workspace.configuration.country
    found = admission.layout_for(layout, None if load.layout(layout).country else country, period)
    admission.taken_here(found, country, workspace)
    if not admission.is_sealable(found):
        raise NothingToSeal(
            f"{layout} is public: submit its files at the regional node as they are."
        )
    inbox.digests(files)
    named = admission.calendar_period(found, period)
    return (
        Source(
            name="1", files=tuple(file.absolute() for file in files), layout=layout, period=named
        ),
    )


def speaking(workspace: Workspace, period: str | None = None) -> list[inbox.Received]:
    """The submissions that speak, for a period or at all, in the order of receipt."""
    from pipelines import submissions
    from transforms import vintage

    chosen = vintage.current(submissions.accepted(workspace), load.layouts(), {})
    names = {one for piece, one in chosen.items() if period in (None, piece.period)}
    found = {takings.submission_of(name) for name in names}
    return [one for one in inbox.received(workspace) if one.submission in found]


def received(workspace: Workspace, period: str) -> tuple[Source, ...]:
    """Whatever speaks in the inbox for a period, in the order of receipt."""
    found = speaking(workspace, period)
    if not found:
        raise NothingToSeal(f"Nothing that was accepted is for {period}: see tipstat submissions.")
    if gone := [one.submission for one in found if not one.is_kept(workspace)]:
        raise NothingToSeal(f"The files of {', '.join(gone)} are gone: submit them again.")
    return tuple(
        Source(
            name=one.submission,
            files=one.sealed_files(workspace),
            layout=one.layout,
            period=one.period,
            sealed=True,
        )
        for one in found
    )


def known(workspace: Workspace) -> dict[str, tuple[Path, ...]]:
    """What is known of the persons of all submissions that speak, by submission, by receipt."""
    return {one.submission: one.sealed_persons(workspace) for one in speaking(workspace)}


def patience(job: Job) -> int:
    """The seconds of processor time that a child may work, by the size of its files."""
    asked = (intake.Job(files=one.files, layout=one.layout) for one in job.sources)
    return SLOWER * sum(map(intake.patience, asked))


def start(job: Job) -> Packed:
    """The parent's side; raises ``Unsealed`` where keys or disk stopped the child."""
    try:
        said = children.ask(
            "sealing",
            job.model_dump_json(),
            cpu_seconds=patience(job),
            seconds=intake.WAITING * patience(job),
            reads=(*_files(job), *cards.of_sealing(job.keys, job.country)),
            writes=[job.folder],
        )
        return Packed.model_validate_json(said)
    except children.Ended as ended:
        if ended.code != ENVIRONMENT:
            refused = intake.TAKEN.get(ended.how, intake.REFUSED)
            return Packed(verdicts={one.layout: refused for one in job.sources})
    except ValidationError:
        return Packed(verdicts={one.layout: intake.REFUSED for one in job.sources})
    raise Unsealed(
        "Nothing was sealed: the keys cannot be read or the package not be written. "
        "Free some space, see that the keys are yours, and try again."
    )


def _files(job: Job) -> list[Path]:
    """What the child reads of persons."""
    own = [file for one in job.sources for file in one.files]
    return own + [file for files in (job.compared or {}).values() for file in files]


def seal(
    workspace: Workspace,
    sources: tuple[Source, ...],
    output: Path,
    report: Path | None,
    language: str,
) -> Packed:
    """Make the package ``output`` of ``sources``, and the report beside it; all or nothing."""
    keys, country = workspace["keys"], workspace.configuration.country
    cards.of_region(keys)
    secrets = keystore.ready(keys, country)
    folder = workspace[FOLDER]
    with locked(workspace):
        bundles.catch_up(workspace)
        folder.mkdir(mode=0o700)
        try:
            job = Job(
                sources=sources,
                compared=known(workspace) if sources[0].sealed else None,
                country=country,
                keys=keys,
                folder=folder,
                made=dt.datetime.now(dt.UTC),
                language=language if report else None,
                secrets=secrets,
            )
            packed = start(job)
            if packed.package and report:
                _moved(folder / REPORT, report)
            if packed.package:
                _moved(folder / PACKAGE, output)
                _remember(workspace, job, packed)
            return packed
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remember(workspace: Workspace, job: Job, packed: Packed) -> None:
    """Which submissions of the inbox a package has; who is killed before counts as not sealed."""
    inside = [one for one in job.sources if one.sealed]
    if not inside:
        return
    one = Sealed(
        package=str(packed.package),
        sha256=str(packed.sha256),
        made=job.made,
        submissions=tuple(source.name for source in inside),
        slices=tuple((source.layout, source.period) for source in inside),
    )
    place = workspace[SEALED] / f"{one.package}.json"
    whole.write(place, one.model_dump_json(indent=1).encode())


def _moved(made: Path, target: Path) -> None:
    """Put a file where it was asked for, on whatever disk that is, whole or not at all."""
    with whole.file(target) as draft:
        shutil.copyfile(made, draft)
