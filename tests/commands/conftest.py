"""Workspaces for commands, and what is typed in them."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.settings import Workspace
from tests.commands.typing_in import FILES, LINEA, Typed, candidate
from tests.pipelines.approving import approve
from tests.pipelines.releasing import ID as RELEASE
from tests.pipelines.workspaces import TWO, workspace


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Workspace]:
    """A workspace of a mode, with a candidate where that mode has reviewers.

    ``approved`` is one of mode demo whose candidate both have approved.
    """

    def made(mode: str) -> Workspace:
        of = "demo" if mode == "approved" else mode
        place = workspace(tmp_path / mode, mode=of, raw_files=(), reviewers=TWO)
        candidate(place, tmp_path / "promises")
        if mode == "approved":
            approve(place.root, RELEASE)
        return place

    return made


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    """A command as it is typed, for a workspace."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "sheet.xls").write_bytes(b"PK\x03\x04")

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
        )
        return f"{full} --workspace {root}"

    return words
