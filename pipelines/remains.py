"""What still lies in a country's own inbox: raw files, since when, and whether a package has them.

There is no way back from the region, so only the country knows when a package has arrived, and
only the country decides when its files go. Nothing here goes by itself.
"""

import datetime as dt

from pydantic import ValidationError

from data_contracts.model import Frozen
from pipelines import inbox, sealing, takings
from pipelines.errors import ENVIRONMENT, Refusal
from pipelines.inbox import Received
from pipelines.sealing import SEALED, Sealed
from pipelines.settings import Workspace, locked


class Damaged(Refusal):
    """A record of what was sealed here is damaged."""

    exit_code = ENVIRONMENT


class Lying(Frozen):
    """A submission whose files lie here; ``sealed`` when a package was made that has it, or that
    has what took its place."""

    submission: str
    layout: str
    periods: tuple[str, ...]
    received: dt.datetime
    files: int
    sealed: dt.datetime | None


def _packages(workspace: Workspace) -> list[Sealed]:
    """Every package that was made of the inbox, the newest last; raises ``Damaged``."""
    found = []
    for file in workspace[SEALED].glob("*.json"):
        try:
            found.append(Sealed.model_validate_json(file.read_bytes()))
        except (OSError, ValidationError):
            raise Damaged(
                f"{file}, the record of a package that was sealed here, cannot be read. Delete it "
                "and seal the period again: what it named counts as not sealed."
            ) from None
    return sorted(found, key=lambda one: one.made)


def lying(workspace: Workspace, period: str | None = None) -> list[Lying]:
    """What lies here, for a period or at all, in the order of receipt."""
    packages = _packages(workspace)
    speaking = {one.submission for one in sealing.speaking(workspace)}
    found = []
    for one in inbox.received(workspace):
        files = [file for file in one.sealed_files(workspace) if file.exists()]
        verdict = takings.last(workspace, one.submission)
        periods = tuple(verdict.periods if verdict else ()) or ((one.period,) if one.period else ())
        if files and period in (None, one.period, *periods):
            sealed = _sealed(one, one.submission in speaking, packages)
            what = Lying(
                submission=one.submission,
                layout=one.layout,
                periods=periods,
                received=one.received,
                files=len(files),
                sealed=sealed,
            )
            found.append(what)
    return found


def _sealed(one: Received, is_speaking: bool, packages: list[Sealed]) -> dt.datetime | None:
    """When the newest package was made that has a submission, or what took its place."""
    own = [p.made for p in packages if one.submission in p.submissions]
    after = [
        p.made
        for p in packages
        if not is_speaking and p.made > one.received and (one.layout, one.period) in p.slices
    ]
    return max(own + after, default=None)


def destroy(workspace: Workspace, period: str) -> list[Lying]:
    """Destroy the files of a period that a package has, and what their persons are recognised by.

    Records and verdicts, which name nobody, stay. What was destroyed.
    """
    with locked(workspace):
        due = [one for one in lying(workspace, period) if one.sealed]
        names = {one.submission for one in due}
        for one in inbox.received(workspace):
            if one.submission in names:
                for file in (*one.sealed_files(workspace), *one.sealed_persons(workspace)):
                    file.unlink(missing_ok=True)
        return due
