"""The last look at a frame: what the registry does not declare does not become a file."""

import io
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipelines.beside import of_beside
from pipelines.frames import WITHIN, Unfit, of_indicators, of_table, parquet
from tests.pipelines.drafting import (
    JUSTICE,
    VICTIMS,
    conformance,
    flags,
    indicators,
    justice,
    victims,
)

HIDDEN, SHOWN = pl.col("obs_status") == "Q", pl.col("sex") == "F"


def where(condition: pl.Expr, column: str, value: object) -> pl.DataFrame:
    """The victims with ``value`` in ``column`` where ``condition`` holds."""
    return victims().with_columns(
        pl.when(condition).then(pl.lit(value)).otherwise(column).alias(column)
    )


UNFIT = {
    "columns are missing or not declared: n": victims().with_columns(n=pl.lit(7)),
    "columns are missing or not declared: upper": victims().drop("upper"),
    "columns are not numbers: value": victims().with_columns(value=pl.lit("7")),
    "columns are not whole numbers: value": where(SHOWN, "value", 25.5),
    "columns are not whole numbers: upper": where(HIDDEN, "upper", float("nan")),
    "column sex has codes": where(SHOWN, "sex", "X"),
    "column unit has codes": where(SHOWN, "unit", "convicted"),
    "a cell is there twice": pl.concat([victims(), victims()]),
    "not every declared cell": victims().filter(sex="F"),
    "a hidden cell has bounds of its own": where(HIDDEN, "upper", 9),
    "a hidden cell has bounds": where(HIDDEN, "lower", 1),
    "a cell has a value and a status that says it has none": where(HIDDEN, "value", 7),
    "a status that says it has none, or neither": where(SHOWN, "value", None),
    "a hidden cell is not confidential": where(HIDDEN, "conf_status", "F"),
    "or a confidential one not hidden": where(SHOWN, "conf_status", "C"),
    "a cell has no place, status or source": where(SHOWN, "source", None),
    "a cell has no place, status": where(SHOWN, "country", None),
}


@pytest.mark.parametrize("says", UNFIT)
def test_a_frame_that_the_registry_does_not_declare_is_refused(says: str) -> None:
    with pytest.raises(Unfit, match=f"victims_by_sex: .*{says}"):
        of_table(VICTIMS, UNFIT[says])


@pytest.mark.parametrize("column", ["value", "conf_status", "source"])
def test_indicators_are_held_to_the_same(column: str) -> None:
    with pytest.raises(Unfit, match="indicators: "):
        of_indicators(indicators().with_columns(pl.lit(None).alias(column)))


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *(("country", "Aranda"), ("code", "tipstat:invented"), ("concept", None)),
        *(("source", "Ariadne Canary-Invented"), ("first", "2025-Q5"), ("last", "spring")),
    ],
)
def test_what_lies_beside_the_tables_holds_declared_codes_periods_and_names(
    column: str, text: str | None
) -> None:
    assert_frame_equal(of_beside("flags", flags()).select(flags().columns), flags())
    with pytest.raises(Unfit, match=f"^flags: these columns hold .*declared: {column}.$"):
        of_beside("flags", flags().with_columns(pl.lit(text).alias(column)))
    with pytest.raises(Unfit, match="flags: these columns are missing or not declared: value"):
        of_beside("flags", flags().with_columns(value=pl.lit(7)))


@pytest.mark.parametrize("number", [-1, 101])
def test_a_share_beside_the_tables_is_per_cent_or_not_said(number: int) -> None:
    assert of_beside("conformance", conformance())["exact_to"].to_list() == [None, 74]
    with pytest.raises(Unfit, match=r"conformance: these columns hold .*declared: lossy_to"):
        of_beside("conformance", conformance().with_columns(lossy_to=pl.lit(number)))


def test_a_cell_that_nobody_supplied_may_have_no_source() -> None:
    absent = {"value": None, "lower": None, "obs_status": "O", "conf_status": "F", "source": None}
    hole = victims().with_columns(
        pl.when(~HIDDEN).then(column).otherwise(pl.lit(value)).alias(column)
        for column, value in absent.items()
    )
    assert of_table(VICTIMS, hole)["source"].null_count() == 1


def test_what_a_publisher_hid_keeps_its_interval_and_its_gaps() -> None:
    found = of_table(JUSTICE, justice().reverse())
    assert_frame_equal(found.drop(WITHIN), justice())
    assert found[WITHIN].null_count() == found.height
    assert of_table(JUSTICE, justice().head(1))["upper"].to_list() == [4]


def test_a_category_that_no_row_uses_is_not_in_the_file() -> None:
    known = pl.Enum(["F", "M", "_T", "Ariadne Canary-Invented"])
    frame = victims().with_columns(pl.col("sex").cast(known))
    assert b"Ariadne Canary-Invented" in parquet(frame, {})
    assert b"Ariadne Canary-Invented" not in parquet(of_table(VICTIMS, frame), {})


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_changes_no_byte(random: Random) -> None:
    rows, columns = victims().rows(named=True), victims().columns
    shuffled = pl.DataFrame(random.sample(rows, len(rows)), schema=victims().schema)
    again = shuffled.select(random.sample(columns, len(columns)))
    assert parquet(of_table(VICTIMS, again), {}) == parquet(of_table(VICTIMS, victims()), {})


def test_the_file_says_what_it_is_about() -> None:
    file = io.BytesIO(parquet(victims(), {"title": "Víctimas", "note": "invented data"}))
    said = pl.read_parquet_metadata(file)
    assert (said["title"], said["note"]) == ("Víctimas", "invented data")
