"""How many published persons wait for the annual revision, by country, and how it is told."""

import polars as pl
import pytest

from pipelines import links, screen
from tests.tables import table

ROWS = table("""
country | person_key
XAA     | 1
XAA     | 2
XAA     | 2
XAB     | 3
XAB     | 4
""")
RUN: dict[str, object] = {
    "release": None,
    "unmoved": None,
    "assets": {"materialised": [], "skipped": [], "failed": []},
    "seconds": 1.0,
    "resend": [],
    "unanswered": [],
    "microdata": [],
    "lacking": [],
}


def pending(*pairs: tuple[int, int]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"person_key": pl.Int64, "other": pl.Int64}, orient="row")


def test_each_waiting_person_is_counted_once_in_her_own_country() -> None:
    # 2 is the same as 1 and as 3, and waits once; of 9 no record is left.
    found = links.waiting(ROWS, pending((1, 2), (3, 2), (1, 4), (1, 9)))
    assert found == {"XAA": 1, "XAB": 1, "_U": 1}
    assert links.waiting(ROWS, pending()) == {}


def test_a_run_says_who_waits_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    screen.show("run", RUN | {"waiting": {"XAA": 1, "XAB": 2}})
    said = " ".join(capsys.readouterr().out.split())
    assert "3 published persons turned out to be the same as another (XAA 1, XAB 2)." in said
    assert "no release has them" in said


def test_a_revision_in_which_no_number_moves_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    screen.show("run", RUN | {"waiting": {}, "unmoved": "2025"})
    said = " ".join(capsys.readouterr().out.split())
    assert "No number of it moves" in said
    assert "2025 can be revised again" in said


def test_a_run_in_which_nobody_waits_says_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    screen.show("run", RUN | {"waiting": {}})
    assert "turned out" not in capsys.readouterr().out


def test_a_run_says_why_there_are_no_synthetic_rows(capsys: pytest.CaptureFixture[str]) -> None:
    told = [{"cohort": f"region-{2024 + n}", "state": s} for n, s in enumerate(("made", "small"))]
    screen.show("run", RUN | {"waiting": {}, "microdata": told})
    said = " ".join(capsys.readouterr().out.split())
    assert "region-2024: synthetic rows are made" in said
    assert "region-2025: no synthetic rows yet" in said
