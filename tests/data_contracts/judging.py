"""Invented rows, and what a contract finds in them."""

from typing import Any

import polars as pl

from data_contracts import checks, load
from data_contracts.model import Contract, Stage
from data_contracts.periods import window
from data_contracts.rules import Context
from tests.tables import table

CONTRACTS, LISTS, POLICY = load.contracts(), load.codelists(), load.policy()
QUARTER = window("2025-Q1")
PSEUDONYM = "0123456789abcdef" * 2


def found(
    frame: pl.DataFrame, contract: Contract, stage: Stage, **known: Any
) -> list[tuple[int, str, str]]:
    """Row, code and reason of what a frame breaks."""
    rules = checks.rules(contract, LISTS, stage, Context(POLICY, **known))
    return checks.broken(frame, rules).select("row", "code", "reason").sort("row", "code").rows()


def aggregates(drawing: str) -> pl.DataFrame:
    """Numbers whose keys differ in their country only."""
    drawn = table(drawing, value=pl.Int64, lower=pl.Int64, upper=pl.Int64)
    rest = [name for name in CONTRACTS["aggregates"].key if name not in drawn.columns]
    return drawn.with_columns(pl.lit("_T").alias(name) for name in rest)


SAFE = {
    "row": 1,
    "source": "xaa_police",
    "country": "XAA",
    "record": PSEUDONYM,
    "person_key": 0,
    "case": None,
    "unit": "victim_identified",
    "period": "2025-Q1",
    "sex": "F",
    "age_band": "Y0T14",
}


def safe(**other: object) -> pl.DataFrame:
    """One safe row, with something else in some column."""
    types = {name: pl.Int64 if isinstance(SAFE[name], int) else pl.String for name in SAFE}
    return pl.DataFrame([SAFE | other], schema=types)
