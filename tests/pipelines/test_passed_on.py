"""Which tables of numbers that others published a release has."""

from pathlib import Path

import polars as pl

from pipelines import outputs, steps

TOTALS = dict.fromkeys(
    ("area", "sex", "age_band", "exploitation", "citizenship", "repatriation", "destination"), "_T"
)
SAID = {"country": "GBR", "period": "2021", "value_type": "count", "source": "gbr_ons_sdg"}
FIGURE = {"value": 11387.0, "lower": 11387.0, "upper": 11387.0, "obs_status": "A"}


def test_a_table_of_which_no_source_says_anything_is_in_no_release(tmp_path: Path) -> None:
    row = {"unit": "victim_presumed"} | TOTALS | SAID | FIGURE
    pl.DataFrame([row]).write_parquet(tmp_path / steps.ROWS)
    made = outputs.others({"aggregates": tmp_path})
    assert list(made) == ["sdg_victims_by_sex_age"]
    shown = made["sdg_victims_by_sex_age"].filter(pl.col("value").is_not_null())
    assert shown.select("country", "period", "sex", "age_band", "value").rows() == [
        ("GBR", "2021", "_T", "_T", 11387)
    ]
