"""Releases: whole or not at all, signed, never changed, and silent about what came in."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines import drafts, frames, releases, review, signing
from pipelines.errors import Refusal, Unwritable
from tests.faults import full_disk
from tests.pipelines.approving import approve
from tests.pipelines.drafting import (
    CLEAN,
    LATER,
    REVIEWERS,
    SOURCE,
    draft,
    justice,
    victims,
)
from tests.pipelines.releasing import ID, everything, publish


def said(folder: Path, name: str = "manifest.json") -> Any:
    return json.loads((folder / name).read_bytes())


def test_a_candidate_has_every_file_of_its_format(candidate: Path) -> None:
    assert candidate.parts[-2:] == ("candidates", ID)
    assert sorted(everything(candidate)) == [
        "CHECKSUMS.txt",
        "README.md",
        "codelists/sex.csv",
        "conformance.parquet",
        "contracts/victims.odcs.yaml",
        "datapackage.json",
        "flags.parquet",
        "indicators.parquet",
        "indicators/women.yaml",
        "labels/sex.csv",
        "manifest.json",
        "policy.yaml",
        "tables.yaml",
        "tables/justice.parquet",
        "tables/victims_by_sex.parquet",
    ]
    said = justice().with_columns(within=pl.lit(None, pl.String))
    assert_frame_equal(pl.read_parquet(candidate / "tables/justice.parquet"), said)


def test_the_manifest_says_what_a_reader_needs(release: Path) -> None:
    manifest = said(release)
    assert list(manifest) == list(drafts.FACTS)
    assert manifest["tables"]["victims_by_sex"] == {
        "kind": "persons",
        "title": {"en": "Victims by sex", "es": "Víctimas por sexo", "fr": "Victimes par sexe"},
        "units": ["victim_identified"],
        "dimensions": {"sex": "sex"},
        "cells": 3,
        "hidden": 1,
    }
    times = manifest["created"], manifest["published"]
    assert times == ("2026-02-01T09:30:00Z", "2026-02-03T12:00:00Z")
    assert (manifest["state"], manifest["reviewers"]) == ("published", list(REVIEWERS))


def test_nothing_tells_how_much_came_in_or_how_long_it_took(release: Path) -> None:
    assert not {"rows_read", "sha256"} & set(said(release)["sources"][0])
    assert "seconds" not in said(release)["audit"]
    told = b"".join(everything(release).values())
    assert b"1234" not in told
    assert b"f00df00d" not in told


def test_the_same_draft_in_any_order_makes_the_same_bytes(root: Path, words: Path) -> None:
    first = everything(releases.write(root, draft(), words))
    turned = {"justice": justice().reverse(), "victims_by_sex": victims().reverse()}
    assert everything(releases.write(root, draft(tables=turned), words)) == first


def test_publishing_changes_no_byte_of_the_data(root: Path, candidate: Path) -> None:
    before = everything(candidate)
    approve(root, ID, REVIEWERS)
    after = everything(publish(root))
    changed = {name for name in after if after[name] != before.get(name)}
    about = {"manifest.json", "README.md", "CHECKSUMS.txt"}
    approved = {f"approvals/{name}" for name in ("1.json", "2.json", "CANDIDATE.txt", "log.json")}
    assert changed == about | {"SIGNATURE", "signing.pub"} | approved


@pytest.mark.parametrize(
    ("periods", "changed", "expected"),
    [
        (["2022", "2020-Q3", "2020-Q4"], {}, "INVENTED-2020Q4-v1"),
        (["2021", "2022"], {}, "INVENTED-2022-v1"),
        (["2020-Q4"], {"invented": False, "mode": "open", "countries": ["ARG"]}, "TIP-2020Q4-v1"),
    ],
)
def test_the_id_is_of_the_latest_quarter_or_else_year(
    root: Path, words: Path, periods: list[str], changed: dict[str, object], expected: str
) -> None:
    assert releases.write(root, draft(periods=periods, **changed), words).name == expected


def test_the_next_version_follows_the_last_one_published(
    root: Path, words: Path, release: Path
) -> None:
    (root / "releases/INVENTED-2025Q4-v10").mkdir()
    assert releases.write(root, draft(), words).name == "INVENTED-2025Q4-v11"


def test_a_new_candidate_replaces_the_old_one(root: Path, words: Path, candidate: Path) -> None:
    (candidate / "old").touch()
    releases.write(root, draft(title="Another"), words)
    assert [path.name for path in (root / "candidates").iterdir()] == [ID]
    assert not (candidate / "old").exists()


def test_every_file_says_that_invented_data_are_invented(release: Path) -> None:
    for name in ("README.md", "manifest.json", "datapackage.json"):
        assert "invented" in (release / name).read_text().lower()
    for path in (*release.glob("tables/*"), release / "indicators.parquet"):
        assert pl.read_parquet_metadata(path)["note"] == "invented data"


def test_the_title_of_invented_data_says_so_even_when_nobody_thought_of_it(
    root: Path, words: Path
) -> None:
    folder = releases.write(root, draft(title="Aranda and Belmora"), words)
    assert said(folder)["title"] == "Aranda and Belmora (invented data)"


def test_the_data_package_describes_every_data_file(release: Path) -> None:
    package = said(release, "datapackage.json")
    resources = {resource["path"]: resource for resource in package["resources"]}
    data = {name for name in everything(release) if name.endswith((".parquet", ".csv"))}
    assert set(resources) == data
    for path, resource in resources.items():
        content = (release / path).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    fields = resources["tables/victims_by_sex.parquet"]["schema"]["fields"]
    assert [field["name"] for field in fields] == [*victims().columns, "within"]
    assert fields[3]["constraints"] == {"enum": ["_T", "F", "M"]}
    assert [source["path"] for source in package["sources"]] == [SOURCE["origin"]]


def test_sources_counted_together_are_listed_and_each_is_cited_once(
    root: Path, words: Path
) -> None:
    both = {**SOURCE, "source": "xaa_police+xaa_shelter", "publisher": "Two offices (invented)"}
    folder = releases.write(root, draft(sources=[SOURCE, both]), words)
    assert "| xaa_police+xaa_shelter |" in (folder / "README.md").read_text()
    assert (folder / "README.md").read_text().count("Two offices") == 1
    assert len(said(folder, "datapackage.json")["sources"]) == 1


def test_a_release_is_read_only_and_leaves_no_candidate(root: Path, release: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in release.rglob("*") if path.is_file()} == {0o444}
    assert list((root / "candidates").iterdir()) == []


def test_publishing_twice_changes_nothing(root: Path, words: Path, release: Path) -> None:
    shutil.copytree(release, root / "candidates" / ID)
    before = everything(root)
    with pytest.raises(releases.AlreadyPublished, match=f"{ID} is published and never changes"):
        publish(root)
    assert everything(root) == before


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"named": REVIEWERS[:1]}, review.NotReviewed),
        ({"release": "INVENTED-2025Q4-v2"}, releases.NoSuchRelease),
        ({"release": "../candidates"}, releases.NoSuchRelease),
        ({"key": Path("nowhere.key")}, signing.NoSigningKey),
    ],
)
def test_what_is_refused_leaves_the_workspace_as_it_was(
    root: Path, candidate: Path, changed: dict[str, Any], refusal: type[Refusal]
) -> None:
    approve(root, ID, REVIEWERS)
    before = everything(root)
    with pytest.raises(refusal):
        publish(root, **changed)
    assert everything(root) == before


@pytest.mark.parametrize("found", ["failing", "uncertified"])
def test_a_candidate_whose_audit_found_something_is_not_published(
    root: Path, words: Path, found: str
) -> None:
    releases.write(root, draft(audit={**CLEAN, found: 1}), words)
    with pytest.raises(review.AuditFailed):
        publish(root)


def test_a_candidate_changed_by_hand_is_not_published(root: Path, candidate: Path) -> None:
    manifest = said(candidate) | {"author": "somebody"}
    (candidate / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(signing.Tampered, match=r"manifest\.json"):
        publish(root)


@pytest.mark.parametrize(
    "changed",
    [
        {"mode": "open", "sources": [{**SOURCE, "public": False}]},
        {"tables": {"victims_by_sex": victims().with_columns(n=pl.lit(7))}},
        {"tables": {"unregistered": victims()}},
        {"tables": {}},
        {"periods": []},
    ],
)
def test_a_draft_that_is_not_fit_writes_nothing(
    root: Path, words: Path, changed: dict[str, object]
) -> None:
    before = everything(root)
    with pytest.raises(Refusal):
        releases.write(root, draft(**changed), words)
    assert everything(root) == before


@pytest.mark.parametrize("step", ["write", "publish"])
def test_a_full_disk_leaves_nothing_half_written(
    root: Path, words: Path, candidate: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(root, ID, REVIEWERS)
    before = everything(root)
    calls = iter(range(100))
    write = Path.write_bytes

    def filling(path: Path, data: bytes) -> int:
        """Room for five files, then none."""
        return write(path, data) if next(calls) < 5 else full_disk()

    monkeypatch.setattr(Path, "write_bytes", filling)
    with pytest.raises(Unwritable, match="free some space"):
        publish(root) if step == "publish" else releases.write(root, draft(title="New"), words)
    assert everything(root) == before


def test_what_a_killed_process_left_is_cleared_and_never_listed(
    root: Path, words: Path, release: Path
) -> None:
    left = root / f"candidates/.{ID[:-1]}2.dead"
    left.mkdir()
    assert [fact["release"] for fact in releases.listed(root)] == [ID]
    releases.write(root, draft(), words)
    assert not left.exists()


def test_releases_and_candidates_are_listed_oldest_first(
    root: Path, words: Path, release: Path
) -> None:
    releases.write(root, draft(created=LATER), words)
    states = [(fact["release"], fact["state"]) for fact in releases.listed(root)]
    assert states == [(ID, "published"), ("INVENTED-2025Q4-v2", "candidate")]
    assert list(releases.listed(root)[0]) == ["release", "state", "mode", "created"]


def test_a_release_is_shown_with_its_tables_and_files(root: Path, release: Path) -> None:
    shown = releases.shown(releases.found(root, ID))
    assert shown["tables"]["justice"] == {"kind": "published", "cells": 2, "hidden": 1}
    facts = {"release", "state", "mode", "created", "countries", "periods", "policy", "files"}
    assert set(shown) == facts | {"microdata", "tables"}
    listed = set(everything(release)) - drafts.UNLISTED
    assert set(shown["files"]) == listed


def test_a_damaged_manifest_is_named(root: Path, candidate: Path) -> None:
    (candidate / "manifest.json").write_text("{}")
    with pytest.raises(releases.Unreadable, match=ID):
        releases.shown(candidate)


def test_every_refusal_says_with_which_exit_code_the_command_ends() -> None:
    codes = {
        frames.Unfit: 4,
        releases.AlreadyPublished: 2,
        releases.Empty: 2,
        releases.NoSuchRelease: 2,
        releases.Unreadable: 1,
        review.AuditFailed: 1,
        review.ModeBroken: 3,
        review.NotReviewed: 2,
        signing.NoSigningKey: 3,
        signing.NotSigned: 1,
        signing.Tampered: 1,
        Unwritable: 3,
    }
    assert {kind: kind.exit_code for kind in codes} == codes
