"""What an output checker is told about synthetic rows, in every language."""

import datetime as dt
import html
from pathlib import Path
from typing import Any

import pytest

from dashboards.portal.words import catalogues
from pipelines import looking, releases
from pipelines.settings import Workspace
from tests.pipelines.approving import key_of
from tests.pipelines.drafting import draft
from tests.pipelines.portal import Visitor, link, served
from tests.pipelines.releasing import ID
from tests.pipelines.workspaces import TWO, workspace

PROMISED = {"epsilon": 2.0, "delta": 1e-6, "sure": 89, "case_epsilon": 8.17, "raid_epsilon": 143.2}
MADE: dict[str, Any] = {
    "cohort": "region-2025",
    "seal": "0" * 64,
    "state": "made",
    "file": "microdata/region-2025.parquet",
    "page": "microdata/region-2025.md",
    "rows": 3871,
    **PROMISED,
    "raid": 30,
    "persons_per_case": 5,
    "pairs": {"good": 300, "rough": 90, "unfit": 16},
}
SMALL = {"cohort": "region-2026", "seal": "0" * 64, "state": "too_few"}
SAID = ("3871", "89", "1000000", "2.0", "1e-06", "8.2", "30", "143", "300", "region-2026")


@pytest.fixture
def place(tmp_path: Path, words: Path) -> Workspace:
    made = workspace(tmp_path / "region")
    releases.write(made.root, draft(cohorts=[MADE, SMALL]), words)
    key_of(made.root, TWO[0])
    return made


def test_promise_case_and_raid_are_said_in_every_language(place: Workspace) -> None:
    with served(place) as port:
        visitor = Visitor(port)
        later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
        assert visitor.enter(link(place, port, TWO[0], ID, later)).status == 303
        for language, said in catalogues().items():
            page = html.unescape(visitor.get(f"/candidates/{ID}?language={language}").text)
            own = page[page.index('id="rows"') : page.index('id="comments"')]
            assert said["rows_cube"] in own
            assert [number for number in SAID if number not in own] == []


def test_a_candidate_without_rows_says_so(place: Workspace, words: Path) -> None:
    releases.write(place.root, draft(), words)
    assert looking.facts(place, ID, "en", lambda *_: {})["microdata"] == []
