"""A registered table over invented persons, and its count."""

from itertools import product
from typing import Any

import polars as pl

from data_contracts.model import CodeList, Table
from tests.tables import table
from transforms import cube as cubes
from transforms.people import prepared

LISTS = {
    "sex": CodeList(name="sex", codes=("F", "M", "tnc", "other", "_U"), parents={"tnc": "other"}),
    "form": CodeList(name="form", codes=("P1", "P2", "begging", "_U"), parents={"begging": "P2"}),
}
SEX = {"field": "sex", "codelist": "sex", "codes": ("F", "M", "other", "_U")}
FORM = {"field": "exploitation", "codelist": "form", "codes": ("P1", "P2", "_U")}
UNITS = ("identified", "presumed")


def spec(**dimensions: dict[str, Any]) -> Table:
    return Table.model_validate(
        {
            "name": "victims",
            "title": {"en": "Victims"},
            "kind": "persons",
            "dataset": "victims",
            "units": UNITS,
            "frequencies": ("quarter", "ytd", "year"),
            "dimensions": dimensions,
            "tier": "public",
        }
    )


def series(*periods: str, countries: tuple[str, ...] = ("XAA",)) -> pl.DataFrame:
    rows = list(product(countries, ["identified"], periods))
    return pl.DataFrame(rows, schema=["country", "unit", "period"], orient="row")


def people(drawing: str) -> pl.DataFrame:
    """Rows of identified persons of XAA, one record each, where the drawing says nothing else."""
    drawn = table(drawing, case=pl.String)
    given = {"country": "XAA", "unit": "identified", "source": "police"}
    missing = [pl.lit(value).alias(name) for name, value in given.items() if name not in drawn]
    return drawn.with_columns(missing).with_row_index("record").cast({"record": pl.String})


def count(
    table_: Table,
    core: pl.DataFrame,
    answers: pl.DataFrame | None,
    lists: dict[str, CodeList],
    available: pl.DataFrame,
) -> pl.DataFrame:
    fields = [dimension.field for dimension in table_.dimensions.values()]
    return cubes.count(table_, prepared(core, answers, fields), lists, available).cells


def cell(cube: pl.DataFrame, **where: str) -> dict[str, Any]:
    return cube.filter(**where).row(0, named=True)
