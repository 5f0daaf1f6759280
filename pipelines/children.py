"""How sealed processes are started, told what to do, watched and ended: the parent's side.

``ask`` is all that others need. A child may be started before there is anything to ask
(``prepare``): it is sealed, has imported what it will read with, holds nothing, waits for one
question and ends with its parent. Its parent watches the memory that it really has.
"""

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipelines import private, settings
from pipelines.errors import NO_MEMORY

RESIDENT = 2 * 2**30
# So often is looked at what a child does.
GLANCE = 0.02
# An answer is codes and counts: what says more than this does not answer.
MOST_SAID = 2**28
PIECE = 2**16
PAGE = os.sysconf("SC_PAGE_SIZE")

Popen = subprocess.Popen[bytes]


class Ended(Exception):
    """A child ended without an answer: for want of ``memory`` or ``time``, or with a ``code``."""

    def __init__(self, how: str, code: int = 0) -> None:
        super().__init__(how)
        self.how, self.code = how, code


# No variable of ours reaches it, and what libraries print in it, which could quote a record,
# reaches nobody.
ALONE: dict[str, Any] = {
    "stdin": subprocess.PIPE,
    "stdout": subprocess.PIPE,
    "stderr": subprocess.DEVNULL,
    "bufsize": 0,
}


def _started() -> Popen:
    """A fresh interpreter; the program that is one file takes the same words (``one_file``)."""
    env = settings.of_one_file()
    return subprocess.Popen([sys.executable, "-I", "-m", "pipelines.child"], env=env, **ALONE)


class Pool:
    """At most one idle child."""

    def __init__(self) -> None:
        self.lock, self.keeps = threading.Lock(), 0
        self.idle: Popen | None = None
        # A child dies with the thread that started it: this one lives as long as we do.
        self.starter = ThreadPoolExecutor(1)

    def _start(self) -> Popen:
        return self.starter.submit(_started).result()

    def prepare(self) -> None:
        """See to it that a child waits."""
        with self.lock:
            self.idle = self.idle or self._start()

    def take(self) -> Popen:
        """The child that waits, or a new one; it is used once."""
        with self.lock:
            child, self.idle = self.idle, None
            if child and child.poll() is not None:
                _end(child)
                child = None
            child = child or self._start()
            if self.keeps:
                self.idle = self._start()
        return child

    def dismiss(self) -> None:
        """End the child that still waits."""
        with self.lock:
            if self.idle:
                _end(self.idle)
            self.idle = None


_pool = Pool()
atexit.register(_pool.dismiss)
prepare = _pool.prepare


@contextmanager
def in_a_row() -> Iterator[None]:
    """While this lasts, the next child gets ready while one works."""
    with _pool.lock:
        _pool.keeps += 1
    try:
        yield
    finally:
        with _pool.lock:
            _pool.keeps -= 1
            last = not _pool.keeps
        if last:
            _pool.dismiss()


def ask(
    work: str,
    question: str,
    *,
    cpu_seconds: int,
    seconds: float,
    reads: Iterable[Path],
    writes: Iterable[Path] = (),
) -> bytes:
    """What a sealed child answers; it may open ``reads`` and change what lies in ``writes``.

    Raises ``Ended`` where it gives no answer, ``private.NotOurs`` and ``Unwritable``.
    """
    with private.folder() as own:
        order = {
            "work": work,
            "question": question,
            "cpu_seconds": cpu_seconds,
            "reads": [str(path.resolve()) for path in reads],
            "writes": [str(path.resolve()) for path in writes],
            "private": str(own),
        }
        child = _pool.take()
        try:
            said = _conversed(child, json.dumps(order).encode(), time.monotonic() + seconds)
        finally:
            _end(child)
    if child.returncode:
        raise Ended(*_how(child.returncode))
    return said


def _how(code: int) -> tuple[str, int]:
    if code == NO_MEMORY:
        return "memory", code
    return ("time" if code == -signal.SIGXCPU else "code"), code


def _end(child: Popen) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with suppress(BrokenPipeError):
                pipe.close()
    child.wait()


def resident(pid: int) -> int:
    """The bytes of memory that a process and its threads have, swapped out ones too."""
    told = {"VmRSS": 0, "VmSwap": 0}
    with suppress(OSError, ValueError):
        for line in Path("/proc", str(pid), "status").read_text().splitlines():
            name, _, size = line.partition(":")
            if name in told:
                told[name] = int(size.split()[0]) * 1024
    return sum(told.values())


def _watched(child: Popen, until: float) -> None:
    """Raise ``Ended`` where a child has taken too much."""
    if resident(child.pid) > RESIDENT:
        raise Ended("memory")
    if time.monotonic() > until:
        raise Ended("time")


def _conversed(child: Popen, question: bytes, until: float) -> bytes:
    """Tell a child its question and hear it out, watching it."""
    to, said, left = child.stdin, bytearray(), memoryview(question)
    if to is None or child.stdout is None:
        raise Ended("code")
    os.set_blocking(to.fileno(), False)
    with selectors.DefaultSelector() as ready:
        ready.register(to, selectors.EVENT_WRITE)
        ready.register(child.stdout, selectors.EVENT_READ)
        while True:
            events = ready.select(GLANCE)
            _watched(child, until)
            for key, _ in events:
                if key.fileobj is to:
                    left = _told(to.fileno(), left)
                    if not left:
                        ready.unregister(to)
                        to.close()
                elif piece := os.read(key.fd, PIECE):
                    said += piece
                    if len(said) > MOST_SAID:
                        raise Ended("code")
                else:
                    return _ending(child, bytes(said), until)


def _told(handle: int, left: memoryview) -> memoryview:
    """What of a question is still to be told; nothing to a child that listens no more."""
    try:
        return left[os.write(handle, left) :]
    except BrokenPipeError:
        return left[:0]


def _ending(child: Popen, said: bytes, until: float) -> bytes:
    """What a child said, once it has ended by itself."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            child.wait(GLANCE)
            return said
        _watched(child, until)
