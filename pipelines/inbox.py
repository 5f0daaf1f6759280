"""What lies in the inbox: the sealed files of submissions, and one record beside them.

A submission has a random id; its files' own names are never kept, because a name can hold a
name. The record says layout, country, period and the fingerprint of the contents.
"""

import datetime as dt
import hashlib
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from data_contracts.model import Frozen
from pipelines import intake, whole
from pipelines.errors import ENVIRONMENT, WRONG_USAGE, Refusal
from pipelines.settings import Workspace
from pipelines.takings import last, refused

INBOX, PACKAGES = "inbox", "packages"


class NoFile(Refusal):
    """A file that was named is not there or may not be read."""

    exit_code = WRONG_USAGE


class Damaged(Refusal):
    """A record in the inbox is damaged."""

    exit_code = ENVIRONMENT


class Received(Frozen):
    """The record of a submission; ``sha256`` is of the contents of all its files.

    ``reason`` is why its numbers are right where they are unusual, in the sender's words;
    ``confirmed_by`` is who saw that it names nobody, where that cannot be told by itself.
    ``package`` is the package that it came in, whose rows were safe already: no file is kept.
    """

    submission: str
    layout: str
    period: str | None
    country: str | None
    sha256: str
    files: int
    received: dt.datetime
    reason: str | None = None
    confirmed_by: str | None = None
    package: str | None = None

    def sealed_files(self, workspace: Workspace) -> tuple[Path, ...]:
        """Where its encrypted files lie."""
        names = (f"{self.submission}.{n}.age" for n in range(self.files))
        return tuple(workspace[INBOX] / name for name in names)

    def is_kept(self, workspace: Workspace) -> bool:
        """Whether its files are still there; they are destroyed when their period is published."""
        return bool(self.files) and all(f.exists() for f in self.sealed_files(workspace))

    def sealed_persons(self, workspace: Workspace) -> tuple[Path, ...]:
        """Where lies, encrypted too, what its persons are recognised by."""
        found = workspace[INBOX].glob(f"{self.submission}.{intake.PERSONS}.*.age")
        return tuple(sorted(found))


def digests(files: Sequence[Path]) -> list[str]:
    """SHA-256 of each file, as hex digits; raises ``NoFile``."""
    found = []
    try:
        for file in files:
            _check_is_file(file)
            with file.open("rb") as stream:
                found.append(hashlib.file_digest(stream, "sha256").hexdigest())
    except FileNotFoundError as error:
        raise NoFile(f"There is no file {error.filename}.") from None
    except IsADirectoryError as error:
        raise NoFile(f"{error.filename} is a folder. Name the files in it.") from None
    except OSError as error:
        raise NoFile(f"{error.filename} may not be read: {error.strerror}.") from None
    return found


def _check_is_file(file: Path) -> None:
    """Raise ``NoFile`` for what never ends or answers, before it is opened; a link is followed."""
    kind = file.stat().st_mode
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise NoFile(f"{file} is no file: a pipe, a device or a socket. Name a file.")


def fingerprint(each: Iterable[str]) -> str:
    """SHA-256 over the digests of the contents, in any order of files."""
    return hashlib.sha256("".join(sorted(each)).encode()).hexdigest()


def _recorded(file: Path) -> Received:
    try:
        return Received.model_validate_json(file.read_bytes())
    except ValidationError:
        raise Damaged(
            f"{file}, the record of a submission, is damaged. Restore it from your backup."
        ) from None


def received(workspace: Workspace) -> list[Received]:
    """Every submission in the inbox, in the order of receipt; raises ``Damaged``."""
    every = [_recorded(file) for file in workspace[INBOX].glob("*.json")]
    # What came in a package counts once all of it is there.
    whole = {file.stem for file in workspace[PACKAGES].glob("*.json")}
    records = [one for one in every if one.package is None or one.package in whole]
    return sorted(records, key=lambda one: (one.received, one.submission))


def same(workspace: Workspace, one: Received) -> Received | None:
    """The newest submission of this layout, country and period, if its contents are the same.

    Older ones do not count: who sends the original again after a wrong correction means it.
    """
    alike = {"layout", "country", "period"}
    wanted = one.model_dump(include=alike)
    # What an accident refused (a machine out of memory) could never be sent again otherwise.
    before = [
        r
        for r in received(workspace)
        if r.model_dump(include=alike) == wanted and not refused(last(workspace, r.submission))
    ]
    if not before or before[-1].sha256 != one.sha256:
        return None
    # A country keeps no rows: what was destroyed there is sent again to be sealed again.
    is_lost = workspace.is_national and not before[-1].is_kept(workspace)
    return None if is_lost else before[-1]


def record(workspace: Workspace, one: Received) -> None:
    """Keep the record of a submission, instead of an earlier one of it."""
    place = workspace[INBOX] / f"{one.submission}.json"
    whole.write(place, one.model_dump_json(indent=1).encode())
