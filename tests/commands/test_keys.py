"""The commands about keys, as an operator uses them: losses and thefts rehearsed. All invented."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyrage
import pytest

from pipelines import keybook, keystore, selftest
from pipelines.settings import Workspace
from tests.pipelines.workspaces import workspace


def said(place: Workspace, *words: object, code: int = 0, typed: str = "") -> Any:
    """What a command says to a machine; its exit code is as expected."""
    whole = ["keys", *map(str, words), "--workspace", str(place.root), "--json"]
    command = [sys.executable, "-m", "pipelines.cli", *whole]
    ended = subprocess.run(command, capture_output=True, text=True, input=typed)
    assert ended.returncode == code, ended.stderr
    for secret in secrets(place):
        assert secret not in ended.stdout + ended.stderr
    return json.loads(ended.stdout) if ended.stdout else ended.stderr


def secrets(place: Workspace) -> list[str]:
    """Every secret that lies among the keys, also when it is damaged."""
    files = [*place["keys"].rglob("*.key"), *place["keys"].glob("*.pem")]
    words = [word for file in files for word in file.read_text().split()]
    return [word for word in words if len(word) >= 32]


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = workspace(tmp_path / "region")
    keystore.welcome(made, "XAA")
    return made


def test_fingerprints_roles_and_permissions_are_shown_and_no_secret(place: Workspace) -> None:
    rows = {row["key"]: row for row in said(place, "show")}
    assert set(rows) == {"XAA/identity", "intake", "linking", "region", "rounding", "signing"}
    assert all(row["kept"] == "file -rw-------" and row["sound"] for row in rows.values())
    assert rows["region"]["generation"] == 1
    assert rows["XAA/identity"]["role"].startswith("the country")
    assert len({row["fingerprint"] for row in rows.values()}) == len(rows)


def test_sound_keys_pass_and_a_damaged_swapped_or_open_one_is_told_with_the_remedy(
    place: Workspace,
) -> None:
    assert said(place, "check") == {"problems": []}
    keys = place["keys"]
    (keys / "region.key").write_text((keys / "linking.key").read_text())
    (keys / "XAA" / "identity.key").chmod(0o644)
    (keys / "rounding.key").unlink()
    found = {one["key"]: one["problem"] for one in said(place, "check", code=3)["problems"]}
    assert set(found) == {"region", "XAA/identity", "rounding"}
    assert "tipstat keys init --restore" in found["region"]
    assert "chmod 600" in found["XAA/identity"]
    assert [row["sound"] for row in said(place, "show") if row["key"] == "linking"] == [True]


@pytest.mark.parametrize("name", list(selftest.TESTS))
def test_the_machinery_is_tried_on_public_values(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert selftest.failed() == []
    monkeypatch.setitem(selftest.TESTS, name, lambda: False)
    assert selftest.failed() == [name]


def test_a_lost_key_comes_back_from_the_recovery_bundle(place: Workspace, tmp_path: Path) -> None:
    safe, copy = tmp_path / "safe.key", tmp_path / "copy.age"
    made = said(place, "init", "--country", "XAB", "--recovery", safe)
    assert made["made"] == ["XAB/identity"]
    copy.write_bytes(Path(made["recovery"]).read_bytes())
    assert not any(secret.encode() in copy.read_bytes() for secret in secrets(place))
    keys = place["keys"]
    lost = ["XAA/identity", "region", "intake", "linking", "rounding"]
    before = {name: keystore.held(keys, name) for name in lost}
    for name in lost:
        (keys / f"{name}.key").unlink()
    (keys / "signing.pem").unlink()
    (keys / keybook.FILE).unlink()
    assert "register.json" in said(place, "check", code=3)
    back = said(place, "init", "--restore", copy, "--unlock", safe)
    assert set(back["restored"]) == {*lost, "signing"}
    assert {name: keystore.held(keys, name) for name in lost} == before
    assert said(place, "check") == {"problems": []}
    assert said(place, "init", "--restore", copy, "--unlock", safe)["restored"] == []


def test_the_bundle_follows_a_rotation_and_an_older_one_is_refused(
    place: Workspace, tmp_path: Path
) -> None:
    safe, old = tmp_path / "safe.key", tmp_path / "old.age"
    bundle = Path(said(place, "init", "--recovery", safe)["recovery"])
    old.write_bytes(bundle.read_bytes())
    assert said(place, "rotate", "region")["generation"] == 2
    (place["keys"] / "region.key").write_text("0" * 64)
    assert "older" in said(place, "init", "--restore", old, "--unlock", safe, code=3)
    assert said(place, "init", "--restore", bundle, "--unlock", safe)["restored"] == ["region"]
    assert said(place, "check") == {"problems": []}


def test_a_bundle_that_does_not_open_changes_nothing(place: Workspace, tmp_path: Path) -> None:
    safe, other = tmp_path / "safe.key", tmp_path / "other.key"
    bundle = said(place, "init", "--recovery", safe)["recovery"]
    other.touch(mode=0o600)
    other.write_text(str(pyrage.x25519.Identity.generate()))
    assert "--unlock" in said(place, "init", "--restore", bundle, "--unlock", other, code=3)
    Path(bundle).write_bytes(Path(bundle).read_bytes()[:-9])
    assert "--unlock" in said(place, "init", "--restore", bundle, "--unlock", safe, code=3)


def test_the_countries_key_is_handed_over_encrypted(place: Workspace, tmp_path: Path) -> None:
    theirs, file = workspace(tmp_path / "theirs"), tmp_path / "linking.age"
    ours = keystore.of_country(place["keys"], "XAA").linking
    said(place, "hand", "-o", file, typed="invented words\n")
    assert ours.hex().encode() not in file.read_bytes()
    assert "could not be opened" in said(
        theirs, "init", "--linking", file, code=3, typed="other words\n"
    )
    taken = said(theirs, "init", "--linking", file, "--country", "XAB", typed="invented words\n")
    assert taken["linking_taken_over"]
    assert keystore.of_country(theirs["keys"], "XAB").linking == ours
    assert keystore.of_region(theirs["keys"]).region != keystore.of_region(place["keys"]).region


def test_it_is_handed_to_a_public_key_too(place: Workspace, tmp_path: Path) -> None:
    pair, private = pyrage.x25519.Identity.generate(), tmp_path / "country.key"
    private.touch(mode=0o600)
    private.write_text(str(pair))
    theirs, file = workspace(tmp_path / "theirs"), tmp_path / "linking.age"
    said(place, "hand", "--to", pair.to_public(), "-o", file)
    assert said(theirs, "init", "--linking", file, "--unlock", private)["linking_taken_over"]
    assert not said(theirs, "init", "--linking", file, "--unlock", private)["linking_taken_over"]


def test_the_rounding_key_is_not_rotated_and_the_reason_is_told(place: Workspace) -> None:
    assert "never rotated" in said(place, "rotate", "rounding", code=2)
    assert said(place, "rotate", "identity", "--country", "XAA")["key"] == "XAA/identity"
