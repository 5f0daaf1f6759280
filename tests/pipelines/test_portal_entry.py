"""Who gets into the pages for output checkers: by a link of her own key, once and soon."""

import datetime as dt
from pathlib import Path

import pytest

from dashboards.portal.guard import HEADERS
from dashboards.portal.words import catalogues
from pipelines import desk, ledger, releases, reviews, sessions
from pipelines.settings import Workspace
from tests.pipelines.approving import key_of
from tests.pipelines.drafting import draft
from tests.pipelines.portal import ASTER, BIRCH, PAGE, Visitor, link, moment, proposed
from tests.pipelines.releasing import ID
from tests.pipelines.workspaces import TWO


@pytest.fixture
def place(tmp_path: Path, words: Path) -> Workspace:
    return proposed(tmp_path, words)


def decided(place: Workspace) -> list[tuple[str, str, str]]:
    lines = [one for one in ledger.lines(place.root) if one["what"] == "review"]
    return [(one["who"], one["decision"], one["comment"]) for one in lines]


def test_who_is_not_in_sees_how_to_get_in_and_nothing_else(port: int) -> None:
    outside = Visitor(port)
    assert "tipstat portal link" in outside.get("/").text
    assert ID not in outside.get("/").text
    asked = outside.get(PAGE)
    assert (asked.status, asked.headers["location"]) == (303, "/?language=en")


def test_a_link_opens_the_candidate_and_is_logged(place: Workspace, aster: Visitor) -> None:
    page = aster.get(PAGE)
    assert page.status == 200
    assert reviews.fingerprint(releases.found(place.root, ID)) in page.text
    (line,) = ledger.lines(place.root)
    assert (line["what"], line["who"], line["release"]) == ("sign in", ASTER, ID)


def test_a_link_works_once(place: Workspace, port: int) -> None:
    path = link(place, port, ASTER, ID, moment())
    assert Visitor(port).enter(path).status == 303
    again = Visitor(port)
    assert again.enter(path).status == 403
    assert again.get(PAGE).status == 303


def test_another_language_does_not_lose_a_link(place: Workspace, port: int) -> None:
    path = link(place, port, ASTER, ID, moment())
    token = path.partition("=")[2]
    assert f'href="/enter?token={token}&amp;language=fr"' in Visitor(port).get(path).text
    assert 'href="/?language=fr"' in Visitor(port).get("/").text


def test_looking_at_a_link_does_not_use_it_up(place: Workspace, port: int) -> None:
    path, one = link(place, port, ASTER, ID, moment()), Visitor(port)
    for _ in range(3):
        assert one.get(path).status == 200
    assert one.enter(path).status == 303


@pytest.mark.parametrize("minutes", [-11, 3])
def test_a_link_too_old_or_of_the_future_opens_nothing(
    place: Workspace, port: int, minutes: int
) -> None:
    then = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
    assert Visitor(port).enter(link(place, port, ASTER, ID, then)).status == 403


def test_a_link_from_before_the_portal_started_opens_nothing(place: Workspace, port: int) -> None:
    then = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=2)
    assert Visitor(port).enter(link(place, port, ASTER, ID, then)).status == 403


@pytest.mark.parametrize("what", ["cut", "stranger", "release", "forged"])
def test_a_link_that_is_not_genuine_opens_nothing(
    place: Workspace, port: int, what: str, tmp_path: Path
) -> None:
    path = link(place, port, ASTER, ID if what != "release" else "TIP-2020Q4-v1", moment())
    if what == "cut":
        path = path[:-20]
    elif what == "stranger":
        (place["keys"] / "reviewers").rename(tmp_path / "nobody")
    elif what == "forged":
        path = path.replace(path[-60:-50], "AAAAAAAAAA")
    assert Visitor(port).enter(path).status == 403
    assert ledger.lines(place.root) == []


def test_a_visit_ends_after_an_hour(
    place: Workspace, aster: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert aster.get(PAGE).status == 200
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=62)
    monkeypatch.setattr(desk.WorkspaceDesk, "now", lambda _: later)
    assert aster.get(PAGE).status == 303


def test_who_leaves_is_out(aster: Visitor) -> None:
    assert aster.post("/leave", {"word": "other"}).status == 403
    word = aster.word(PAGE)["word"]
    cookie = aster.cookie
    assert aster.post("/leave", {"word": word}).status == 303
    aster.cookie = cookie
    assert aster.get(PAGE).status == 303


def test_a_link_decides_about_its_own_release_only(
    place: Workspace, words: Path, aster: Visitor
) -> None:
    other = draft(periods=["2025-Q3"])
    name = releases.write(place.root, other, words).name
    typed = aster.word(PAGE) | {"decision": "approve", "comment": ""}
    typed["candidate"] = reviews.fingerprint(releases.found(place.root, name))
    assert catalogues()["en"]["other_release"] in aster.get(f"/candidates/{name}").text
    assert aster.post(f"/candidates/{name}/decision", typed).status == 409
    assert decided(place) == []


def test_every_answer_is_guarded(port: int, aster: Visitor) -> None:
    for path in ("/", PAGE, "/style.css", "/nothing", "/enter?token=x"):
        told = aster.get(path).headers
        assert {name: told.get(name.lower()) for name in HEADERS} == HEADERS
        assert "server" not in told
    cookie = Visitor(port)
    assert cookie.get("/").headers.get("set-cookie") is None


def test_the_cookie_is_for_our_pages_alone(place: Workspace, port: int) -> None:
    given = Visitor(port).enter(link(place, port, BIRCH, ID, moment())).headers["set-cookie"]
    assert "HttpOnly" in given
    assert "samesite=strict" in given.lower()


def test_a_port_in_use_is_named() -> None:
    own = desk.listening(0)
    with pytest.raises(desk.NoPort, match="--port"):
        desk.listening(own.getsockname()[1])
    own.close()


def test_a_session_signs_for_its_hour_only(place: Workspace) -> None:
    """Whoever kept the key of a link cannot decide with it a day later."""
    own = releases.found(place.root, ID)
    opened = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    token = sessions.link(key_of(place.root, ASTER), ID, "", opened).partition("=")[2]
    entry = sessions.entered(token, opened, opened)
    public = entry.session.reviewer
    by = reviews.Signer(public=public, private=entry.private, session=entry.session)
    look = reviews.fingerprint(own)
    last, late = (opened + dt.timedelta(minutes=minutes) for minutes in (59, 61))
    reviews.decide(place.root, own, look, "approve", None, by, last, "operator", TWO)
    with pytest.raises(reviews.NotDecided, match="session is over"):
        reviews.decide(place.root, own, look, "approve", None, by, late, "operator", TWO)
    assert decided(place) == [(ASTER, "approve", "")]
