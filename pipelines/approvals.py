"""What a release carries of the approvals that made it one, so that anyone can see them.

Each is the statement that a reviewer signed, beside the checksums of the candidate that it is
about: the data of the release are the same bytes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipelines import ledger, signing
from pipelines.reviews import Forged, Signed, is_genuine

FOLDER, CANDIDATE = "approvals", "approvals/CANDIDATE.txt"
# What publishing changes of a candidate.
ABOUT = {"manifest.json", "README.md", signing.CHECKSUMS, signing.SIGNATURE, signing.PUBLIC}


def carried(approved: Sequence[Signed], checksums: bytes) -> dict[str, bytes]:
    """What a release carries of its approvals: each, and what they are about."""
    each = {
        f"{FOLDER}/{n}.json": (one.model_dump_json(indent=2) + "\n").encode()
        for n, one in enumerate(approved, 1)
    }
    return {**each, CANDIDATE: checksums} if each else {}


def confirm(folder: Path) -> None:
    """Raise ``Forged`` unless the approvals in a release are genuine and about its data."""
    files = signing.contents(folder)
    manifest = json.loads(files["manifest.json"])
    about = files.get(CANDIDATE, b"")
    approved = [Signed.model_validate_json(files[name]) for name in _named(files)]
    wrong = [one for one in approved if not is_genuine(one) or not _is_for(one, folder, about)]
    names = sorted(one.statement.reviewer for one in approved)
    if wrong or names != sorted(manifest["reviewers"]) or (approved and not _same(files, about)):
        raise Forged(
            f"The approvals in {folder.name} are not those of its reviewers for these data. Get "
            "the release again from its publisher."
        )


def _named(files: Mapping[str, bytes]) -> Iterator[str]:
    other = {CANDIDATE, ledger.ANCHOR}
    yield from (n for n in sorted(files) if n.startswith(f"{FOLDER}/") and n not in other)


def _is_for(one: Signed, folder: Path, about: bytes) -> bool:
    said = one.statement
    expected = (folder.name, signing.sha256(about), "approve")
    return (said.release, said.candidate, said.decision) == expected


def _same(files: Mapping[str, bytes], about: bytes) -> bool:
    """Whether the data of a release are those of the candidate with these checksums."""
    lines = about.decode(errors="replace").splitlines()
    then = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    own = {n: signing.sha256(d) for n, d in files.items() if not n.startswith(f"{FOLDER}/")}
    return {n: d for n, d in then.items() if n not in ABOUT} == {
        n: d for n, d in own.items() if n not in ABOUT
    }
