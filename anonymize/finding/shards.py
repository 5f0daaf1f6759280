"""Many texts over several processes, one thread each: the same answers in the same order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

from anonymize.orphans import end_with_parent

Found = TypeVar("Found")
# The texts that are judged in one go; the same ones whatever the number of processes.
TOGETHER = 256
# Groups that wait for each process: enough to keep it busy, few enough to hold in memory.
WAITING = 3
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


def groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts, TOGETHER at a time."""
    rest = iter(texts)
    while group := list(islice(rest, TOGETHER)):
        yield group


def begin() -> None:
    """This process has one thread, as others have the other cores, and ends with its parent."""
    for name in THREADS:
        os.putenv(name, "1")
    end_with_parent()


def sharded(
    find: Callable[[list[str]], list[Found]], texts: Iterable[str], processes: int
) -> Iterator[Found]:
    """What ``find`` says of each text, in order; texts are read as they are needed."""
    if processes < 2:
        for group in groups(texts):
            yield from find(group)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=begin) as pool:
        waiting: deque[Future[list[Found]]] = deque()
        for group in groups(texts):
            waiting.append(pool.submit(find, group))
            if len(waiting) >= WAITING * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
