"""The last look at a frame before it becomes a file of a release, and the bytes of that file.

Whatever is not declared does not pass: another column, another code, a value in a hidden cell, a
cell too few. The same frame gives the same bytes in whatever order its rows come.
"""

import io
from collections.abc import Iterable, Mapping
from functools import cache
from math import prod

import polars as pl

from data_contracts import load
from data_contracts.model import TOTAL, Table
from data_contracts.periods import frequency
from pipelines.errors import OUR_FAULT, Refusal
from transforms.within import WITHIN as WITHIN
from transforms.within import Coarser, coarser, within

MEASURES = ("value", "lower", "upper")
FLAGS = ("obs_status", "conf_status", "source")
ABSENT = ("O", "M")
NO_VALUE = (*ABSENT, "Q")
INDICATOR_KEY = ("indicator", "country", "period")


class Unfit(Refusal):
    """A frame is not what the registry declares; names table and columns, never a value."""

    exit_code = OUR_FAULT


def key(table: Table) -> list[str]:
    """The columns that name a cell of ``table``."""
    return ["country", "period", "unit", *table.dimensions]


def domains(table: Table) -> dict[str, tuple[str, ...]]:
    """The codes that a released column may hold: declared ones and, for dimensions, the total."""
    return {"unit": table.units} | {n: (TOTAL, *d.codes) for n, d in table.dimensions.items()}


def of_tables(
    registry: Mapping[str, Table], tables: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Each of ``tables`` in its released form; raises ``Unfit``."""
    lists = load.codelists()
    return {
        name: of_table(registry[name], frame, coarser(name, tables, registry, lists))
        for name, frame in sorted(tables.items())
    }


def of_table(table: Table, frame: pl.DataFrame, others: Iterable[Coarser] = ()) -> pl.DataFrame:
    """``frame`` in the released form of ``table``; raises ``Unfit``.

    A hidden cell may lie within one of ``others``.
    """
    shaped = _shaped(table.name, frame, key(table), pl.Int64())
    for column, codes in domains(table).items():
        if not set(shaped[column]) <= set(codes):
            raise Unfit(f"{table.name}: column {column} has codes that tables.yaml does not list.")
    if table.kind == "persons":
        _check_persons(table, shaped)
    return within(shaped, list(table.dimensions), others)


def of_indicators(frame: pl.DataFrame) -> pl.DataFrame:
    """The indicators in their released form; raises ``Unfit``."""
    return _shaped("indicators", frame, list(INDICATOR_KEY), pl.Float64())


@cache
def codes_of(name: str) -> frozenset[str]:
    """The codes of a list."""
    return frozenset(load.codelist(name).codes)


def parquet(frame: pl.DataFrame, about: dict[str, str]) -> bytes:
    """The file of ``frame``, with ``about`` in its metadata.

    Without statistics: readers gain nothing from them in small files, and fewer bytes depend on
    the writer's mood.
    """
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(buffer, compression="zstd", statistics=False, metadata=about)
    return buffer.getvalue()


def _shaped(name: str, frame: pl.DataFrame, keys: list[str], number: pl.DataType) -> pl.DataFrame:
    columns = [*keys, *MEASURES, *FLAGS]
    # Written by us, from what the frame says.
    frame = frame.drop(WITHIN, strict=False)
    if wrong := sorted(set(columns) ^ set(frame.columns)):
        raise Unfit(f"{name}: these columns are missing or not declared: {', '.join(wrong)}.")
    odd = [c for c in MEASURES if not (frame[c].dtype.is_numeric() or frame[c].dtype == pl.Null)]
    if odd:
        raise Unfit(f"{name}: these columns are not numbers: {', '.join(odd)}.")
    texts = pl.col(*keys, *FLAGS).cast(pl.String)
    shaped = frame.select(texts, pl.col(MEASURES).cast(number, strict=False)).select(columns)
    same = (frame[c].cast(pl.Float64).equals(shaped[c].cast(pl.Float64)) for c in MEASURES)
    if lost := [c for c, is_same in zip(MEASURES, same, strict=True) if not is_same]:
        raise Unfit(f"{name}: these columns are not whole numbers: {', '.join(lost)}.")
    _check_cells(name, shaped, keys)
    return shaped.sort(keys)


def _check_cells(name: str, frame: pl.DataFrame, keys: list[str]) -> None:
    # Nobody stands behind a number that nobody supplied.
    unnamed = pl.col("source").is_null() & ~pl.col("obs_status").is_in(ABSENT)
    lacking = pl.any_horizontal(pl.col(*keys, "obs_status", "conf_status").is_null()) | unnamed
    if frame.filter(lacking).height:
        raise Unfit(f"{name}: a cell has no place, status or source.")
    if frame.select(keys).is_duplicated().any():
        raise Unfit(f"{name}: a cell is there twice.")
    valueless, hidden = pl.col("obs_status").is_in(NO_VALUE), pl.col("obs_status") == "Q"
    if frame.filter(pl.col("value").is_null() != valueless).height:
        raise Unfit(f"{name}: a cell has a value and a status that says it has none, or neither.")
    if frame.filter(hidden != (pl.col("conf_status") == "C")).height:
        raise Unfit(f"{name}: a hidden cell is not confidential, or a confidential one not hidden.")


def _check_persons(table: Table, frame: pl.DataFrame) -> None:
    """Hidden cells all look alike, and none is absent: either would tell what is in them."""
    alike = (pl.col("lower") == 0).fill_null(False) & pl.col("upper").is_null()
    if frame.filter((pl.col("obs_status") == "Q") & ~alike).height:
        raise Unfit(f"{table.name}: a hidden cell has bounds of its own.")
    national, periods = frame.filter(pl.col("country") != TOTAL), set(frame["period"])
    places = national["country"].n_unique() * len(periods)
    if national.height < frame.height:
        places += sum(frequency(period) in table.regional for period in periods)
    if frame.height != places * prod(map(len, domains(table).values())):
        raise Unfit(f"{table.name}: not every declared cell is there.")
