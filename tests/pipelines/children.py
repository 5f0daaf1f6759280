"""Sealed children, caught while they work: their one file is a pipe that says nothing yet."""

import contextlib
import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

PATIENCE, PAUSE = 120, 0.02
SEAL = "from pipelines import sandbox\n{before}\nsandbox.seal()\n{after}\n"


Result = TypeVar("Result")


@dataclass(frozen=True)
class Child(Generic[Result]):
    """A child that waits for its file, and what its parent will make of it."""

    pid: int
    answer: Future[Result]

    def proc(self, name: str) -> Path:
        """What the system tells of the child under a name."""
        return Path("/proc", str(self.pid), name)


def sealed(after: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """A process that runs ``before``, seals itself, then runs ``after``."""
    script = SEAL.format(before=before, after=after)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


def intakes(parent: int) -> list[int]:
    """The intake children of a process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        # Processes end while we look.
        with contextlib.suppress(OSError):
            own = int((folder / "stat").read_text().rsplit(") ")[-1].split()[1])
            if own == parent and b"pipelines.child" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def until_read(pipe: Path) -> int:
    """The writing end of a pipe, once it is there and somebody has begun to read it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno not in (errno.ENXIO, errno.ENOENT):
                raise
        time.sleep(PAUSE)
    raise TimeoutError("Nobody read the pipe.")


def piped(folder: Path) -> Path:
    """A pipe in place of a file."""
    pipe = folder / "pipe.csv"
    os.mkfifo(pipe)
    return pipe


@contextmanager
def caught(work: Callable[[], Result], pipe: Path) -> Iterator[Child[Result]]:
    """The child that ``work`` starts in this process, as soon as it waits for the pipe.

    The pipe is closed at the end, so that a child that still lives finds an empty file.
    """
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(work)
        handle = until_read(pipe)
        try:
            (pid,) = intakes(os.getpid())
            yield Child(pid, answer)
        finally:
            os.close(handle)
