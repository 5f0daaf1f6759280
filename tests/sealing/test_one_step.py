"""A package is taken in whole or not at all, whenever the process is killed. All invented."""

import hashlib
import io
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines import inbox, packages, receiving, submissions, takings
from pipelines.settings import Workspace, locked
from tests.faults import Killed, killed_at
from tests.pipelines.workspaces import tree
from tests.sealing.country import code, copied, taken
from tests.sealing.test_packages import Files, forged, inside, key_of, to_region

LAYERS = ("safe", "inbox", "verdicts", "packages")


@pytest.fixture
def here(regional: Workspace, tmp_path: Path) -> Workspace:
    """The region, to be written to."""
    return copied(regional, tmp_path / "region")


def files(at: Workspace) -> set[str]:
    """All files of the layers that a package fills."""
    return {
        f"{layer}/{name}"
        for layer in LAYERS
        if at[layer].exists()
        for name, what in tree(at[layer]).items()
        if what != "folder"
    }


@pytest.fixture
def judged(
    here: Workspace, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Workspace:
    """The region, in which the package was judged once: every child says and lays down the same."""
    out, start = tmp_path / "laid", receiving.start
    said: list[receiving.Opened] = []

    def once(job: receiving.Job) -> receiving.Opened:
        if said:
            shutil.copytree(out, job.out, dirs_exist_ok=True)
        else:
            said.append(start(job))
            shutil.copytree(job.out, out)
        return said[0]

    monkeypatch.setattr(receiving, "start", once)
    taken(copied(here, tmp_path / "first"), package)
    return here


def test_killed_at_any_moment_nothing_of_a_package_is_there_or_all_of_it(
    judged: Workspace, package: Path, tmp_path: Path
) -> None:
    kept: set[int] = set()
    for number in range(100):
        place = copied(judged, tmp_path / f"at{number}")
        with pytest.MonkeyPatch.context() as patch:
            killed_at(number, patch)
            try:
                taken(place, package)
                break
            except Killed:
                pass
        with locked(place):
            takings.sweep(place)
        found = files(place)
        kept.add(len(found))
        if not found:
            assert taken(place, package).verdict != "faults"
        assert len(submissions.accepted(place)) == 1
        assert {name.partition("/")[0] for name in files(place)} == set(LAYERS)
    assert len(kept) == 2
    assert 0 in kept


def test_readers_see_nothing_of_a_package_whose_own_record_is_not_there_yet(
    here: Workspace, package: Path
) -> None:
    taken(here, package)
    (file,) = here[inbox.PACKAGES].glob("*.json")
    file.unlink()
    assert inbox.received(here) == []


def split(files: Files, repeated: bool) -> None:
    """The victims in two pieces; where they are ``repeated``, one record stands in both."""
    said = json.loads(files[packages.MANIFEST])
    (part,) = said["parts"]
    (at,) = [n for n, one in enumerate(part["members"]) if one["name"] == "0.victims.0.parquet"]
    rows = pl.read_parquet(io.BytesIO(files["0.victims.0.parquet"])).sort("record")
    half = len(rows) // 2
    first, second = rows.head(half), rows.tail(len(rows) - half)
    if repeated:
        second = pl.concat([first.tail(1), second.tail(len(second) - 1)])
    made = []
    for n, piece in enumerate((first, second)):
        data = io.BytesIO()
        piece.write_parquet(data)
        name = f"0.victims.{n}.parquet"
        file = Path(name)
        files[name] = data.getvalue()
        digest = hashlib.sha256(data.getvalue()).hexdigest()
        facts = {"name": file.name, "dataset": "victims", "rows": len(piece)}
        made.append(facts | {"size": len(data.getvalue()), "sha256": digest})
    part["members"][at : at + 1] = made
    files[packages.MANIFEST] = json.dumps(said).encode()
    # Members come in the order of the manifest.
    order = [one["name"] for one in part["members"]]
    for name in order:
        files[name] = files.pop(name)


@pytest.mark.parametrize("repeated", [False, True])
def test_a_record_that_stands_in_two_pieces_of_a_package_is_refused(
    repeated: bool, here: Workspace, national: Workspace, package: Path, tmp_path: Path
) -> None:
    members = inside(package, national)
    signature = members.pop(packages.SIGNATURE)
    head = {packages.MANIFEST: members.pop(packages.MANIFEST), packages.SIGNATURE: signature}
    both = head | members
    split(both, repeated)
    made = forged(both, tmp_path / "made.tip", to_region(here), key_of(national))
    verdict = taken(here, made)
    if repeated:
        assert code(verdict) == "SEAL-11"
        assert files(here) == set()
    else:
        assert verdict.verdict != "faults", verdict
        assert len(receiving.deliveries(here)) == 1
