"""What the explorer says of definitions and of standards, from the files of a release."""

from pathlib import Path

import polars as pl
import pytest

from dashboards.explorer import comparing
from dashboards.explorer.page import View
from dashboards.explorer.releases import find
from dashboards.explorer.views import comparability
from dashboards.exports.vocabulary import vocabulary
from tests.dashboards import fixture
from tests.tables import table

COURT = "tipstat:court_decision"


@pytest.fixture
def view(release: Path) -> View:
    return View(find([release])[0], vocabulary(release, "en"))


def test_countries_differ_in_what_not_all_of_them_share() -> None:
    flagged = table(f"""
        country | flag       | code
        XAA     | difference | {COURT}
        XAB     | difference | {COURT}
        XAB     | difference | tipstat:part_year
        XAC     | break      | tipstat:wider_crime
    """)
    assert comparing.differing(flagged, ["XAA", "XAB"]) == {"XAB": ["tipstat:part_year"]}
    assert comparing.differing(flagged, ["XAA", "XAC"]) == {"XAA": [COURT]}
    assert comparing.differing(flagged, ["XAA"]) == {}
    assert comparing.differing(flagged, []) == {}


def test_countries_side_by_side_are_warned_of_and_one_alone_has_a_note(view: View) -> None:
    flagged = comparing.of_series(view, "victims", "victim_identified")
    said = comparing.warning(view, flagged, ["XAA", "XAB"])
    assert "Aranda (invented): Victims only after a court's decision (2023)" in said
    assert "Belmora (invented): Potential victims" in said
    assert "(2023\u20132025)" in said
    assert comparing.warning(view, flagged, ["XAB"]) == ""
    (note,) = comparing.notes(view, flagged, "XAB")
    assert "Potential victims, after a preliminary decision (2023\u20132025)" in note
    assert comparing.notes(view, flagged, "XAC") == []


def test_a_series_has_the_flags_of_its_table_and_unit_only(view: View) -> None:
    assert comparing.of_series(view, "victims", "victim_presumed").is_empty()
    assert comparing.of_series(view, "absences", "victim_identified").is_empty()


def test_a_release_made_before_flags_has_none(tmp_path: Path) -> None:
    folder = fixture.release(tmp_path)
    for name in ("flags", "conformance"):
        (folder / f"{name}.parquet").unlink()
    old = View(find([folder])[0], vocabulary(folder, "en"))
    flagged = comparing.of_series(old, "victims", "victim_identified")
    assert flagged.is_empty()
    assert comparing.warning(old, flagged, ["XAA", "XAB"]) == ""


def test_the_page_lists_each_flag_once_and_leaves_the_region_out(view: View) -> None:
    flags = view.release.beside("flags")
    assert flags is not None
    twice = pl.concat([flags, flags.with_columns(table=pl.lit("victims_by_sex_age"))])
    shown = comparability.flagged(view, twice)
    assert shown["Country"].to_list() == ["Aranda (invented)"] * 2 + ["Belmora (invented)"]
    assert shown["Tables"].to_list() == ["2", "2", "2"]
    finding = comparability.finding(twice, view)
    assert finding == "Countries whose definitions differ: 2; changes of definition: 1"
    assert comparability.finding(flags.head(0), view).startswith("No difference")


def test_shares_are_whole_per_cent_bands_or_not_said(view: View) -> None:
    rows = view.release.beside("conformance")
    assert rows is not None
    own = rows.filter(standard="ctdc", source="xa_registers")
    shown = comparability.fields(view, own).to_dicts()
    assert [row["Field"] for row in shown] == ["Age", "Sex"]
    assert shown[0]["With loss"] == "75\u2013100%"
    assert shown[1]["Set aside"] == "\u2013"
    public = comparability.fields(view, rows.filter(standard="ctdc", source="xa_report"))
    assert public["Received"].to_list() == ["93%"]
    core = comparability.core(view, rows).to_dicts()
    assert [row["CTDC"] for row in core] == ["82%", "60%"]
    assert core[0]["HTCDS"] == "\u2013"
