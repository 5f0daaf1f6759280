"""What the pages say to whoever may not decide, or comes too late: why, and what to do."""

import datetime as dt
import html
from pathlib import Path
from typing import Any

import pytest

from dashboards.portal.words import catalogues
from pipelines import desk, keystore, ledger, releases
from pipelines.settings import Workspace
from tests.pipelines.approving import approve
from tests.pipelines.drafting import (
    CLEAN,
    JUSTICE,
    VICTIMS,
    draft,
    indicators,
    justice,
    victims,
)
from tests.pipelines.portal import (
    ASTER,
    BIRCH,
    DECISION,
    PAGE,
    WHY,
    Visitor,
    entered,
    proposed,
    served,
)
from tests.pipelines.releasing import ID, publish
from tests.pipelines.workspaces import TWO

SAID = catalogues()["en"]
BUTTON = '<button class="main" name="decision"'


@pytest.fixture
def place(tmp_path: Path, words: Path) -> Workspace:
    return proposed(tmp_path, words)


def told(visitor: Visitor, path: str = PAGE, **typed: str) -> tuple[int, str]:
    """What a page says, or the answer to what was typed on it."""
    found = visitor.post(path, typed) if typed else visitor.get(path)
    return found.status, html.unescape(found.text)


def decisions(place: Workspace) -> list[Any]:
    return [one for one in ledger.lines(place.root) if one["what"] == "review"]


def test_who_made_the_candidate_is_told_why_she_may_not_decide(
    place: Workspace, words: Path, port: int
) -> None:
    releases.write(place.root, draft(author=f" {ASTER.upper()} "), words)
    visitor = entered(place, port)
    status, page = told(visitor)
    assert (status, SAID["is_author"] in page, BUTTON in page) == (200, True, False)
    word = page.partition('name="word" value="')[2].partition('"')[0]
    own = page.partition('class="code"><bdi>')[2][:64]
    typed = {"word": word, "candidate": own, "decision": "approve", "comment": ""}
    status, page = told(visitor, DECISION, **typed)
    assert (status, SAID["is_author"] in page) == (409, True)
    assert decisions(place) == []


def test_who_is_not_named_any_more_is_told_so(place: Workspace) -> None:
    own = place.configuration.model_copy(update={"reviewers": (BIRCH,)})
    with served(place.model_copy(update={"configuration": own})) as port:
        status, page = told(entered(place, port))
    assert (status, SAID["not_named"] in page, BUTTON in page) == (200, True, False)


def test_whose_card_was_taken_away_meanwhile_decides_nothing(
    place: Workspace, aster: Visitor, tmp_path: Path
) -> None:
    typed = aster.word(PAGE) | {"decision": "approve", "comment": ""}
    (place["keys"] / "reviewers").rename(tmp_path / "nobody")
    assert SAID["not_named"] in told(aster, DECISION, **typed)[1]
    assert decisions(place) == []


def test_after_an_hour_what_was_typed_is_given_back_and_not_kept(
    place: Workspace, aster: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = aster.word(PAGE) | {"decision": "reject", "comment": f"{WHY} <b>"}
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=62)
    monkeypatch.setattr(desk.WorkspaceDesk, "now", lambda _: later)
    answer = aster.post(DECISION, typed)
    assert answer.status == 403
    assert SAID["over"] in html.unescape(answer.text)
    assert f"{WHY} &lt;b&gt;" in answer.text
    assert SAID["over"] in told(aster, "/")[1]
    assert decisions(place) == []


def test_who_never_was_in_is_not_told_that_anything_is_over(port: int) -> None:
    assert SAID["over"] not in told(Visitor(port), "/")[1]


def test_who_comes_after_publication_is_told_so(place: Workspace, aster: Visitor) -> None:
    typed = aster.word(PAGE) | {"decision": "reject", "comment": WHY}
    approve(place.root, ID)
    publish(place.root, key=keystore.signing_key(place), named=TWO)
    assert SAID["is_published"] in told(aster, DECISION, **typed)[1]
    assert SAID["is_published"] in told(aster)[1]
    assert len(decisions(place)) == len(TWO)


def test_a_candidate_that_a_later_run_took_back_is_gone(place: Workspace, aster: Visitor) -> None:
    releases.retire(place.root, "another")
    assert SAID["gone"] in told(aster)[1]


@pytest.mark.parametrize("what", ["tables/justice.parquet", "manifest.json", "log"])
def test_about_what_was_altered_nothing_is_decided(
    place: Workspace, aster: Visitor, what: str
) -> None:
    typed = aster.word(PAGE) | {"decision": "approve", "comment": ""}
    log = place.root / "log/decisions.jsonl"
    file = log if what == "log" else releases.candidate(place.root, ID) / what
    before = log.read_bytes()
    file.write_bytes(file.read_bytes().replace(b"a", b"b") + b"\n")
    assert SAID["altered"] in told(aster, DECISION, **typed)[1]
    log.write_bytes(before)
    assert decisions(place) == []


def test_a_decision_that_no_button_of_ours_sends_is_none(place: Workspace, aster: Visitor) -> None:
    typed = aster.word(PAGE) | {"decision": "publish", "comment": ""}
    assert told(aster, DECISION, **typed)[0] == 409
    assert decisions(place) == []


def test_where_there_is_nothing_the_page_says_so(place: Workspace, words: Path) -> None:
    """The same numbers again, none of them of persons, and no interval that is the narrowest."""
    approve(place.root, ID)
    publish(place.root, key=keystore.signing_key(place), named=TWO)
    audit = CLEAN | {"narrowest": None, "model": "Audited against the declared model."}
    name = releases.write(place.root, draft(audit=audit), words).name
    with served(place) as port:
        _, page = told(entered(place, port, name), f"/candidates/{name}")
    assert SAID["no_changes"] in page
    assert SAID["no_questions"] in page
    assert SAID["no_reviews"] in page
    assert "None" not in page
    assert f'{SAID["audit_narrowest"]}</th><td class="n"><bdi>\u2013</bdi>' in page
    assert SAID["model"] in page
    assert "Audited against the declared model." in page


def test_tables_of_another_shape_and_indicators_are_named(place: Workspace, words: Path) -> None:
    approve(place.root, ID)
    publish(place.root, key=keystore.signing_key(place), named=TWO)
    whole = VICTIMS.model_copy(update={"dimensions": {}})
    tables = {"victims_by_sex": victims().filter(sex="_T").drop("sex"), "justice": justice()}
    moved = indicators().with_columns(value=indicators()["value"] + 5)
    facts = {"registry": {"victims_by_sex": whole, "justice": JUSTICE}, "indicators": moved}
    name = releases.write(place.root, draft(tables=tables, **facts), words).name
    found = desk.WorkspaceDesk(place).facts(name, "en")["changes"]
    assert (found["indicators"], found["tables"]) == ([0, 0, 0, 0, 1, 0], [])
    assert dict(found["promises"])["reshaped"] == ["Victims by sex"]
    with served(place) as port:
        _, page = told(entered(place, port, name), f"/candidates/{name}")
    assert f"{SAID['reshaped']}: <bdi>Victims by sex</bdi>" in page
    assert f"<bdi>{SAID['indicators']}</bdi>" in page
