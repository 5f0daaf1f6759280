"""Workspaces for tests, how they get their data, and what is in them."""

import datetime as dt
import hashlib
import shutil
from pathlib import Path

from pipelines import inbox, keybook, keyrings, keystore, submissions
from pipelines.settings import Configuration, Workspace
from sources.synthetic import Region, Submission

TWO_COUNTRIES = ("XAA", "XAB")
TWO = ("invented:Reviewer Aster", "invented:Reviewer Birch")
DEMO = Configuration(
    title="Invented region", mode="demo", reviewers=TWO, raw_files=("XAA", "XAB"), children=2
)
# Under these the same people give the same release every time.
KEYS = {"region": 1, "rounding": 2, "XAB/identity": 3, "linking": 4}


def workspace(root: Path, **changed: object) -> Workspace:
    """A workspace for invented countries; ``changed`` says what is different."""
    return keystore.new(root, Configuration.model_validate(DEMO.model_dump() | changed))


def with_fixed_keys(place: Workspace) -> Workspace:
    """The workspace, with keys that are the same in every test."""
    for name, byte in KEYS.items():
        take_over(place, name, bytes([byte]) * 32)
    return place


def take_over(place: Workspace, name: str, secret: bytes) -> None:
    """Make ``secret`` the only generation of a key."""
    folder = place["keys"]
    keyrings.Files(folder).write(name, secret.hex())
    book = keybook.read(folder).with_key(name, ())
    own = keystore.generation(book, name, secret.hex())
    keybook.write(folder, book.with_key(name, (own,)))


def copied(place: Workspace, to: Path) -> Workspace:
    """A workspace of its own with the same content."""
    shutil.copytree(place.root, to)
    return place.model_copy(update={"root": to})


def of_belmora(region: Region) -> list[Submission]:
    """What the country with one agency sends, and the populations."""
    return [one for one in region.submissions if one.country != "XAA"]


def send(place: Workspace, one: Submission, day: int = 1) -> inbox.Received:
    """Submit the files of an agency, which are accepted."""
    now = dt.datetime(2024, 2, day, tzinfo=dt.UTC)
    sent, verdict = submissions.submit(place, one.files, one.layout, one.period, one.country, now)
    if verdict.verdict == "faults":
        raise ValueError(verdict.faults)
    return sent


def not_taken_in(place: Workspace) -> Workspace:
    """The workspace as a kill leaves it after everything was received and nothing read."""
    for name in ("safe", "verdicts", "contracts"):
        shutil.rmtree(place[name], ignore_errors=True)
    for file in place["inbox"].glob("*.persons.*"):
        file.unlink()
    return place


def tree(folder: Path, *but: str) -> dict[str, str]:
    """Every file and folder below ``folder`` by its path, with the hash of what is in it.

    ``but`` are folders directly below that are left out.
    """
    inside = {path.relative_to(folder): path for path in sorted(folder.rglob("*"))}
    return {
        str(name): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for name, path in inside.items()
        if name.parts[0] not in but
    }
