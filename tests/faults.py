"""Faults of a machine, to put in place of what works."""

import errno
from pathlib import Path

import pytest


def full_disk(*_: object, **__: object) -> int:
    """What every write does when the disk is full."""
    raise OSError(errno.ENOSPC, "No space left on device")


class Killed(BaseException):
    """As if the process were killed."""


def killed_at(number: int, patch: pytest.MonkeyPatch) -> None:
    """Let the process end at the ``number``-th rename, before it."""
    sound, done = Path.replace, iter(range(10_000))

    def replace(self: Path, target: Path) -> Path:
        if next(done) == number:
            raise Killed
        return sound(self, target)

    patch.setattr(Path, "replace", replace)
