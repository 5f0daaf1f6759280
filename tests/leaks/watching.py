"""What can be seen of running processes from outside: arguments, environments, open files."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")
EVERY = 0.15  # seconds; a sealed child lives for half of one or longer


@dataclass
class Seen:
    """What was seen of some processes and of all that they started."""

    told: set[bytes] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    processes: set[int] = field(default_factory=set)


def parent(process: Path) -> int:
    """The parent of a process; 0 when it has gone."""
    with suppress(OSError, IndexError, ValueError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def family(first: set[int]) -> set[int]:
    """These processes and all that descend from them."""
    parents = {int(p.name): parent(p) for p in PROC.iterdir() if p.name.isdigit()}
    found = set(first)
    while more := {pid for pid, of in parents.items() if of in found} - found:
        found |= more
    return found


def open_for_writing(process: Path) -> Iterator[str]:
    """The files that a process has open and may write."""
    with suppress(OSError):
        for handle in (process / "fd").iterdir():
            with suppress(OSError):
                flags = (process / "fdinfo" / handle.name).read_text().split("flags:")[1].split()[0]
                if int(flags, 8) & os.O_ACCMODE:
                    yield str(handle.readlink())


def look(first: set[int], seen: Seen) -> None:
    """Note what can be seen now."""
    for pid in family(first):
        seen.processes.add(pid)
        for what in ("cmdline", "environ", "comm", "wchan"):
            with suppress(OSError):
                seen.told.add((PROC / str(pid) / what).read_bytes())
        seen.written.update(open_for_writing(PROC / str(pid)))


@contextmanager
def watched(first: set[int]) -> Iterator[Seen]:
    """Look again and again as long as the context is open."""
    seen, over = Seen(), threading.Event()

    def watching() -> None:
        while not over.wait(EVERY):
            look(first, seen)

    watcher = threading.Thread(target=watching)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
