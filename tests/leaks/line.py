"""The whole line over a small invented region, with everything kept that it says and writes."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.demo import REVIEWERS
from sources.synthetic import Region, Submission, write
from tests.leaks.search import Search

QUARTERS, SIZE = 2, 80  # small, and with every kind of fault
NOW = dt.datetime(2026, 3, 31, tzinfo=dt.UTC)
RELEASE = "INVENTED-2023Q2-v1"
# Every command in one process, because most of the time of a command is its start.
ALL = """
import contextlib, json, sys
from pipelines.cli import main
for words in json.load(sys.stdin):
    print("$", words[0], flush=True)
    with contextlib.suppress(SystemExit):
        main(words)
    sys.stdout.flush()
"""


@dataclass(frozen=True)
class Line:
    """``root`` holds all that was written and said; the region's own files lie elsewhere."""

    root: Path
    region: Region
    search: Search

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"


def canaries(region: Region) -> set[str]:
    """The strings that must be found nowhere, in small letters as the search tells them."""
    return set(region.canaries.read_text(encoding="utf-8").lower().split())


def told(one: Submission) -> list[str]:
    """A submission as arguments of ``check`` and ``submit``."""
    words = [*map(str, one.files), "--layout", one.layout]
    for option, value in (("--country", one.country), ("--period", one.period)):
        words += [option, value] if value else []
    return words


def broken(region: Region, folder: Path) -> Iterator[list[str]]:
    """Submissions that are refused: cut off, of another layout, of another quarter."""
    shelters = next(one for one in region.submissions if one.layout == "xaa_shelters")
    police = next(one for one in region.submissions if one.layout == "xaa_police")
    cut = folder / "cut.xlsx"
    cut.write_bytes(shelters.files[0].read_bytes()[:-400])
    yield [str(cut), "--layout", "xaa_shelters", "--period", "2023-Q1"]
    yield [str(police.files[0]), "--layout", "xab_ministry", "--period", "2023-Q1"]
    yield [*map(str, police.files), "--layout", "xaa_police", "--period", "2024-Q4"]


def commands(region: Region, root: Path, folder: Path) -> Iterator[list[str]]:
    """What an operator would type, for machines and for people; the last run finds nothing new."""
    here = ["--workspace", str(root / "workspace")]
    reviewed = [word for name in REVIEWERS for word in ("--reviewer", name)]
    taken = ["--raw-files", "XAA", "--raw-files", "XAB"]
    title = ["--title", "Invented region", "--mode", "demo"]
    yield ["init", *here, *title, *reviewed, *taken]
    cut, other, late = broken(region, folder)
    yield ["submit", *cut, *here]
    yield ["submit", *other, *here, "--json"]
    yield ["check", *late, "--json"]
    yield ["submit", *late, *here]
    for number, one in enumerate(region.submissions):
        # Not every one in every way: each costs seconds.
        form = ["--json"] if number % 2 else ["--language", "es"]
        yield ["submit", *told(one), *here, *form]
    yield ["submissions", *here, "--json"]
    yield ["run", *here]
    yield ["run", *here, "--json"]
    yield ["release", "show", RELEASE, *here, "--json"]
    yield ["release", "publish", RELEASE, *here, *reviewed]
    yield ["export", RELEASE, *here, "--format", "csv", "-o", str(root / "export")]
    yield ["submissions", *here]


def run(folder: Path) -> Line:
    """Write the region, do everything with it, keep what was said in ``said``."""
    region = write(folder / "files", size=SIZE, quarters=QUARTERS)
    root = folder / "made"
    for name in ("said", "temporary", "home"):
        (root / name).mkdir(parents=True)
    own = {"TMPDIR": str(root / "temporary"), "HOME": str(root / "home")}
    with (root / "said" / "out").open("wb") as out, (root / "said" / "err").open("wb") as err:
        subprocess.run(
            [sys.executable, "-c", ALL],
            input=json.dumps([*commands(region, root, folder)]).encode(),
            stdout=out,
            stderr=err,
            env=os.environ | own,
            check=True,
        )
    return Line(root, region, Search(canaries(region)))
