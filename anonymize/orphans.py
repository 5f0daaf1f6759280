"""Processes that compute for another end when that was killed: they hold what nobody may see."""

import os
from multiprocessing import parent_process
from threading import Thread


def end_with_parent() -> None:
    """From now on this process ends as soon as the one that began it has."""
    Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
