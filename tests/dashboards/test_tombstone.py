"""Whoever follows an old address is told why the release is not there any more."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboards.exports.words import words
from tests.dashboards import fixture
from tests.dashboards.served import chromium, explorer, show

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OLD, NEW = "INVENTED-2025Q3-v1", "INVENTED-2025Q4-v1"
WHY = "The second quarter of one country was counted twice."


def bury(folder: Path) -> None:
    """Leave what a withdrawal leaves of a release."""
    said = json.loads((folder / "manifest.json").read_text())
    told = {"state": "withdrawn", "withdrawn": "2026-03-01T12:00:00Z", "reason": WHY}
    for file in folder.rglob("*.parquet"):
        file.unlink()
    (folder / "manifest.json").write_text(json.dumps(said | told | {"tables": {}}))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_old_address_says_why_beside_what_is_there(tmp_path: Path, language: str) -> None:
    bury(fixture.release(tmp_path, OLD))
    fixture.release(tmp_path, NEW)
    reason = words(language)("withdrawn", release=OLD, day="2026-03-01", reason=WHY)
    with explorer([tmp_path]) as address, chromium() as browser:
        page = browser.new_page()
        show(page, f"{address}/?release={OLD}&language={language}")
        expect(page.get_by_text(reason)).to_be_visible()
        expect(page.get_by_text(NEW).first).to_be_visible()
        show(page, f"{address}/?release={NEW}&language={language}")
        expect(page.get_by_text(WHY)).to_have_count(0)


def test_where_nothing_is_left_every_reason_is_told(tmp_path: Path) -> None:
    bury(fixture.release(tmp_path, OLD))
    with explorer([tmp_path]) as address, chromium() as browser:
        page = browser.new_page()
        page.goto(address)
        reason = words("en")("withdrawn", release=OLD, day="2026-03-01", reason=WHY)
        expect(page.get_by_text(reason)).to_be_visible(timeout=60_000)
        expect(page.get_by_text(words("en")("no_release"))).to_be_visible()
