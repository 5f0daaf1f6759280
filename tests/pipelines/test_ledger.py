"""The log of decisions: what was written is found changed, removed or moved."""

import datetime as dt
import json
import multiprocessing
from pathlib import Path

import pytest

from pipelines import ledger, releases
from pipelines.errors import Unwritable
from tests.faults import full_disk
from tests.pipelines.approving import MOMENT, approve, review
from tests.pipelines.drafting import REVIEWERS
from tests.pipelines.releasing import ID, publish


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A workspace in which five things were decided."""
    for number in range(5):
        ledger.append(tmp_path, MOMENT, "operator", "preview", release=ID, country=f"XA{number}")
    return tmp_path


def texts(root: Path) -> list[str]:
    return (root / "log/decisions.jsonl").read_text().splitlines()


def rewrite(root: Path, lines: list[str]) -> None:
    (root / "log/decisions.jsonl").write_text("".join(f"{line}\n" for line in lines))


def found(root: Path) -> list[tuple[int, str]]:
    return [(one.line, one.problem) for one in ledger.problems(root)]


def test_a_log_that_nobody_touched_is_sound(log: Path) -> None:
    assert found(log) == []
    assert [one["country"] for one in ledger.lines(log)] == ["XA0", "XA1", "XA2", "XA3", "XA4"]
    assert ledger.head(log)["line"] == 5


def test_each_line_holds_the_hash_of_the_one_before(log: Path) -> None:
    lines = [json.loads(text) for text in texts(log)]
    before = ["0" * 64, *(one["hash"] for one in lines)]
    assert [one["previous"] for one in lines] == before[:-1]
    assert len({one["hash"] for one in lines}) == 5


@pytest.mark.parametrize("place", range(5))
def test_a_changed_line_is_found(log: Path, place: int) -> None:
    lines = texts(log)
    lines[place] = lines[place].replace("operator", "somebody")
    rewrite(log, lines)
    assert found(log)[0] == (place + 1, "changed")


def test_a_changed_line_with_its_hash_made_anew_is_found(log: Path) -> None:
    lines = texts(log)
    forged = json.loads(lines[2]) | {"who": "somebody"}
    lines[2] = json.dumps(forged | {"hash": ledger.digest(forged)})
    rewrite(log, lines)
    assert found(log)[0] == (4, "changed")


def test_the_last_line_with_its_hash_made_anew_is_found(log: Path) -> None:
    lines = texts(log)
    forged = json.loads(lines[4]) | {"who": "somebody"}
    lines[4] = json.dumps(forged | {"hash": ledger.digest(forged)})
    rewrite(log, lines)
    assert found(log) == [(5, "changed")]


@pytest.mark.parametrize("place", range(5))
def test_a_removed_line_is_found_the_last_one_too(log: Path, place: int) -> None:
    lines = texts(log)
    rewrite(log, lines[:place] + lines[place + 1 :])
    assert found(log)[0] == (place + 1, "removed")


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 3), (3, 4)])
def test_lines_in_another_order_are_found(log: Path, one: int, other: int) -> None:
    lines = texts(log)
    lines[one], lines[other] = lines[other], lines[one]
    rewrite(log, lines)
    assert found(log)[0] == (one + 1, "moved")


def test_what_is_no_line_is_found(log: Path) -> None:
    rewrite(log, [*texts(log), '{"n": 6'])
    assert found(log) == [(6, "unreadable")]


def test_nothing_is_decided_on_a_broken_log(log: Path) -> None:
    rewrite(log, texts(log)[1:])
    before = texts(log)
    with pytest.raises(ledger.LogBroken, match="line 1"):
        ledger.append(log, MOMENT, "operator", "preview")
    assert texts(log) == before


def test_a_log_cut_off_together_with_its_end_is_known_by_its_releases(
    root: Path, release: Path
) -> None:
    assert ledger.problems(root, releases.anchors(root)) == []
    (root / "log/decisions.jsonl").write_text("")
    (root / "log/head.json").unlink()
    assert [one.problem for one in ledger.problems(root, releases.anchors(root))] == [
        "not that of a release"
    ]


def test_a_line_that_a_killed_process_added_without_noting_the_end_is_sound(log: Path) -> None:
    end = (log / "log/head.json").read_bytes()
    ledger.append(log, MOMENT, "operator", "preview")
    (log / "log/head.json").write_bytes(end)
    assert found(log) == []
    assert ledger.append(log, MOMENT, "operator", "preview")["n"] == 7


def test_what_fails_leaves_no_line(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = texts(log)
    with pytest.raises(ZeroDivisionError), ledger.adding(log, MOMENT, "a", "publish"):
        raise ZeroDivisionError
    assert texts(log) == before
    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(Unwritable):
        ledger.append(log, MOMENT, "operator", "preview")
    assert texts(log) == before


def _many(root: Path, name: str) -> None:
    for _ in range(20):
        ledger.append(root, dt.datetime.now(dt.UTC), name, "preview")


def test_several_processes_add_lines_and_none_is_lost(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    works = [context.Process(target=_many, args=(tmp_path, name)) for name in ("a", "b", "c")]
    for work in works:
        work.start()
    for work in works:
        work.join()
    assert [one["n"] for one in ledger.lines(tmp_path)] == list(range(1, 61))


def test_publishing_is_logged_with_who_approved(root: Path, candidate: Path) -> None:
    review(root, ID, REVIEWERS[0], "reject", "The table of 2025 lacks a country.")
    approve(root, ID, REVIEWERS)
    publish(root)
    told = [(one["who"], one["what"], one.get("decision")) for one in ledger.lines(root)]
    ada, grace = REVIEWERS
    assert told == [
        (ada, "review", "reject"),
        (ada, "review", "approve"),
        (grace, "review", "approve"),
        ("operator", "publish", None),
    ]
    assert ledger.lines(root)[-1]["reviewers"] == list(REVIEWERS)
