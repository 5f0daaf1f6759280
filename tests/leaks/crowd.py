"""Very many submissions through workspaces of their own, and everything kept that came of it.

Several processes type what people would type; each has a workspace. Whatever they and those whom
they start write, say or show lies below ``made`` in the end, or is in what was seen of them.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pipelines.demo import REVIEWERS
from sources.synthetic.people import COUNTRIES
from tests.leaks.line import ALL, approving
from tests.leaks.planted import Planted, many
from tests.leaks.search import Search
from tests.leaks.watching import Seen, watched

ABREAST = 2
PLACES = ("temporary", "home", "cache", "config", "state", "here")


@dataclass(frozen=True)
class Crowd:
    """``made`` holds all that was written and said; the files that were sent lie elsewhere."""

    made: Path
    sent: tuple[Planted, ...]
    search: Search
    seen: Seen
    began: float

    @property
    def workspaces(self) -> list[Path]:
        """The workspace of each process."""
        return sorted(self.made.glob("*/workspace"))

    def said(self, what: str) -> str:
        """All that the processes said on one of their outputs."""
        return "".join(f.read_text() for f in sorted(self.made.glob(f"*/{what}")))


def typed(sent: Sequence[Planted], root: Path) -> Iterator[list[str]]:
    """What is typed in one workspace, up to a candidate."""
    here = ["--workspace", str(root / "workspace")]
    people = [word for name in REVIEWERS for word in ("--reviewer", name)]
    taken = [word for code in COUNTRIES for word in ("--raw-files", code)]
    yield ["init", *here, "--title", "Invented crowd", "--mode", "demo", *people, *taken]
    for one in sent:
        yield [*one.words, *(here if one.words[0] == "submit" else [])]
    yield ["submissions", *here]
    yield ["submissions", *here, "--json"]
    yield ["run", *here]


def published(root: Path) -> Iterator[list[str]]:
    """What is typed from a candidate on."""
    here = ["--workspace", str(root / "workspace")]
    for candidate in sorted((root / "workspace" / "candidates").glob("INVENTED-*")):
        yield ["release", "show", candidate.name, *here, "--json"]
        yield ["audit", candidate.name, *here]
        yield from approving(candidate.name, here, root / "reviewers")
        yield ["release", "publish", candidate.name, *here]
        yield ["export", candidate.name, *here, "--format", "csv", "-o", str(root / "export")]


def surroundings(root: Path) -> dict[str, str]:
    """Every folder of its own that a library may look for."""
    names = ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    own = {name: str(root / place) for name, place in zip(names, PLACES, strict=False)}
    own |= {"XDG_DATA_HOME": own["XDG_STATE_HOME"], "MPLCONFIGDIR": own["XDG_CACHE_HOME"]}
    return os.environ | own | {"PYTHONPYCACHEPREFIX": own["XDG_CACHE_HOME"]}


def typing(commands: list[list[str]], root: Path, program: Path) -> subprocess.Popen[bytes]:
    """A process that does what is typed."""
    with (root / "out").open("ab") as out, (root / "err").open("ab") as err:
        one = subprocess.Popen(
            [sys.executable, str(program)],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            env=surroundings(root),
            cwd=root / "here",
        )
    assert one.stdin
    one.stdin.write(json.dumps(commands).encode())
    one.stdin.close()
    return one


def together(work: dict[Path, list[list[str]]], program: Path) -> Seen:
    """Processes at work beside each other until all have ended; what was seen of them."""
    with ExitStack() as stack:
        running = [stack.enter_context(typing(c, root, program)) for root, c in work.items()]
        seen = stack.enter_context(watched({one.pid for one in running}))
        assert [one.wait() for one in running] == [0] * len(running)
    return seen


def run(folder: Path, count: int, seed: str) -> Crowd:
    """Write so many submissions, send them all, count, publish and export what is accepted."""
    program, made, began = folder / "all.py", folder / "made", time.time()
    program.write_text(ALL)
    sent = tuple(many(folder, count, seed))
    roots = [made / str(number) for number in range(ABREAST)]
    for root in roots:
        for place in PLACES:
            (root / place).mkdir(parents=True)
    shares = [
        sent[turn * count // ABREAST : (turn + 1) * count // ABREAST] for turn in range(ABREAST)
    ]
    seen = together({r: [*typed(s, r)] for r, s in zip(roots, shares, strict=True)}, program)
    after = together({root: [*published(root)] for root in roots}, program)
    seen.told |= after.told
    seen.written |= after.written
    seen.processes |= after.processes
    wanted = {text for one in sent for text in one.secrets.values()}
    return Crowd(made, sent, Search(wanted), seen, began)
