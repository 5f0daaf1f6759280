"""Hostile files are refused with a code of their own, or read as if they were not hostile."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import inbox, submissions
from pipelines.inbox import NoFile
from pipelines.intake import Job, start
from sources.synthetic import Region
from tests.pipelines.hostile import HOSTILE, LAYOUT, PLAIN, book
from tests.pipelines.test_submissions import NOW
from tests.pipelines.workspaces import tree, workspace

pytestmark = pytest.mark.xdist_group("tiny")
GUIDE = Path(__file__).parents[2] / "docs" / "guide-focal-point.md"


def sent(data: bytes, folder: Path) -> Job:
    """A file whose ending says nothing of what it is."""
    file = folder / "list.csv"
    file.write_bytes(data)
    return Job(files=(file,), layout=LAYOUT)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_answered_with_its_code(what: str, tmp_path: Path) -> None:
    make, code = HOSTILE[what]
    found = start(sent(make(), tmp_path))
    if code:
        assert ([fault.code for fault in found.faults], found.rows_read) == ([code], 0)
    else:
        assert found.verdict != "faults"
        assert found.rows_kept == 1


@pytest.mark.parametrize("data", [PLAIN.encode(), book()], ids=("text", "workbook"))
def test_without_what_is_wrong_with_it_the_file_is_read(data: bytes, tmp_path: Path) -> None:
    found = start(sent(data, tmp_path))
    assert (found.verdict, found.rows_read, found.rows_kept) == ("ok", 1, 1)


def piped(place: Path) -> None:
    os.mkfifo(place)


def listening(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(place))


NO_FILES: dict[str, Callable[[Path], None]] = {
    "a pipe": piped,
    "a socket": listening,
    "a device": lambda place: place.symlink_to("/dev/zero"),
    "a link to nowhere": lambda place: place.symlink_to(place.parent / "gone"),
    "a link to itself": lambda place: place.symlink_to(place),
    "a folder": lambda place: place.mkdir(),
}


@pytest.mark.parametrize("what", NO_FILES)
def test_what_is_no_file_is_refused_before_it_is_opened(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    NO_FILES[what](place := Path("place"))
    with pytest.raises(NoFile):
        submissions.check([place], LAYOUT, None, None)
    with pytest.raises(NoFile):
        inbox.digests([place])


def test_a_link_is_followed_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(PLAIN)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert submissions.check([tmp_path / "link"], LAYOUT, None, None).rows_kept == 1


def test_nothing_of_a_hostile_file_is_kept(tmp_path: Path, tiny: Region) -> None:
    place = workspace(tmp_path / "region", mode="open")
    before = tree(place.root)
    file = tmp_path / "list.csv"
    file.write_bytes(HOSTILE["formulas"][0]())
    _, found = submissions.submit(place, [file], LAYOUT, None, None, NOW)
    assert [fault.code for fault in found.faults] == ["READ-14"]
    assert tree(place.root) == before


def test_the_guide_lists_every_code_with_which_a_hostile_file_is_refused() -> None:
    told = GUIDE.read_text(encoding="utf-8")
    assert {code for _, code in HOSTILE.values() if code and f"`{code}`" not in told} == set()
