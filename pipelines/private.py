"""A folder of its own for each sealed process, wiped whatever becomes of it or of its parent.

Its parent holds a lock on it. Whoever was killed holds none any more, and the next process that
needs such a folder wipes what was left.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import ENVIRONMENT, Refusal, unwritable


class NotOurs(Refusal):
    """Somebody else has made the folder in which the private folders should lie."""

    exit_code = ENVIRONMENT


def place() -> Path:
    """Where the private folders of this account lie."""
    return Path(tempfile.gettempdir(), f"tipstat-{os.getuid()}")


def _is_locked(folder: Path) -> bool:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return True  # somebody else is just wiping it
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _made(home: Path) -> tuple[Path, int]:
    """A new folder and the lock on it, after wiping those that nobody holds."""
    home.mkdir(mode=0o700, exist_ok=True)
    about = home.lstat()
    if about.st_uid != os.getuid() or about.st_mode & 0o077 or home.is_symlink():
        raise NotOurs(f"{home} is not a folder of yours alone. Remove it, or set TMPDIR.")
    whole = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # One at a time: a folder that is made and not locked yet would be wiped by another.
        fcntl.flock(whole, fcntl.LOCK_EX)
        for left in home.iterdir():
            if not _is_locked(left):
                shutil.rmtree(left, ignore_errors=True)
        made = Path(tempfile.mkdtemp(dir=home))
        handle = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    finally:
        os.close(whole)
    return made, handle


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder that is gone in the end; raises ``Unwritable`` or ``NotOurs``."""
    try:
        made, lock = _made(place())
    except OSError as error:
        raise unwritable(place(), error) from None
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(lock)
