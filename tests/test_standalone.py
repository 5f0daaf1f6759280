"""What is tracked stands alone: it runs on any machine and speaks of tipstat only.

Patterns are written so that this file does not match itself.
"""

import re
import socket
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import Outside

ROOT = Path(__file__).parents[1]
LARGEST = 5_000_000

EVERYWHERE = {
    "a path of one machine": r"(^|[^A-Za-z0-9_.])/(work|farm|root|home|Users)/[A-Za-z.]",
    "an address of a package registry": r"https?://[a-z0-9.-]*(pypi|pythonhosted|npmjs|debian)",
    "a folder outside": r"\.\./share[d]",
    "how it was written": r"(?i)co-authored[-]by|(written|made|generated) by an [a]ssistant",
}
IN_CODE = {
    "a stub": r"NotImplemente[d]Error|\bTODO\b|\bFIX[M]E\b",
    "a test that does not run": r"pytest\.(ski[p]|xfai[l])|mark\.(ski[p]|xfai[l])",
    "a silenced check without its code": r"#\s*(no[q]a|type:\s*ignor[e])(?![:\[])",
    "a silenced check without a reason": r"#\s*(no[q]a:[ A-Z0-9,]+|type:\s*ignor[e]\[[^\]]*\])\s*$",
}
# Real texts and numbers of others; they are what they are.
NOT_OURS = ("sources/samples/",)


@cache
def tracked() -> tuple[Path, ...]:
    """The files that a clone has."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git is wherever this machine has it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(ROOT / name for name in listed.stdout.split("\0") if name)


def texts() -> list[tuple[str, str]]:
    """Name and text of each tracked file that is text and ours."""
    files = [(file.relative_to(ROOT).as_posix(), file.read_bytes()) for file in tracked()]
    return [
        (name, content.decode(errors="replace"))
        for name, content in files
        if b"\0" not in content and not name.startswith(NOT_OURS)
    ]


def places(pattern: str, suffix: str = "") -> list[str]:
    """File and line of every match in tracked texts."""
    found = re.compile(pattern, re.MULTILINE)
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
        for name, text in texts()
        if name.endswith(suffix)
        for match in found.finditer(text)
    ]


@pytest.mark.parametrize("what", EVERYWHERE)
def test_no_tracked_text_holds(what: str) -> None:
    assert places(EVERYWHERE[what]) == []


@pytest.mark.parametrize("what", IN_CODE)
def test_no_tracked_code_holds(what: str) -> None:
    assert places(IN_CODE[what], ".py") == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of one machine", "see /" + "work/x"),
        ("a path of one machine", '"/' + 'home/ana"'),
        ("an address of a package registry", "https:/" + "/files.pythonhosted.org/x"),
        ("a folder outside", "copied from .." + "/shared/data"),
        ("how it was written", "Co-authored" + "-by: somebody"),
        ("a stub", "raise NotImplemented" + "Error"),
        ("a test that does not run", "@pytest.mark." + "skip"),
        ("a silenced check without its code", "x = 1  # no" + "qa"),
        ("a silenced check without a reason", "x = 1  # no" + "qa: E501"),
        ("a silenced check without a reason", "x = 1  # type: " + "ignore[arg-type]"),
    ],
)
def test_each_search_finds_what_it_is_for(what: str, line: str) -> None:
    assert re.search((EVERYWHERE | IN_CODE)[what], line, re.MULTILINE)


@pytest.mark.parametrize(
    "line",
    ["x = 1  # no" + "qa: S607 - the shell finds it", "y()  # type: " + "ignore[misc]  # untyped"],
)
def test_a_silenced_check_with_a_reason_may_stay(line: str) -> None:
    assert not any(re.search(pattern, line, re.MULTILINE) for pattern in IN_CODE.values())


def test_no_tracked_file_is_large() -> None:
    assert [file.name for file in tracked() if file.stat().st_size > LARGEST] == []


def test_no_lock_file_with_addresses_is_tracked() -> None:
    assert {"uv.lock", "pylock.toml", "poetry.lock"} & {file.name for file in tracked()} == set()


@pytest.mark.parametrize("host", ["192.0.2.1", "tipstat.example"])
def test_a_test_that_reaches_beyond_this_machine_is_stopped(host: str) -> None:
    with pytest.raises(Outside), socket.create_connection((host, 9), timeout=1):
        pytest.fail("connected")


def test_a_test_may_talk_to_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
