"""Synthetic rows in the explorer: where they are, and the page to be read first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dashboards.explorer.releases import find
from tests.dashboards import fixture, rows
from tests.dashboards.served import chromium, explorer, show
from tests.dashboards.test_browser import WIDTHS, overflow

# The name of the section, and of the page that says what is promised.
SAID = {
    "en": ("Synthetic rows", "What is promised"),
    "es": ("Filas sintéticas", "Qué se promete"),
    "fr": ("Lignes synthétiques", "Ce qui est promis"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rows.with_rows(fixture.release(tmp_path_factory.mktemp("rows")))


@pytest.fixture(scope="module")
def address(made: Path) -> Iterator[str]:
    with explorer([made]) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


def test_a_cohort_without_rows_offers_none(made: Path) -> None:
    assert [one["cohort"] for one in find([made])[0].microdata] == [rows.COHORT]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("language", SAID)
def test_rows_and_their_page_can_be_taken_at_every_width(
    browser: Browser, address: str, language: str
) -> None:
    page, (title, promised) = browser.new_page(), SAID[language]
    show(page, f"{address}/?language={language}")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_test_id("stDownloadButton")).to_have_count(2)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.get_by_role("button", name=promised)).to_be_visible()
        assert overflow(page) <= 0
    with page.expect_download() as taken:
        page.get_by_role("button", name=promised).click()
    assert taken.value.path().read_text(encoding="utf-8") == rows.PAGE
    page.close()
