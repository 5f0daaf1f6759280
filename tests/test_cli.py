"""The command line: help everywhere, a clear sentence for what goes wrong, fixed keys for machines.

What a person sees of a check is compared with ``tests/golden/check``. When it is meant to change:
``python -m tests.test_cli`` writes it anew; read the difference.
"""

import argparse
import contextlib
import fcntl
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from anonymize.audit import Report
from pipelines import admission, cli, commands, outputs, releases, settings
from pipelines.errors import ENVIRONMENT, OUR_FAULT, WRONG_DATA, WRONG_USAGE
from pipelines.settings import Workspace
from tests.faults import full_disk
from tests.pipelines.drafting import draft, promises
from tests.pipelines.workspaces import TWO, tree, workspace
from tests.tables import table

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sources" / "samples" / "argentina_linea145"
GOLDEN = ROOT / "tests" / "golden" / "check"
FILES = shlex.join(str(SAMPLES / f"2020Q1_{name}.csv") for name in ("denuncias", "referidos"))
LINEA = f"{FILES} --layout argentina_linea145"
RELEASE = "INVENTED-2025Q4-v1"
NOBODY = 65534
Typed = Callable[[str, Path], str]


class Ended(NamedTuple):
    """How a command ended: its exit code and what it said."""

    code: int
    out: str
    err: str


def ended(words: str) -> Ended:
    """The command line in this process, as if typed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main(shlex.split(words))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    return Ended(code, out.getvalue(), err.getvalue())


def verbs(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and all parsers below it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from verbs(below)


VERBS = {parser.prog: parser for parser in verbs(cli.parser())}


@pytest.mark.parametrize("prog", VERBS)
def test_every_verb_has_help_and_an_example_that_the_parser_understands(prog: str) -> None:
    parser = VERBS[prog]
    assert parser.description
    example = (parser.epilog or "").partition("example:\n  ")[2].partition("\n")[0]
    assert example.startswith(prog)
    assert cli.parsed(shlex.split(example)[1:]).command in commands.COMMANDS
    assert "exit codes: 0 done" in parser.format_help()


def test_every_command_can_be_typed_and_shown() -> None:
    from pipelines import screen

    typed = {prog.removeprefix("tipstat ") for prog in VERBS} - {"tipstat", "release", "layout"}
    assert typed == set(commands.COMMANDS)
    assert set(screen.SCREENS) == typed - {"explorer", "dagster"}


@pytest.mark.parametrize("words", ["", "release", "chekc", "check --perod 2020", "run now"])
def test_a_word_that_is_not_known_leads_to_help(words: str) -> None:
    end = ended(words)
    assert (end.code, end.out) == (WRONG_USAGE, "")
    assert "--help" in end.err
    assert end.err.count("\n") == 1


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
one reviewer             | demo   | 2    | Two reviewers are needed | {publish} {aster}
one reviewer twice       | demo   | 2    | different people         | {publish} {aster} {aster}
real ones of invented    | demo   | 2    | not an invented reviewer | {publish} {ada} {eve}
invented ones of real    | closed | 2    | is invented              | {publish} {aster} {birch}
reviewers nobody named   | closed | 2    | not among the reviewers  | {publish} {ada} {eve}
a workspace where one is | open   | 2    | is not empty             | init --title Region
nothing to explore       | open   | 2    | Nothing is published yet | explorer
""")


def candidate(place: Workspace, folder: Path) -> None:
    """A candidate of the workspace's mode, as a run would leave it."""
    if place.invented:
        releases.write(place.root, draft(), promises(folder))
    elif place.configuration.mode == "closed":
        real = draft(mode="closed", invented=False, countries=["ARG"])
        releases.write(place.root, real, promises(folder))


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Workspace]:
    """A workspace of a mode, with a candidate where that mode has reviewers."""

    def made(mode: str) -> Workspace:
        place = workspace(tmp_path / mode, mode=mode, raw_files=(), reviewers=TWO)
        candidate(place, tmp_path / "promises")
        return place

    return made


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    """A command as it is typed, for a workspace."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "sheet.xls").write_bytes(b"PK\x03\x04")
    names = {"aster": TWO[0], "birch": TWO[1], "ada": "Ada", "eve": "Eve"}
    reviewers = {name: f"--reviewer {shlex.quote(who)}" for name, who in names.items()}

    def words(short: str, root: Path) -> str:
        release = next((path.name for path in root.glob("candidates/*")), "")
        full = short.format(
            send=f"submit {LINEA}",
            one=f"submit {shlex.split(FILES)[0]} --layout argentina_linea145",
            glotip=f"submit --layout unodc_glotip {tmp_path}/empty.csv",
            sheet=f"submit --layout unodc_glotip {tmp_path}/sheet.xls",
            belmora=f"submit --layout xab_ministry {tmp_path}/empty.csv",
            publish=f"release publish {release}",
            gone="TIP-2020Q4-v1",
            t=tmp_path,
            **reviewers,
        )
        return f"{full} --workspace {root}"

    return words


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
    "publish": ("demo", "{publish} {aster} {birch}"),
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


# What machines read, key by key, as documented.
CHECK = "verdict rows_read rows_kept set_aside rows_out unmapped faults comments"
FAULT = "code severity file sheet row column message remedy"
SUBMIT = "submission sha256 state check"
SUBMISSIONS = (
    "submission layout source datasets countries periods state received due rows reason comments "
    "resend"
)
LIST = "release state mode created"
SHOW = f"{LIST} tables countries periods policy files"
AUDIT = """
    cells hidden targets failing narrow present uncertified public_elsewhere narrowest model
    releases seconds
"""


def keys(found: dict[str, Any], names: str) -> None:
    """An object has exactly these keys."""
    assert set(found) == set(names.split())


@pytest.mark.parametrize(("period", "code"), [("2020-Q1", 0), ("2020-Q2", WRONG_DATA)])
def test_a_check_for_machines_accounts_for_every_row(period: str, code: int) -> None:
    end = ended(f"check {LINEA} --period {period} --json")
    found = json.loads(end.out)
    assert end.code == code
    keys(found, CHECK)
    for fault in found["faults"]:
        keys(fault, FAULT)
    # cat 2020Q1_denuncias.csv 2020Q1_referidos.csv | grep -c '^[0-9]', less 2 that continue a cell
    assert found["rows_read"] == 852 == found["rows_kept"] + sum(found["set_aside"].values())


def test_a_submission_for_machines(make: Callable[[str], Workspace]) -> None:
    place = make("open").root
    words = f"submit {LINEA} --period 2020-Q1 --json --workspace {place}"
    first, again = (json.loads(ended(words).out) for _ in range(2))
    keys(first, SUBMIT)
    keys(first["check"], CHECK)
    assert again == first
    assert first["state"] == "accepted"
    (listed,) = json.loads(ended(f"submissions --json --workspace {place}").out)
    keys(listed, SUBMISSIONS)
    assert listed["submission"] == first["submission"]
    assert (listed["periods"], listed["due"]) == (["2020-Q1"], "2020-05-30")


def test_a_refused_submission_for_machines_has_no_id(make: Callable[[str], Workspace]) -> None:
    place = make("open").root
    end = ended(f"submit {LINEA} --period 2020-Q2 --json --workspace {place}")
    found = json.loads(end.out)
    keys(found, SUBMIT)
    assert (found["submission"], found["state"]) == (None, "refused")
    assert json.loads(ended(f"submissions --json --workspace {place}").out) == []


def test_releases_for_machines(make: Callable[[str], Workspace]) -> None:
    place = make("demo").root
    (listed,) = json.loads(ended(f"release list --json --workspace {place}").out)
    keys(listed, LIST)
    shown = json.loads(ended(f"release show {RELEASE} --json --workspace {place}").out)
    keys(shown, SHOW)
    keys(shown["tables"]["victims_by_sex"], "kind cells hidden")


@pytest.mark.parametrize(("failing", "code"), [(0, 0), (2, WRONG_DATA)])
def test_an_audit_for_machines_ends_with_1_when_a_cell_fails(
    failing: int, code: int, make: Callable[[str], Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = dict.fromkeys(set(AUDIT.split()) - {"model"}, 0)
    report = Report.model_validate(numbers | {"model": "m", "failing": failing, "failures": ()})
    monkeypatch.setattr(outputs, "attack_release", lambda *_: report)
    end = ended(f"audit {RELEASE} --json --workspace {make('demo').root}")
    keys(json.loads(end.out), AUDIT)
    assert end.code == code
    assert ("2 hidden cells say too much" in end.err) == bool(failing)


SEEN = {
    "accepted": f"check {LINEA} --period 2020-Q1",
    "wrong_period": f"check {LINEA} --period 2020-Q2",
    "wrong_layout": f"check {FILES} --layout unodc_glotip",
    "wrong_period_es": f"check {LINEA} --period 2020-Q2 --language es",
}


def seen(words: str) -> str:
    """What a person sees on a screen of 80 columns."""
    end = ended(words)
    lines = (line.rstrip() for line in (end.out + end.err).splitlines())
    return "\n".join(lines) + f"\n(exit code {end.code})\n"


@pytest.mark.parametrize("name", SEEN)
def test_a_person_is_told_what_became_of_the_rows_and_what_to_mend(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert seen(SEEN[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    for name, words in SEEN.items():
        (GOLDEN / f"{name}.txt").write_text(seen(words), encoding="utf-8")


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_a_reader_who_has_read_enough_is_no_error(how: list[str]) -> None:
    words = [sys.executable, "-m", "pipelines.cli", "layout", "list", *how]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as one:
        if one.stdout:
            one.stdout.close()
        told = one.stderr.read() if one.stderr else b""
    assert (one.returncode, told) == (0, b"")
