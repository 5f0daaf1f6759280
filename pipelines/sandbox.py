"""What the sealed child cannot do: reach a network, outgrow its memory or time, outlive its parent.

``seal`` is called first thing in the child, before any library that reads files is imported;
``confine`` once it knows its files, before it opens one. Linux only: where neither a network
namespace nor a seccomp filter can be had, the child refuses to work.
"""

import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from pipelines import landlock

if sys.platform != "linux":
    raise ImportError("Linux only: elsewhere a child has pipelines.elsewhere.")

ADDRESS_SPACE = 4 * 2**30
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


# What libraries look at: how many processors and how much memory there are, what time it is where.
SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/localtime"),
    *("/usr/share/zoneinfo", "/dev/urandom", "/proc/self", "/proc/meminfo", "/proc/cpuinfo"),
    *("/sys/fs/cgroup", "/sys/devices/system/cpu"),
)
OURS = ("pipelines", "sources", "transforms", "anonymize", "data_contracts")


class NotSealed(RuntimeError):
    """The system gives no way to cut the child off the network."""


class Program(ctypes.Structure):
    """A filter of the kernel's packet language: its length and its instructions."""

    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (ceiling, ceiling))


def bound(cpu_seconds: int) -> None:
    """Limit the seconds of processor time that this process may still work, for good."""
    _limit(resource.RLIMIT_CPU, cpu_seconds)


def _limits() -> None:
    _limit(resource.RLIMIT_AS, ADDRESS_SPACE)
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


def _program() -> list[Path]:
    """Where Python, what is installed with it and our own modules lie; nothing else of ours."""
    root = Path(__file__).parents[1]
    # The program that is one file reads its modules from itself.
    python = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable)]
    return [*python, *(root / name for name in OURS)]


def confine(reads: Iterable[Path], writes: Iterable[Path]) -> bool:
    """Keep this process from all files but the program, ``reads`` and ``writes``.

    Nothing can be started from now on either. Returns whether the kernel holds it to that; raises
    ``NotSealed`` where a thread was started before, which it would not hold.
    """
    if len(os.listdir("/proc/self/task")) > 1:
        raise NotSealed
    return landlock.confine([*_program(), *map(Path, SYSTEM), *reads], writes)


def seal() -> None:
    """Cut this process off: no network, no core dump, bounded memory and files.

    It also dies with its parent, and at a signal that asks it to end, which a parent in the
    background may ignore and hand on. Raises ``NotSealed`` where the network cannot be cut.
    """
    for asks in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asks, signal.SIG_DFL)
    libc = _libc()
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # Threads of numerical libraries would start with them, before their time.
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    _few_arenas(libc)
    _limits()
    own, none = _own_network(), _no_sockets()
    # Last: a change of user namespace makes a process dumpable again.
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if not (own or none):
        raise NotSealed
