"""The named verbs by which the gate in coarsens what is too exact to be stored of a person.

A verb of ``GENERALISE`` needs the value alone; areas are those of a country, groups of a list.
"""

from collections.abc import Callable
from typing import TypeAlias

import polars as pl

from data_contracts import load, places, reading
from data_contracts.model import UNKNOWN, Field

AGES = ((15, "Y0T14"), (18, "Y15T17"), (25, "Y18T24"), (35, "Y25T34"), (130, "Y_GE35"))
Bands: TypeAlias = tuple[tuple[int, str], ...]
PERSONS: Bands = ((0, "N0"), (1, "N1"), (4, "N2T4"), (9, "N5T9"))
MONTHS: Bands = ((11, "S_LT12"), (59, "S12T59"), (119, "S60T119"))
DAYS: Bands = ((7, "D0T7"), (30, "D8T30"), (90, "D31T90"), (180, "D91T180"), (365, "D181T365"))


def quarter(day: pl.Expr) -> pl.Expr:
    """A date as its quarter."""
    return pl.format("{}-Q{}", day.dt.year(), day.dt.quarter())


def year(day: pl.Expr) -> pl.Expr:
    """A date as its year."""
    return day.dt.year().cast(pl.String)


def age_band(age: pl.Expr) -> pl.Expr:
    """Completed years as one of five bands; null and what no one lives to are unknown."""
    band = pl.lit(UNKNOWN)
    for below, code in reversed(AGES):
        band = pl.when(age < below).then(pl.lit(code)).otherwise(band)
    return pl.when(age >= 0).then(band).otherwise(pl.lit(UNKNOWN))


def banded(number: pl.Expr, bands: Bands, above: str) -> pl.Expr:
    """The first band whose highest number is not exceeded; null and negative are unknown."""
    band = pl.lit(above)
    for highest, code in reversed(bands):
        band = pl.when(number <= highest).then(pl.lit(code)).otherwise(band)
    return pl.when(number >= 0).then(band).otherwise(pl.lit(UNKNOWN))


def days_band(days: pl.Expr) -> pl.Expr:
    """A duration in days."""
    return banded(days, DAYS, "D_GE366")


def persons_band(persons: pl.Expr) -> pl.Expr:
    """How many persons a case has."""
    return banded(persons, PERSONS, "N_GE10")


def sentence_band(months: pl.Expr) -> pl.Expr:
    """Imprisonment in months."""
    return banded(months, MONTHS, "S_GE120")


GENERALISE: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "quarter": quarter,
    "age_band": age_band,
    "days_band": days_band,
    "persons_band": persons_band,
    "sentence_band": sentence_band,
    "period": reading.period,
}


def group(code: pl.Expr, codelist: str | None) -> pl.Expr:
    """A code too rare to be stored as the code that its list declares for it."""
    return code.replace(load.codelist(codelist or "").groups)


def generalised(field: Field, verb: str, country: str, frequency: str) -> pl.Expr:
    """What a verb leaves of a field; raises KeyError where there is no such verb."""
    column = pl.col(field.name)
    match verb:
        case "quarter" if frequency == "year":
            # Who reports by the year has said nothing about quarters.
            return year(column)
        case "area":
            return places.area(column, country)
        case "group":
            return group(column, field.codelist)
    return GENERALISE[verb](column)


VERBS = frozenset(GENERALISE) | {"area", "group"}
