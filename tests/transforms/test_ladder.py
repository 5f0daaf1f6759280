"""On which rung a country stands: by hand, and from published totals alone."""

from typing import Any

import polars as pl
import pytest

from data_contracts import load
from data_contracts.ladders import Ladders, Rung, ladders, unfit
from data_contracts.model import Table
from transforms.ladder import last_total, standing

RUNGS = (
    Rung(table="fine", frequency="quarter"),
    Rung(table="fine", frequency="year"),
    Rung(table="whole", frequency="year"),
)
BASE = {
    "title": {"en": "T"},
    "kind": "persons",
    "dataset": "victims",
    "units": ("identified", "presumed"),
    "frequencies": ("quarter", "year"),
    "tier": "public",
}
SEX = {"field": "sex", "codelist": "sex", "codes": ("F", "M", "_U")}
REGISTRY = {
    name: Table.model_validate(BASE | {"name": name, "dimensions": dimensions})
    for name, dimensions in (("fine", {"sex": SEX}), ("whole", {}))
}


def whole(**years: int | None) -> dict[str, pl.DataFrame]:
    rows: list[dict[str, Any]] = [
        {"country": "XAA", "period": year[1:], "unit": "identified", "value": value, "lower": 0}
        | {"upper": None, "obs_status": "Q" if value is None else "A", "conf_status": "F"}
        | {"source": "police", "within": None}
        for year, value in years.items()
    ]
    types = {"value": pl.Int64, "upper": pl.Int64, "within": pl.String}
    return {"whole": pl.DataFrame(rows, schema_overrides=types)}


@pytest.mark.parametrize(
    ("total", "rung", "reason", "finer"),
    [
        # Three codes a year, and twelve over its quarters; thirty persons each.
        (360, 0, "enough", 0),
        (355, 1, "enough", 1),
        (90, 1, "enough", 1),
        (85, 2, "enough", 2),
        (30, 2, "enough", 2),
        (25, 2, "coarsest", 2),
        (None, 2, "coarsest", 2),
    ],
)
def test_a_country_stands_where_thirty_share_a_cell(
    total: int | None, rung: int, reason: str, finer: int
) -> None:
    found = standing("XAA", "l", RUNGS, whole(y2024=total), REGISTRY, 30)
    assert (found.rung, found.reason, found.finer) == (RUNGS[rung], reason, RUNGS[:finer])


def test_who_was_never_published_stands_on_the_finest() -> None:
    found = standing("XAB", "l", RUNGS, whole(y2024=500), REGISTRY, 30)
    assert (found.rung, found.reason, found.finer) == (RUNGS[0], "start", ())


def test_the_last_year_counts_whatever_came_before_it() -> None:
    table = whole(y2023=500, y2024=40)["whole"]
    quarters = table.with_columns(period=pl.lit("2025-Q1"), value=pl.lit(900, pl.Int64))
    absent = table.with_columns(period=pl.lit("2025"), obs_status=pl.lit("O"))
    assert last_total("XAA", [table, quarters, absent]) == 40
    assert last_total("XAA", []) is None


def test_the_declared_ladders_fit_the_registry() -> None:
    assert unfit(ladders(), load.tables()) == []


@pytest.mark.parametrize(
    ("rungs", "wrong"),
    [
        (RUNGS[::-1], "as many cells as the one before, or more"),
        ((RUNGS[0], Rung(table="gone", frequency="year")), "gone is not registered"),
    ],
)
def test_a_ladder_that_does_not_narrow_is_refused(rungs: tuple[Rung, ...], wrong: str) -> None:
    (said,) = unfit(Ladders({"l": rungs}), REGISTRY)
    assert wrong in said


def test_one_rung_is_no_ladder() -> None:
    with pytest.raises(ValueError, match="one rung"):
        Ladders({"l": RUNGS[:1]})
