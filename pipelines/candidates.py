"""Whether the candidate that was made still says what would be said of the same tables."""

import json
from pathlib import Path

from pipelines import outputs, releases, review, seen, signing
from pipelines.settings import Workspace


def stands(workspace: Workspace, audited: Path, made: Path) -> bool:
    """Whether the candidate that was made is there unchanged, or became a release.

    Data that go back to what they were must not leave the candidate of what they had become, and
    what was withdrawn is proposed again, for reviewers to judge. A candidate is made anew too where
    the attack in the folder ``audited`` finds otherwise than it says itself.
    """
    release = (made / "release").read_text(encoding="utf-8")
    if (workspace[releases.RELEASES] / release).exists():
        last = seen.published(workspace)[-1]
        return (last["release"], last["state"]) == (release, "published")
    candidate = workspace[releases.CANDIDATES] / release
    files = (candidate / signing.CHECKSUMS, made / signing.CHECKSUMS)
    there, then = (file.read_bytes() if file.exists() else None for file in files)
    return there is not None and there == then and says(candidate, audited)


def says(candidate: Path, audited: Path) -> bool:
    """Whether a candidate says what the attack found."""
    said = json.loads((candidate / "manifest.json").read_bytes())["audit"]
    found = json.loads((audited / outputs.REPORT).read_bytes())
    return all(said[name] == found[name] for name in review.NONE_OF)
