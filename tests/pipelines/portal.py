"""The portal as it is served, and somebody who visits it without a browser."""

import contextlib
import datetime as dt
import http.client
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from pipelines import desk, releases, sessions
from pipelines.settings import Workspace
from tests.pipelines.approving import key_of
from tests.pipelines.drafting import draft
from tests.pipelines.releasing import ID
from tests.pipelines.workspaces import TWO, workspace

ASTER, BIRCH = TWO
PAGE = f"/candidates/{ID}"
DECISION = f"{PAGE}/decision"
WHY = "The table of the last quarter lacks one country, which sent its numbers in time."

FORM = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


def proposed(folder: Path, words: Path) -> Workspace:
    """A workspace with a candidate and two reviewers."""
    made = workspace(folder / "region")
    releases.write(made.root, draft(), words)
    for name in TWO:
        key_of(made.root, name)
    return made


def moment() -> dt.datetime:
    """Now; a link of the second in which the portal started counts as new."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)


def entered(place: Workspace, port: int, release: str = ID) -> "Visitor":
    """The first reviewer, in by a link of hers."""
    made = Visitor(port)
    assert made.enter(link(place, port, ASTER, release, moment())).status == 303
    return made


@contextlib.contextmanager
def served(place: Workspace) -> Iterator[int]:
    """The port of a portal that serves a workspace as long as the context is open."""
    own = desk.listening(0)
    server = desk.server(place)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [own]}, daemon=True)
    thread.start()
    try:
        yield int(own.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        own.close()


def link(place: Workspace, port: int, name: str, release: str, now: dt.datetime) -> str:
    """The path of a link of one reviewer."""
    address = f"http://127.0.0.1:{port}"
    return sessions.link(key_of(place.root, name), release, address, now).removeprefix(address)


class Visitor:
    """Keeps a cookie as a browser does, and follows nothing by itself."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie = port, ""

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._asked("GET", path, None, headers)

    def post(self, path: str, typed: dict[str, str], **headers: str) -> Answer:
        """Send a form."""
        return self._asked("POST", path, urlencode(typed), {"Content-Type": FORM, **headers})

    def enter(self, path: str) -> Answer:
        """Open a link, and press the button."""
        found = re.search(r'name="token" value="([^"]*)"', self.get(path).text)
        assert found
        return self.post("/enter", {"token": found[1]})

    def word(self, path: str) -> dict[str, str]:
        """The hidden fields of the decision on a page."""
        text = self.get(path).text
        return {n: _value(text, n) for n in ("word", "candidate")}

    def _asked(self, way: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        own = {"Cookie": self.cookie} if self.cookie else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(way, path, body, {"Host": f"127.0.0.1:{self.port}", **own, **headers})
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        if given := told.get("set-cookie"):
            self.cookie = given.partition(";")[0]
        text = answer.read().decode()
        connection.close()
        return Answer(answer.status, told, text)


def _value(text: str, name: str) -> str:
    found = re.findall(rf'name="{name}" value="([^"]*)"', text)
    return str(found[-1])
