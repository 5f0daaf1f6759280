"""Nothing that names a person is in any byte that the line writes or says.

The invented files hold thousands of strings that exist nowhere else. The search looks for all of
them; that it would find them is shown with strings planted in every way that it must see through,
with builds that leak on purpose, and with the inbox once it is opened.
"""

import base64
import inspect
import json
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from pipelines import keystore, settings, submissions
from tests.leaks import builds, builds_around, builds_out, line
from tests.leaks.builds import Build, police, taken_in
from tests.leaks.channels import CHANNELS
from tests.leaks.dresses import DRESSES
from tests.leaks.line import Line
from tests.leaks.search import Search
from tests.leaks.streams import packed, spilled, streams
from tests.sources.sent import plain

# One worker makes the line, once.
pytestmark = pytest.mark.xdist_group("leaks")

WORDS = ("zq2cgfzozazv", "Sarasiveranu", "984364424181")
PICKLE = b"\x80"  # in which strings are plain


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """A published release of the invented region, and all that came about on the way."""
    return line.run(tmp_path_factory.mktemp("line"))


def everything(found: dict[str, set[str]]) -> set[str]:
    return set().union(*found.values())


@pytest.mark.parametrize("dress", DRESSES)
def test_a_planted_string_is_found(dress: str, tmp_path: Path) -> None:
    for number, word in enumerate(WORDS):
        place = tmp_path / str(number)
        place.mkdir()
        DRESSES[dress](word, place / "file")
        assert everything(spilled(place, Search([*WORDS, "zqabcdefghij"]))) == {word.lower()}


@pytest.mark.parametrize("text", ["zq2cgfzoza", "zq2cgfzozaz1", "zq2cgf zozazv", "", "zq" * 50])
def test_what_only_resembles_a_planted_string_is_not_found(text: str) -> None:
    assert Search(WORDS).found(text.encode()) == set()


ELSEWHERE = ("Жазицокуфемо", "زيكوشامينوتي")
WRITTEN: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda word: word.encode(),
    "UTF-16": lambda word: word.encode("utf-16"),
    "UTF-16, large end first": lambda word: b"(" + word.encode("utf-16-be"),
    "JSON": lambda word: json.dumps(word).encode(),
    "base64": lambda word: base64.b64encode(word.encode()),
}


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("word", ELSEWHERE)
def test_a_string_in_other_letters_is_found(word: str, form: str) -> None:
    search = Search([*WORDS, *ELSEWHERE])
    around = {"lower": word.lower(), "upper": word.upper(), "as it is": word}
    for said in around.values():
        assert search.found(WRITTEN[form](said)) == {word.lower()}
    assert search.found(WRITTEN[form](word[1:])) == set()


def test_cyrillic_letters_of_windows_are_found() -> None:
    assert Search(ELSEWHERE).found(ELSEWHERE[0].encode("cp1251")) == {ELSEWHERE[0].lower()}


def test_strings_of_several_lengths_are_looked_for_at_once() -> None:
    search = Search(["abcdefghij", "abcdefghijkl", "kloremipsumdolorsit"])
    assert search.found(b"(ABCDEFGHIJKLOREMIPSUMDOLORSIT)") == search_all(search)


def search_all(search: Search) -> set[str]:
    return set(search.wanted)


def test_an_intake_with_nothing_broken_leaks_nothing(made: Line, tmp_path: Path) -> None:
    assert taken_in(police(made.region), tmp_path).rows_kept > 0
    assert list(tmp_path.rglob("victims.parquet"))
    assert spilled(tmp_path, made.search) == {}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_build_that_leaks_is_caught(
    channel: str, made: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by its own channel, in the place where it leaks."""
    place, (build, where) = tmp_path / "place", CHANNELS[channel]
    place.mkdir()
    more = build(made.region, place, monkeypatch)
    search = Search(more.splitlines()) if more else made.search
    assert any(fnmatch(found, where) for found in spilled(place, search))


def builds_there_are() -> set[Build]:
    """Every function that leaks on purpose: it is given a region, a place and what it may patch."""
    every = [f for of in (builds, builds_around, builds_out) for f in vars(of).values()]
    return {
        f
        for f in every
        if inspect.isfunction(f)
        and [*inspect.signature(f).parameters][:1] == ["region"]
        and "patch" in inspect.signature(f).parameters
    }


def test_every_build_leaks_by_a_channel_and_every_channel_is_in_the_guide() -> None:
    assert builds_there_are() == {one.build for one in CHANNELS.values()}
    guide = (Path(__file__).parents[1] / "docs" / "privacy-proof.md").read_text(encoding="utf-8")
    shown = {
        row.split("|")[1].strip(): row.split("|")[3].strip()
        for row in guide.splitlines()
        if "_" in row and row.count("|") == 4
    }
    assert shown == {name: f"`{one.build.__name__}`" for name, one in CHANNELS.items()}


def test_the_line_went_through_to_a_release_and_left_no_failure(made: Line) -> None:
    assert (made.workspace / "releases" / line.RELEASE / "SIGNATURE").exists()
    assert list((made.root / "export").glob("*.csv"))
    assert "fault" not in (made.root / "said" / "err").read_text()
    accepted = submissions.accepted(settings.opened(made.workspace))
    assert len(accepted) == len(made.region.submissions)


def test_every_kind_of_fault_came_in(made: Line) -> None:
    faults = {row["set_aside"] for row in plain(made.region.rows)}
    assert faults >= {"", "out_of_scope", "missing_required", "outside_period", "unknown_label"}


def test_what_came_in_holds_every_string_that_is_looked_for(made: Line) -> None:
    keys = made.workspace / "keys"
    opened = [keystore.opened(file.read_bytes(), keys) for file in made.sealed.glob("*.age")]
    found = set().union(*(made.search.found(s) for data in opened for s in streams(data)))
    named = {file.stem.split("_")[1] for one in made.region.submissions for file in one.files}
    assert search_all(made.search) - found == named - {"population"}


def test_nothing_of_a_person_is_in_what_the_line_wrote_or_said(made: Line) -> None:
    assert spilled(made.root, made.search) == {}


def test_a_sealed_file_is_nowhere_else_and_holds_nothing_to_read(made: Line) -> None:
    inbox = made.workspace / "inbox"
    assert [file for file in made.root.rglob("*.age") if file.parent != inbox] == []
    for file in made.sealed.glob("*.age"):
        assert file.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")
        assert made.search.found(file.read_bytes()) == set()


def test_the_search_can_read_every_file_that_the_line_writes(made: Line) -> None:
    """A new kind of file must be taught to the search before the line may write it."""
    unread = []
    for path in (p for p in made.root.rglob("*") if p.is_file()):
        place, data = path.relative_to(made.root), path.read_bytes()
        if path.suffix in (".age", ".key") or data.startswith(PICKLE) or packed(data):
            continue
        try:
            data.decode()
        except UnicodeDecodeError:
            unread.append(str(place))
    assert unread == []
