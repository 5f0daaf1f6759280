"""The command line, as if typed, and the workspaces it is typed in."""

import contextlib
import io
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pipelines import cli, releases
from pipelines.settings import Workspace
from tests.pipelines.drafting import draft, promises

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sources" / "samples" / "argentina_linea145"
FILES = shlex.join(str(SAMPLES / f"2020Q1_{name}.csv") for name in ("denuncias", "referidos"))
LINEA = f"{FILES} --layout argentina_linea145"


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


def candidate(place: Workspace, folder: Path) -> None:
    """A candidate of the workspace's mode, as a run would leave it."""
    if place.invented:
        releases.write(place.root, draft(), promises(folder))
    elif place.configuration.mode == "closed":
        real = draft(mode="closed", invented=False, countries=["ARG"])
        releases.write(place.root, real, promises(folder))
