"""What a killed process leaves, and what must not wait for a backup. All people are invented."""

from pathlib import Path

from pipelines import bundles, recovery, sealing
from pipelines.settings import Workspace, locked
from sources.synthetic import Region
from tests.pipelines.workspaces import send, workspace
from tests.sealing.country import copied


def test_rows_of_a_killed_sealing_are_wiped_by_whatever_command_comes_next(
    national: Workspace, tmp_path: Path
) -> None:
    here = copied(national, tmp_path / "national")
    left = here[sealing.FOLDER] / "0" / "victims.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"rows with inner values")
    with locked(here):
        assert not left.exists()
        assert not here[sealing.FOLDER].exists()


def test_the_bundle_has_the_key_of_a_country_that_has_just_sent_for_the_first_time(
    sent: Region, tmp_path: Path
) -> None:
    place, private = workspace(tmp_path / "region"), tmp_path / "safe.key"
    recovery.prepare(place, private)
    bundles.keep(place)
    bundle = place["keys"] / bundles.BUNDLE
    assert "XAB/identity" not in recovery.opened(bundle, private, "").secrets
    send(place, next(one for one in sent.submissions if one.layout == "xab_ministry"))
    assert "XAB/identity" in recovery.opened(bundle, private, "").secrets
