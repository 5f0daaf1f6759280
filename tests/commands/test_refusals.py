"""What goes wrong is one sentence with its exit code, and the workspace is as it was."""

import contextlib
import fcntl
import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines import admission, commands, settings
from pipelines.errors import ENVIRONMENT, OUR_FAULT, WRONG_DATA
from pipelines.settings import Workspace
from tests.commands.typing_in import FILES, SAMPLES, Ended, Typed, ended
from tests.faults import full_disk
from tests.pipelines.workspaces import tree
from tests.tables import table

NOBODY = 65534
# What goes wrong, in what kind of workspace, and what is said; ``typed`` has the words in braces.
WRONG = table("""
what                     | mode   | code | says                     | words
wrong period             | open   | 2    | 2020-Q9' is not a period | {send} --period 2020-Q9
period of other data     | open   | 1    | dated in 2020-Q1         | {send} --period 2020-Q2
period of a publisher    | open   | 2    | leave out --period       | {glotip} --period 2020
unknown layout           | open   | 2    | There are: argentina     | {send}x
empty file               | open   | 1    | has no rows              | {glotip}
file of another layout   | open   | 1    | none of the columns      | {send} --layout unodc_glotip
not a table              | open   | 1    | cannot be read           | {sheet}
one file of two          | open   | 1    | persons is missing       | {one}
wrong country            | open   | 2    | of ARG, not of BRA       | {send} --country BRA
country that is no code  | open   | 2    | not of Argentina         | {send} --country Argentina
country of a publisher   | open   | 2    | leave out --country      | {glotip} --country ARG
missing file             | open   | 2    | There is no file         | {glotip} {t}/gone.csv
folder for a file        | open   | 2    | is a folder              | {glotip} {t}
real among invented      | demo   | 2    | takes invented data only | {send}
invented among real      | closed | 2    | takes real data only     | {belmora}
invented in the open     | open   | 2    | takes real data only     | {belmora}
records without a policy | demo   | 2    | add XAB to raw_files     | {belmora}
wrong option             | open   | 2    | Try: tipstat             | {send} --perod 2020-Q1
no release to show       | demo   | 2    | no release TIP-2020Q4-v1 | release show {gone}
no release to audit      | demo   | 2    | no release TIP-2020Q4-v1 | audit {gone}
no release to export     | demo   | 2    | no release TIP-2020Q4-v1 | export {gone} -o {t}/out
no release to publish    | demo   | 2    | no release TIP-2020Q4-v1 | release publish {gone}
no release id            | demo   | 2    | is no release id         | release show ../../keys
no reviewers             | demo   | 2    | Two reviewers are needed | {publish}
a workspace where one is | open   | 2    | is not empty             | init --title Region
nothing to explore       | open   | 2    | Nothing is published yet | explorer
""")


def one_sentence(end: Ended, code: int, says: str) -> None:
    """What is wrong is said once, in a line on stderr, with its exit code."""
    assert (end.code, end.err.count("\n")) == (code, 1), end.err
    assert says in end.err
    assert "Traceback" not in end.err


@pytest.mark.parametrize("case", WRONG.rows(named=True), ids=WRONG["what"].to_list())
def test_what_goes_wrong_is_one_sentence_and_leaves_the_workspace_as_it_was(
    case: dict[str, Any], make: Callable[[str], Workspace], typed: Typed
) -> None:
    place = make(case["mode"])
    before = tree(place.root)
    end = ended(typed(case["words"], place.root))
    one_sentence(end, case["code"], case["says"])
    assert bool(end.out) == (case["code"] == WRONG_DATA)
    assert tree(place.root) == before


WRITING = {
    "submit": ("open", "{send} --period 2020-Q1"),
    "run": ("demo", "run"),
    "publish": ("approved", "{publish}"),
}


@pytest.mark.parametrize(("mode", "words"), WRITING.values(), ids=WRITING)
def test_a_locked_workspace_is_left_to_whoever_holds_it(
    mode: str, words: str, make: Callable[[str], Workspace], typed: Typed
) -> None:
    place = make(mode)
    before = tree(place.root)
    with (place.root / settings.LOCK).open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        end = ended(typed(words, place.root))
    one_sentence(end, ENVIRONMENT, "Another tipstat command is writing")
    assert tree(place.root) == before


@contextlib.contextmanager
def ordinary_user(folder: Path) -> Iterator[None]:
    """Without the rights of root, to whom no permission is ever missing; owning ``folder``."""
    if os.geteuid():
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(("mode", "words"), WRITING.values(), ids=WRITING)
def test_a_missing_permission_is_one_sentence_and_changes_nothing(
    mode: str, words: str, make: Callable[[str], Workspace], typed: Typed
) -> None:
    # Below a folder that others may enter, unlike those of pytest.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = shutil.copytree(make(mode).root, folder / "place")
        for file in shlex.split(FILES):
            shutil.copy(file, folder)
        admission.layout_for("argentina_linea145", None, "2020-Q1")  # while it may be read
        before = tree(place)
        with ordinary_user(folder):
            allow(place, 0o500, 0o400)
            end = ended(typed(words, place).replace(str(SAMPLES), name))
            allow(place, 0o700, 0o600)
        one_sentence(end, ENVIRONMENT, "permission is missing")
        assert tree(place) == before


def allow(place: Path, folders: int, files: int) -> None:
    """Set what the owner of a workspace may do with what is in it."""
    place.chmod(0o700)
    for path in place.rglob("*"):
        path.chmod(folders if path.is_dir() else files)
    place.chmod(folders)


FULL = {name: (*WRITING[name], "os.fsync") for name in ("submit", "run")} | {
    "publish": (*WRITING["publish"], "pathlib.Path.write_bytes"),
    "init": ("", "init --title Region", "os.fsync"),
}


@pytest.mark.parametrize(("mode", "words", "fails"), FULL.values(), ids=FULL)
def test_a_full_disk_is_one_sentence_and_changes_nothing(
    mode: str,
    words: str,
    fails: str,
    make: Callable[[str], Workspace],
    typed: Typed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = make(mode).root if mode else tmp_path / "new"
    command = typed(words, root)
    before = contents(tmp_path)
    monkeypatch.setattr(fails, full_disk)
    one_sentence(ended(command), ENVIRONMENT, "free some space")
    assert contents(tmp_path) == before


def contents(folder: Path) -> dict[str, str]:
    """The files below a folder; the empty folders that a full disk still takes do not count."""
    return {name: what for name, what in tree(folder).items() if what != "folder"}


@pytest.mark.parametrize("words", ["submissions", "run", "release list", "{send}", "{publish}x"])
def test_where_no_workspace_is_none_is_made(words: str, typed: Typed, tmp_path: Path) -> None:
    end = ended(typed(words, tmp_path / "nowhere"))
    one_sentence(end, ENVIRONMENT, "Make one with: tipstat init")
    assert not (tmp_path / "nowhere").exists()


def test_a_configuration_that_cannot_be_read_is_one_sentence(
    make: Callable[[str], Workspace],
) -> None:
    place = make("open").root
    (place / settings.FILE).write_text("title = Ada")
    end = ended(f"submissions --workspace {place}")
    one_sentence(end, ENVIRONMENT, "tipstat.toml is not valid")
    assert "Ada" not in end.err


@pytest.mark.parametrize(
    ("does", "key"),
    [("submit", "intake.pub"), ("submit", "intake.key"), ("publish", "signing.pem")],
)
def test_a_key_that_others_may_read_is_one_sentence_with_the_remedy(
    does: str, key: str, make: Callable[[str], Workspace], typed: Typed
) -> None:
    mode, words = WRITING[does]
    place = make(mode).root
    (place / "keys" / key).chmod(0o644)
    before = tree(place)
    end = ended(typed(words, place))
    one_sentence(end, ENVIRONMENT, "chmod 600")
    assert tree(place) == before


@pytest.mark.parametrize("json", ["", "--json"])
def test_of_an_error_nobody_foresaw_only_the_kind_is_told(
    json: str, make: Callable[[str], Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("Invented Person, born 1999-01-01")

    place = make("demo").root
    before = tree(place)
    monkeypatch.setitem(commands.COMMANDS, "submissions", fail)
    end = ended(f"submissions --workspace {place} {json}")
    one_sentence(end, OUR_FAULT, "tipstat failed (ZeroDivisionError)")
    assert "Invented" not in end.err + end.out
    assert tree(place) == before
