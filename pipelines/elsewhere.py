"""What a sealed child does to itself on Windows and macOS, where ``sandbox`` cannot work.

It has the same three steps. Memory is watched by the parent, the network is cut by it on macOS
only (``systems.cuts_by_starting``); here a thread sees to the rest: the child ends with its
parent, and when its time is used up. What is not held says ``systems.lacking``. Never on Linux.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pipelines.errors import NO_TIME

PAUSE = 0.5


class NotHere(RuntimeError):
    """Linux holds more than this."""


class Watch(threading.Thread):
    """Ends this process when its parent has gone, or its processor time is used up."""

    def __init__(self, has_parent: Callable[[], bool]) -> None:
        super().__init__(daemon=True)
        self.has_parent, self.most = has_parent, float("inf")

    def run(self) -> None:
        """Look now and then."""
        while self.has_parent() and time.process_time() < self.most:
            time.sleep(PAUSE)
        os._exit(NO_TIME)


_watches: list[Watch] = []


def seal() -> None:
    """No core dump on macOS, no life without the parent; raises ``NotHere`` on Linux."""
    if sys.platform == "linux":
        raise NotHere
    for asks in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asks, signal.SIG_DFL)
    # Threads of numerical libraries would start with them, before their time.
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    if sys.platform == "darwin":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import psutil

    # It knows a process from a later one of the same number.
    _watches.append(Watch(psutil.Process(os.getppid()).is_running))
    _watches[0].start()


def bound(cpu_seconds: int) -> None:
    """Limit the seconds of processor time that this process may still work."""
    _watches[0].most = time.process_time() + cpu_seconds


def confine(reads: Iterable[Path], writes: Iterable[Path]) -> bool:
    """Neither system keeps a process from other files of its account as Landlock does: False."""
    return False
