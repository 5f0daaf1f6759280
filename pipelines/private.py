"""A folder of its own for each sealed process, wiped whatever becomes of it or of its parent.

Its parent holds a lock on it. Whoever was killed holds none any more, and the next process that
needs such a folder wipes what was left.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines import locks, systems
from pipelines.errors import ENVIRONMENT, Refusal, unwritable


class NotOurs(Refusal):
    """Somebody else has made the folder in which the private folders should lie."""

    exit_code = ENVIRONMENT


def place() -> Path:
    """Where the private folders of this account lie."""
    # Accounts share this place, or have one each; names tell them apart where they share it.
    return Path(tempfile.gettempdir(), f"tipstat-{systems.account()}")


def _wipe(left: Path) -> None:
    """Remove a folder that nobody holds."""
    try:
        lock = locks.tried(left)
    except OSError:
        return  # somebody else is just wiping it
    if lock is not None:
        # Windows removes no file that is open.
        locks.free(lock)
        shutil.rmtree(left, ignore_errors=True)


def _made(home: Path) -> tuple[Path, int]:
    """A new folder and the lock on it, after wiping those that nobody holds."""
    home.mkdir(mode=0o700, exist_ok=True)
    if home.is_symlink() or not systems.is_own(home) or systems.exposed(home):
        raise NotOurs(f"{home} is not a folder of yours alone. Remove it, or set TMPDIR.")
    # One at a time: a folder that is made and not locked yet would be wiped by another.
    whole = locks.awaited(home)
    try:
        for left in home.iterdir():
            if left.is_dir():
                _wipe(left)
        made = Path(tempfile.mkdtemp(dir=home))
        handle = locks.awaited(made)
    finally:
        locks.free(whole)
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
        locks.free(lock)
        shutil.rmtree(made, ignore_errors=True)
