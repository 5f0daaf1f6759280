"""Locks that end with the process that holds them: by ``flock``, on Windows by ``msvcrt``.

A folder is locked as it is; Windows locks files only, so there a file in it stands for it.
"""

import os
import sys
import time
from pathlib import Path

NAME, PAUSE = ".lock", 0.005

if sys.platform == "win32":
    import msvcrt

    def _opened(place: Path) -> int:
        file = place / NAME if place.is_dir() else place
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)

    def _marked(handle: int, how: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, how, 1)

    def _take(handle: int) -> None:
        _marked(handle, msvcrt.LK_NBLCK)

    def _leave(handle: int) -> None:
        _marked(handle, msvcrt.LK_UNLCK)
else:
    import fcntl

    def _opened(place: Path) -> int:
        kind = os.O_DIRECTORY | os.O_RDONLY if place.is_dir() else os.O_CREAT | os.O_RDWR
        return os.open(place, kind | os.O_NOFOLLOW, 0o600)

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _leave(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


def tried(place: Path) -> int | None:
    """A handle that holds a file or folder; None where another holds it.

    Raises ``OSError`` where the place cannot be opened.
    """
    handle = _opened(place)
    try:
        _take(handle)
    except (BlockingIOError, PermissionError):  # as each of the two says it
        os.close(handle)
        return None
    return handle


def awaited(place: Path) -> int:
    """The same, once nobody else holds it."""
    while (handle := tried(place)) is None:
        time.sleep(PAUSE)
    return handle


def free(handle: int) -> None:
    """Let go, though a process that is just starting may have a copy of the handle."""
    _leave(handle)
    os.close(handle)
