"""The log of decisions: who decided what about which release, and when; lines are only added.

Each line is a JSON object that holds the hash of the line before it, so that a line that was
changed, removed or moved is found. A chain has no end that holds it: how many lines there were
stands beside it, and every release carries the number and the hash of the line that published it.
Who may write the file can still add lines; an approval cannot be added, because it is signed.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from pipelines import locks, whole
from pipelines.errors import WRONG_DATA, Refusal, unwritable

FOLDER, FILE, HEAD, LOCK = "log", "decisions.jsonl", "head.json", ".lock"
# Where a release carries the line of the log that published or withdrew it.
ANCHOR = "approvals/log.json"
NOTHING = "0" * 64
What = Literal["reviewer", "sign in", "review", "preview", "publish", "withdraw"]
Line: TypeAlias = Mapping[str, Any]


class LogBroken(Refusal):
    """The log of decisions is not as it was written; nothing is decided on it."""

    exit_code = WRONG_DATA


class Problem(NamedTuple):
    """A line, counted from one, and what is wrong with it."""

    line: int
    problem: Literal["changed", "removed", "moved", "unreadable", "not that of a release"]


def digest(line: Line) -> str:
    """The hash of a line, its own hash apart."""
    told = {name: value for name, value in line.items() if name != "hash"}
    return hashlib.sha256(canonical(told)).hexdigest()


def canonical(value: object) -> bytes:
    """The one form of a JSON value that is hashed and signed."""
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return plain.encode()


@contextmanager
def adding(root: Path, at: dt.datetime, who: str, what: What, **facts: object) -> Iterator[Line]:
    """A line of the log of the workspace ``root``, added when the block ends well.

    Raises ``LogBroken`` where the log is broken. Several processes may add at once: one waits for
    the other.
    """
    with _alone(root):
        before = _sound(root)
        when = at.astimezone(dt.UTC).isoformat(timespec="seconds")
        line = {"n": len(before) + 1, "at": when, "who": who, "what": what}
        line |= {**facts, "previous": before[-1]["hash"] if before else NOTHING}
        line["hash"] = digest(line)
        yield line
        file = root / FOLDER / FILE
        told = file.read_bytes() if file.exists() else b""
        # As a whole, so that a killed process leaves no half line; a log has hundreds of lines.
        whole.write(file, told + canonical(line) + b"\n")
        whole.write(root / FOLDER / HEAD, anchor(line))


def append(root: Path, at: dt.datetime, who: str, what: What, **facts: object) -> Line:
    """Add a line at once; see ``adding``."""
    with adding(root, at, who, what, **facts) as line:
        return line


def lines(root: Path) -> list[Line]:
    """Every line, the oldest first; raises ``LogBroken``."""
    return _sound(root)


def problems(root: Path, releases: Mapping[str, Line] | None = None) -> list[Problem]:
    """What is wrong with the log; nothing where it is sound.

    ``releases`` are the anchors that releases carry, see ``anchor``.
    """
    found = _read(root)
    if unread := [n for n, line in enumerate(found, 1) if line is None]:
        return [Problem(n, "unreadable") for n in unread]
    read = [line for line in found if line is not None]
    return [*_chain(read), *_ends(root, read, releases or {})]


def anchor(line: Line) -> bytes:
    """What a release carries of the line that decided on it."""
    told = {"line": line["n"], "hash": line["hash"]}
    return (json.dumps(told, indent=2) + "\n").encode()


def head(root: Path) -> Line:
    """How many lines there are, and the hash of the last one."""
    file = root / FOLDER / HEAD
    return dict(json.loads(file.read_bytes())) if file.exists() else {"line": 0, "hash": NOTHING}


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    file = root / FOLDER / LOCK
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        handle = locks.awaited(file)
    except OSError as error:
        raise unwritable(file, error) from None
    try:
        yield
    finally:
        locks.free(handle)


def _sound(root: Path) -> list[Line]:
    if found := problems(root):
        raise LogBroken(
            f"The log of decisions was changed at line {found[0].line}: see `tipstat log verify`, "
            f"and restore {root / FOLDER} from your backup."
        )
    return [line for line in _read(root) if line is not None]


def _read(root: Path) -> list[Line | None]:
    file = root / FOLDER / FILE
    texts = file.read_bytes().splitlines() if file.exists() else []
    return [_parsed(text) for text in texts]


def _parsed(text: bytes) -> Line | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    is_line = isinstance(line, dict) and {"n", "hash", "previous", "what"} <= set(line)
    return line if is_line else None


def _chain(read: Sequence[Line]) -> Iterator[Problem]:
    """Lines that do not follow on the one before them, each with the likeliest reason."""
    numbers = [line["n"] for line in read]
    is_whole = sorted(map(str, numbers)) == sorted(str(n) for n in range(1, len(read) + 1))
    before = NOTHING
    for place, line in enumerate(read, 1):
        if digest(line) != line["hash"]:
            yield Problem(place, "changed")
        elif line["n"] != place:
            yield Problem(place, "moved" if is_whole else "removed")
        elif line["previous"] != before:
            yield Problem(place, "changed")
        before = line["hash"]


def _ends(root: Path, read: Sequence[Line], releases: Mapping[str, Line]) -> Iterator[Problem]:
    """Lines that are gone from the end, and those that releases know otherwise."""
    known = head(root)
    if known["line"] > len(read):
        yield Problem(len(read) + 1, "removed")
    elif known["line"] and read[known["line"] - 1]["hash"] != known["hash"]:
        yield Problem(known["line"], "changed")
    for said in releases.values():
        place = said["line"]
        if place > len(read) or read[place - 1]["hash"] != said["hash"]:
            yield Problem(place, "not that of a release")
