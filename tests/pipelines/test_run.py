"""What a run makes, and what it leaves alone.

``tests/golden/release`` has the tables of a tiny invented region under fixed keys. When they are
meant to change: ``python -m tests.pipelines.test_run`` writes them anew; read the difference.
"""

import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli, keystore, releases, settings, speakers
from pipelines.run import Outcome, run
from pipelines.settings import Workspace
from sources import synthetic
from sources.synthetic import Region, Submission
from tests.pipelines import approving
from tests.pipelines.corrections import OWN_RECORDS, RELEASE, aged, quarter, retold, tables
from tests.pipelines.workspaces import (
    TWO_COUNTRIES,
    of_belmora,
    send,
    tree,
    with_fixed_keys,
    workspace,
)

pytestmark = [pytest.mark.xdist_group("tiny"), pytest.mark.slow]
GOLDEN = Path(__file__).parents[1] / "golden"
ASSETS = {
    line.split()[1]
    for line in (GOLDEN / "asset_graph.txt").read_text(encoding="utf-8").splitlines()
}
AUDITED = {
    *("cells", "hidden", "targets", "failing", "narrow", "present", "uncertified"),
    *("public_elsewhere", "narrowest", "model", "releases", "seconds"),
}
# Another submission speaks for the quarter; what it counts may be the same.
NEW_ROWS = {
    *("intake", "safe_victims", "safe_cases", "core_victims", "core_cases", "warehouse", "cube"),
    "conformance",
    "links",
}
NEW_NUMBERS = NEW_ROWS | {"protected", "audit", "indicators", "observations", "candidate"}


@pytest.fixture
def published(ran: Workspace) -> Workspace:
    """The workspace after its candidate was published."""
    key = keystore.signing_key(ran)
    approving.publish(ran.root, RELEASE, dt.datetime(2024, 3, 1, tzinfo=dt.UTC), key)
    return ran


def test_the_first_run_makes_every_asset_and_proposes_a_release(
    first: tuple[Workspace, Outcome],
) -> None:
    place, outcome = first
    assert set(outcome.assets.materialised) == ASSETS
    assert (outcome.assets.skipped, outcome.assets.failed) == ((), ())
    assert outcome.release == RELEASE
    assert [one["state"] for one in releases.listed(place.root)] == ["candidate"]


def test_the_same_people_under_the_same_keys_give_the_same_release(
    first: tuple[Workspace, Outcome],
) -> None:
    golden = {file.stem: file.read_text() for file in (GOLDEN / "release").glob("*.csv")}
    assert tables(first[0]["candidates"] / RELEASE) == golden


def touched(place: Workspace) -> None:
    """Give every file of the workspace another time."""
    for path in place.root.rglob("*"):
        if path.is_file() and path.relative_to(place.root).parts[0] != "dagster":
            os.utime(path, (0, 0))


def test_touching_files_and_sending_the_same_again_makes_nothing(
    ran: Workspace, tiny: Region
) -> None:
    before = tree(ran.root, *OWN_RECORDS)
    touched(ran)
    send(ran, quarter(tiny), day=20)
    outcome = run(ran)
    assert outcome.release is None
    assert set(outcome.assets.skipped) == ASSETS
    assert tree(ran.root, *OWN_RECORDS) == before


@pytest.mark.parametrize(
    ("changed", "made"),
    [(retold, NEW_ROWS), (aged, NEW_NUMBERS)],
    ids=["a byte that is dropped", "a byte that is counted"],
)
def test_one_changed_byte_makes_only_what_depends_on_it(
    changed: Callable[[Submission, Path], Submission],
    made: set[str],
    ran: Workspace,
    tiny: Region,
    tmp_path: Path,
) -> None:
    send(ran, changed(quarter(tiny), tmp_path), day=20)
    outcome = run(ran)
    assert set(outcome.assets.materialised) == made
    assert set(outcome.assets.skipped) == ASSETS - made
    assert (outcome.release is None) == ("candidate" not in made)


def test_data_that_go_back_to_what_they_were_bring_their_candidate_back(
    ran: Workspace, tiny: Region, tmp_path: Path
) -> None:
    before = tables(ran["candidates"] / RELEASE)
    send(ran, aged(quarter(tiny), tmp_path), day=20)
    run(ran)
    assert tables(ran["candidates"] / RELEASE) != before
    # Not the same bytes, which would change nothing, but the same data.
    send(ran, retold(quarter(tiny), tmp_path), day=21)
    assert run(ran).release == RELEASE
    assert tables(ran["candidates"] / RELEASE) == before


def test_another_author_makes_another_candidate_of_the_same_numbers(ran: Workspace) -> None:
    before = tables(ran["candidates"] / RELEASE)
    file = ran.root / settings.FILE
    file.write_text(file.read_text().replace('author = "operator"', 'author = "Ana Ba"'))
    outcome = run(settings.opened(ran.root))
    assert (outcome.release, outcome.assets.materialised) == (RELEASE, ("candidate",))
    assert releases.manifest(ran["candidates"] / RELEASE)["author"] == "Ana Ba"
    assert tables(ran["candidates"] / RELEASE) == before


def test_what_comes_late_for_a_published_quarter_waits_and_changes_no_cell(
    published: Workspace, tiny: Region, tmp_path: Path
) -> None:
    before = tree(published["releases"])
    late = send(published, aged(quarter(tiny), tmp_path), day=20)
    outcome = run(published)
    assert outcome.release is None
    assert not {"cube", "indicators", "candidate"} & set(outcome.assets.materialised)
    assert tree(published["releases"]) == before
    states = speakers.states(published)
    assert states.pop(late.submission) == "waiting"
    assert set(states.values()) == {"accepted"}


def test_a_run_and_an_audit_for_machines_have_the_documented_keys(
    ran: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    made = answered(capsys, "run", "--workspace", ran.root)
    assert set(made) == {
        "release",
        "unmoved",
        "assets",
        "seconds",
        "resend",
        "unanswered",
        "waiting",
        "lacking",
        "microdata",
    }
    assert set(made["assets"]) == {"materialised", "skipped", "failed"}
    audit = answered(capsys, "audit", RELEASE, "--workspace", ran.root)
    assert (audit["failing"], audit["uncertified"]) == (0, 0)
    # Every cell that is hidden is attacked.
    hidden = sum(text.count(",Q,C,") for text in tables(ran["candidates"] / RELEASE).values())
    assert audit["targets"] > audit["hidden"] == hidden > 0
    assert set(audit) == AUDITED


def answered(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    """What a command that ends well prints for machines."""
    with pytest.raises(SystemExit) as ended:
        cli.main([*map(str, words), "--json"])
    assert ended.value.code == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        region = synthetic.write(
            Path(name) / "files", size=240, quarters=4, countries=TWO_COUNTRIES
        )
        place = with_fixed_keys(workspace(Path(name) / "region"))
        for day, one in enumerate(of_belmora(region), start=1):
            send(place, one, day)
        run(place)
        for old in (GOLDEN / "release").glob("*.csv"):
            old.unlink()
        for table, text in tables(place["candidates"] / RELEASE).items():
            (GOLDEN / "release" / f"{table}.csv").write_text(text)
