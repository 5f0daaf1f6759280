"""What installs is what is written: requirements, commands, documents and warnings agree."""

import re
import shlex
import subprocess
import sys
import tomllib
import warnings
from importlib.metadata import entry_points
from pathlib import Path
from zipfile import ZipFile

import pytest

from pipelines import cli, commands
from tests.test_architecture import PACKAGES

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)(.*)$", re.MULTILINE)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def plain(name: str) -> str:
    """A package name as registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[ <>=\[;~!]", name)[0]).lower()


def pins(kind: str) -> set[tuple[str, str]]:
    """Package and version of each line of a requirement file."""
    text = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
    return {(plain(name), version) for name, version, _ in PIN.findall(text)}


def blocks(document: Path) -> list[str]:
    """The lines of a document that are set as code, without what follows ``  #``."""
    text = document.read_text(encoding="utf-8")
    found = re.findall(r"^```.*?^```|^(?: {4}.*\n)+", text, re.MULTILINE | re.DOTALL)
    return [line.split("  #")[0].strip() for block in found for line in block.splitlines()]


def words(document: Path) -> list[str]:
    """What a document sets as code within its sentences."""
    return re.findall(r"`([^`\n]+)`", document.read_text(encoding="utf-8"))


def verbs() -> set[str]:
    """The commands that the program itself knows."""
    return {name.split()[0] for name in commands.COMMANDS}


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_requirement_is_pinned_and_hashed_and_no_address_is_named(kind: str) -> None:
    lines = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not HASH.match(line) and not PIN.match(line)] == []
    pinned = [number for number, line in enumerate(lines) if PIN.match(line)]
    assert [lines[n] for n in pinned if not HASH.match(lines[n + 1])] == []
    assert not any("//" in line for line in lines)


def test_what_the_project_and_its_build_need_is_in_the_requirements() -> None:
    needed = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    assert {plain(name) for name in needed} - {name for name, _ in pins("run")} == set()


def test_tests_run_on_the_versions_that_users_run() -> None:
    assert pins("run") - pins("dev") == set()


def test_the_command_is_installed() -> None:
    (command,) = entry_points(group="console_scripts", name="tipstat")
    assert command.value == "pipelines.cli:main"
    assert callable(command.load())


@pytest.mark.parametrize("module", sorted(PACKAGES | {"tests"}))
@pytest.mark.parametrize("inner", ["", ".deep.inside"])
def test_a_warning_of_our_own_is_an_error(module: str, inner: str) -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn_explicit("old", DeprecationWarning, "x.py", 1, module=module + inner)


@pytest.mark.parametrize("module", ["polars.frame", "sources_of_others", "my.pipelines"])
def test_a_warning_of_others_is_not(module: str) -> None:
    with warnings.catch_warnings(record=True) as said:  # unlike pytest.warns, keeps the filters
        warnings.warn_explicit("old", DeprecationWarning, "x.py", 1, module=module)
    assert [str(warning.message) for warning in said] == ["old"]


def test_the_wheel_holds_every_tracked_file_of_the_packages(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    git = ["git", "ls-files", "-z", *sorted(PACKAGES)]  # found on PATH, as everywhere
    listed = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert set(listed.stdout.split("\0")) - {"", *ZipFile(wheel).namelist()} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_the_program_understands_every_command_in_a_document(document: Path) -> None:
    shown = [line.removeprefix(".venv/bin/") for line in blocks(document)]
    for line in shown:
        if line.startswith("tipstat "):
            cli.parsed(shlex.split(line)[1:])
    named = [re.match(r"(?:\.venv/bin/)?tipstat ([a-z]+)", word) for word in words(document)]
    assert {match[1] for match in named if match} - verbs() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_document_names_only_targets_files_and_tests_that_exist(document: Path) -> None:
    code = [*blocks(document), *words(document)]
    made = {match[1] for line in code if (match := re.match(r"make ([a-z-]+)", line))}
    assert made - set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)) == set()
    links = re.findall(r"\]\((?!http|#|mailto:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
    tests = [word.split("::") for word in words(document) if word.startswith("tests/")]
    assert [name for name in tests if not stands(*name)] == []


def stands(file: str, test: str = "") -> bool:
    """Whether a file stands in the tree and defines the test."""
    path = ROOT / file
    return path.exists() and (not test or f"def {test}(" in path.read_text(encoding="utf-8"))


def test_the_readme_shows_the_two_commands() -> None:
    assert {"make demo", "make test"} <= set(blocks(ROOT / "README.md"))


@pytest.mark.parametrize("target", sorted(re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE)))
def test_make_alone_lists_every_target(target: str) -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - on PATH
    assert f"make {target} " in shown.stdout


def test_the_change_log_knows_this_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {PROJECT['project']['version']}" in changes


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
