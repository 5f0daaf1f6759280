"""What the commands of reviewers do; as in ``commands``, facts and the exit code."""

import datetime as dt
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from pipelines import settings, submissions
from pipelines.errors import WRONG_DATA
from pipelines.settings import Workspace

Answer = tuple[Any, int]
# What the log keeps of a decision beside its signature, for those who read it.
TOLD = ("n", "at", "who", "what", "release", "candidate", "decision", "comment", "reason")
MORE = ("reviewer", "key", "reviewers", "country", "card")


def decided(workspace: Workspace, candidate: Path) -> dict[str, Any]:
    """The checksum of a candidate, and what stands about it in the log."""
    from pipelines import reviews

    own = reviews.fingerprint(candidate)
    every = reviews.logged(workspace.root, candidate.name)
    facts = ("who", "at", "decision", "comment")
    told = [{fact: one[fact] for fact in facts} for one in every if one["candidate"] == own]
    return {"candidate": own, "reviews": told}


def init(asked: Namespace) -> Answer:
    """A reviewer's key and card, at her own machine."""
    from pipelines import reviewers

    card = reviewers.make(asked.name, asked.key, asked.output)
    facts = {"card": str(asked.output), "key": str(asked.key), "reviewer": card.reviewer}
    return facts | {"fingerprint": card.fingerprint}, 0


def welcome(asked: Namespace) -> Answer:
    """Count the reviews of whoever has this card."""
    from pipelines import reviewers

    workspace = settings.opened(asked.workspace)
    with settings.locked(workspace):
        card = reviewers.welcome(workspace, asked.card, dt.datetime.now(dt.UTC))
    return {"reviewer": card.reviewer, "fingerprint": card.fingerprint}, 0


def review(asked: Namespace) -> Answer:
    """Approve a candidate, or reject it, signed with the reviewer's own key."""
    from pipelines import releases, reviews

    workspace = settings.opened(asked.workspace)
    signer = reviews.signer(asked.key)
    comment = submissions.sayable(asked.comment, asked.confirmed_by, "comment")
    candidate = releases.candidate(workspace.root, asked.release)
    made = reviews.decide(
        workspace.root,
        candidate,
        asked.candidate,
        asked.decision,
        comment,
        signer,
        dt.datetime.now(dt.UTC),
        releases.manifest(candidate)["author"],
        workspace.configuration.reviewers,
    )
    return made.statement.model_dump(include={"release", "candidate", "decision", "reviewer"}), 0


def preview(asked: Namespace) -> Answer:
    """What a country sees before publication, for it alone."""
    from pipelines import preview as own

    workspace = settings.opened(asked.workspace)
    now = dt.datetime.now(dt.UTC)
    with settings.locked(workspace):
        made = own.make(
            workspace,
            asked.release,
            asked.country,
            asked.output,
            asked.language,
            now,
            "".join(asked.card),
        )
    facts = {"release": asked.release, "country": asked.country, "file": str(asked.output)}
    return facts | dict(own.written(made)), 0


def open_preview(asked: Namespace) -> Answer:
    """Open a preview at the node of the country that it is for."""
    from pipelines import preview as own

    files = own.opened(settings.opened(asked.workspace), asked.file, asked.output)
    return {"files": [str(file) for file in files]}, 0


def portal(asked: Namespace) -> Answer:
    """Serve the pages for output checkers."""
    from pipelines import desk

    workspace = settings.opened(asked.workspace)
    listening = desk.listening(asked.port)
    # Whoever starts it reads this while it serves.
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    print(f"Serving {address}, on this machine only; Ctrl+C stops it.", file=sys.stderr, flush=True)
    desk.serve(workspace, listening)
    return None, 0


def portal_link(asked: Namespace) -> Answer:
    """A reviewer's way in, made at her own machine."""
    from pipelines import sessions

    link = sessions.link(asked.key, asked.release, asked.address, dt.datetime.now(dt.UTC))
    return {"link": link, "release": asked.release}, 0


def log_show(asked: Namespace) -> Answer:
    """Who decided what, and when."""
    from pipelines import ledger

    every = ledger.lines(settings.opened(asked.workspace).root)
    own = [one for one in every if asked.release in (None, one.get("release"))]
    return [{fact: one[fact] for fact in (*TOLD, *MORE) if fact in one} for one in own], 0


def log_verify(asked: Namespace) -> Answer:
    """Whether the log is as it was written, and as every release knows it."""
    from pipelines import ledger, releases

    root = settings.opened(asked.workspace).root
    found = ledger.problems(root, releases.anchors(root))
    told = {"problems": [one._asdict() for one in found], **ledger.head(root)}
    return told, WRONG_DATA if found else 0
