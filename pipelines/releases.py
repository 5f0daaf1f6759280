"""Release candidates and releases: written whole, published once, never changed.

A candidate is what a run proposes; it may be replaced. A release is signed and read-only, and a
correction is a new version. Neither holds a row count or a checksum of what came in, so that two
inputs with equal published numbers make equal files.
"""

import json
import re
import shutil
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from data_contracts.load import HERE
from pipelines import approvals, drafts, ledger, review, reviews, signing, whole
from pipelines.drafts import Draft as Draft
from pipelines.errors import WRONG_DATA, WRONG_USAGE, Refusal

# What a withdrawn release showed is kept for the audit: whoever has seen it knows it for good.
CANDIDATES, RELEASES, WITHDRAWN = "candidates", "releases", "withdrawn"
ID = re.compile(r"(?:TIP|INVENTED)-\d{4}(?:Q[1-4])?-v[1-9]\d*")

LISTED = ("release", "state", "mode", "created")
SHOWN = (*LISTED, "countries", "periods", "policy", "microdata", "files")


class NoSuchRelease(Refusal):
    """No candidate or release has that id."""

    exit_code = WRONG_USAGE


class AlreadyPublished(Refusal):
    """A release with that id exists, and releases never change."""

    exit_code = WRONG_USAGE


class Withdrawn(Refusal):
    """A release was withdrawn; its numbers are not served any more."""

    exit_code = WRONG_USAGE


class Unreadable(Refusal):
    """The manifest of a release is missing or damaged."""

    exit_code = WRONG_DATA


class Empty(Refusal):
    """There is nothing to release."""

    exit_code = WRONG_USAGE


def write(root: Path, draft: Draft, promises: Path = HERE) -> Path:
    """The candidate of ``draft`` in the workspace ``root``, complete or not at all.

    Its id is that of the release it may become; an earlier candidate of that id is replaced.
    ``promises`` is the folder of contracts, code lists and labels.
    """
    release = _next_id(root, draft)
    files = drafts.candidate(release, draft, promises)
    target = root / CANDIDATES / release
    with whole.folder(target, replace=True) as folder:
        _put(folder, files)
    return target


def publish(
    root: Path, release: str, now: datetime, key: Path, named: Collection[str] = ()
) -> Path:
    """Make the candidate ``release`` a signed, read-only release; there is no override.

    Who approved stands in the log of decisions; only approvals of exactly this candidate, by
    those ``named`` in the configuration, count. ``key`` is the signing key's file. A release that
    exists is never written again.
    """
    candidate, target = _place(root, CANDIDATES, release), _place(root, RELEASES, release)
    if target.exists():
        raise AlreadyPublished(
            f"{release} is published and never changes: run `tipstat run` for the next version."
        )
    files = _unaltered(_existing(candidate, release))
    manifest = _read(candidate)
    review.fits_mode(manifest)
    review.audited(manifest["audit"])
    own = signing.sha256(files[signing.CHECKSUMS])
    decided = reviews.standing(root, release, own, named)
    approved = reviews.approving(decided)
    names = tuple(sorted(one.statement.reviewer for one in approved))
    review.reviewed(manifest["mode"], manifest["author"], names, named)
    private = signing.key(key)
    told = {"release": release, "candidate": own, "reviewers": list(names)}
    carried = approvals.carried(approved, files[signing.CHECKSUMS])
    # The line is in the log before the release is there: one without a line is forged.
    with (
        whole.folder(target) as folder,
        ledger.adding(root, now, manifest["author"], "publish", **told) as line,
    ):
        # Nobody else adds a line now: whoever rejected meanwhile is heard.
        if reviews.standing(root, release, own, named) != decided:
            raise reviews.NotDecided(f"A reviewer decided about {release} just now: try again.")
        complete = {**files, **carried, ledger.ANCHOR: ledger.anchor(line)}
        made = drafts.published(complete, manifest, names, now)
        _for_good(folder, signing.signed(made, private))
    shutil.rmtree(candidate, ignore_errors=True)
    return target


def _unaltered(candidate: Path) -> dict[str, bytes]:
    files = signing.contents(candidate)
    if wrong := signing.altered(files):
        told = ", ".join(wrong)
        raise signing.Tampered(f"{candidate.name} was changed ({told}): run `tipstat run`.")
    return files


def _for_good(folder: Path, files: Mapping[str, bytes]) -> None:
    _put(folder, files)
    for name in files:
        (folder / name).chmod(0o444)


def retire(root: Path, keep: str) -> None:
    """Remove every candidate but ``keep``: only what the last run proposes may be published."""
    for folder in (root / CANDIDATES).glob("[!.]*"):
        if folder.name != keep:
            shutil.rmtree(folder)


def published(root: Path, release: str) -> Path:
    """The folder of a published release, as its publisher signed it."""
    folder = _place(root, RELEASES, release)
    if not folder.exists() and _place(root, CANDIDATES, release).exists():
        raise NoSuchRelease(f"{release} is a candidate: publish it before it leaves the workspace.")
    signing.verify(served(root, release))
    approvals.confirm(folder)
    return folder


def found(root: Path, release: str) -> Path:
    """The folder of a release, else of the candidate with that id; raises ``NoSuchRelease``."""
    published = _place(root, RELEASES, release)
    if published.exists():
        return published
    return _existing(_place(root, CANDIDATES, release), release)


def served(root: Path, release: str) -> Path:
    """The same, with numbers in it; raises ``Withdrawn``, with the reason."""
    manifest = _read(folder := found(root, release))
    if manifest["state"] == "withdrawn":
        raise Withdrawn(
            f"{release} was withdrawn on {manifest['withdrawn'][:10]}: {manifest['reason']} "
            "See `tipstat release list` for what takes its place."
        )
    return folder


def kept(root: Path, release: str) -> Path:
    """The same for ourselves alone: what a withdrawn release showed is still known to readers."""
    own = _place(root, WITHDRAWN, release)
    folder = found(root, release)
    return own if _read(folder)["state"] == "withdrawn" else folder


def ever_published(root: Path) -> list[dict[str, Any]]:
    """What was ever published, withdrawn or not, the oldest first."""
    return [one for one in listed(root) if one["state"] != "candidate"]


def candidate(root: Path, release: str) -> Path:
    """The folder of a candidate; raises ``NoSuchRelease``, or ``AlreadyPublished``."""
    if _place(root, RELEASES, release).exists():
        raise AlreadyPublished(f"{release} is published and never changes.")
    return _existing(_place(root, CANDIDATES, release), release)


def anchors(root: Path) -> dict[str, ledger.Line]:
    """The line of the log of decisions that each release carries."""
    places = ((root / place).glob(f"[!.]*/{ledger.ANCHOR}") for place in (RELEASES, WITHDRAWN))
    return {
        str(file.relative_to(root)): dict(json.loads(file.read_bytes()))
        for files in places
        for file in sorted(files)
    }


def listed(root: Path) -> list[dict[str, Any]]:
    """Candidates and releases, oldest first; a candidate gives way to the release it became."""
    folders = {
        path.name: path for place in (CANDIDATES, RELEASES) for path in (root / place).glob("[!.]*")
    }
    manifests = map(_read, folders.values())
    facts = [{fact: manifest[fact] for fact in LISTED} for manifest in manifests]
    return sorted(facts, key=lambda fact: (fact["created"], fact["release"]))


def shown(folder: Path) -> dict[str, Any]:
    """What a release holds, as ``tipstat release show --json`` prints it."""
    manifest = _read(folder)
    tables = {
        name: {what: table[what] for what in ("kind", "cells", "hidden")}
        for name, table in manifest["tables"].items()
    }
    facts = (*SHOWN, "withdrawn", "reason")
    return {**{fact: manifest[fact] for fact in facts if fact in manifest}, "tables": tables}


def manifest(folder: Path) -> dict[str, Any]:
    """What a candidate or release says about itself; raises ``Unreadable``."""
    return _read(folder)


def is_published(root: Path, release: str, by: datetime | None = None) -> bool:
    """Whether a release is published; with ``by``, whether it was by then."""
    folder = root / RELEASES / release
    if not folder.exists() or by is None:
        return folder.exists()
    return datetime.fromisoformat(_read(folder)["published"]) <= by


def verify(folder: Path, trusted: Path | None = None) -> None:
    """Raise unless the release is as its publisher signed it; see ``signing.verify``."""
    signing.verify(folder, trusted)


def _next_id(root: Path, draft: Draft) -> str:
    """The latest quarter, else year, and the version after those published."""
    quarters = [period for period in draft.periods if "-Q" in period]
    if not (periods := quarters or list(draft.periods)) or not draft.tables:
        raise Empty("There is no table or no period to release: submit data, then `tipstat run`.")
    stem = ("INVENTED-" if draft.invented else "TIP-") + max(periods).replace("-", "")
    taken = [path.name.rpartition("-v")[2] for path in (root / RELEASES).glob(f"{stem}-v*")]
    return f"{stem}-v{max(map(int, taken), default=0) + 1}"


def _put(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def _place(root: Path, state: str, release: str) -> Path:
    if not ID.fullmatch(release):
        raise NoSuchRelease(f"{release!r} is no release id: see `tipstat release list`.")
    return root / state / release


def _existing(folder: Path, release: str) -> Path:
    if not folder.exists():
        raise NoSuchRelease(f"There is no release {release}: see `tipstat release list`.")
    return folder


def _read(folder: Path) -> dict[str, Any]:
    file = folder / drafts.MANIFEST
    try:
        manifest: dict[str, Any] = dict(json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError):
        manifest = {}
    if not set(drafts.FACTS) <= set(manifest):
        raise Unreadable(f"{file} cannot be read: restore the folder, or delete a candidate.")
    return manifest
