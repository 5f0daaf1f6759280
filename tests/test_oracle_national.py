"""National tables and country scores in the safe layer, against a count that shares no code.

The literals are what the oracles printed; a change of one is a change of published numbers.
"""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from data_contracts.verdict import Verdict
from pipelines.intake import Job
from pipelines.sealed import take_in
from tests.oracle import national, scores

SAMPLES = Path(__file__).parents[1] / "sources" / "samples"
REPORT = SAMPLES / "us_tip_report"

# Rows kept, figures among them, their sum, rows set aside.
# python -m tests.oracle.national sources/samples
TABLES: dict[str, object] = {
    "sdg_16_2_2_gbr": (429, 429, 204_583, {}),
    "sdg_16_2_2_mda": (312, 216, 585.9, {"scope": 13}),
    "sdg_16_2_2_jam": (35, 35, 10.75, {}),
    "sdg_16_2_2_can": (7, 7, 3_058, {}),
    "sdg_16_2_2_kaz": (0, 0, 0, {"contradiction": 12}),
    "sdg_16_2_2_esp_istac": (14, 14, 6.33, {}),
    "sdg_16_2_2_ukr": (280, 14, 29.78, {}),
    "statcan_trafficking": (40, 40, 229.92, {"scope": 40}),
    "fbi_trafficking_states": (560, 560, 12_253, {"scope": 936}),
}
# Scores, scores that are there, rows set aside.
# python -m tests.oracle.scores sources/samples/us_tip_report
SCORES: dict[str, object] = {
    "us_tip_tiers": (3_191, 2_244, {"scope": 17}),
    "us_tip_tiers_long": (2_385, 2_374, {"fault": 113, "scope": 9}),
    "us_3p_index": (15_025, 10_565, {"scope": 16}),
}


def taken(out: Path, layout: str, file: Path) -> Verdict:
    """A file taken in as the sealed child does."""
    return take_in(Job(files=(file,), layout=layout, out=out))


def accounts(verdict: Verdict) -> tuple[int, dict[str, int]]:
    """Rows kept and set aside, after a look at whether every row has one account."""
    assert verdict.rows_read == verdict.rows_kept + sum(verdict.set_aside.values())
    return verdict.rows_kept, verdict.set_aside


def cells(out: Path) -> list[national.Cell]:
    """The safe rows as the oracle writes them; what no national table breaks down is the total."""
    found = pl.read_parquet(out / "aggregates.parquet")
    figures = found.filter(pl.col("value").is_not_null())
    assert figures.filter(pl.col("value") != pl.col("lower")).is_empty()
    assert figures.filter(pl.col("value") != pl.col("upper")).is_empty()
    assert set(found["citizenship"]) | set(found["repatriation"]) <= {"_T"}
    return [national.Cell(*row) for row in found.select(national.Cell._fields).iter_rows()]


def test_the_oracles_still_count_what_they_counted() -> None:
    assert national.summary(SAMPLES) == TABLES
    assert scores.summary(REPORT) == SCORES


@pytest.mark.parametrize("layout", sorted(set(national.TABLES) - {"sdg_16_2_2_kaz"}))
def test_every_published_figure_is_a_cell_with_its_codes_or_set_aside_with_its_reason(
    layout: str, tmp_path: Path
) -> None:
    file = SAMPLES / national.TABLES[layout][0]
    kept, aside = national.sorted_out(SAMPLES, layout)
    verdict = taken(tmp_path, layout, file)
    assert (verdict.verdict, verdict.unmapped) == ("ok", {})
    assert accounts(verdict) == (len(kept), aside)
    assert Counter(cells(tmp_path)) == Counter(kept)


def test_a_unit_that_its_values_contradict_stops_the_whole_series(tmp_path: Path) -> None:
    verdict = taken(tmp_path, "sdg_16_2_2_kaz", SAMPLES / national.TABLES["sdg_16_2_2_kaz"][0])
    assert verdict.verdict == "faults"
    assert accounts(verdict) == (0, {"contradiction": 12})
    assert {(fault.code, fault.column) for fault in verdict.faults} == {("FIGURE-01", "Value")}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("layout", sorted(scores.FILES))
def test_tiers_are_ranks_and_no_tier_is_no_number(layout: str, tmp_path: Path) -> None:
    expected, aside = scores.tiers(REPORT, layout)
    verdict = taken(tmp_path, layout, REPORT / scores.FILES[layout][0])
    assert accounts(verdict) == (len(expected), aside)
    assert reached(tmp_path) == Counter(expected)


def test_five_scores_of_a_row_are_five_series(tmp_path: Path) -> None:
    expected, aside = scores.index(REPORT)
    verdict = taken(tmp_path, "us_3p_index", REPORT / "policy_index_3p.csv")
    assert accounts(verdict) == (len(expected) // 5, aside)
    assert verdict.rows_out == {"reference": len(expected)}
    assert reached(tmp_path) == Counter(expected)


def reached(out: Path) -> Counter[scores.Score]:
    """Series, country, year and number of the safe reference rows."""
    found = pl.read_parquet(out / "reference.parquet")
    return Counter(found.select("series", "country", "period", "value").iter_rows())
