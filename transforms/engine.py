"""What computes the cube: one small interface, so that the same sentences run on several engines.

The frames of ``cube`` and ``link`` are lazy narwhals frames of one engine. What stands outside
their sentences is how a small frame of ours gets to the engine, and how a result that is asked
for several times is kept there.
"""

from typing import Any, Protocol, TypeAlias

import narwhals as nw
import polars as pl

Frame: TypeAlias = nw.LazyFrame[Any]


class Engine(Protocol):
    """Where frames live while they are counted."""

    def lift(self, frame: pl.DataFrame) -> Frame:
        """A small frame of ours as a frame of the engine."""
        ...

    def keep(self, frame: Frame) -> Frame:
        """``frame`` computed once, for what is asked for several times."""
        ...


class Polars:
    """The engine of one machine."""

    def lift(self, frame: pl.DataFrame) -> Frame:
        """As it is, lazily."""
        return nw.from_native(frame.lazy())

    def keep(self, frame: Frame) -> Frame:
        """In memory."""
        return nw.from_native(pl.DataFrame(frame.collect("polars").to_native()).lazy())


POLARS = Polars()


def fetched(frame: Frame) -> pl.DataFrame:
    """A small result of an engine as a frame of ours."""
    return pl.DataFrame(frame.collect("polars").to_native())
