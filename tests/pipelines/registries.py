"""A registry of a few tables of persons, for tests that run the whole line: all take minutes."""

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from data_contracts import load
from data_contracts.model import Table

OURS = ("pipelines", "data_contracts")


@contextmanager
def counting(names: Collection[str]) -> Iterator[None]:
    """Of the tables of persons only ``names`` are registered, for everybody who asks.

    What a release registered, with all that it brings along, stays as it is.
    """
    every = load.tables

    def few(folder: Path = load.HERE) -> dict[str, Table]:
        known = every(folder)
        if folder != load.HERE:
            return known
        return {n: one for n, one in known.items() if n in names or one.kind != "persons"}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "tables", few)
        forget()
        yield
    forget()


def forget() -> None:
    """Whatever our modules remember may have been made of another registry."""
    ours = [module for name, module in list(sys.modules.items()) if name.startswith(OURS)]
    for module in ours:
        for thing in list(vars(module).values()):
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()
