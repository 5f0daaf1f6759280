"""How sealed processes are started, told what to do, watched and ended: the parent's side.

``ask`` is all that others need. A child may be started before there is anything to ask
(``prepare``): it is sealed, has imported what it will read with, holds nothing, waits for one
question and ends with its parent. Its parent watches the memory that it really has.
"""

import atexit
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from pipelines import private, settings, systems
from pipelines.errors import NO_MEMORY, NO_TIME

RESIDENT = 2 * 2**30
# So often is looked at what a child does.
GLANCE = 0.02
# An answer is codes and counts: what says more than this does not answer.
MOST_SAID = 2**28
PIECE = 2**16
# How a child ends that has worked too long.
if sys.platform == "linux":
    TOO_LONG = -signal.SIGXCPU
else:
    TOO_LONG = NO_TIME

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
    env = settings.of_child()
    if systems.cuts_by_starting():
        return subprocess.Popen(
            [
                "/usr/bin/sandbox-exec",
                "-p",
                "(version 1)(allow default)(deny network*)",
                sys.executable,
                "-I",
                "-m",
                "pipelines.child",
            ],
            env=env,
            **ALONE,
        )
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
    return ("time" if code == TOO_LONG else "code"), code


def _end(child: Popen) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    child.wait()


def _watched(child: Popen, until: float) -> None:
    """Raise ``Ended`` where a child has taken too much."""
    if systems.resident(child.pid) > RESIDENT:
        raise Ended("memory")
    if time.monotonic() > until:
        raise Ended("time")


def _conversed(child: Popen, question: bytes, until: float) -> bytes:
    """Tell a child its question and hear it out, watching it.

    One thread tells, one hears: pipes can be waited for in no other way on every system.
    """
    with ThreadPoolExecutor(2) as pool:
        pool.submit(_told, child, question)
        hearing = pool.submit(_heard, child)
        try:
            while not wait([hearing], GLANCE).done:
                _watched(child, until)
            return _ending(child, hearing.result(), until)
        except BaseException:
            # Neither thread ends while the child holds the other end of its pipe.
            child.kill()
            raise


def _told(child: Popen, question: bytes) -> None:
    """Write a question; a child that listens no more is told nothing."""
    left = memoryview(question)
    with suppress(OSError), child.stdin or nullcontext() as pipe:
        while pipe and left:
            left = left[pipe.write(left) :]


def _heard(child: Popen) -> bytes:
    """All that a child says; raises ``Ended`` where that is too much."""
    said = bytearray()
    while child.stdout and (piece := child.stdout.read(PIECE)):
        said += piece
        if len(said) > MOST_SAID:
            raise Ended("code")
    return bytes(said)


def _ending(child: Popen, said: bytes, until: float) -> bytes:
    """What a child said, once it has ended by itself."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            child.wait(GLANCE)
            return said
        _watched(child, until)
