"""Rotated keys: links stay, numbers stay, and the old key is of no use. All people are invented."""

import datetime as dt
import hashlib
import hmac
from pathlib import Path

import polars as pl
import pyrage
import pytest

from pipelines import (
    inbox,
    keybook,
    keystore,
    renewal,
    rotation,
    signing,
    steps,
    together,
)
from pipelines.run import run
from pipelines.settings import Workspace, locked
from tests.faults import Killed, killed_at
from tests.pipelines import approving
from tests.pipelines.workspaces import copied, not_taken_in, tree, workspace

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("tiny")]
NAMES = ("XAB/identity", "linking", "region", "intake")
MADE = {"XAB/identity": {"record", "case"}, "linking": {"link_token"}, "region": {"link_token"}}
DIGITS = 32


@pytest.fixture
def place(sent: Workspace, tmp_path: Path) -> Workspace:
    return copied(sent, tmp_path / "region")


def stored(place: Workspace) -> dict[str, pl.DataFrame]:
    """Every safe file by its place."""
    files = sorted(place["safe"].glob("*/*.parquet"))
    return {str(file.relative_to(place.root)): pl.read_parquet(file) for file in files}


def values(place: Workspace, columns: set[str]) -> set[str]:
    """All that is stored in some columns."""
    found: set[str] = set()
    for frame in stored(place).values():
        for name in columns & set(frame.columns):
            found |= set(frame[name].drop_nulls())
    return found


def next_value(secret: str, value: str) -> str:
    """What a later generation makes of a stored value, in plain Python."""
    told = f"10:generation1:2{len(value)}:{value}".encode()
    return hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()[:DIGITS]


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_is_stored_is_what_the_intake_makes_anew_under_all_generations(
    name: str, place: Workspace
) -> None:
    rotation.rotate(place, name)
    then = tree(place["safe"])
    steps.take_in(not_taken_in(place))
    assert tree(place["safe"]) == then


@pytest.mark.parametrize("name", sorted(MADE))
def test_every_value_goes_through_the_new_generation_and_none_of_the_old_stays(
    name: str, place: Workspace
) -> None:
    before, columns = stored(place), MADE[name]
    was = values(place, columns)
    assert rotation.rotate(place, name).generation == 2
    secret = keystore.held(place["keys"], name)[-1]
    assert values(place, columns) == {next_value(secret, value) for value in was}
    assert not was & values(place, columns)
    for file, frame in stored(place).items():
        kept = sorted(set(frame.columns) - columns)
        assert frame.select(kept).sort(kept).equals(before[file].select(kept).sort(kept))


def test_region_and_linking_may_be_rotated_in_any_order(place: Workspace) -> None:
    for name in ("linking", "region", "linking", "XAB/identity"):
        rotation.rotate(place, name)
    then = tree(place["safe"])
    steps.take_in(not_taken_in(place))
    assert tree(place["safe"]) == then


def test_who_is_known_by_name_is_known_under_the_new_pseudonym(place: Workspace) -> None:
    rotation.rotate(place, "XAB/identity")
    records = values(place, {"record"})
    for one in inbox.received(place):
        for file in one.sealed_persons(place):
            known = pl.read_parquet(keystore.opened(file.read_bytes(), place["keys"]))
            assert set(known["record"]) <= records
            assert known["record"].is_sorted()


def test_after_rotation_the_old_key_of_the_intake_opens_nothing(place: Workspace) -> None:
    (was,) = keystore.held(place["keys"], "intake")
    files = sorted(place["inbox"].glob("*.age"))
    plain = [keystore.opened(file.read_bytes(), place["keys"]) for file in files]
    assert rotation.rotate(place, "intake").files == len(files)
    assert [keystore.opened(file.read_bytes(), place["keys"]) for file in files] == plain
    assert was not in (place["keys"] / "intake.key").read_text()
    for file in files:
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(file.read_bytes(), [pyrage.x25519.Identity.from_str(was)])


def test_a_new_signing_key_leaves_the_old_public_half_for_earlier_releases(
    place: Workspace,
) -> None:
    file = keystore.signing_key(place)
    before = signing.public(signing.key(file))
    assert rotation.rotate(place, "signing").generation == 2
    assert signing.public(signing.key(file)) != before
    assert (place["keys"] / "signing-1.pub").read_bytes() == before


@pytest.mark.parametrize(("name", "words"), [("rounding", "never rotated"), ("XAZ", "no key")])
def test_a_key_that_cannot_be_rotated_is_refused_with_the_reason(
    name: str, words: str, place: Workspace
) -> None:
    before = tree(place.root)
    with pytest.raises(rotation.NotRotated, match=words) as refused:
        rotation.rotate(place, name)
    assert refused.value.exit_code == 2
    assert tree(place.root) == before


def test_in_a_country_the_linking_key_is_not_rotated_because_no_token_is_there(
    place: Workspace,
) -> None:
    national = place.configuration.model_copy(update={"role": "national"})
    with pytest.raises(rotation.NotRotated, match="regional node"):
        rotation.rotate(place.model_copy(update={"configuration": national}), "linking")


@pytest.mark.parametrize("name", ["XAB/identity", "intake"])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 5, 8])
def test_killed_at_any_moment_it_has_the_old_state_or_the_new(
    name: str, number: int, place: Workspace
) -> None:
    was = tree(place.root, "keys", "dagster")
    with pytest.MonkeyPatch.context() as patch:
        killed_at(number, patch)
        with pytest.raises(Killed):
            rotation.rotate(place, name)
    with locked(place):
        pass
    generations = keybook.read(place["keys"]).keys[name]
    if len(generations) == 1:
        assert tree(place.root, "keys", "dagster") == was
    else:
        assert len(generations) == 2
    assert not (place.root / together.FOLDER).exists()
    for file in place["inbox"].glob("*.age"):
        keystore.opened(file.read_bytes(), place["keys"])
    then = tree(place["safe"])
    steps.take_in(not_taken_in(place))
    assert tree(place["safe"]) == then


def test_what_could_not_be_rewritten_leaves_everything_as_it_was(place: Workspace) -> None:
    next(place["safe"].glob("victims/*.parquet")).write_bytes(b"no Parquet")
    was = tree(place.root, "keys")
    with pytest.raises(renewal.NotRenewed, match="in safe cannot be read"):
        rotation.rotate(place, "region")
    assert tree(place.root, "keys") == was
    assert len(keybook.read(place["keys"]).keys["region"]) == 1


@pytest.mark.slow
def test_no_published_number_moves_when_every_key_was_rotated(place: Workspace) -> None:
    first = run(place)
    assert first.release
    key = keystore.signing_key(place)
    approving.publish(place.root, first.release, dt.datetime(2024, 3, 1, tzinfo=dt.UTC), key)
    public = tree(place["releases"] / first.release)
    for name in (*NAMES, "signing"):
        rotation.rotate(place, name)
    assert not [*place["assets"].glob("core_*"), *place["warehouse"].glob("*.duckdb")]
    second = run(place)
    assert second.release is None
    assert "cube" in {*second.assets.materialised, *second.assets.skipped}
    assert tree(place["releases"] / first.release) == public


def test_a_workspace_without_records_rotates_too(tmp_path: Path) -> None:
    empty = workspace(tmp_path / "empty")
    assert rotation.rotate(empty, "region") == ("region", 2, 0)
