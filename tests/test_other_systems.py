"""Windows and macOS, as far as Linux can pretend them: nothing fails for a reason seen from here.

The recipe is the same on every system. What another one does not hold is said, and a region does
not rely on it. On Linux nothing of this is ever taken.
"""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from data_contracts import load
from pipelines import elsewhere, grammar, keyrings, private, settings, systems
from pipelines.settings import Workspace
from sources.synthetic import Submission
from tests.pretence import NOT_OF_WINDOWS, SIGNALS
from tests.sealing.conftest import police, regional, sent  # the country and its region
from tests.sealing.country import PERIOD, copied, taken

__all__ = ["police", "regional", "sent"]

ROOT = Path(__file__).parents[1]
SYSTEMS = ("win32", "darwin")
OURS = ("pipelines", "sources", "anonymize", "transforms", "data_contracts", "dashboards")
SAMPLES = ROOT / "sources" / "samples" / "argentina_linea145"
LISTS = [str(SAMPLES / f"2020Q1_{part}.csv") for part in ("denuncias", "referidos")]
CHECK = ["check", *LISTS, "--layout", "argentina_linea145", "--period", "2020-Q1", "--json"]


class Elsewhere:
    """An account on another system, with a folder of its own."""

    def __init__(self, system: str, home: Path) -> None:
        self.system, self.home = system, home
        (home / "temporary").mkdir(parents=True)

    def typed(self, *words: object) -> subprocess.CompletedProcess[str]:
        """What a command says there."""
        own = {"HOME": str(self.home), "USERPROFILE": str(self.home)}
        return subprocess.run(
            [sys.executable, "-m", "tests.pretence", self.system, *map(str, words)],
            env=own | {"TMPDIR": str(self.home / "temporary"), "PATH": os.defpath},
            capture_output=True,
            text=True,
            cwd=ROOT,
        )

    def left(self) -> list[Path]:
        """What is left in folders for temporary files, but marks of locks."""
        files = (self.home / "temporary").glob("tipstat-*/*")
        return [file for file in files if file.name != ".lock"]


@pytest.fixture(scope="module", params=SYSTEMS)
def away(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    """An account on each of the other systems."""
    return Elsewhere(request.param, tmp_path_factory.mktemp(request.param) / "home")


@pytest.fixture(scope="module")
def ministry(away: Elsewhere, regional: Workspace) -> Path:
    """A country's node, made there."""
    made = away.home / "ministry"
    words = ["--role", "national", "--country", "XAA", "--region", regional["card.json"]]
    ended = away.typed(
        *("init", "--workspace", made, "--title", "Aranda", "--mode", "demo", "--keys", "files"),
        *words,
    )
    assert ended.returncode == 0, ended.stderr
    return made


def test_a_file_is_judged_there_as_here(away: Elsewhere) -> None:
    ended = away.typed(*CHECK, "--language", "fr")
    here = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *CHECK, "--language", "fr"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert here.returncode == ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == json.loads(here.stdout)
    # Once, in the reader's language, before anything else; here not at all.
    words = yaml.safe_load((load.HERE / "messages" / "systems.yaml").read_text(encoding="utf-8"))
    assert ended.stderr.count(words["fr"]["files"]) == 1
    assert ended.stderr.count(words["fr"]["network"]) == (away.system == "win32")
    assert not any(sentence in here.stderr for sentence in words["fr"].values())
    assert away.left() == []


def test_personal_data_is_found_there(away: Elsewhere, tmp_path: Path) -> None:
    text = tmp_path / "note.csv"
    text.write_text("id,note\n1,write to ana.inventada@example.org\n", encoding="utf-8")
    ended = away.typed("scan", text, "--json")
    assert ended.returncode == 1, ended.stderr
    assert [json.loads(line)["type"] for line in ended.stdout.splitlines()] == ["EMAIL"]


def test_what_is_sealed_there_is_taken_in_here(
    away: Elsewhere, ministry: Path, police: Submission, regional: Workspace, tmp_path: Path
) -> None:
    package, report = away.home / "police.tip", away.home / "leaves.html"
    words = ["--layout", police.layout, "--period", PERIOD, "--workspace", ministry, "--json"]
    ended = away.typed(
        "seal", *police.files, *words, "-o", package, "--report", report, "--language", "ar"
    )
    assert ended.returncode == 0, ended.stderr
    lacks = json.loads(ended.stdout)["missing_protections"]
    assert lacks == [
        *(["network"] if away.system == "win32" else []),
        *("files", "memory"),
        *(["dump"] if away.system == "win32" else []),
    ]
    said = yaml.safe_load((load.HERE / "messages" / "systems.yaml").read_text(encoding="utf-8"))
    assert said["ar"]["files"] in report.read_text(encoding="utf-8")
    assert said["ar"]["files"] in ended.stderr
    from pipelines import cards

    # Each system's country has a linking key of its own: a region welcomes one of them.
    region = copied(regional, tmp_path / "region")
    cards.welcome(region, ministry / "card.json")
    assert taken(region, package).verdict != "faults"
    assert away.left() == []


@pytest.mark.parametrize("words", [["keys", "show"], ["keys", "check"], ["card"], ["submissions"]])
def test_a_node_answers_there(away: Elsewhere, ministry: Path, words: list[str]) -> None:
    ended = away.typed(*words, "--workspace", ministry, "--json")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""


def test_a_ministry_takes_its_agencies_files_there(
    away: Elsewhere, ministry: Path, police: Submission
) -> None:
    words = ["--layout", police.layout, "--period", PERIOD, "--workspace", ministry, "--json"]
    ended = away.typed("submit", *police.files, *words)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["state"] == "accepted"


@pytest.mark.parametrize("words", [["submit", *LISTS, "--layout", "argentina_linea145"], ["run"]])
def test_a_region_reads_on_linux_only(
    away: Elsewhere, regional: Workspace, words: list[str]
) -> None:
    ended = away.typed(*words, "--workspace", regional.root)
    assert ended.returncode == 3
    assert "on Linux only" in ended.stderr


def test_what_nobody_lets_go_of_is_ended_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A child without a parent, or out of time, ends by itself."""
    for script in (
        "elsewhere.Watch(lambda: False).start()",
        "watch = elsewhere.Watch(lambda: True); watch.most = 0; watch.start()",
    ):
        code = f"import time; from pipelines import elsewhere; {script}; time.sleep(60)"
        assert subprocess.run([sys.executable, "-c", code], timeout=50).returncode == 6


def test_on_linux_nothing_of_this_is_taken(tmp_path: Path) -> None:
    assert systems.lacking() == ()
    assert systems.told("fr") == []
    assert not systems.cuts_by_starting()
    systems.of_region(is_national=False)
    with pytest.raises(elsewhere.NotHere):
        elsewhere.seal()
    code = "import sys, pipelines.child; print(*sys.modules, *sys.path)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "pipelines.sandbox" in ended.stdout
    assert "pipelines.elsewhere" not in ended.stdout
    assert settings.of_child() == {}


@pytest.mark.parametrize("module", ["sandbox", "landlock"])
def test_what_only_linux_has_refuses_to_be_loaded_elsewhere(module: str) -> None:
    code = f"import ctypes, sys; sys.platform = 'darwin'; import pipelines.{module}"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "Linux only" in ended.stderr


def test_on_windows_keys_are_closed_by_the_accounts_folder_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    for folder in (home, outside):
        folder.mkdir()
        (folder / "linking.key").write_text("00", encoding="utf-8")
        (folder / "linking.key").chmod(0o666)
    monkeypatch.setattr(Path, "home", lambda: home)
    with pytest.raises(keyrings.NoKeys, match="chmod 600"):
        keyrings.guarded(home / "linking.key")
    monkeypatch.setattr(sys, "platform", "win32")
    assert keyrings.guarded(home / "linking.key")
    assert systems.mode(home / "linking.key") == "in your own folder"
    with pytest.raises(keyrings.NoKeys, match="Move the workspace"):
        keyrings.guarded(outside / "linking.key")
    (home / "way").symlink_to(outside)
    with pytest.raises(keyrings.NoKeys, match="Move the workspace"):
        keyrings.guarded(home / "way" / "linking.key")
    monkeypatch.setattr(private, "place", lambda: outside / "private")
    with pytest.raises(private.NotOurs), private.folder():
        pass


def test_on_windows_the_systems_keyring_is_where_keys_go_unless_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ["init", "--title", "T"]
    assert grammar.parser().parse_args(words).keys == "files"
    monkeypatch.setattr(sys, "platform", "win32")
    assert grammar.parser().parse_args(words).keys == "keyring"


def test_every_language_says_the_same() -> None:
    words = yaml.safe_load((load.HERE / "messages" / "systems.yaml").read_text(encoding="utf-8"))
    assert {*words} == {"en", "es", "fr", "ar", "ru"}
    assert {frozenset(own) for own in words.values()} == {frozenset(words["en"])}


def test_text_is_never_in_the_letters_of_whatever_system_it_is() -> None:
    """``read_text`` and ``write_text`` name an encoding, wherever they are called."""
    files = (file for name in OURS for file in (ROOT / name).rglob("*.py"))
    bare = [
        f"{file.name}:{call.lineno}"
        for file in files
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("read_text", "write_text")
        and not any(word.arg == "encoding" for word in call.keywords)
        and len(call.args) < (1 if call.func.attr == "read_text" else 2)
    ]
    assert bare == []


def test_the_pretence_takes_away_what_it_says() -> None:
    code = "from tests import pretence; pretence.believed('win32'); import os, signal, sys\n"
    code += f"print([n for n in {NOT_OF_WINDOWS.split()} if hasattr(os, n)], sys.platform)\n"
    code += f"print([n for n in {SIGNALS} if hasattr(signal, n)])\nimport fcntl"
    own = {"HOME": "/", "USERPROFILE": "/"}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=own, capture_output=True, text=True, cwd=ROOT
    )
    assert ended.stdout == "[] win32\n[]\n"
    assert "ModuleNotFoundError" in ended.stderr or "ImportError" in ended.stderr
