"""What lies in a country's inbox is told, and goes only when the country says so. All invented."""

import datetime as dt
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines import inbox, remains, submissions
from pipelines.settings import Workspace
from sources.synthetic import Region, Submission
from tests.commands.typing_in import Ended, ended
from tests.pipelines.workspaces import tree
from tests.sealing.country import PERIOD, copied

BEFORE = "2023-Q4"


def sent_to(at: Workspace, sent: Sequence[Submission]) -> None:
    for minute, one in enumerate(sent):
        now = dt.datetime(2024, 5, 1, 12, minute, tzinfo=dt.UTC)
        _, found = submissions.submit(at, one.files, one.layout, one.period, one.country, now)
        assert found.verdict != "faults"


@pytest.fixture(scope="module")
def filled(
    national: Workspace, sent: Region, tmp_path_factory: pytest.TempPathFactory
) -> Workspace:
    """A country that received two quarters of its shelters, and sealed nothing yet."""
    at = copied(national, tmp_path_factory.mktemp("filled") / "national")
    own = [s for s in sent.submissions if s.layout == "xaa_shelters"]
    sent_to(at, [s for s in own if s.period in (BEFORE, PERIOD)])
    assert len(inbox.received(at)) == 2
    return at


@pytest.fixture
def here(filled: Workspace, tmp_path: Path) -> Workspace:
    return copied(filled, tmp_path / "national")


def sealed(at: Workspace, more: str = "--json") -> Ended:
    out = at.root.parent / "all.tip"
    found = ended(f"seal --period {PERIOD} -o {out} --workspace {at.root} {more}")
    assert found.code == 0, found.err
    return found


def destroyed(at: Workspace, more: str = "--yes --json", period: str = PERIOD) -> Ended:
    return ended(f"destroy --period {period} --workspace {at.root} {more}")


def raw(at: Workspace) -> list[str]:
    return sorted(file.name for file in at["inbox"].glob("*.age"))


def test_seal_says_what_lies_here_since_when_and_what_of_it_was_sealed(here: Workspace) -> None:
    lying = json.loads(sealed(here).out)["lying"]
    assert [(one["periods"], bool(one["sealed"])) for one in lying] == [
        ([BEFORE], False),
        ([PERIOD], True),
    ]
    assert lying[0]["received"].startswith("2024-05-01")
    shown = " ".join(sealed(here, "").out.split())
    assert "In this inbox lie, encrypted, 2 raw files, the oldest since 2024-05-01" in shown
    assert f"tipstat destroy --period {PERIOD}" in shown


def test_what_was_sealed_goes_with_what_its_persons_are_recognised_by_and_nothing_else(
    here: Workspace,
) -> None:
    sealed(here)
    by = {one.period: one for one in inbox.received(here)}
    others = tree(here.root, "inbox")
    found = destroyed(here)
    assert found.code == 0, found.err
    assert [one["submission"] for one in json.loads(found.out)["destroyed"]] == [
        by[PERIOD].submission
    ]
    assert {name.partition(".")[0] for name in raw(here)} == {by[BEFORE].submission}
    assert any(".persons." in name for name in raw(here))
    assert tree(here.root, "inbox") == others
    assert [one.submission for one in inbox.received(here)] == [
        by[period].submission for period in (BEFORE, PERIOD)
    ]


def test_what_no_package_has_stays_and_is_told(here: Workspace) -> None:
    before = tree(here.root)
    answer = json.loads(destroyed(here).out)
    assert answer["destroyed"] == []
    assert [one["sealed"] for one in answer["left"]] == [None]
    assert tree(here.root) == before


def test_without_yes_nobody_is_taken_at_a_word_that_was_not_said(
    here: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(here)
    before = tree(here.root)
    for more in ("", "--json"):
        found = destroyed(here, more)
        assert found.code == 2
        assert "--yes" in found.err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdin.readline", lambda: "yes\n")
    assert destroyed(here, "").code == 2
    assert tree(here.root) == before
    monkeypatch.setattr("sys.stdin.readline", lambda: f"{PERIOD}\n")
    asked = destroyed(here, "")
    assert asked.code == 0
    assert "1 raw files of 1 submissions" in asked.err
    assert len(remains.lying(here)) == 1


def test_what_came_after_the_package_stays_and_what_it_replaced_goes_with_the_next(
    here: Workspace, sent: Region, tmp_path: Path
) -> None:
    sealed(here)
    one = next(s for s in sent.submissions if (s.layout, s.period) == ("xaa_shelters", PERIOD))
    changed = tmp_path / one.files[0].name
    # The same rows, packed otherwise, are other bytes.
    with zipfile.ZipFile(one.files[0]) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    words = f"submit {changed} --layout xaa_shelters --period {PERIOD} --json"
    found = ended(f"{words} --workspace {here.root}")
    assert found.code == 0, found.err
    later = json.loads(found.out)["submission"]
    gone = json.loads(destroyed(here).out)
    assert later not in [one["submission"] for one in gone["destroyed"]]
    assert [one["submission"] for one in gone["left"]] == [later]
    sealed(here)
    assert json.loads(destroyed(here).out)["left"] == []


def test_files_that_were_destroyed_are_taken_and_sealed_again_when_they_are_sent_again(
    here: Workspace, sent: Region
) -> None:
    sealed(here)
    destroyed(here)
    out = here.root.parent / "again.tip"
    words = f"seal --period {PERIOD} -o {out} --workspace {here.root}"
    assert "submit them again" in ended(words).err
    one = next(s for s in sent.submissions if (s.layout, s.period) == ("xaa_shelters", PERIOD))
    given = f"submit {one.files[0]} --layout xaa_shelters --period {PERIOD}"
    assert ended(f"{given} --workspace {here.root}").code == 0
    again = ended(words)
    assert again.code == 0, again.err


def test_a_region_is_not_emptied_so_and_a_damaged_record_is_told(
    regional: Workspace, here: Workspace
) -> None:
    assert destroyed(regional).code == 2
    sealed(here)
    (file,) = here["sealed"].glob("*.json")
    file.write_text("{")
    before = raw(here)
    found = destroyed(here)
    assert found.code == 3
    assert str(file) in found.err
    assert raw(here) == before
