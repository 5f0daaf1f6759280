"""The portal in a browser: three widths, French and Arabic, and nothing leaves loopback."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards.portal.words import catalogues
from pipelines import keystore, ledger, releases
from pipelines.settings import Workspace
from tests.dashboards.served import chromium
from tests.pipelines.approving import approve, review
from tests.pipelines.drafting import draft, promises, victims
from tests.pipelines.portal import link, served
from tests.pipelines.releasing import ID, publish
from tests.pipelines.workspaces import TWO, workspace

WIDTHS = (360, 820, 1440)
NEW = "INVENTED-2025Q4-v2"
WHY = "The table of the last quarter lacks one country, which sent its numbers in time."

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A release, and a candidate that says a number otherwise."""
    folder = tmp_path_factory.mktemp("portal")
    made, words = workspace(folder / "region"), promises(folder / "promises")
    releases.write(made.root, draft(), words)
    approve(made.root, ID)
    publish(made.root, key=keystore.signing_key(made), named=TWO)
    other = victims().with_columns(value=victims()["value"].replace({25: 30}))
    changed = {"table": "victims_by_sex", "country": "XAA", "change": "changed", "cells": 1}
    why = changed | {"periods": ["2025-Q4"], "reason": "annual_revision"}
    releases.write(made.root, draft(tables={"victims_by_sex": other}, revisions=[why]), words)
    review(made.root, NEW, TWO[1], "reject", WHY)
    return made


@pytest.fixture(scope="module")
def address(place: Workspace) -> Iterator[str]:
    with served(place) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def page(browser: Browser, place: Workspace, address: str) -> Iterator[Page]:
    """A reviewer who has entered without a script; every address asked for is on loopback."""
    context = browser.new_context(java_script_enabled=False)
    opened, asked = context.new_page(), list[str]()
    opened.on("request", lambda request: asked.append(request.url))
    now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
    opened.goto(address + link(place, int(address.rpartition(":")[2]), TWO[0], NEW, now))
    opened.get_by_role("button").click()
    yield opened
    context.close()
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}


@pytest.mark.parametrize("language", ["en", "es", "fr", "ar"])
def test_the_page_fits_every_width_in_every_language(
    page: Page, address: str, language: str
) -> None:
    said = catalogues()[language]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{address}/candidates/{NEW}?language={language}")
        expect(page.get_by_role("heading", name=NEW)).to_be_visible()
        expect(page.get_by_role("button", name=said["approve"])).to_be_visible()
        box = page.locator("html").bounding_box()
        assert box
        assert box["width"] <= width
        last = page.locator("main").bounding_box()
        assert last
        assert last["x"] >= 0
        assert last["x"] + last["width"] <= width


def test_a_reviewer_decides_by_keyboard_and_sees_it(
    page: Page, address: str, place: Workspace
) -> None:
    said = catalogues()["fr"]
    page.goto(f"{address}/candidates/{NEW}?language=fr")
    page.get_by_label(said["comment_how"]).fill(
        "Le tableau du dernier trimestre est complet et les totaux sont justes."
    )
    page.get_by_role("button", name=said["approve"]).press("Enter")
    expect(page.get_by_role("cell", name=said["did_approve"])).to_be_visible()
    line = ledger.lines(place.root)[-1]
    assert (line["who"], line["decision"]) == (TWO[0], "approve")


def test_in_arabic_a_place_is_read_from_right_to_left_and_a_quarter_is_not_turned(
    page: Page, address: str
) -> None:
    """Each part stands where the one before it ends, from the right; so does a row, narrow."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/candidates/{NEW}?language=ar")
    parts = page.locator("td", has=page.get_by_text("2025-Q4", exact=True)).locator("bdi")
    boxes = [part.bounding_box() for part in parts.all()]
    left = [box["x"] for box in boxes if box]
    assert len(left) == 4
    assert left == sorted(left, reverse=True)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_narrow_page_nothing_of_a_row_is_out_of_sight(
    page: Page, address: str, language: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{address}/candidates/{NEW}?language={language}")
    cells = [cell.bounding_box() for cell in page.locator("td").all()]
    assert len(cells) > 20
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in cells)
    expect(page.get_by_text(WHY)).to_be_visible()
