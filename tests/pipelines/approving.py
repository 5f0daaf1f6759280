"""Invented reviewers who approve, each with a key of her own."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from pipelines import cards, releases, reviewers, reviews
from pipelines.reviews import Decision, Signed
from tests.pipelines.workspaces import TWO

MOMENT = dt.datetime(2024, 2, 28, 12, tzinfo=dt.UTC)


def key_of(root: Path, name: str) -> Path:
    """The key of a reviewer, beside the workspace and known in it; made where there is none."""
    beside = root.parent / f"{root.name}-reviewers"
    file = beside / f"{cards.fingerprint(name)}.pem"
    if not file.exists():
        reviewers.keep(root / "keys", reviewers.make(name, file, file.with_suffix(".json")))
    return file


def review(
    root: Path,
    release: str,
    name: str,
    decision: Decision = "approve",
    comment: str | None = None,
    looked_at: str | None = None,
    now: dt.datetime = MOMENT,
    author: str = "operator",
    named: Sequence[str] | None = None,
) -> Signed:
    """One decision about the present candidate, or about the one that was ``looked_at``."""
    candidate = releases.found(root, release)
    own = looked_at or reviews.fingerprint(candidate)
    by = reviews.signer(key_of(root, name))
    asked = named if named is not None else (name,)
    return reviews.decide(root, candidate, own, decision, comment, by, now, author, asked)


def approve(root: Path, release: str, names: Sequence[str] = TWO) -> None:
    """All of them approve the present candidate."""
    for name in names:
        review(root, release, name)


def publish(
    root: Path, release: str, now: dt.datetime, key: Path, names: Sequence[str] = TWO
) -> Path:
    """Approved by all of ``names``, and published."""
    approve(root, release, names)
    return releases.publish(root, release, now, key, names)
