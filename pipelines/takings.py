"""Takings: each reading of a submission under one mapping, with its safe rows and its verdict.

A submission is taken in once, and again when its mapping has changed while its files are kept.
Each taking has rows and a verdict of its own: what was published, and every earlier moment, can
be rebuilt. The first taking has the name of the submission, the second ends in ``-2``.
"""

import datetime as dt
import shutil
from pathlib import Path

from pydantic import ValidationError

from data_contracts.verdict import Fault, Verdict
from pipelines import artefacts, whole
from pipelines.settings import Workspace

VERDICTS, SAFE = "verdicts", "safe"


def sweep(workspace: Workspace) -> None:
    """Wipe the rows that a killed process left half taken in; who holds the lock may."""
    for left in workspace[SAFE].glob(".*"):
        shutil.rmtree(left, ignore_errors=True)


def of(workspace: Workspace, submission: str) -> list[str]:
    """The takings of a submission that were finished, the first one first."""
    patterns = (f"{submission}.json", f"{submission}-*.json")
    names = {file.stem for p in patterns for file in workspace[VERDICTS].glob(p)}
    return sorted(names, key=lambda name: (len(name), name))


def submission_of(taking: str) -> str:
    """The submission that was taken in."""
    return taking.partition("-")[0]


def verdict(workspace: Workspace, taking: str) -> Verdict | None:
    """The verdict of a taking; None before it is finished."""
    file = workspace[VERDICTS] / f"{taking}.json"
    try:
        return Verdict.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        return Verdict(verdict="faults", faults=(Fault(code="INTAKE-01"),))


def last(workspace: Workspace, submission: str) -> Verdict | None:
    """The verdict of the last taking of a submission; None before the first."""
    every = of(workspace, submission)
    return verdict(workspace, every[-1]) if every else None


def refused(found: Verdict | None) -> bool:
    """Whether there is a verdict, and it accepts nothing."""
    return found is not None and found.verdict == "faults"


def keep(
    workspace: Workspace, submission: str, found: Verdict, draft: Path, now: dt.datetime
) -> Verdict:
    """Keep the rows in ``draft`` and their verdict, written last, as the next taking.

    Rows that came out as they did before are the same taking, read under another mapping.
    """
    before = of(workspace, submission)
    files = [] if refused(found) else sorted(draft.glob("*.parquet"))
    if before and _same(workspace, before[-1], found, files):
        name = before[-1]
        older = verdict(workspace, name)
        found = found.model_copy(update={"taken": older.taken if older else None})
    else:
        name = f"{submission}-{len(before) + 1}" if before else submission
        found = found.model_copy(update={"taken": now if before else None})
        for file in files:
            target = workspace[SAFE] / file.stem / f"{name}.parquet"
            target.parent.mkdir(exist_ok=True)
            file.replace(target)
    place = workspace[VERDICTS] / f"{name}.json"
    whole.write(place, found.model_dump_json(indent=1).encode())
    return found


def _same(workspace: Workspace, taking: str, found: Verdict, files: list[Path]) -> bool:
    """Whether a taking accepted the same rows, or accepted nothing either."""
    older = verdict(workspace, taking)
    told = {"rows_out", "countries", "periods"}
    if older is None or refused(older) != refused(found):
        return False
    if older.model_dump(include=told) != found.model_dump(include=told) and not refused(found):
        return False
    there = [workspace[SAFE] / file.stem / f"{taking}.parquet" for file in files]
    pairs = zip(files, there, strict=True)
    return all(b.exists() and artefacts.hash_of(a) == artefacts.hash_of(b) for a, b in pairs)
