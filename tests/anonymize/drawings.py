"""Small releases drawn as text, for the tests of the audit and the repair. All invented."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from data_contracts.model import Contract, Table
from tests.policies import POLICY
from tests.tables import table

# Small enough to count out every possibility, and nothing is ever wide: all bounds are exact.
TINY = POLICY.model_copy(update={"base": 2, "hide_up_to": 2, "narrowest_interval": 1_000})

SEX = {"field": "sex", "codelist": "sex", "codes": ("F", "M")}
AGE = {"field": "age_band", "codelist": "age_band", "codes": ("child", "adult")}
FORM = {"field": "exploitation", "codelist": "form", "codes": ("P1", "P2", "_U")}
CONTRACT = Contract.model_validate(
    {
        "name": "victims",
        "version": "1.0.0",
        "kind": "persons",
        "description": "",
        "grain": "a person",
        "answers": "victims_answers",
        "fields": [
            {
                "name": "exploitation",
                "logicalType": "array",
                "treatment": "keep",
                "codelist": "form",
            }
        ],
    }
)
CONTRACTS = {"victims": CONTRACT}


def spec(name: str, **dimensions: dict[str, Any]) -> Table:
    return Table.model_validate(
        {
            "name": name,
            "title": {"en": name},
            "kind": "persons",
            "dataset": "victims",
            "units": ("identified",),
            "frequencies": ("quarter", "year"),
            "dimensions": dimensions,
            "tier": "public",
        }
    )


def specs(*tables: Table) -> dict[str, Table]:
    return {known.name: known for known in tables}


def drawn(drawing: str, **where: str) -> pl.DataFrame:
    """A release table: ``value`` is a number, empty when hidden, or ``x`` when not available.

    What the drawing leaves out is XAA, 2025-Q1, identified.
    """
    cells = table(drawing).with_columns(pl.col("value").cast(pl.String))
    fixed = {"country": "XAA", "period": "2025-Q1", "unit": "identified"} | where
    missing = [pl.lit(value).alias(name) for name, value in fixed.items() if name not in cells]
    return published(cells.with_columns(missing))


def published(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with texts as values, in the form of a release."""
    number = pl.col("value").cast(pl.Int64, strict=False)
    status = pl.when(pl.col("value") == "x").then(pl.lit("O")).when(number.is_null())
    return cells.with_columns(
        pl.col("country", "period", "unit").cast(pl.String),
        value=number,
        obs_status=status.then(pl.lit("Q")).otherwise(pl.lit("A")),
        lower=number - 4,
        upper=number + 4,
        conf_status=pl.when(pl.col("value").is_null()).then(pl.lit("C")).otherwise(pl.lit("F")),
    )


def columns(names: Iterable[str]) -> dict[str, type[pl.DataType]]:
    """A schema of texts."""
    return dict.fromkeys(names, pl.String)
