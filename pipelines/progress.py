"""What a run is doing, in words, for whoever waits; nothing about a person is ever said."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_listeners: list[Callable[[str], None]] = []


def say(words: str) -> None:
    """Tell whoever listens what happens now."""
    for listener in _listeners:
        listener(words)


@contextmanager
def heard(listener: Callable[[str], None]) -> Iterator[None]:
    """``listener`` gets what is said while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
