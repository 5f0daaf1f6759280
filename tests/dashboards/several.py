"""What several sources say of the figures of the invented release, and of two flows."""

import polars as pl

from tests.tables import table

NUMBERS = dict.fromkeys(
    (f"{side}{name}" for side in ("", "other_") for name in ("value", "lower", "upper")), pl.Int64
)
TEXT = {"period": pl.String}
DIFFERENCES = table(
    """
    country | period | sex | value | lower | upper | other_value | other_lower | other_upper
    XAA     | 2023   | _T  | 375   | 371   | 379   | 410         | 410         | 410
    XAA     | 2023   | F   | 265   | 261   | 269   | 262         | 262         | 262
    XAA     | 2023   | M   |       | 0     |       | 12          | 12          | 12
    XAB     | 2024   | _T  | 95    | 91    | 99    |             | 1           | 4
    """,
    **TEXT,
    **NUMBERS,
)
MIRROR = table(
    """
    origin | destination | by           | there | home | status           | ratio_pct
    XAB    | XAA         | repatriation | 80    | 60   | both             | 75
    XAA    | XAB         | destination  |       | 20   | hidden           |
    XAB    | XAA         |              | 15    |      | only_destination |
    """,
    there=pl.Int64,
    home=pl.Int64,
).rename({"there": "destination_value", "home": "origin_value"})


def differences() -> pl.DataFrame:
    """Each other source beside the one that is taken."""
    value, other = pl.col("value"), pl.col("other_value")
    disjoint = (pl.col("upper") < pl.col("other_lower")) | (pl.col("other_upper") < pl.col("lower"))
    word = pl.when(disjoint).then(pl.lit("differ")).otherwise(pl.lit("agree"))
    sides = {"source": "xa_registers", "table": "victims_by_sex_age"}
    sides |= {"other_source": "xa_report", "other_table": "published_by_exploitation"}
    return DIFFERENCES.with_columns(
        unit=pl.lit("victim_identified"),
        age_band=pl.lit("_T"),
        difference=other - value,
        difference_pct=(100 * (other - value) / value).round().cast(pl.Int64),
        agreement=pl.when(pl.col("upper").is_null()).then(pl.lit("unknown")).otherwise(word),
        definitions=pl.when(pl.col("sex") == "_T").then(pl.lit("differ")).otherwise(pl.lit("same")),
        **{name: pl.lit(text) for name, text in sides.items()},
        **{f"{side}obs_status": _status(f"{side}value") for side in ("", "other_")},
        **{f"{side}conf_status": _free(f"{side}value") for side in ("", "other_")},
    )


def observations() -> pl.DataFrame:
    """The figures that are taken."""
    told = differences()
    dropped = [name for name in told.columns if name.startswith(("other_", "difference"))]
    return told.drop(*dropped, "definitions").with_columns(others=pl.lit(1, pl.Int64))


def mirror() -> pl.DataFrame:
    """Flows in one year; a number of the origin stands for an interval, as do those of records."""
    ends = {}
    for end, source in (("destination", "xa_registers"), ("origin", "xa_report")):
        value = pl.col(f"{end}_value")
        hidden = pl.lit("Q") if end == "destination" else pl.lit(None, pl.String)
        ends[f"{end}_lower"], ends[f"{end}_upper"] = value - 4, value + 4
        ends[f"{end}_obs_status"] = pl.when(value.is_null()).then(hidden).otherwise(pl.lit("A"))
        ends[f"{end}_source"] = pl.lit(source)
    return MIRROR.with_columns(
        pl.col("by").fill_null(""),
        period=pl.lit("2023"),
        unit=pl.lit("victim_identified"),
        **ends,
    )


def _status(value: str) -> pl.Expr:
    return pl.when(pl.col(value).is_null()).then(pl.lit("Q")).otherwise(pl.lit("A"))


def _free(value: str) -> pl.Expr:
    return pl.when(pl.col(value).is_null()).then(pl.lit("C")).otherwise(pl.lit("F"))
