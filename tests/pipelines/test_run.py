"""What a run makes, what it leaves alone, and what stays when it fails.

``tests/golden/release`` has the tables of a tiny invented region under fixed keys. When they are
meant to change: ``python -m tests.pipelines.test_run`` writes them anew; read the difference.
"""

import csv
import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import great_expectations.expectations as expect
import polars as pl
import pytest

from data_contracts import expectations
from data_contracts.model import CodeList, Field
from pipelines import cli, commands, inbox, keyrings, keystore, releases, steps
from pipelines.errors import Unwritable
from pipelines.run import CheckFailed, Outcome, RunFailed, run
from pipelines.settings import Workspace
from sources import synthetic
from sources.synthetic import Region, Submission
from tests.faults import full_disk
from tests.pipelines.workspaces import (
    TWO,
    TWO_COUNTRIES,
    copied,
    not_taken_in,
    of_belmora,
    send,
    tree,
    with_fixed_keys,
    workspace,
)

pytestmark = [pytest.mark.xdist_group("tiny"), pytest.mark.slow]
GOLDEN = Path(__file__).parents[1] / "golden"
RELEASE = "INVENTED-2023Q4-v1"
ASSETS = {
    line.split()[1]
    for line in (GOLDEN / "asset_graph.txt").read_text(encoding="utf-8").splitlines()
}
# Another submission speaks for the quarter; what it counts may be the same.
NEW_ROWS = {
    *("intake", "safe_victims", "safe_cases", "core_victims", "core_cases", "warehouse", "cube"),
    "conformance",
    "links",
}
NEW_NUMBERS = NEW_ROWS | {"protected", "audit", "indicators", "observations", "candidate"}
OWN_RECORDS = ("dagster", ".lock")


@pytest.fixture(scope="session")
def first(sent: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Outcome]:
    """A workspace after its first run, and what that run made."""
    place = copied(sent, tmp_path_factory.mktemp("ran") / "region")
    return place, run(place)


@pytest.fixture
def ran(first: tuple[Workspace, Outcome], tmp_path: Path) -> Workspace:
    return copied(first[0], tmp_path / "region")


@pytest.fixture
def published(ran: Workspace) -> Workspace:
    """The workspace after its candidate was published."""
    key = keystore.signing_key(ran)
    releases.publish(ran.root, RELEASE, TWO, dt.datetime(2024, 3, 1, tzinfo=dt.UTC), key)
    return ran


def quarter(region: Region) -> Submission:
    """What Belmora's ministry sent about the first quarter: victims, then cases."""
    return of_belmora(region)[0]


def rewritten(one: Submission, folder: Path, column: str, was: str, becomes: str) -> Submission:
    """The submission with one byte of its victims changed: in the first cell that holds ``was``."""
    victims, cases = one.files
    with victims.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    place = header.index(column)
    row = next(row for row in rows if was in row[place])
    row[place] = row[place].replace(was, becomes, 1)
    changed = folder / "changed.csv"
    with changed.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows([header, *rows])
    before, after = victims.read_bytes(), changed.read_bytes()
    differing = sum(a != b for a, b in zip(before, after, strict=True))
    if differing != 1:
        raise ValueError(f"{differing} bytes differ")
    return replace(one, files=(changed, cases))


def aged(one: Submission, folder: Path) -> Submission:
    """The submission with the first child of its victims made ten years older: one byte."""
    with one.files[0].open(encoding="utf-8", newline="") as lines:
        ages = [row["Âge"] for row in csv.DictReader(lines)]
    child = next(age for age in ages if age.isdecimal() and 10 <= int(age) < 18)
    return rewritten(one, folder, "Âge", child, f"2{child[1]}")


def retold(one: Submission, folder: Path) -> Submission:
    """The submission with one byte of a narrative changed, which is dropped."""
    return rewritten(one, folder, "Récit", "a", "o")


def tables(folder: Path) -> dict[str, str]:
    """The released tables as text."""
    files = sorted((folder / "tables").glob("*.parquet"))
    return {file.stem: pl.read_parquet(file).write_csv() for file in files}


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


def test_what_comes_late_for_a_published_quarter_waits_and_changes_no_cell(
    published: Workspace, tiny: Region, tmp_path: Path
) -> None:
    before = tree(published["releases"])
    late = send(published, aged(quarter(tiny), tmp_path), day=20)
    outcome = run(published)
    assert outcome.release is None
    assert not {"cube", "indicators", "candidate"} & set(outcome.assets.materialised)
    assert tree(published["releases"]) == before
    states = commands._states(published)
    assert states.pop(late.submission) == "waiting"
    assert set(states.values()) == {"accepted"}


def corrected(place: Workspace, region: Region, folder: Path) -> dict[str, str]:
    """Send a correction that would change the candidate; what the workspace proposed before."""
    send(place, aged(quarter(region), folder), day=20)
    return proposed(place)


def proposed(place: Workspace) -> dict[str, str]:
    """What a reader outside the pipeline could have been given."""
    layers = ("candidates", "releases", "vintages", "warehouse")
    return {f"{layer}/{n}": what for layer in layers for n, what in tree(place[layer]).items()}


def test_great_expectations_decides_when_only_its_copy_of_a_rule_is_broken(
    ran: Workspace, tiny: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = corrected(ran, tiny, tmp_path)
    own = expectations.field_rules

    def broken(field: Field, lists: dict[str, CodeList]) -> Iterator[expect.Expectation]:
        yield from own(field, lists)
        if field.name == "sex":
            yield expect.ExpectColumnValuesToBeInSet(column="sex", value_set=["nobody"])

    monkeypatch.setattr(expectations, "field_rules", broken)
    with pytest.raises(CheckFailed, match="safe_victims found broken: sex: expect_col") as failed:
        run(ran)
    assert failed.value.exit_code == 1
    assert proposed(ran) == before
    monkeypatch.undo()
    # The opinion was formed of these very rows, and stands until they or the rules are new.
    with pytest.raises(CheckFailed):
        run(ran)


def test_a_check_that_crashed_is_not_taken_for_one_that_failed(
    ran: Workspace, tiny: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = corrected(ran, tiny, tmp_path)
    monkeypatch.setattr(
        expectations,
        "table_rules",
        lambda _: [expect.ExpectColumnValuesToBeInSet(column="none such", value_set=["a"])],
    )
    with pytest.raises(RunFailed, match=r"safe_victims.*\(CheckCrashed\)") as failed:
        run(ran)
    assert failed.value.exit_code == 4
    assert proposed(ran) == before


def gone(*_: object) -> None:
    raise ZeroDivisionError("Invented Person, born 1999-01-01")


@pytest.mark.parametrize(
    ("fails", "how", "kind", "says"),
    [
        ("count", gone, RunFailed, r"could not be made: cube \(ZeroDivisionError\)"),
        ("count", full_disk, Unwritable, "free some space"),
        ("take_in", gone, RunFailed, r"intake \(ZeroDivisionError\)"),
    ],
    ids=["an asset fails", "the disk is full", "the intake fails"],
)
def test_a_run_that_fails_leaves_the_last_good_candidate(
    fails: str,
    how: object,
    kind: type[Exception],
    says: str,
    ran: Workspace,
    tiny: Region,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {n: what for n, what in corrected(ran, tiny, tmp_path).items() if "warehouse" not in n}
    monkeypatch.setattr(steps, fails, how)
    with pytest.raises(kind, match=says) as failed:
        run(ran)
    assert "Invented" not in str(failed.value)
    assert {n: what for n, what in proposed(ran).items() if "warehouse" not in n} == before


def test_a_loose_key_stops_a_run_with_its_remedy_and_blames_no_submission(
    ran: Workspace,
) -> None:
    not_taken_in(ran)
    before = tree(ran.root, *OWN_RECORDS).items()
    (ran["keys"] / "XAB" / "identity.key").chmod(0o644)
    with pytest.raises(keyrings.NoKeys, match="chmod 600"):
        run(ran)
    after = tree(ran.root, *OWN_RECORDS).items()
    assert before <= after
    # What needs no key, the populations, may have been read meanwhile in its own process.
    blamed = [one.submission for one in inbox.received(ran) if one.country == "XAB"]
    assert blamed
    assert not [name for name, _ in after - before if any(one in name for one in blamed)]


def test_a_run_without_data_says_what_to_do_first(tmp_path: Path) -> None:
    place = workspace(tmp_path / "region")
    before = tree(place.root, *OWN_RECORDS, "assets")
    with pytest.raises(releases.Empty, match="submit data first") as refused:
        run(place)
    assert refused.value.exit_code == 2
    assert tree(place.root, *OWN_RECORDS, "assets") == before


def test_a_run_and_an_audit_for_machines_have_the_documented_keys(
    ran: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    made = answered(capsys, "run", "--workspace", ran.root)
    assert set(made) == {
        "release",
        "assets",
        "seconds",
        "resend",
        "unanswered",
        "waiting",
        "lacking",
    }
    assert set(made["assets"]) == {"materialised", "skipped", "failed"}
    audit = answered(capsys, "audit", RELEASE, "--workspace", ran.root)
    assert (audit["failing"], audit["uncertified"]) == (0, 0)
    # Every cell that is hidden is attacked.
    hidden = sum(text.count(",Q,C,") for text in tables(ran["candidates"] / RELEASE).values())
    assert audit["targets"] == audit["hidden"] == hidden > 0


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
        for table, text in tables(place["candidates"] / RELEASE).items():
            (GOLDEN / "release" / f"{table}.csv").write_text(text)
