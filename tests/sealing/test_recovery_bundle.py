"""The recovery bundle has the keys as they are, whenever a process is killed. All invented."""

from contextlib import suppress
from pathlib import Path

import pytest

from pipelines import bundles, inspection, keybook, keystore, recovery, rotation, steps
from pipelines.settings import Workspace, locked
from sources.synthetic import Region
from tests.faults import Killed, killed_at
from tests.pipelines.workspaces import copied, send, workspace

NAMES = ("region", "linking", "intake", "XAA/identity", "signing")


@pytest.fixture(scope="module")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the private half of the recovery key lies."""
    return tmp_path_factory.mktemp("safe") / "recovery.key"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, safe: Path) -> Workspace:
    place = workspace(tmp_path_factory.mktemp("bundles") / "region")
    keystore.welcome(place, "XAA")
    recovery.prepare(place, safe)
    bundles.keep(place)
    return place


@pytest.fixture
def place(prepared: Workspace, tmp_path: Path) -> Workspace:
    return copied(prepared, tmp_path / "region")


def fits(place: Workspace, safe: Path) -> bool:
    """Whether the bundle, opened, has every key that the workspace has."""
    folder = place["keys"]
    opened = recovery.opened(folder / bundles.BUNDLE, safe, "")
    book = keybook.read(folder)
    own = {name: "\n".join(keystore.held(folder, name)) for name in book.keys}
    pem = keystore.signing_key(place).read_text()
    return (opened.book, opened.secrets, opened.signing) == (book, own, pem)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("number", range(8))
def test_whenever_a_rotation_is_killed_the_bundle_has_the_keys_that_count(
    name: str, number: int, place: Workspace, safe: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        killed_at(number, patch)
        with suppress(Killed):
            rotation.rotate(place, name)
    with locked(place):
        pass
    assert fits(place, safe)
    assert bundles.state_of(place) == "current"


@pytest.mark.parametrize("number", range(4))
def test_the_key_of_a_further_country_is_in_the_bundle_after_the_next_command(
    number: int, place: Workspace, safe: Path
) -> None:
    keystore.welcome(place, "XAB")
    with pytest.MonkeyPatch.context() as patch:
        killed_at(number, patch)
        with suppress(Killed):
            bundles.keep(place)
    if bundles.state_of(place) == "behind":
        assert [one.key for one in inspection.problems(place)] == ["recovery"]
    steps.take_in(place)
    assert fits(place, safe)
    assert inspection.problems(place) == []


def test_before_the_first_record_of_a_country_counts_its_key_is_in_the_bundle(
    sent: Region, place: Workspace, safe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines import inbox

    def kept(at: Workspace, _: object) -> None:
        assert fits(at, safe)
        raise Killed

    monkeypatch.setattr(inbox, "record", kept)
    with pytest.raises(Killed):
        send(place, next(one for one in sent.submissions if one.layout == "xab_ministry"))
    assert fits(place, safe)


@pytest.mark.parametrize("lost", ["region.key", "signing.pem"])
def test_a_bundle_that_may_have_a_lost_key_is_not_written_anew(lost: str, place: Workspace) -> None:
    keystore.welcome(place, "XAB")
    (place["keys"] / lost).write_text("damaged")
    before = (place["keys"] / bundles.BUNDLE).read_bytes()
    bundles.catch_up(place)
    assert (place["keys"] / bundles.BUNDLE).read_bytes() == before


def test_an_older_copy_of_the_keys_does_not_replace_the_bundle_of_newer_ones(
    place: Workspace,
) -> None:
    folder = place["keys"]
    older = (folder / keybook.FILE).read_bytes()
    rotation.rotate(place, "region")
    before = (folder / bundles.BUNDLE).read_bytes()
    (folder / keybook.FILE).write_bytes(older)
    bundles.catch_up(place)
    with pytest.raises(bundles.NoBundle, match="older copy"):
        bundles.keep(place)
    with pytest.raises(bundles.NoBundle, match="older copy"):
        rotation.rotate(place, "linking")
    assert (folder / bundles.BUNDLE).read_bytes() == before
    assert "older copy" in next(p.problem for p in inspection.problems(place))


def test_a_damaged_bundle_is_told_and_made_anew(place: Workspace, safe: Path) -> None:
    file = place["keys"] / bundles.BUNDLE
    file.write_bytes(file.read_bytes()[:-1])
    assert [one.key for one in inspection.problems(place)] == ["recovery"]
    bundles.catch_up(place)
    assert fits(place, safe)
