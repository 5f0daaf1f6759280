"""What was spent of persons' protection: one line a release, each sealed by the one before it.

Spend first, release after. A run that dies in between has spent all the same, because what it saw
of the data cannot be unseen. Costs are millionths of rho, so that sums are exact. Lines are only
ever added: each has the hash of the one before it, and a release keeps the hash of its own, so
that a ledger that was cut or rewritten is found out.
"""

import datetime as dt
import hashlib
import json
import os
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts.model import Frozen
from pipelines import locks, whole
from pipelines.errors import ENVIRONMENT, WRONG_USAGE, Refusal, unwritable

FILE, LOCK = "budget.jsonl", "budget.lock"
NOTHING = "0" * 64


class Overspent(Refusal):
    """A cohort has not so much left."""

    exit_code = WRONG_USAGE


class Damaged(Refusal):
    """The ledger is not the one that was written."""

    exit_code = ENVIRONMENT


class Line(Frozen):
    """One expense: ``millionths`` of rho for every person of each of ``cohorts``."""

    id: str
    at: str
    before: str
    cohorts: tuple[str, ...] = Key(min_length=1)
    purpose: str
    millionths: int = Key(gt=0)

    @property
    def text(self) -> str:
        """The line as it stands in the file."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)

    @property
    def seal(self) -> str:
        """What the next line says of this one, and what a release keeps."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def lines(file: Path, seals: Sequence[str] = ()) -> list[Line]:
    """All expenses, the first one first; ``seals`` are those that releases kept.

    Raises ``Damaged`` where a line was changed, taken out or put in, or the ledger ends before a
    line that a release was made of.
    """
    if not file.exists():
        read: list[Line] = []
    else:
        try:
            read = [Line.model_validate_json(t) for t in file.read_text("utf-8").splitlines()]
        except (ValidationError, UnicodeDecodeError):
            raise _damaged(file) from None
    chain = [NOTHING, *(line.seal for line in read)]
    if [line.before for line in read] != chain[:-1] or not set(seals) <= set(chain):
        raise _damaged(file)
    return read


def _damaged(file: Path) -> Damaged:
    return Damaged(
        f"{file} is not as it was written, so nobody knows what is left. Bring it back from a "
        "backup; until then no microdata can be made."
    )


def spent(written: Sequence[Line], cohort: str) -> int:
    """The millionths of rho that each person of a cohort has cost so far."""
    return sum(line.millionths for line in written if cohort in line.cohorts)


def paid(written: Sequence[Line], cohorts: Sequence[str]) -> bool:
    """Whether anything was spent of one of these cohorts."""
    return any(set(cohorts) & set(line.cohorts) for line in written)


def spend(
    file: Path,
    cohorts: Sequence[str],
    millionths: int,
    limit: int,
    purpose: str,
    seals: Sequence[str] = (),
) -> Line:
    """Write an expense and see it safe on disk; only then may the data be looked at.

    Raises ``Overspent``, and writes nothing, where a cohort would come to more than ``limit``.
    Of two that spend at once the second sees what the first has written.
    """
    if millionths <= 0 or not cohorts:
        raise ValueError("an expense has cohorts and is more than nothing")
    with _alone(file):
        written = lines(file, seals)
        for cohort in sorted(set(cohorts)):
            if spent(written, cohort) + millionths > limit:
                raise Overspent(
                    f"Rows of the cohort {cohort} were made, or begun, before: nothing of its "
                    "protection is left. Publish tables of it; rows of another cohort can be made."
                )
        line = Line(
            id=uuid.uuid4().hex,
            at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            before=written[-1].seal if written else NOTHING,
            cohorts=tuple(sorted(set(cohorts))),
            purpose=purpose,
            millionths=millionths,
        )
        _write(file, [*written, line])
        return line


def _write(file: Path, every: Sequence[Line]) -> None:
    """All lines or the ones before; on disk, name included, when this returns."""
    whole.write(file, "".join(f"{line.text}\n" for line in every).encode())
    if sys.platform != "win32":  # where a folder is no file
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Wait until nobody else writes to the ledger; the lock ends with its process."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = locks.awaited(file.with_name(LOCK))
    except OSError as error:
        raise unwritable(file, error) from None
    try:
        yield
    finally:
        locks.free(lock)
