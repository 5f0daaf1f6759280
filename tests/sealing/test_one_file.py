"""The program as one file, where there is nothing else: no Python, no network, no home.

What it runs in is a root folder with the C library, the file itself and a country's node.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import Workspace
from sources.synthetic import Submission
from tests.sealing.country import PERIOD, code, copied, taken

ROOT = Path(__file__).parents[2]
# The C library in its parts, and what the loader of the one file unpacks itself with.
LIBRARIES = ["ld-linux", "libc.", "libm.", "libdl.", "libpthread.", "librt.", "libutil.", "libz."]
PLACES = [Path("/lib64"), *sorted(Path("/lib").glob("*-linux-gnu"))]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built as `make seal-tool` builds it."""
    place = tmp_path_factory.mktemp("tool")
    words = ["--noconfirm", "--log-level", "ERROR", "--distpath", str(place / "dist")]
    recipe = str(ROOT / "pipelines" / "one_file.spec")
    builder = [sys.executable, "-m", "PyInstaller", *words, "--workpath", str(place), recipe]
    subprocess.run(builder, check=True, cwd=ROOT)
    return place / "dist" / "tipstat"


@pytest.fixture
def bare(tool: Path, national: Workspace, police: Submission, tmp_path: Path) -> Path:
    """A root folder with nothing in it but what the program and its user bring."""
    for name in ("tmp", "proc", "dev", "lists"):
        (tmp_path / name).mkdir()
    (tmp_path / "dev" / "null").touch()
    for place in PLACES:
        for file in place.glob("l*.so*"):
            if file.name.startswith(tuple(LIBRARIES)):
                (tmp_path / place.relative_to("/")).mkdir(parents=True, exist_ok=True)
                shutil.copy(file, tmp_path / file.relative_to("/"))
    shutil.copy(tool, tmp_path / "tipstat")
    copied(national, tmp_path / "lists" / "national")
    for file in police.files:
        shutil.copy(file, tmp_path / "lists")
    return tmp_path


def done(bare: Path, words: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """What the program does in a root, a network and a list of processes of its own."""
    alone = ["--net", "--mount", "--pid", "--fork", "--mount-proc", f"--root={bare}"]
    mine = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *mine, *alone, "/tipstat", *words]
    return subprocess.run(command, check=False, capture_output=True, env={})


def told(police: Submission) -> list[str]:
    """The lists of the police, as they lie in the root."""
    files = [f"/lists/{file.name}" for file in police.files]
    return [*files, "--layout", police.layout, "--period", PERIOD]


def test_a_list_is_judged_and_sealed_where_there_is_nothing_but_the_file(
    bare: Path, police: Submission, regional: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    judged = done(bare, ["check", *told(police), "--country", "XAA", "--json"])
    found: dict[str, Any] = json.loads(judged.stdout)
    assert found["rows_kept"] > 0
    assert found["verdict"] != "faults", judged.stderr
    out = ["-o", "/lists/police.tip", "--report", "/lists/page.html", "--language", "fr"]
    sealed = done(bare, ["seal", *told(police), *out, "--workspace", "/lists/national"])
    assert sealed.returncode == 0, sealed.stderr
    assert b"<html" in (bare / "lists" / "page.html").read_bytes()
    there = copied(regional, tmp_path_factory.mktemp("there") / "region")
    verdict = taken(there, bare / "lists" / "police.tip")
    assert verdict.rows_out == found["rows_out"]
    assert code(taken(there, bare / "lists" / "police.tip")) == "SEAL-06"


def test_it_has_no_python_but_its_own_and_nobody_to_talk_to(bare: Path) -> None:
    assert not list(bare.rglob("*.py"))
    assert not (bare / "usr").exists()
    lost = done(bare, ["check", "/lists/nothing.csv", "--layout", "xaa_police"])
    assert lost.returncode == 2
    assert b"/lists/nothing.csv" in lost.stderr
