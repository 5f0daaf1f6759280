"""Invented records through the gate, drawn as text."""

from dataclasses import replace

import polars as pl

from anonymize import regional
from anonymize.identity import CountryKeys, Origin, RegionKeys
from anonymize.records import NO_WORDS, Safe, Words, protect
from data_contracts import load
from data_contracts.model import Contract, Field
from tests.tables import table

CONTRACTS, LISTS = load.contracts(), load.codelists()
VICTIMS = CONTRACTS["victims"]
KEYS = CountryKeys(identity=(b"i" * 32,), linking=b"l" * 32)
REGION = RegionKeys(region=(b"g" * 32,), rounding=b"r" * 32)
POLICE = Origin("xaa_police", "XAA", "identity")
ROWS = replace(POLICE, person="row")
ANSWERS = {"row": pl.Int64, "field": pl.String, "code": pl.String}
TYPES = {"integer": pl.Int64(), "number": pl.Float64()}


def answered(drawing: str = "row | field | code") -> pl.DataFrame:
    """The several answers of some rows."""
    return table(drawing, **ANSWERS)


def records(drawing: str, contract: Contract = VICTIMS) -> pl.DataFrame:
    """Conformed records; the fields that the drawing leaves out are null."""
    drawn = table(drawing, row=pl.Int64)
    empty = [pl.lit(None).alias(f.name) for f in contract.single if f.name not in drawn.columns]
    return drawn.with_columns(empty).with_columns(typed(field) for field in contract.single)


def typed(field: Field) -> pl.Expr:
    """A drawn column in the type that ``conform`` gives it."""
    text = pl.col(field.name).cast(pl.String)
    return (
        text.str.to_date()
        if field.type == "date"
        else text.cast(TYPES.get(field.type, pl.String()))
    )


def stored(
    frame: pl.DataFrame,
    answers: pl.DataFrame,
    contract: Contract,
    keys: CountryKeys = KEYS,
    origin: Origin = POLICE,
    region: RegionKeys = REGION,
    words: Words = NO_WORDS,
) -> Safe:
    """What is stored of conformed records: through the country's half of the gate, then ours."""
    safe = protect(frame, answers, contract, keys, origin, words=words)
    return replace(safe, rows=regional.stored(safe.rows, region))


def gate(
    drawing: str,
    origin: Origin = POLICE,
    keys: CountryKeys = KEYS,
    answers: str = "",
    region: RegionKeys = REGION,
) -> Safe:
    """What leaves the gate of drawn victims."""
    several = answered(answers) if answers else answered()
    return stored(records(drawing), several, VICTIMS, keys, origin, region)
