"""What the explorer and the CSV files say of several sources, and of flows from both ends."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from dashboards.explorer.page import View
from dashboards.explorer.releases import find
from dashboards.explorer.views import sources
from dashboards.exports import csv
from dashboards.exports.sweep import ForeignText
from dashboards.exports.vocabulary import vocabulary
from tests.dashboards import several

OF_XAA = {"country": "XAA", "period": "2023"}


@pytest.fixture
def view(release: Path) -> View:
    return View(find([release])[0], vocabulary(release, "en"))


def test_each_comparison_says_whether_both_can_be_true_and_hidden_stays_hidden(view: View) -> None:
    shown = sources.compared(view, several.differences().filter(**OF_XAA))
    picked = ("Figure", "Taken", "Other number", "Difference", "Can both be true?")
    assert shown.select(picked).rows() == [
        ("Identified victims", "375", "410", "+9%", "No; defined differently"),
        ("Identified victims, Male", "[c]", "12", "\u2013", "Not known, one is hidden"),
        ("Identified victims, Female", "265", "262", "\u22121%", "Yes"),
    ]


def test_what_a_publisher_hid_is_written_as_it_did(view: View) -> None:
    shown = sources.compared(view, several.differences().filter(country="XAB"))
    assert shown["Other number"].to_list() == ["<5"]


def test_a_flow_has_a_column_for_each_end_and_none_for_a_sum(view: View) -> None:
    shown = sources.flows(view, several.mirror())
    ends, told = shown.select("Origin", "Destination"), shown.select(pl.nth(range(3, 7)))
    aranda, belmora = "Aranda (invented)", "Belmora (invented)"
    assert ends.rows() == [(aranda, belmora), (belmora, aranda), (belmora, aranda)]
    assert told.rows() == [
        ("[c]", "20", "country of exploitation", "\u2013"),
        ("15", "[x]", "\u2013", "\u2013"),
        ("80", "60", "country of repatriation", "75%"),
    ]


def test_the_finding_counts_comparisons_and_those_that_cannot_both_be_true(view: View) -> None:
    said = sources.finding(several.differences(), view)
    assert said == "Comparisons between sources: 4; not both can be true: 2"
    assert sources.finding(several.differences().clear(), view).startswith("No figure")


def test_csv_files_have_labels_and_only_the_breakdowns_that_are_used(release: Path) -> None:
    made = {one.name: one.frame for one in csv.tables(release, vocabulary(release, "fr"))}
    differences, mirror = made["differences"], made["mirror"]
    assert {"country_label", "sex_label", "other_source"} <= set(differences.columns)
    assert "age_band" not in differences.columns
    assert mirror["origin_label"][0] == "Belmora (inventé)"
    assert "observations" in made


@pytest.mark.parametrize(
    ("name", "column"),
    [("differences", "other_source"), ("mirror", "by"), ("observations", "agreement")],
)
def test_a_planted_string_stops_the_export(
    release: Path, tmp_path: Path, name: str, column: str
) -> None:
    release = shutil.copytree(release, tmp_path / release.name)
    frame = pl.read_parquet(release / f"{name}.parquet")
    frame.with_columns(pl.lit("Ana Ruiz").alias(column)).write_parquet(release / f"{name}.parquet")
    with pytest.raises(ForeignText, match=f"{name}.csv, row 2, column {column}"):
        csv.export(release, release.parent / "out")
    assert not (release.parent / "out").exists()
