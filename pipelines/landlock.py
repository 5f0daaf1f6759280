"""Which files a process may open from now on, by the kernel's Landlock; needs no privilege.

Numbers and structures are those of ``linux/landlock.h``; the calls have the same numbers on every
machine. A right that the kernel does not know yet is not asked for. It holds for the thread that
asks and for those that it starts later.
"""

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

if sys.platform != "linux":
    raise ImportError("Linux only: elsewhere a child has pipelines.elsewhere.")

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
# Each version of the interface brought rights; the first thirteen came together.
BROUGHT = {1: REFER - 1, 2: REFER, 3: TRUNCATE, 5: IOCTL_DEV}
NETWORK, SCOPES = (4, 0b11), (6, 0b11)
# What can be granted on a single file; nothing may be started, whoever it lies with.
OF_FILES = WRITE_FILE | READ_FILE | TRUNCATE
READ = READ_FILE | READ_DIR
PR_SET_NO_NEW_PRIVS = 38


def _call(number: int, *given: object) -> int:
    return int(ctypes.CDLL(None, use_errno=True).syscall(number, *given))


def version() -> int:
    """The version of the kernel's interface; 0 where there is none."""
    return max(0, _call(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION))


def _handled(known: int) -> int:
    return sum(rights for since, rights in BROUGHT.items() if since <= known)


def _ruleset(known: int) -> int:
    """A set of rules that refuses whatever it does not grant; its handle, negative for none."""
    later = [mask if since <= known else 0 for since, mask in (NETWORK, SCOPES)]
    asked = struct.pack("QQQ", _handled(known), *later)
    size = 8 * (1 + (known >= NETWORK[0]) + (known >= SCOPES[0]))
    return _call(CREATE_RULESET, asked, ctypes.c_size_t(size), 0)


def _grant(rules: int, place: Path, rights: int) -> None:
    """Grant ``rights`` on a file, or on all that lies in a folder; what is not there needs none."""
    with suppress(OSError):
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= OF_FILES
        _call(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
        os.close(handle)


def confine(reads: Iterable[Path], writes: Iterable[Path]) -> bool:
    """From now on open only ``reads``, and change only what lies in ``writes``; whether it holds.

    Where the kernel cannot do it, nothing has changed.
    """
    if not (known := version()):
        return False
    if (rules := _ruleset(known)) < 0:
        return False
    for place in reads:
        _grant(rules, place, READ)
    for place in writes:
        _grant(rules, place, _handled(known) & ~EXECUTE & ~IOCTL_DEV)
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    held = _call(RESTRICT_SELF, rules, 0)
    os.close(rules)
    return held == 0
