"""The pages in a browser: every page, three languages, three widths; nothing leaves loopback."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboards.served import chromium, explorer, show

WIDTHS = (390, 820, 1440)
PAGES = {
    "": "INVENTED-2025Q4-v1",
    "trends?table=absences": "<5",
    "trends?table=victims_by_exploitation&exploitation=P4&frequency=quarter": "[c]",
    "trends?table=indicator.female_share": "%",
    "profile?country=XAB&period=2023": "[c]",
    "sources?country=XAA&period=2023": "[c]",
    "comparability?standard=ctdc&source=xa_registers": "75\u2013100",
}
MARKS = ("<5", "[c]", "[x]", "[z]", "[p]", "[b]", "[e]")
LOOPBACK = {"127.0.0.1", "localhost"}

# One group, so that one server and one browser serve all of them.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def address(release: Path) -> Iterator[str]:
    """The address of an explorer that serves the release."""
    with explorer([release]) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that remembers every address it asked for; each must be on loopback."""
    opened, asked = browser.new_page(), list[str]()
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("websocket", lambda socket: asked.append(socket.url))
    yield opened
    opened.close()
    local = ("data:", "blob:")
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(local)}
    assert hosts
    assert hosts <= LOOPBACK


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate(
        """() => Math.max(...[document.documentElement,
                              document.querySelector('[data-testid=stMain]')]
                         .map(part => part.scrollWidth - part.clientWidth))"""
    )
    return wide


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_a_page_shows_in_every_language_at_every_width(
    page: Page, address: str, path: str, language: str
) -> None:
    joint = "&" if "?" in path else "?"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    show(page, f"{address}/{path}{joint}language={language}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.get_by_test_id("stTable").first).to_be_visible()
        assert overflow(page) <= 0
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentWarning")).to_have_count(1)
    shown = page.get_by_test_id("stApp").inner_text()
    assert PAGES[path] in shown
    assert page.title().startswith("[INV")


def test_every_mark_stands_in_the_table_and_on_the_chart(page: Page, address: str) -> None:
    show(page, f"{address}/trends?table=absences&language=en")
    chart = page.locator(".js-plotly-plot svg.main-svg").first
    expect(chart).to_be_visible()
    drawn = page.locator(".js-plotly-plot").first.text_content() or ""
    written = page.get_by_test_id("stTable").first.inner_text()
    assert [mark for mark in MARKS if mark not in drawn] == []
    assert [mark for mark in MARKS if mark not in written] == []


def test_the_address_holds_what_was_chosen(page: Page, address: str) -> None:
    show(page, f"{address}/trends?table=victims&unit=victim_presumed&country=XAB&language=es")
    expect(page.get_by_test_id("stMain").get_by_role("heading", level=3)).to_have_count(1)
    heading = page.get_by_test_id("stMain").get_by_role("heading", level=3)
    expect(heading).to_contain_text("Presuntas víctimas en Belmora (inventado)")
    page.wait_for_url("**/trends?*release=INVENTED-2025Q4-v1*frequency=year*")


def test_a_choice_is_kept_on_the_next_page(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    show(page, f"{address}/trends?table=victims&country=XAB&language=en")
    page.get_by_role("link", name="Profile").click()
    page.wait_for_url("**/profile?*country=XAB*")
    heading = page.get_by_test_id("stMain").get_by_role("heading", level=3).first
    expect(heading).to_contain_text("Belmora (invented)")


def test_a_nonsense_address_shows_the_default_and_no_fault(page: Page, address: str) -> None:
    show(page, f"{address}/trends?table=../../etc&unit=%3Cscript%3E&country=ZZZ&language=xx")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.wait_for_url("**/trends?*table=victims*")
