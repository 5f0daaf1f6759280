"""Whoever has a release can tell whether it is whole, and whose it is."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines import releases, signing
from tests.pipelines.releasing import everything


def test_a_release_as_published_verifies_with_the_key_of_its_publisher(
    root: Path, release: Path, tmp_path: Path
) -> None:
    releases.verify(release)
    shutil.copy(release / "signing.pub", tmp_path / "known.pub")
    releases.verify(release, tmp_path / "known.pub")


def test_the_first_command_in_the_readme_finds_every_file_unchanged(release: Path) -> None:
    text = (release / "README.md").read_text()
    command = next(line.split() for line in text.splitlines() if line.startswith("    "))
    ended = subprocess.run(command, cwd=release, capture_output=True, check=True)
    checked = {line.partition(": ")[0] for line in ended.stdout.decode().splitlines()}
    assert checked == set(everything(release)) - {"CHECKSUMS.txt", "SIGNATURE"}


@pytest.mark.parametrize("name", ["tables/justice.parquet", "manifest.json", "signing.pub"])
def test_a_changed_file_is_named(release: Path, name: str) -> None:
    (release / name).chmod(0o644)
    (release / name).write_bytes((release / name).read_bytes() + b" ")
    with pytest.raises(signing.Tampered, match=name):
        releases.verify(release)


def test_a_file_taken_away_or_added_is_named(release: Path) -> None:
    (release / "policy.yaml").unlink()
    (release / "added.csv").touch()
    with pytest.raises(signing.Tampered, match=r"added\.csv, policy\.yaml"):
        releases.verify(release)


def test_new_checksums_do_not_help_without_the_key(release: Path) -> None:
    for name in ("policy.yaml", "CHECKSUMS.txt"):
        (release / name).chmod(0o644)
    (release / "policy.yaml").write_text("base: {value: 1}")
    (release / "CHECKSUMS.txt").write_bytes(signing.checksums(everything(release)))
    with pytest.raises(signing.NotSigned, match=r"signing\.pub"):
        releases.verify(release)


def test_a_signature_by_another_key_is_not_the_publishers(release: Path, tmp_path: Path) -> None:
    signing.create(tmp_path / "other.key")
    other = signing.public(signing.key(tmp_path / "other.key"))
    (tmp_path / "other.pub").write_bytes(other)
    with pytest.raises(signing.NotSigned, match=r"other\.pub"):
        releases.verify(release, tmp_path / "other.pub")


def test_a_candidate_is_whole_but_not_signed(candidate: Path) -> None:
    with pytest.raises(signing.NotSigned):
        releases.verify(candidate)


def test_a_signing_key_is_for_its_owner_only_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys/signing.key"
    signing.create(path)
    first = path.read_bytes()
    signing.create(path)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (first, 0o600)
    path.chmod(0o640)
    with pytest.raises(signing.NoSigningKey, match="chmod 600"):
        signing.key(path)


@pytest.mark.parametrize("content", ["", "Invented words"])
def test_a_file_that_is_no_key_is_not_quoted(tmp_path: Path, content: str) -> None:
    (tmp_path / "signing.key").write_text(content)
    os.chmod(tmp_path / "signing.key", 0o600)
    with pytest.raises(signing.NoSigningKey, match="not an Ed25519 key") as refused:
        signing.key(tmp_path / "signing.key")
    assert "Invented words" not in str(refused.value)
