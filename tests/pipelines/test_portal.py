"""The pages for output checkers: who gets in, what is shown, and what is logged."""

import html
import threading
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from dashboards.portal.guard import HEADERS
from dashboards.portal.words import FILE, catalogues, chosen
from data_contracts.model import TOTAL
from pipelines import desk, keystore, ledger, looking, releases, reviews, revising
from pipelines.settings import Workspace
from tests.pipelines.approving import approve, review
from tests.pipelines.drafting import draft, victims
from tests.pipelines.portal import (
    ASTER,
    BIRCH,
    DECISION,
    PAGE,
    WHY,
    Visitor,
    link,
    moment,
    proposed,
    served,
)
from tests.pipelines.releasing import ID, publish
from tests.pipelines.workspaces import TWO


@pytest.fixture
def place(tmp_path: Path, words: Path) -> Workspace:
    return proposed(tmp_path, words)


def decided(place: Workspace) -> list[tuple[str, str, str]]:
    lines = [one for one in ledger.lines(place.root) if one["what"] == "review"]
    return [(one["who"], one["decision"], one["comment"]) for one in lines]


def test_a_decision_is_signed_logged_and_shown(place: Workspace, aster: Visitor) -> None:
    typed = aster.word(PAGE) | {"decision": "reject", "comment": WHY}
    assert aster.post(DECISION, typed).status == 303
    assert decided(place) == [(ASTER, "reject", WHY)]
    assert WHY in html.unescape(aster.get(PAGE).text)
    own = reviews.fingerprint(releases.found(place.root, ID))
    (standing,) = reviews.standing(place.root, ID, own, TWO).values()
    assert standing.session is not None


def test_approvals_on_the_page_and_at_the_command_line_make_a_release(
    place: Workspace, aster: Visitor
) -> None:
    aster.post(DECISION, aster.word(PAGE) | {"decision": "approve", "comment": ""})
    review(place.root, ID, BIRCH)
    folder = publish(place.root, key=keystore.signing_key(place), named=TWO)
    assert releases.published(place.root, ID) == folder
    assert aster.get(PAGE).status == 403


def test_two_approve_at_the_same_time_and_both_count(place: Workspace, port: int) -> None:
    visitors = [Visitor(port) for _ in TWO]
    for one, name in zip(visitors, TWO, strict=True):
        one.enter(link(place, port, name, ID, moment()))
    typed = [one.word(PAGE) | {"decision": "approve", "comment": ""} for one in visitors]
    works = [
        threading.Thread(target=one.post, args=(DECISION, form))
        for one, form in zip(visitors, typed, strict=True)
    ]
    for work in works:
        work.start()
    for work in works:
        work.join()
    assert sorted(decided(place)) == [(name, "approve", "") for name in sorted(TWO)]
    assert ledger.problems(place.root) == []


def test_who_looked_at_a_candidate_that_was_replaced_decides_nothing(
    place: Workspace, words: Path, aster: Visitor
) -> None:
    typed = aster.word(PAGE) | {"decision": "approve", "comment": ""}
    releases.write(place.root, draft(title="Another"), words)
    answer = aster.post(DECISION, typed)
    assert answer.status == 409
    assert catalogues()["en"]["replaced"] in html.unescape(answer.text)
    assert decided(place) == []
    now = reviews.fingerprint(releases.found(place.root, ID))
    assert aster.word(PAGE)["candidate"] == now


@pytest.mark.parametrize(
    ("comment", "key"),
    [
        ("", "why"),
        ("Ask Maria Fernandez Lopez, telephone +34 600 123 456.", "personal"),
        ("No.", "personal"),
    ],
)
def test_a_comment_that_must_not_be_kept_is_refused_and_can_be_mended(
    place: Workspace, aster: Visitor, comment: str, key: str
) -> None:
    answer = aster.post(DECISION, aster.word(PAGE) | {"decision": "reject", "comment": comment})
    told = html.unescape(answer.text)
    assert (answer.status, catalogues()["en"][key] in told) == (409, True)
    assert decided(place) == []
    log = (place.root / "log/decisions.jsonl").read_text()
    assert comment == "" or comment not in log


def test_a_word_that_is_not_ours_decides_nothing(place: Workspace, aster: Visitor) -> None:
    typed = aster.word(PAGE) | {"decision": "approve", "comment": ""}
    assert aster.post(DECISION, typed | {"word": "x"}).status == 403
    assert aster.post(DECISION, typed, Origin="http://evil.example").status == 403
    assert aster.post(DECISION, typed, **{"Sec-Fetch-Site": "cross-site"}).status == 403
    assert aster.post(DECISION, typed, Host="evil.example").status == 421
    assert aster.post(DECISION, typed | {"comment": "x" * 20_000}).status == 403
    assert decided(place) == []
    assert aster.post(DECISION, typed).status == 303


def test_without_the_cookie_nothing_is_decided(place: Workspace, aster: Visitor) -> None:
    typed = aster.word(PAGE) | {"decision": "approve", "comment": ""}
    aster.cookie = ""
    assert aster.post(DECISION, typed).status == 403
    assert decided(place) == []


def test_a_fault_of_ours_is_told_in_a_sentence(
    aster: Visitor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("A. Ba")

    monkeypatch.setattr(looking, "facts", broken)
    answer = aster.get(PAGE)
    assert answer.status == 500
    assert "A. Ba" not in answer.text
    assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
    assert "A. Ba" not in "".join(capfd.readouterr())


def test_what_is_typed_or_declared_is_shown_as_text(place: Workspace, aster: Visitor) -> None:
    review(place.root, ID, BIRCH, "reject", "The <b>total</b> of one table is missing.")
    assert "<b>total" not in aster.get(PAGE).text
    assert "&lt;b&gt;total" in aster.get(PAGE).text


@pytest.mark.parametrize("language", ["en", "es", "fr", "ar"])
def test_every_page_is_in_every_language(aster: Visitor, language: str) -> None:
    said = catalogues()[language]
    page = html.unescape(aster.get(f"{PAGE}?language={language}").text)
    for key in ("changed", "hidden", "audit", "comments", "decision", "approve"):
        assert said[key] in page
    assert (f'dir="{"rtl" if language == "ar" else "ltr"}"') in page


def test_languages_say_the_same_things_in_the_same_places() -> None:
    every = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    places = [
        {key: sorted(part for part in text.split() if "{" in part) for key, text in one.items()}
        for one in every.values()
    ]
    assert {key: bool(found) for key, found in places[0].items()} == {
        key: bool(found) for key, found in places[1].items()
    }
    assert all(set(one) == set(places[0]) for one in places)


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [
        (None, "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("ar", "fr", "ar"),
        ("xx", "de, es;q=0.5", "es"),
        (None, "", "en"),
    ],
)
def test_the_language_is_the_one_asked_for(asked: str | None, accepted: str, expected: str) -> None:
    assert chosen(asked, accepted) == expected


def test_what_changed_is_shown_with_its_reason(place: Workspace, words: Path) -> None:
    approve(place.root, ID)
    publish(place.root, key=keystore.signing_key(place), named=TWO)
    changed = {"table": "victims_by_sex", "country": "XAA", "change": "changed", "cells": 1}
    listing = [changed | {"periods": ["2025-Q4"], "reason": "annual_revision"}]
    other = victims().with_columns(value=victims()["value"].replace({25: 30}))
    name = releases.write(
        place.root, draft(tables={"victims_by_sex": other}, revisions=listing), words
    ).name
    with served(place) as port:
        one = Visitor(port)
        one.enter(link(place, port, ASTER, name, moment()))
        page = html.unescape(one.get(f"/candidates/{name}").text)
    assert catalogues()["en"]["since"].format(release=ID) in page
    where = ["Aranda (invented)", "2025-Q4", "Identified victims", "Female"]
    assert ", ".join(f"<bdi>{part}</bdi>" for part in where) in page
    assert "<bdi>1\u20134</bdi>" in page
    assert "[c]" not in page
    assert "<bdi>25</bdi>" in page
    assert "<bdi>30</bdi>" in page
    assert catalogues()["en"]["because_annual_revision"] in page


def test_figures_are_those_of_the_tables(place: Workspace) -> None:
    found: dict[str, Any] = looking.facts(place, ID, "en", lambda *_: {})
    expected = [["Persons convicted", 2, 1, "50 %"], ["Victims by sex", 3, 1, "33 %"]]
    assert sorted(found["hidden"]) == expected
    ((country, *figures),) = found["countries"]
    assert figures == [3, 1, "33 %"]
    assert dict(found["audit"])["failing"] == 0
    assert found["safe"]
    assert TOTAL not in country


def test_what_is_not_available_is_no_cell_of_which_a_share_is_hidden() -> None:
    assert looking.counted(pl.DataFrame({"obs_status": ["A", "Q", "O", "M"]})) == (2, 1)


def test_every_reason_figure_and_state_has_words() -> None:
    said = set(catalogues()["en"])
    assert {f"because_{reason}" for reason in revising.REASONS} <= said
    assert {f"audit_{name}" for name in looking.FIGURES} <= said
    assert {f"state_{name}" for name in ("candidate", "published", "withdrawn")} <= said
    other = ("fault", "why", "other_release", "foreign")
    assert {*desk.SAID.values(), *other} <= said
