"""What the sealed child cannot do: reach a network, outgrow its memory or time, outlive its parent.

``seal`` is called first thing in the child, before any library that reads files is imported.
Linux only: where neither a network namespace nor a seccomp filter can be had, the child refuses
to work.
"""

import ctypes
import os
import resource
import signal
import struct
import subprocess
import sys
from typing import Any

# How a parent starts a child: no variable of its own reaches it, and what libraries print in it,
# which could quote a record, reaches nobody.
ALONE: dict[str, Any] = {
    "stdout": subprocess.PIPE,
    "stderr": subprocess.DEVNULL,
    "env": {},
    "check": True,
}
ADDRESS_SPACE = 4 * 2**30
CPU_SECONDS = 600
FILES = 256
# As glibc names it: how many arenas there are, each of which reserves 64 MiB. Eight a core would
# take the address space that a large file needs; other libraries of C have none.
M_ARENA_MAX, ARENAS = -8, 2

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
SECCOMP_MODE_FILTER = 2
# Per architecture as the kernel names it: audit number and the number of ``socket``.
ARCHITECTURES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
# A ring of requests makes sockets too; on x86 every call has a second number from here on.
IO_URING_SETUP, X32 = 425, 0x40000000
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06


class NotSealed(RuntimeError):
    """The system gives no way to cut the child off the network."""


class Program(ctypes.Structure):
    """A filter of the kernel's packet language: its length and its instructions."""

    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def run(module: str, question: bytes, seconds: float) -> bytes:
    """What a sealed child answers: a fresh interpreter that runs ``module``, alone.

    The program that is one file has no interpreter beside it: it is one itself, and takes the
    same words (``one_file``). Raises ``subprocess.SubprocessError`` where it fails or is late.
    """
    words = [sys.executable, "-I", "-m", module]
    child = subprocess.run(  # noqa: S603 # our own interpreter and one of our own modules
        words, input=question, timeout=seconds, **ALONE
    )
    return bytes(child.stdout)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (ceiling, ceiling))


def _limits(cpu_seconds: int) -> None:
    _limit(resource.RLIMIT_AS, ADDRESS_SPACE)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_NOFILE, FILES)
    _limit(resource.RLIMIT_CORE, 0)


def _few_arenas(libc: ctypes.CDLL) -> None:
    """Let threads share their memory: each would reserve 64 MiB of address space of its own."""
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_ARENA_MAX, ARENAS)


def _own_network() -> bool:
    """A network namespace of our own, which has no way out; as root or through a user namespace."""
    libc = _libc()
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def _instruction(code: int, yes: int, no: int, value: int) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def _no_sockets() -> bool:
    """A seccomp filter by which no call makes a socket; needs no privilege."""
    if (known := ARCHITECTURES.get(os.uname().machine)) is None:
        return False
    architecture, socket = known
    code = b"".join(
        (
            _instruction(LOAD, 0, 0, 4),
            _instruction(EQUAL, 1, 0, architecture),
            _instruction(RETURN, 0, 0, KILL),
            _instruction(LOAD, 0, 0, 0),
            _instruction(AT_LEAST, 3, 0, X32),
            _instruction(EQUAL, 2, 0, socket),
            _instruction(EQUAL, 1, 0, IO_URING_SETUP),
            _instruction(RETURN, 0, 0, ALLOW),
            _instruction(RETURN, 0, 0, REFUSE),
        )
    )
    program = Program(len(code) // 8, code)
    libc = _libc()
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program)) == 0)


def seal(cpu_seconds: int = CPU_SECONDS) -> None:
    """Cut this process off: no network, no core dump, bounded memory, time and files.

    It also dies with its parent, and at a signal that asks it to end, which a parent in the
    background may ignore and hand on. Raises ``NotSealed`` where the network cannot be cut.
    """
    for asks in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asks, signal.SIG_DFL)
    libc = _libc()
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _few_arenas(libc)
    _limits(cpu_seconds)
    own, none = _own_network(), _no_sockets()
    # Last: a change of user namespace makes a process dumpable again.
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if not (own or none):
        raise NotSealed
