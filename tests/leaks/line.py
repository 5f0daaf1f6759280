"""The whole line over a small invented region, with everything kept that it says and writes."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines import reviews
from pipelines.demo import REVIEWERS
from sources.synthetic import Region, Submission, write
from sources.synthetic.people import COUNTRIES
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
    """``root`` holds all that was written and said; the region's own files lie elsewhere.

    ``sealed`` is a copy of the inbox as it was before anything was published.
    """

    root: Path
    sealed: Path
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


def counting(region: Region, here: list[str], folder: Path) -> Iterator[list[str]]:
    """What an operator would type up to a candidate, for machines and for people."""
    reviewers = [word for name in REVIEWERS for word in ("--reviewer", name)]
    taken = [word for code in COUNTRIES for word in ("--raw-files", code)]
    title = ["--title", "Invented region", "--mode", "demo"]
    yield ["init", *here, *title, *reviewers, *taken]
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


def publishing(here: list[str], export: Path) -> Iterator[list[str]]:
    """What an operator would type from a candidate on; the run finds nothing new."""
    yield ["run", *here, "--json"]
    yield ["release", "show", RELEASE, *here, "--json"]
    yield from approving(RELEASE, here, export.parent / "reviewers")
    yield ["release", "publish", RELEASE, *here]
    yield ["log", "show", *here]
    yield ["log", "verify", *here, "--json"]
    yield ["export", RELEASE, *here, "--format", "csv", "-o", str(export)]
    yield ["submissions", *here]


def approving(release: str, here: list[str], keys: Path) -> Iterator[list[str]]:
    """What reviewers and operator type before a release: keys, cards, approvals."""
    candidate = Path(here[1]) / "candidates" / release
    for number, name in enumerate(REVIEWERS):
        key, card = keys / f"{number}.pem", keys / f"{number}.json"
        yield ["reviewer", "init", "--name", name, "--key", str(key), "-o", str(card)]
        yield ["reviewer", "welcome", str(card), *here]
        looked_at = ["--candidate", reviews.fingerprint(candidate)]
        said = ["--comment", "The tables of this quarter add up, and the audit finds nothing."]
        decided = ["--decision", "approve", "--key", str(key), *said]
        yield ["release", "review", release, *looked_at, *decided, *here]


def type_in(commands: Iterable[list[str]], root: Path) -> None:
    """Do what is typed, with files that others may use elsewhere kept below ``root`` too."""
    own = {"TMPDIR": str(root / "temporary"), "HOME": str(root / "home")}
    # PySpark, which is there for tests, takes a program without a file for its own doctests.
    program = root.parent / "all.py"
    program.write_text(ALL)
    with (root / "said" / "out").open("ab") as out, (root / "said" / "err").open("ab") as err:
        subprocess.run(
            [sys.executable, str(program)],
            input=json.dumps([*commands]).encode(),
            stdout=out,
            stderr=err,
            env=os.environ | own,
            check=True,
        )


def run(folder: Path) -> Line:
    """Write the region, do everything with it, keep what was said in ``said``."""
    region = write(folder / "files", size=SIZE, quarters=QUARTERS)
    root, sealed = folder / "made", folder / "sealed"
    for name in ("said", "temporary", "home"):
        (root / name).mkdir(parents=True)
    here = ["--workspace", str(root / "workspace")]
    type_in(counting(region, here, folder), root)
    shutil.copytree(root / "workspace" / "inbox", sealed)
    type_in(publishing(here, root / "export"), root)
    return Line(root, sealed, region, Search(canaries(region)))
