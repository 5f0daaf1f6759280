"""The command line as on another system: an honest pretence, as near as Linux lets us come.

    python -m tests.pretence win32|darwin WORDS...

Libraries of others are imported first, for they would look for their Windows parts. Then this
process believes to be on that system: what Python lacks there cannot be imported or named, no
folder can be opened. ``psutil``, ``msvcrt`` and ``sandbox-exec`` are played by stand-ins; children
of ours begin in the same way. How the real systems treat open files, paths and the end of
processes is not shown by it.
"""

import importlib
import os
import runpy
import signal
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
POSIX = ("fcntl", "resource", "pwd", "grp", "termios", "posix", "selectors")
LINUX = ("O_PATH", "pidfd_open", "memfd_create", "sched_getaffinity", "posix_fadvise")
NOT_OF_WINDOWS = """
    sysconf getuid geteuid getgid getegid fork forkpty setsid killpg uname mkfifo getpgid statvfs
    set_blocking fchmod fchown chown lchown nice wait4 openpty posix_spawn setuid setpgid
    O_DIRECTORY O_NOFOLLOW O_CLOEXEC O_NONBLOCK
"""
SIGNALS = ("SIGKILL", "SIGALRM", "SIGXCPU", "SIGHUP", "SIGPIPE", "SIGUSR1", "SIGCHLD")
OF_OTHERS = """
    asyncio concurrent.futures.process ctypes getpass multiprocessing.context selectors shutil
    tarfile tempfile uuid zipfile ahocorasick convertdate duckdb hijridate jsonschema_rs keyring
    keyring.backends.fail narwhals numpy polars polars_hash pyarrow pydantic pyrage python_calamine
    rapidfuzz rich.console rich.progress rich.table splink stdnum xlsxwriter yaml
    cryptography.hazmat.primitives.asymmetric.ed25519 open_data_contract_standard.model
"""
CHILD = ["-I", "-m", "pipelines.child"]
CUT = ["/usr/bin/sandbox-exec", "-p", "(version 1)(allow default)(deny network*)"]


class Gone(Exception):
    """There is no such process."""


class Process:
    """A process, as ``psutil`` knows it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def memory_info(self) -> types.SimpleNamespace:
        """What it has in memory; raises ``Gone``."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
        except OSError:
            raise Gone from None
        return types.SimpleNamespace(rss=int(pages) * 4096)

    def children(self) -> list["Process"]:
        """None: here no interpreter is started by another one."""
        return []

    def is_running(self) -> bool:
        """Whether it is there."""
        return Path(f"/proc/{self.pid}").exists()


def _stand_in(name: str, **holds: object) -> None:
    module = types.ModuleType(name)
    vars(module).update(holds)
    sys.modules[name] = module


def _msvcrt() -> None:
    import fcntl

    kinds = {0: fcntl.LOCK_UN, 2: fcntl.LOCK_EX | fcntl.LOCK_NB}

    def locking(handle: int, kind: int, _: int) -> None:
        try:
            fcntl.flock(handle, kinds[kind])
        except BlockingIOError:
            raise PermissionError(13, "Permission denied") from None

    _stand_in("msvcrt", locking=locking, LK_UNLCK=0, LK_NBLCK=2)


def _no_folders() -> None:
    """Windows opens no folder as if it were a file."""
    really = os.open

    def opened(path: Any, *given: Any, **named: Any) -> int:
        if Path(path).is_dir() and sys._getframe(1).f_globals["__name__"].startswith("pipelines."):
            raise PermissionError(13, "Permission denied")
        return really(path, *given, **named)

    vars(os)["open"] = opened


def _children(system: str) -> None:
    """Our own children begin as we did; nothing else is started."""

    class Started(subprocess.Popen[bytes]):
        def __init__(self, words: list[str], **named: Any) -> None:
            before = CUT if system == "darwin" else []
            assert words == [*before, sys.executable, *CHILD]
            assert set(named["env"]) <= {"SYSTEMROOT", "USERPROFILE"}
            script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests import pretence; "
            script += f"pretence.believed({system!r}); pretence.run('pipelines.child')"
            super().__init__([sys.executable, "-I", "-c", script], **named)

        def kill(self) -> None:
            # By its number: its name is taken away.
            self.send_signal(9)

    vars(subprocess)["Popen"] = Started


def _lacking(system: str) -> None:
    """Take away what Python has on Linux only, or on no Windows."""
    windows = system == "win32"
    for owner, names in ((os, LINUX), (os, NOT_OF_WINDOWS.split()), (signal, SIGNALS)):
        for name in names if windows or names is LINUX else ():
            vars(owner).pop(name, None)
    for name in POSIX if windows else ():
        vars(sys)["modules"][name] = None


def believed(system: str) -> None:
    """From here on this process takes the machine for another one."""
    for name in OF_OTHERS.split():
        importlib.import_module(name)
    _stand_in("psutil", Process=Process, Error=Gone)
    if system == "win32":
        # The account's folder, which a child there is told by this name.
        os.environ["HOME"] = os.environ["USERPROFILE"]
        _msvcrt()
        _no_folders()
    _children(system)
    _lacking(system)
    vars(sys)["platform"] = system
    if system == "darwin":
        from pipelines import systems

        systems.SANDBOX_EXEC = Path("/")


def run(module: str) -> None:
    """Be a program of ours."""
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    believed(sys.argv[1])
    del sys.argv[1]
    run("pipelines.cli")
