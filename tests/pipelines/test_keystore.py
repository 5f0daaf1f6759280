"""Keys are for their owner only, are never replaced, and are there whole or not at all."""

import hashlib
import stat
from pathlib import Path

import pytest

from pipelines import keyrings, keystore, signing
from pipelines.errors import Unwritable
from pipelines.settings import Workspace, WorkspaceExists
from tests.faults import full_disk
from tests.pipelines.workspaces import DEMO, tree, workspace

OF_THE_REGION = (
    *("register.json", "intake.key", "intake.pub"),
    *("region.key", "rounding.key", "signing.pem"),
)
OF_THE_COUNTRIES, OF_A_COUNTRY = ("linking.key",), ("identity.key",)


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "region")


@pytest.fixture
def keys(made: Workspace) -> Path:
    keystore.welcome(made, "XAA")
    return made["keys"]


def both(keys: Path) -> None:
    """Read all keys that the records of a country need."""
    keystore.of_country(keys, "XAA")
    keystore.of_region(keys)


def test_a_new_workspace_has_its_keys_and_those_of_a_country_come_when_it_sends(
    made: Workspace,
) -> None:
    assert set(tree(made["keys"])) == {*OF_THE_REGION, *OF_THE_COUNTRIES}
    keystore.welcome(made, "XAA")
    assert set(tree(made["keys"] / "XAA")) == set(OF_A_COUNTRY)


def test_only_the_owner_may_read_a_key_or_look_into_their_folder(keys: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in keys.rglob("*")}
    assert modes == dict.fromkeys((*OF_THE_REGION, *OF_THE_COUNTRIES, *OF_A_COUNTRY), 0o600) | {
        "XAA": 0o700
    }
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


def test_a_key_is_never_replaced(made: Workspace, keys: Path) -> None:
    before = tree(keys)
    keystore.create(made)
    keystore.welcome(made, "XAA")
    assert tree(keys) == before


def test_only_linking_and_what_the_region_holds_are_the_same_for_two_countries(
    made: Workspace,
) -> None:
    for country in ("XAA", "XAB"):
        keystore.welcome(made, country)
    one, other = (keystore.of_country(made["keys"], country) for country in ("XAA", "XAB"))
    assert one.identity != other.identity
    assert one.linking == other.linking


def test_no_two_keys_are_alike(keys: Path) -> None:
    contents = tree(keys)
    files = [digest for digest in contents.values() if digest != "folder"]
    assert len(set(files)) == len(files)


@pytest.mark.parametrize("name", ["region.key", "rounding.key", "XAA/identity.key"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_may_read_or_write_is_refused_with_the_remedy(
    keys: Path, name: str, mode: int
) -> None:
    (keys / name).chmod(mode)
    with pytest.raises(keyrings.NoKeys, match="chmod 600") as refused:
        both(keys)
    assert refused.value.exit_code == 3


@pytest.mark.parametrize("name", ["region.key", "linking.key", "XAA/identity.key"])
def test_a_key_that_is_gone_or_empty_is_refused_and_not_made_anew(keys: Path, name: str) -> None:
    (keys / name).write_bytes(b"")
    with pytest.raises(keyrings.NoKeys, match="is empty"):
        both(keys)
    (keys / name).unlink()
    with pytest.raises(keyrings.NoKeys, match="Restore it"):
        both(keys)
    assert not (keys / name).exists()


@pytest.mark.parametrize(
    ("name", "country"), [("intake.key", None), ("rounding.key", None), ("XAA/identity.key", "XAA")]
)
def test_what_a_sealed_child_will_need_is_looked_at_before_it_starts(
    keys: Path, name: str, country: str | None
) -> None:
    keystore.ready(keys, country)
    (keys / name).chmod(0o644)
    with pytest.raises(keyrings.NoKeys, match="Others may read"):
        keystore.ready(keys, country)


@pytest.mark.parametrize("data", [b"", b"invented", bytes(range(256)) * 1000])
def test_what_is_sealed_opens_to_the_same_and_shows_nothing(keys: Path, data: bytes) -> None:
    sealed = keystore.sealed(data, keys)
    assert keystore.opened(sealed, keys) == data
    assert sealed.startswith(b"age-encryption.org/v1")
    assert not data or data not in sealed
    assert keystore.sealed(data, keys) != sealed


def test_a_file_is_sealed_piece_by_piece_and_its_digest_told(keys: Path, tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    (plain := tmp_path / "plain").write_bytes(data)
    told = keystore.seal(plain, tmp_path / "sealed.age", keys)
    assert told == hashlib.sha256(data).hexdigest()
    assert keystore.opened((tmp_path / "sealed.age").read_bytes(), keys) == data
    assert sorted(file.name for file in tmp_path.glob("*sealed*")) == ["sealed.age"]


def test_another_workspace_cannot_open_what_was_sealed(keys: Path, tmp_path: Path) -> None:
    other = workspace(tmp_path / "other")["keys"]
    with pytest.raises(Exception, match="No matching keys"):
        keystore.opened(keystore.sealed(b"invented", keys), other)


def test_a_check_that_keeps_nothing_has_keys_of_its_own_each_time() -> None:
    assert keystore.passing() != keystore.passing()


def test_a_full_disk_leaves_no_half_written_key(
    made: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(made.root)
    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(Unwritable, match="free some space"):
        keystore.welcome(made, "XAB")
    assert [path for path in tree(made["keys"]) if path.endswith(".key")] == [
        path.removeprefix("keys/") for path in before if path.endswith(".key")
    ]
    with pytest.raises(Unwritable):
        signing.create(made["keys"] / "another.pem")
    assert not (made["keys"] / "another.pem").exists()


@pytest.mark.parametrize("was_there", [True, False])
def test_a_workspace_that_cannot_get_its_keys_is_not_made(
    was_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if was_there:
        (tmp_path / "region").mkdir()
    before = tree(tmp_path)
    monkeypatch.setattr("os.link", full_disk)
    with pytest.raises(Unwritable):
        keystore.new(tmp_path / "region", DEMO)
    assert tree(tmp_path) == before


def test_a_folder_in_use_does_not_become_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("invented")
    before = tree(tmp_path)
    with pytest.raises(WorkspaceExists):
        keystore.new(tmp_path, DEMO)
    assert tree(tmp_path) == before
