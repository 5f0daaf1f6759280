"""A release is withdrawn: its numbers go, a signed tombstone answers under its id for good.

What it showed stays in the workspace, for ourselves alone: the audit counts it as known, and its
periods stay frozen, because whoever has seen a number does not forget it.
"""

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

from pipelines import datapackage, drafts, ledger, releases, signing, together, whole
from pipelines.errors import WRONG_USAGE, Refusal

README = Path(__file__).with_name("withdrawn.md")
NOTHING: dict[str, Any] = {name: {} for name in ("tables", "policy", "audit")}
NOTHING |= {name: [] for name in ("countries", "periods", "sources", "revisions", "microdata")}


class NotPublished(Refusal):
    """Only what is published can be withdrawn, and once."""

    exit_code = WRONG_USAGE


def withdraw(root: Path, release: str, reason: str, now: dt.datetime, who: str, key: Path) -> Path:
    """Put a tombstone in the place of a release; whoever is killed leaves one or the other.

    ``reason`` is shown to every reader, ``key`` the signing key's file.
    """
    folder = releases.found(root, release)
    manifest = json.loads((folder / drafts.MANIFEST).read_bytes())
    if manifest["state"] != "published":
        raise NotPublished(f"{release} is {manifest['state']}: only a published one is withdrawn.")
    private = signing.key(key)
    with whole.folder(root / releases.WITHDRAWN / release, replace=True) as own:
        shutil.copytree(folder, own, dirs_exist_ok=True)
    told = {"release": release, "reason": reason}
    told["checksums"] = signing.sha256((folder / signing.CHECKSUMS).read_bytes())
    # The line is in the log before the numbers are gone.
    with (
        together.changed(root) as change,
        ledger.adding(root, now, who, "withdraw", **told) as line,
    ):
        files = signing.signed(tombstone(manifest, reason, now, line), private)
        _put(change, folder, files)
        _clear(change, folder, files)
    return folder


def tombstone(
    manifest: dict[str, Any], reason: str, now: dt.datetime, line: ledger.Line
) -> dict[str, bytes]:
    """What is left of a release: its id, its dates, why it was withdrawn; no number of it."""
    when = drafts.stamp(now)
    facts = {**manifest, **NOTHING, "state": "withdrawn", "withdrawn": when, "reason": reason}
    text = README.read_text(encoding="utf-8").format(
        **{name: facts[name] for name in ("title", "release", "reason")},
        published=facts["published"][:10],
        withdrawn=when[:10],
    )
    files = {"README.md": text.encode(), ledger.ANCHOR: ledger.anchor(line)}
    facts["files"] = {name: signing.sha256(data) for name, data in sorted(files.items())}
    return {**files, drafts.MANIFEST: datapackage.as_json(facts)}


def _put(change: together.Change, folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        draft = change.draft(folder / name)
        draft.write_bytes(data)
        draft.chmod(0o444)


def _clear(change: together.Change, folder: Path, stays: dict[str, bytes]) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if name not in stays and not any(other.startswith(f"{name}/") for other in stays):
            change.remove(path)
