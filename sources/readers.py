"""A file as frames of text, by its content: which format it is, and which reader takes it.

No meaning is read into cells; what a frame has, ``rows`` says. A workbook is held in memory,
delimited text is not: it comes piece by piece, in the order of the file.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import chain

import polars as pl

from data_contracts.layout import FileSpec
from sources import streams, workbooks
from sources.delimited import csv
from sources.rows import Asked, Empty, Locked, NoHeader, Unreadable, framed

UNPACKED_LIMIT = 2**30
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
FORMATS = {"csv", "xlsx", "ods"}
REFUSALS = (Unreadable, Empty, NoHeader, Locked)


def format_of(start: bytes) -> str:
    """The format by the first bytes, never by the name."""
    if start.startswith(OLE):
        raise Locked
    if not start.startswith(ZIP):
        return "csv"
    # OpenDocument says what it is in a first member that is not compressed.
    return "ods" if SPREADSHEET in start[:128] else "xlsx"


def _frames(stream: streams.Readable, spec: FileSpec, asked: Asked) -> Iterator[pl.DataFrame]:
    parts = streams.pieces(stream)
    start = streams.start(parts)
    if (kind := format_of(start)) not in spec.formats:
        raise Unreadable
    parts = chain([start], parts)
    if kind == "csv":
        return csv(streams.utf8(parts, spec.encoding), spec.delimiter, asked)
    return framed(workbooks.rows(streams.whole(parts, UNPACKED_LIMIT), spec.sheet), asked)


def opened(stream: streams.Readable, spec: FileSpec, asked: Asked) -> Iterator[pl.DataFrame]:
    """A file as frames of text; raises ``REFUSALS``, most of them with the first frame.

    A format that the layout does not accept is refused. Columns that the file lacks are lacking.
    """
    empty = True
    for frame in _frames(stream, spec, asked):
        if len(frame):
            empty = False
            yield frame
    if empty:
        raise Empty


def read(data: bytes, spec: FileSpec, wanted: frozenset[str]) -> pl.DataFrame:
    """A whole file that is small enough for memory, with all its columns."""
    frames: Iterable[pl.DataFrame] = opened(io.BytesIO(data), spec, Asked(wanted))
    return pl.concat(complete(frame, spec) for frame in frames)


def complete(frame: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    """The frame with the columns that the file may lack, blank where it does."""
    lacking = [name for name in spec.may_lack if name not in frame.columns]
    return frame.with_columns(pl.lit("").alias(name) for name in lacking)
