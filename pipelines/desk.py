"""The desk behind the portal's pages: who is let in, and decisions in the workspace's log."""

import datetime as dt
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import uvicorn

from dashboards.portal.app import application
from dashboards.portal.desk import Decision, Refused, Seat
from pipelines import (
    history,
    ledger,
    looking,
    releases,
    reviewers,
    reviews,
    sessions,
    signing,
    submissions,
)
from pipelines.errors import ENVIRONMENT, Refusal
from pipelines.settings import Workspace

# What the pages say about each refusal; any other is a fault of ours.
SAID: dict[type[Refusal], str] = {
    sessions.NoEntry: "entry",
    reviews.Replaced: "replaced",
    submissions.ReasonRefused: "personal",
    reviews.NotNamed: "not_named",
    reviews.IsAuthor: "is_author",
    reviews.NotDecided: "over",
    reviewers.NoReviewer: "not_named",
    releases.NoSuchRelease: "gone",
    releases.AlreadyPublished: "is_published",
    **dict.fromkeys((ledger.LogBroken, reviews.Forged), "altered"),
    **dict.fromkeys((releases.Unreadable, signing.Tampered), "altered"),
}


class WorkspaceDesk:
    """The candidates of one workspace; a link is used once, and never after a restart."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.title, self.invented = workspace.configuration.title, workspace.invented
        self.began, self.used, self.lock = self.now(), set[str](), threading.Lock()
        self.changes: dict[tuple[str, ...], Mapping[str, Any]] = {}

    def now(self) -> dt.datetime:
        """The moment, in whole seconds as links have it."""
        return dt.datetime.now(dt.UTC).replace(microsecond=0)

    def enter(self, token: str) -> Seat:
        """Let a reviewer in; raises ``Refused``."""
        try:
            entry = sessions.entered(token, self.now(), self.began)
            card = reviewers.of_key(self.workspace["keys"], entry.session.reviewer)
            releases.candidate(self.workspace.root, entry.session.release)
        except Refusal as refusal:
            raise Refused("entry") from refusal
        with self.lock:
            if entry.session.public in self.used:
                raise Refused("entry")
            self.used.add(entry.session.public)
        told = {"release": entry.session.release}
        ledger.append(self.workspace.root, self.now(), card.reviewer, "sign in", **told)
        until = dt.datetime.fromisoformat(entry.session.opened) + sessions.LASTS
        return Seat(card.reviewer, entry.session.release, until, entry)

    def releases(self) -> Sequence[Mapping[str, Any]]:
        """Candidates and releases, the newest first."""
        return releases.listed(self.workspace.root)[::-1]

    def barred(self, seat: Seat, release: str) -> str | None:
        """Why a reviewer may not decide about a candidate, as the pages say it; None if she may."""
        if release != seat.release:
            return "other_release"
        named = self.workspace.configuration.reviewers
        try:
            folder = releases.candidate(self.workspace.root, release)
            reviews.may_decide(seat.reviewer, releases.manifest(folder)["author"], named)
        except Refusal as refusal:
            return SAID.get(type(refusal), "fault")
        return None

    def decide(self, seat: Seat, said: Decision) -> None:
        """Log a decision, signed by the key that her link brought; raises ``Refused``."""
        if said.release != seat.release:
            raise Refused("other_release")
        if said.decision not in ("approve", "reject"):
            raise Refused("foreign")
        if said.decision == "reject" and not said.comment:
            raise Refused("why")
        session = seat.entry.session
        by = reviews.Signer(public=session.reviewer, private=seat.entry.private, session=session)
        try:
            candidate = releases.candidate(self.workspace.root, said.release)
            comment = submissions.sayable(said.comment or None, said.confirmed_by or None)
            reviews.decide(
                self.workspace.root,
                candidate,
                said.candidate,
                "approve" if said.decision == "approve" else "reject",
                comment,
                by,
                self.now(),
                releases.manifest(candidate)["author"],
                self.workspace.configuration.reviewers,
            )
        except Refusal as refusal:
            raise Refused(SAID.get(type(refusal), "fault")) from refusal

    def facts(self, release: str, language: str) -> Mapping[str, Any]:
        """What the page of a candidate shows; raises ``Refused``."""
        try:
            return looking.facts(self.workspace, release, language, self._changed)
        except Refusal as refusal:
            raise Refused(SAID.get(type(refusal), "fault")) from refusal

    def _changed(self, before: str, release: str, own: str) -> Mapping[str, Any]:
        """The differences to another release; of the last candidate that was asked about kept."""
        asked = (before, release, own)
        if asked not in self.changes:
            self.changes = {asked: history.diff(self.workspace, before, release)}
        return self.changes[asked]


class NoPort(Refusal):
    """Another program serves under the port."""

    exit_code = ENVIRONMENT


def listening(port: int) -> socket.socket:
    """A socket of this machine alone; raises ``NoPort``."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError):
        raise NoPort(f"Port {port} is not free: choose another one with --port.") from None


def serve(workspace: Workspace, own: socket.socket) -> None:
    """Serve the pages until stopped; nothing of a request is logged."""
    server(workspace).run(sockets=[own])


def server(workspace: Workspace) -> uvicorn.Server:
    """The server of the pages, before it runs."""
    served = application(WorkspaceDesk(workspace))
    config = uvicorn.Config(
        served, access_log=False, log_level="critical", proxy_headers=False, server_header=False
    )
    return uvicorn.Server(config)
