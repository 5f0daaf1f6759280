"""Frames drawn as text, so that a test shows its input and its result."""

import re

import polars as pl
from polars._typing import PolarsDataType

WHOLE = re.compile(r"-?\d+")


def table(drawing: str, **types: PolarsDataType) -> pl.DataFrame:
    """The frame that ``drawing`` shows: a header line, then a line a row, ``|`` between cells.

    An empty cell is null. A column in which every cell is a whole number is of integers, any
    other of strings; ``types`` says otherwise by column, as a column of nulls needs.
    """
    header, *lines = (split(line) for line in drawing.strip().splitlines())
    columns = zip(*lines, strict=True) if lines else ((),) * len(header)
    read = {name: typed(cells) for name, cells in zip(header, columns, strict=True)}
    return pl.DataFrame(read).with_columns(pl.col(name).cast(of) for name, of in types.items())


def split(line: str) -> list[str]:
    """The cells of one line, without the blanks that align them."""
    return [cell.strip() for cell in line.split("|")]


def typed(cells: tuple[str, ...]) -> list[int | None] | list[str | None]:
    """The cells as integers when all are, else as text; empty ones as nulls."""
    if all(WHOLE.fullmatch(cell) for cell in cells if cell):
        return [int(cell) if cell else None for cell in cells]
    return [cell or None for cell in cells]
