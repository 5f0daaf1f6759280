"""A thousand submissions, twenty strings planted in each: none is in any byte of what came of it.

`make proof` sends the thousand, `make test` two hundred of them.

Half of them are refused. What is looked through: every file, name and attribute that any process
left, what was said on every output, what servers answer, and what could be seen of the processes
while they ran. ``test_leaks.py`` shows that the search finds what leaks.
"""

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipelines import settings, submissions
from tests.leaks import asked, crowd
from tests.leaks.crowd import Crowd
from tests.leaks.streams import spilled, streams

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crowd")]

WHOLE, SHARE, EACH = 1_000, 200, 20
ROOT = Path(__file__).parents[1]
# Where a process may leave something though nobody told it to.
ELSEWHERE = ("/tmp", "/var/tmp", "/dev/shm", "/var/crash", str(Path.home()), str(ROOT))  # noqa: S108 # looked into
SMALL = 2**22


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, is_whole: bool) -> Crowd:
    """All that came of the crowd; the strings are others each time."""
    count = WHOLE if is_whole else SHARE
    return crowd.run(tmp_path_factory.mktemp("crowd"), count, secrets.token_hex(8))


def test_twenty_strings_are_planted_in_each(made: Crowd, is_whole: bool) -> None:
    assert len(made.sent) == (WHOLE if is_whole else SHARE)
    assert min(len(one.secrets) for one in made.sent) >= EACH
    every = [text for one in made.sent for text in one.secrets.values()]
    assert len(every) == len(set(every))


def test_the_files_that_were_sent_hold_what_is_looked_for(made: Crowd) -> None:
    """What the search does not find where it is would not be found where it should not be."""
    for one in made.sent[:: len(made.sent) // 20]:
        files = [Path(word) for word in one.words if Path(word).is_file()]
        said = [*map(str.encode, one.words), *(s for f in files for s in streams(f.read_bytes()))]
        here = {text for stream in said for text in made.search.found(stream)}
        assert {what for what, text in one.secrets.items() if text.lower() not in here} == set()


def test_many_were_accepted_and_many_refused(made: Crowd) -> None:
    count = len(made.sent)
    opened = [settings.opened(place) for place in made.workspaces]
    accepted = Counter(one.layout for place in opened for one in submissions.accepted(place))
    assert count * 0.3 < accepted.total() <= count * 0.6
    assert min(accepted.values()) > count * 0.02
    assert made.said("out").count("$ submit") + made.said("out").count("$ check") == count
    assert all(list((place / "releases").glob("*/SIGNATURE")) for place in made.workspaces)
    assert "unforeseen" not in made.said("err").lower()


def test_nothing_planted_is_in_what_was_written_or_said(made: Crowd) -> None:
    assert spilled(made.made, made.search) == {}


def test_nothing_planted_was_to_be_seen_while_processes_ran(made: Crowd) -> None:
    assert len(made.seen.processes) > len(made.sent) / 4
    assert made.search.found(b"\n".join(made.seen.told)) == set()
    assert made.search.found("\n".join(made.seen.written).encode()) == set()


def changed(place: str, since: float) -> Iterator[Path]:
    """Small files not far below a folder that were changed since; others' may vanish meanwhile."""
    for path in (p for deep in ("*", "*/*", "*/*/*") for p in Path(place).glob(deep)):
        with suppress(OSError):
            if path.is_file() and (now := path.stat()).st_mtime >= since and now.st_size < SMALL:
                yield path


def test_nothing_planted_is_elsewhere_on_the_machine(made: Crowd) -> None:
    own = (str(made.made), "/dev/null", "pipe:", "socket:", "anon_inode:", "/memfd:", "/dev/shm/")  # noqa: S108 # names
    assert {file for file in made.seen.written if not file.startswith(own)} == set()
    base = made.made.parents[1]
    for path in {path for place in ELSEWHERE for path in changed(place, made.began)}:
        if base not in path.parents:
            with suppress(OSError):
                assert made.search.found(os.fsencode(path) + path.read_bytes()) == set(), path.name


def test_no_server_tells_anything_planted(made: Crowd) -> None:
    place = made.workspaces[0]
    for number, answer in enumerate(asked.of_dagster(place)):
        assert made.search.found(answer) == set(), number
    (release,) = (place / "releases").glob("INVENTED-*")
    for number, answer in enumerate(asked.of_explorer(release)):
        assert made.search.found(answer) == set(), number
