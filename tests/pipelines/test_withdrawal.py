"""Withdrawal: the id answers, the numbers are gone, and what was known stays known."""

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboards.explorer import releases as explored
from pipelines import (
    candidates,
    history,
    keystore,
    ledger,
    releases,
    seen,
    signing,
    together,
    withdrawal,
)
from pipelines.errors import Refusal
from pipelines.settings import Workspace
from tests.pipelines.approving import approve
from tests.pipelines.drafting import LATER, draft, victims
from tests.pipelines.releasing import ID, everything, publish
from tests.pipelines.workspaces import TWO, workspace

WHY = "The second quarter of one country was counted twice."


def withdraw(root: Path, key: Path | None = None) -> Path:
    own = key or root / "keys/signing.key"
    return withdrawal.withdraw(root, ID, WHY, LATER, "operator", own)


@pytest.fixture
def place(tmp_path: Path, words: Path) -> Workspace:
    """A workspace with one release."""
    made = workspace(tmp_path / "region", reviewers=TWO)
    releases.write(made.root, draft(), words)
    approve(made.root, ID, TWO)
    publish(made.root, key=keystore.signing_key(made), named=TWO)
    return made


def test_a_tombstone_says_when_and_why_and_is_signed(root: Path, release: Path) -> None:
    assert withdraw(root) == release
    signing.verify(release)
    said = json.loads((release / "manifest.json").read_text())
    facts = ("release", "state", "created", "published", "withdrawn", "reason")
    assert {fact: said[fact] for fact in facts} == {
        "release": ID,
        "state": "withdrawn",
        "created": "2026-02-01T09:30:00Z",
        "published": "2026-02-03T12:00:00Z",
        "withdrawn": "2026-02-03T12:00:00Z",
        "reason": WHY,
    }
    assert WHY in (release / "README.md").read_text()


def test_nothing_of_its_numbers_is_left_and_nobody_may_write(root: Path, release: Path) -> None:
    withdraw(root)
    names = {"CHECKSUMS.txt", "README.md", "SIGNATURE", "manifest.json", "signing.pub"}
    assert set(everything(release)) == names | {"approvals/log.json"}
    assert {path.name for path in release.iterdir() if path.is_dir()} == {"approvals"}
    assert json.loads((release / "manifest.json").read_text())["tables"] == {}
    assert {path.stat().st_mode & 0o777 for path in release.rglob("*") if path.is_file()} == {0o444}


def test_the_id_keeps_answering_with_the_reason(root: Path, release: Path) -> None:
    withdraw(root)
    assert [(one["release"], one["state"]) for one in releases.listed(root)] == [(ID, "withdrawn")]
    shown = releases.shown(releases.found(root, ID))
    assert (shown["state"], shown["reason"], shown["tables"]) == ("withdrawn", WHY, {})
    with pytest.raises(releases.Withdrawn, match=WHY):
        releases.published(root, ID)


def test_it_is_withdrawn_once_and_never_published_again(
    root: Path, words: Path, release: Path
) -> None:
    withdraw(root)
    with pytest.raises(withdrawal.NotPublished, match="is withdrawn"):
        withdraw(root)
    assert releases.write(root, draft(), words).name == "INVENTED-2025Q4-v2"
    with pytest.raises(releases.AlreadyPublished):
        publish(root)


def test_a_candidate_is_not_withdrawn(root: Path, candidate: Path) -> None:
    with pytest.raises(withdrawal.NotPublished, match="is candidate"):
        withdraw(root)


def shown_before(place: Workspace) -> list[pl.DataFrame]:
    return list(seen.seen(seen.folders(place)).tables[0].values())


def test_the_audit_still_counts_it_as_known(place: Workspace) -> None:
    shown = [frame.to_dicts() for frame in shown_before(place)]
    content = seen.content(place)
    withdraw(place.root, keystore.signing_key(place))
    assert [frame.to_dicts() for frame in shown_before(place)] == shown
    assert seen.content(place) == content
    table = pl.read_parquet(releases.kept(place.root, ID) / "tables/victims_by_sex.parquet")
    assert set(table["value"]) == set(victims()["value"])
    assert releases.is_published(place.root, ID)


def test_it_is_compared_with_nothing(place: Workspace, words: Path) -> None:
    withdraw(place.root, keystore.signing_key(place))
    releases.write(place.root, draft(), words)
    with pytest.raises(releases.Withdrawn):
        history.diff(place, ID, "INVENTED-2025Q4-v2")
    assert history.revised(place, "INVENTED-2025Q4-v2") == []


def test_what_was_withdrawn_is_proposed_again(place: Workspace, tmp_path: Path) -> None:
    (tmp_path / "release").write_text(ID)
    assert candidates.stands(place, tmp_path, tmp_path)
    withdraw(place.root, keystore.signing_key(place))
    assert not candidates.stands(place, tmp_path, tmp_path)


@pytest.mark.parametrize("after", range(0, 24, 3))
def test_whoever_is_killed_leaves_a_release_or_a_tombstone(
    root: Path, release: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the n-th step on the disk; whoever locks the workspace next goes on."""
    steps = iter(range(after))

    class Killed(BaseException):
        """As sudden as a kill."""

    def counted(step: Callable[..., Any]) -> Callable[..., Any]:
        def one(*words: Any, **named: Any) -> Any:
            if next(steps, None) is None:
                raise Killed
            return step(*words, **named)

        return one

    before = everything(release)
    with monkeypatch.context() as patched:
        for name in ("replace", "unlink", "write_bytes"):
            patched.setattr(Path, name, counted(getattr(Path, name)))
        patched.setattr("shutil.rmtree", counted(shutil.rmtree))
        with contextlib.suppress(Killed):
            withdraw(root)
    together.finish(root)
    after_all = everything(release)
    state = json.loads(after_all["manifest.json"])["state"]
    signing.verify(release)
    assert state == "withdrawn" or after_all == before
    assert ledger.problems(root, releases.anchors(root)) == []
    if state == "published":
        withdraw(root)
    assert releases.kept(root, ID).parent.name == "withdrawn"
    assert everything(releases.kept(root, ID)) == before


def test_without_its_line_in_the_log_a_withdrawal_is_found_out(root: Path, release: Path) -> None:
    file = root / "log/decisions.jsonl"
    withdraw(root)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    (root / "log/head.json").unlink()
    found = ledger.problems(root, releases.anchors(root))
    assert [one.problem for one in found] == ["not that of a release"]


def test_the_explorer_says_so(root: Path, release: Path) -> None:
    assert explored.withdrawn([root / "releases"]) == {}
    withdraw(root)
    said = explored.withdrawn([root / "releases"])
    assert {name: one["reason"] for name, one in said.items()} == {ID: WHY}
    with pytest.raises(explored.NoRelease):
        explored.find([root / "releases"])


def test_its_refusals_are_wrong_usage() -> None:
    kinds: set[type[Refusal]] = {releases.Withdrawn, withdrawal.NotPublished}
    assert {kind.exit_code for kind in kinds} == {2}
