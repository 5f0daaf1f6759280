"""A rule that comments asks about rows and keeps them: nothing else of a submission changes."""

from argparse import Namespace
from pathlib import Path

import pytest

from data_contracts import rules
from pipelines import commands, comments, inbox, screen_verdicts, settings
from sources.synthetic import Region, Submission
from tests.pipelines.test_pieces import alike, changed, of, taken
from tests.pipelines.workspaces import workspace

pytestmark = pytest.mark.xdist_group("tiny")
ASSISTANCE = "xaa_assistance"


SERVED = {"asistencia", "atención brindada"}


def ways(lines: list[str]) -> list[dict[str, int]]:
    """For each client the steps, in Spanish, with the numbers of their lines."""
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines[1:], 1):
        _, client, step, *_ = line.split(";")
        found.setdefault(client, {})[step.strip().lower()] = number
    return list(found.values())


def unaccepted(lines: list[str]) -> list[str]:
    """The first client who was referred, accepted and served was never accepted."""
    way = next(
        way for way in ways(lines) if {"derivación", "admisión"} < {*way} and SERVED & {*way}
    )
    return [line for number, line in enumerate(lines) if number != way["admisión"]]


def again(lines: list[str]) -> list[str]:
    """The service of whoever was never accepted stands twice."""
    way = next(way for way in ways(lines) if "admisión" not in way and SERVED & {*way})
    return [*lines, *(lines[number] for step, number in way.items() if step in SERVED)]


@pytest.fixture
def gap(tiny: Region, tmp_path: Path) -> Submission:
    """A quarter of assistance in which one client is served who was not accepted."""
    return changed(of(tiny, ASSISTANCE), tmp_path, unaccepted)


def test_a_row_that_is_asked_about_is_kept_wherever_the_file_is_cut(
    gap: Submission, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = alike(gap, tmp_path, keys, monkeypatch).verdict
    assert (verdict.verdict, verdict.comments) == ("comments", {"STEPS-01": 1})
    assert (verdict.rows_kept, verdict.set_aside) == (verdict.rows_read, {})
    (fault,) = verdict.faults
    assert (fault.code, fault.severity, fault.column) == ("STEPS-01", "comment", "Paso")
    asked = gap.files[0].read_text().splitlines()[(fault.row or 0) - 1]
    assert asked.split(";")[2].strip().lower() in ("asistencia", "atención brindada")


def test_a_comment_changes_no_row(
    gap: Submission, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = taken(gap, tmp_path / "asked", keys, monkeypatch)
    monkeypatch.setitem(rules.VERBS, "steps_follow", lambda *_: iter(()))
    silent = taken(gap, tmp_path / "silent", keys, monkeypatch)
    assert asked.written == silent.written
    same = {"verdict": "ok", "faults": (), "comments": {}}
    assert asked.verdict.model_copy(update=same) == silent.verdict


def test_of_a_row_that_is_set_aside_nothing_is_asked(
    gap: Submission, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = taken(changed(gap, tmp_path, again), tmp_path / "out", keys, monkeypatch).verdict
    assert verdict.set_aside == {"repeated": 1}
    assert verdict.comments == {"STEPS-01": 1}


@pytest.fixture
def told(gap: Submission, tmp_path: Path) -> Namespace:
    """The quarter submitted, as it was asked for."""
    place = workspace(tmp_path / "region")
    asked = {"workspace": place.root, "files": gap.files, "layout": ASSISTANCE}
    return Namespace(
        **asked, period=gap.period, country="XAA", language="en", reason=None, confirmed_by=None
    )


def test_a_comment_is_shown_and_asks_until_its_sender_says_why(
    told: Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    answer, code = commands.submit(told)
    assert (code, answer["check"]["comments"]) == (0, {"STEPS-01": 1})
    screen_verdicts.submit(answer)
    shown = " ".join(capsys.readouterr().out.split())
    assert "Comment: A step is missing between two steps of the same client" in shown
    assert ", kept" in shown
    assert "Received as" in shown
    place = settings.opened(told.workspace)
    (one,) = inbox.received(place)
    (asked,) = comments.unanswered(place)
    facts = {"submission": one.submission, "periods": (told.period,)}
    assert asked.items() >= (facts | {"comments": {"STEPS-01": 1}}).items()
    screen_verdicts.unanswered([asked])
    assert (
        "To be explained: xaa_assistance XAA 2023-Q1: STEPS-01 (1 row)" in capsys.readouterr().out
    )
    told.reason = "The office of the south admits without writing it down."
    commands.submit(told)
    assert list(comments.unanswered(place)) == []
    (listed,), _ = commands.sent(told)
    assert (listed["comments"], listed["reason"]) == ({"STEPS-01": 1}, told.reason)


def test_what_a_later_submission_replaced_is_not_asked_about(told: Namespace, tiny: Region) -> None:
    place = settings.opened(told.workspace)
    commands.submit(told)
    told.files = of(tiny, ASSISTANCE).files
    commands.submit(told)
    assert [asks for asks in comments.asked(place).values() if asks] == [{"STEPS-01": 1}]
    assert list(comments.unanswered(place)) == []
