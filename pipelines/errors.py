"""What tipstat will not do, as exceptions that the command line turns into exit codes.

Refusal
├── Unwritable            3  the disk is full, or the folder may not be written
└── (each module defines its own kinds beside the code that raises them)

The text of an exception is one sentence for the person at the keyboard: what, where, how to fix
it. It never quotes a value from a record.
"""

import errno
import re
from pathlib import Path

WRONG_DATA, WRONG_USAGE, ENVIRONMENT, OUR_FAULT = 1, 2, 3, 4
# Of sealed children only, which tell their parent: the memory that they may have was not enough.
NO_MEMORY = 5
# Of those that end themselves, where the system does not, for want of time or of their parent.
NO_TIME = 6

_CAUSES = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EACCES: "permission is missing; make the folder writable for you",
    errno.EPERM: "permission is missing; make the folder writable for you",
    errno.EROFS: "the file system is read-only; choose another workspace",
}
# SQLite calls it an input-output error when its memory file finds no space.
_OF_SQLITE = {
    "FULL": errno.ENOSPC,
    "IOERR": errno.ENOSPC,
    "READONLY": errno.EACCES,
    "CANTOPEN": errno.EACCES,
}
_OF_RUST = re.compile(r"\(os error (\d+)\)")


class Refusal(Exception):
    """Something was refused; ``str(error)`` is the sentence to show."""

    exit_code: int = OUR_FAULT


class Unwritable(Refusal):
    """The disk is full, or the folder may not be written; what was there before still is."""

    exit_code = ENVIRONMENT


def unwritable(path: Path, error: Exception) -> Exception:
    """The refusal that explains ``error`` at ``path``; the error itself if it is another kind."""
    if cause := _CAUSES.get(_number(error)):
        return Unwritable(
            f"Cannot write {path}: {cause} and try again. What was there before still is."
        )
    return error


def _number(error: Exception) -> int:
    """The system's number of an error; Polars has it in its words, SQLite has names of its own."""
    if isinstance(error, OSError):
        return error.errno or 0
    name = str(getattr(getattr(error, "orig", error), "sqlite_errorname", ""))
    if number := _OF_SQLITE.get(name.removeprefix("SQLITE_").partition("_")[0]):
        return number
    found = _OF_RUST.search(str(error))
    return int(found[1]) if found else 0


class ExportFailed(Refusal):
    """A release holds text that it does not declare; nothing was exported."""

    exit_code = OUR_FAULT
