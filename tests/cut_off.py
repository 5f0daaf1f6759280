"""Runs a command that can reach nobody, and for which trying to is the end.

    python -m tests.cut_off COMMAND...

Where the system allows it, the command gets a network of its own with nothing in it, not even a
way to itself. In any case the kernel ends each of its processes, however started and in whatever
language written, that connects or sends to an Internet address: a refusal could be swallowed.
"""

import ctypes
import os
import sys

from pipelines import sandbox
from pipelines.sandbox import ALLOW, EQUAL, KILL, LOAD, RETURN

COMMAND = (sys.executable, "-m", "tests.cut_off", sys.executable)
# Audit number, ``connect`` and ``sendto``, by machine.
CALLS = {"x86_64": (0xC000003E, 42, 44), "aarch64": (0xC00000B7, 203, 206)}
ARCHITECTURE, CALL = 4, 0
CONNECT_LENGTH, SENDTO_LENGTH = 32, 56  # where the kernel shows how long the address is
INTERNET = (16, 28)  # bytes of an address of version 4 and 6; those inside a machine differ


def program(architecture: int, connect: int, sendto: int) -> bytes:
    """The kernel's filter: each line says how many of the next to pass over, if equal or not."""
    four, six = INTERNET
    lines = (
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, CALL),
        (EQUAL, 2, 0, connect),
        (EQUAL, 5, 0, sendto),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, CONNECT_LENGTH),
        (EQUAL, 6, 0, four),
        (EQUAL, 5, 0, six),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, SENDTO_LENGTH),
        (EQUAL, 2, 0, four),
        (EQUAL, 1, 0, six),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, KILL),
    )
    return b"".join(sandbox._instruction(*line) for line in lines)


def cut_off() -> None:
    """Bind this process and all that it starts; raises ``OSError`` where it cannot be done."""
    sandbox._own_network()
    code = program(*CALLS[os.uname().machine])
    libc = ctypes.CDLL(None, use_errno=True)
    bound = ctypes.byref(sandbox.Program(len(code) // 8, code))
    free = libc.prctl(sandbox.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if free or libc.prctl(sandbox.PR_SET_SECCOMP, sandbox.SECCOMP_MODE_FILTER, bound):
        raise OSError(ctypes.get_errno(), "no filter")


if __name__ == "__main__":
    cut_off()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 # the command that was asked for
