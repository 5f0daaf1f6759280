"""Faults of a machine, to put in place of what works."""

import errno


def full_disk(*_: object, **__: object) -> int:
    """What every write does when the disk is full."""
    raise OSError(errno.ENOSPC, "No space left on device")
