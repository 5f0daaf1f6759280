"""The sealed child: read, check, conform, relate, protect, check again, write; in one process.

``start`` is the parent's side: a fresh interpreter for each submission, told what to do on its
standard input. Only codes and counts come back. Nothing of a file reaches an exception, a log
or the parent: in here everything is raised ``from None``.
"""

from pathlib import Path

from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts import load
from data_contracts.model import Frozen
from data_contracts.verdict import Fault, Verdict
from pipelines import children
from pipelines.errors import ENVIRONMENT, Refusal

SECONDS = 600
# Beyond these, a second for so many bytes: a large register takes its time.
BYTES_A_SECOND = 2**21
# A child beside others on a busy machine waits longer than it works.
WAITING = 4
MOST_FAULTS = 20_000
# Beside the safe rows: what persons are recognised by, sealed again.
PERSONS = "persons"


class Job(Frozen):
    """What a sealed child is asked: which files, in which layout, and where the safe rows go.

    ``files`` are plain, or age-encrypted when ``sealed``. Without ``out`` nothing is kept, and
    what is judged is protected with passing keys. For a package (``sealing``) the rows stay as
    they leave the country. ``secrets`` are keys that lie in no file.
    """

    files: tuple[Path, ...]
    layout: str
    period: str | None = None
    country: str | None = None
    sealed: bool = False
    sealing: bool = False
    keys: Path | None = None
    out: Path | None = None
    secrets: dict[str, str] = Key(default_factory=dict, repr=False)


def patience(job: Job) -> int:
    """The seconds of processor time that a child may work, by the size of its files."""
    sizes = (file.stat().st_size for file in job.files if file.exists())
    return SECONDS + sum(sizes) // BYTES_A_SECOND


REFUSED = Verdict(verdict="faults", faults=(Fault(code="INTAKE-01"),))
# What a child took too much of.
TAKEN = {
    "memory": Verdict(verdict="faults", faults=(Fault(code="INTAKE-02"),)),
    "time": Verdict(verdict="faults", faults=(Fault(code="INTAKE-03"),)),
}


class Unfinished(Refusal):
    """The sealed child could not read its keys or write its rows; the file is not to blame."""

    exit_code = ENVIRONMENT


def start(job: Job, seconds: float | None = None) -> Verdict:
    """The parent's side. Whatever goes wrong with a file in the child comes back as one code.

    Raises ``Unfinished`` where keys or disk stopped the child: another day it may succeed.
    """
    job = job.model_copy(update={"files": tuple(file.absolute() for file in job.files)})
    try:
        said = children.ask(
            "intake",
            job.model_dump_json(),
            cpu_seconds=patience(job),
            seconds=WAITING * patience(job) if seconds is None else seconds,
            reads=(*job.files, *_keys(job)),
            writes=[job.out] if job.out else [],
        )
        return Verdict.model_validate_json(said)
    except children.Ended as ended:
        if ended.code != ENVIRONMENT:
            return TAKEN.get(ended.how, REFUSED)
    except ValidationError:
        return REFUSED
    raise Unfinished(
        "A submission could not be taken in: its keys cannot be read or its rows not be written. "
        "Free some space, see that keys and safe are yours, and try again."
    )


def _keys(job: Job) -> tuple[Path, ...]:
    """What the child may read of the workspace: its configuration, the keys of the keeper of the
    records, no other country's."""
    if not job.keys:
        return ()
    from pipelines import keystore, settings

    keeper = load.layout(job.layout).keeper(job.country)
    return (*keystore.of_child(job.keys, keeper), job.keys.parent / settings.FILE)
