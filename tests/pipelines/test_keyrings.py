"""Where keys may be kept: files, the system's keyring, the environment. All of it is invented."""

import os
import pickle
import subprocess
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from pipelines import intake, keybook, keyrings, keystore, matching, renewal, rotation, settings
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.pipelines.workspaces import DEMO, of_belmora, send, tree

pytestmark = pytest.mark.xdist_group("tiny")


class Safe(KeyringBackend):
    """A keyring in memory that says it is one of a system."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def ring() -> Iterator[Safe]:
    was, made = keyring.get_keyring(), Safe()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(was)


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Keys of a workspace and of two countries, as a container brings them."""
    names = ("LINKING", "REGION", "ROUNDING", "XAA_IDENTITY", "XAB_IDENTITY")
    found = {f"TIPSTAT_KEY_{name}": keystore.fresh("region") for name in names}
    found["TIPSTAT_KEY_INTAKE"] = keystore.fresh("intake")
    for name, secret in found.items():
        monkeypatch.setenv(name, secret)
    monkeypatch.setattr(settings, "_SECRETS", {})
    return found


def in_keyring(root: Path) -> Workspace:
    return keystore.new(root, DEMO, "keyring")


def test_a_workspace_with_its_keys_in_the_keyring_takes_records_in(
    ring: Safe, tmp_path: Path, tiny: Region
) -> None:
    place = in_keyring(tmp_path / "region")
    send(place, of_belmora(tiny)[0])
    assert {name for _, name in ring.kept} == {*keybook.read(place["keys"]).keys}
    assert sorted(tree(place["keys"])) == ["intake.pub", "register.json", "signing.pem"]
    written = b"".join(file.read_bytes() for file in place.root.rglob("*") if file.is_file())
    assert not any(secret.encode() in written for secret in ring.kept.values())


def test_two_workspaces_have_keys_of_their_own_in_one_keyring(ring: Safe, tmp_path: Path) -> None:
    one, two = in_keyring(tmp_path / "one"), in_keyring(tmp_path / "two")
    assert keystore.rounding(one["keys"]) != keystore.rounding(two["keys"])


def test_keys_in_the_keyring_are_rotated_there(ring: Safe, tmp_path: Path, tiny: Region) -> None:
    place = in_keyring(tmp_path / "region")
    send(place, of_belmora(tiny)[0])
    for name in ("XAB/identity", "intake", "region"):
        assert rotation.rotate(place, name).generation == 2
    held = {name: secret for (_, name), secret in ring.kept.items()}
    assert [len(held[name].split()) for name in ("XAB/identity", "intake", "region")] == [2, 1, 2]


@pytest.mark.parametrize("unsafe", [null.Keyring, fail.Keyring])
def test_a_keyring_that_keeps_nothing_or_in_the_open_is_refused(
    unsafe: Callable[[], KeyringBackend], ring: Safe, tmp_path: Path
) -> None:
    keyring.set_keyring(unsafe())
    with pytest.raises(keyrings.NoKeys, match="no keyring that encrypts"):
        in_keyring(tmp_path / "region")
    assert not (tmp_path / "region").exists()


def test_a_plaintext_keyring_is_refused(
    ring: Safe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Safe, "__module__", "keyrings.alt.file")
    with pytest.raises(keyrings.NoKeys, match="no keyring that encrypts"):
        in_keyring(tmp_path / "region")


def test_a_locked_keyring_says_so(
    ring: Safe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = in_keyring(tmp_path / "region")

    def locked(*_: object) -> str:
        raise KeyringLocked

    monkeypatch.setattr(Safe, "get_password", locked)
    with pytest.raises(keyrings.NoKeys, match="Unlock"):
        keystore.rounding(place["keys"])


def test_keys_from_the_environment_serve_and_reach_no_file_and_no_other_process(
    variables: dict[str, str], tmp_path: Path, tiny: Region
) -> None:
    place = keystore.new(tmp_path / "region", DEMO, "environment")
    send(place, of_belmora(tiny)[0])
    assert keystore.rounding(place["keys"]).hex() == variables["TIPSTAT_KEY_ROUNDING"]
    assert not [name for name in os.environ if name.startswith("TIPSTAT_KEY_")]
    assert not [name for name in settings.surroundings() if name.startswith("TIPSTAT_KEY_")]
    found = subprocess.run(["/usr/bin/env"], capture_output=True, text=True, check=True).stdout
    written = b"".join(file.read_bytes() for file in place.root.rglob("*") if file.is_file())
    for secret in variables.values():
        assert secret not in found
        assert secret.encode() not in written


def test_a_key_that_the_environment_lacks_is_named_with_how_to_make_it(
    variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIPSTAT_KEY_REGION")
    with pytest.raises(keyrings.NoKeys, match=r"TIPSTAT_KEY_REGION.*openssl rand"):
        keystore.new(tmp_path / "region", DEMO, "environment")
    assert not (tmp_path / "region").exists()


def test_a_key_of_the_environment_is_rotated_to_the_generation_that_it_brings(
    variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = keystore.new(tmp_path / "region", DEMO, "environment")
    with pytest.raises(keyrings.NoKeys, match="Add the new generation"):
        rotation.rotate(place, "region")
    added = keystore.fresh("region")
    both = f"{variables['TIPSTAT_KEY_REGION']}\n{added}"
    monkeypatch.setattr(settings, "_SECRETS", variables | {"TIPSTAT_KEY_REGION": both})
    assert rotation.rotate(place, "region").generation == 2
    assert keystore.of_region(place["keys"]).region[-1].hex() == added


SECRET = "5ec7e7" * 10 + "beef"
HOLDERS = [
    intake.Job(files=(), layout="xaa_police", secrets={"region": SECRET}),
    matching.Job(submissions={}, keys=Path(), out=Path(), secrets={"region": SECRET}),
    renewal.Job(keys=Path(), recipient="age1", generation=SECRET, secrets={"region": SECRET}),
    keyrings.Handed({"region": SECRET}),
]


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: type(holder).__name__)
def test_what_holds_a_key_does_not_show_it(holder: object) -> None:
    assert SECRET not in f"{holder!r} {holder}"


def test_no_failure_quotes_a_key(tmp_path: Path) -> None:
    place = keystore.new(tmp_path / "region", DEMO)
    (place["keys"] / "region.key").write_text(f"{SECRET}x")
    with pytest.raises(keyrings.NoKeys) as refused:
        keystore.of_region(place["keys"])
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
    assert SECRET not in told
    assert SECRET[:6].encode() not in pickle.dumps(refused.value)
    assert refused.value.__context__ is None
