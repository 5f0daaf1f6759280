"""What speaks for a quarter, what is destroyed, and what may leave: from sending to publishing."""

import datetime as dt
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.checks import broken, rules
from data_contracts.rules import Context
from data_contracts.verdict import Verdict
from pipelines import inbox, releases, steps, submissions, takings
from pipelines.settings import Workspace
from sources.synthetic import Region, Submission
from tests.pipelines.drafting import draft, promises
from tests.pipelines.workspaces import copied, of_belmora, send, workspace
from tests.tables import table
from transforms.vintage import Slice

pytestmark = pytest.mark.xdist_group("tiny")
NOW = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def place(sent: Workspace, tmp_path: Path) -> Workspace:
    return copied(sent, tmp_path / "region")


@pytest.fixture
def first(tiny: Region) -> Submission:
    return next(one for one in of_belmora(tiny) if one.period)


def changed(one: Submission, folder: Path) -> Submission:
    """The same rows with a blank line at the end of a file: other bytes."""
    folder.mkdir()
    files = []
    for file in one.files:
        files.append(folder / file.name)
        files[-1].write_bytes(file.read_bytes() + b"\n")
    return replace(one, files=tuple(files))


def test_a_year_s_file_reports_only_the_quarters_that_it_has_rows_of(first: Submission) -> None:
    found = submissions.check(first.files, first.layout, "2023", first.country)
    assert found.verdict != "faults"
    assert found.periods == ("2023-Q1",)


def test_the_original_after_a_wrong_correction_is_a_submission_of_its_own(
    place: Workspace, first: Submission, tmp_path: Path
) -> None:
    again = send(place, first, 20)
    wrong = send(place, changed(first, tmp_path / "wrong"), 21)
    back = send(place, first, 22)
    assert len({again.submission, wrong.submission, back.submission}) == 3
    assert send(place, first, 23).submission == back.submission


def slices_of(place: Workspace, one: inbox.Received) -> dict[Slice, str]:
    datasets = load.layout(one.layout).feeds
    return {
        Slice(d, load.layout(one.layout).source, str(one.country), str(one.period)): one.submission
        for d in datasets
    }


def test_raw_files_are_destroyed_when_all_their_slices_are_published(
    place: Workspace, first: Submission
) -> None:
    one = next(r for r in inbox.received(place) if r.period == first.period)
    verdict = submissions.take_in(place, one)
    assert one.sealed_persons(place)
    assert submissions.destroy(place, {}) == 0
    assert submissions.destroy(place, slices_of(place, one)) == len(first.files)
    assert not any(file.exists() for file in one.sealed_files(place))
    assert not one.sealed_persons(place)
    others = [r for r in inbox.received(place) if r.submission != one.submission]
    assert all(file.exists() for r in others for file in r.sealed_files(place))
    again, found = submissions.submit(
        place, first.files, first.layout, first.period, first.country, NOW
    )
    assert (again.submission, found) == (one.submission, verdict)


def test_files_of_public_sources_are_kept(tmp_path: Path) -> None:
    place = workspace(tmp_path / "open", mode="open", reviewers=(), raw_files=())
    register = Path("sources/samples/argentina_linea145")
    files = tuple(sorted(register.glob("2020Q1_*.csv")))
    one = send(place, Submission("argentina_linea145", "ARG", "2020-Q1", files, NOW.date()))
    submissions.take_in(place, one)
    assert submissions.destroy(place, slices_of(place, one)) == 0
    assert all(file.exists() for file in one.sealed_files(place))


def safe(place: Workspace, submission: str, period: str, form: str) -> None:
    """One victim who has the same number of record in every quarter."""
    own = {"source": "xab_ministry", "country": "XAB", "record": "r" * 32}
    row = own | {"period": period, "unit": "victim_identified", "person_key": 7, "case": None}
    answer = own | {"field": "exploitation", "code": form}
    for name, found in (("victims", row), ("victims_answers", answer)):
        folder = place[takings.SAFE] / name
        folder.mkdir(parents=True, exist_ok=True)
        pl.DataFrame([found]).write_parquet(folder / f"{submission}.parquet")


def test_what_is_answered_later_under_the_same_record_leaves_the_earlier_quarter_as_it_was(
    tmp_path: Path,
) -> None:
    place = workspace(tmp_path / "region")
    slices = {Slice("victims", "xab_ministry", "XAB", f"2024-Q{q}"): f"s{q}" for q in (1, 2)}
    for number, form in ((1, "P1"), (2, "P2")):
        safe(place, f"s{number}", f"2024-Q{number}", form)
    (tmp_path / "core").mkdir()
    steps.core(place, load.contract("victims"), slices, None, tmp_path / "core")
    rows = steps.own(steps.rows(tmp_path / "core")).collect()
    answers = steps.own(pl.read_parquet(tmp_path / "core" / steps.ANSWERS)).collect()
    told = rows.join(answers, on="record")
    assert sorted(told.select("period", "code").rows()) == [("2024-Q1", "P1"), ("2024-Q2", "P2")]


def test_only_what_the_last_run_proposes_can_be_published(tmp_path: Path) -> None:
    kept = releases.write(tmp_path, draft(), promises(tmp_path / "promises"))
    stale = kept.with_name("INVENTED-2001Q1-v1")
    stale.mkdir()
    releases.retire(tmp_path, keep=kept.name)
    assert (kept.exists(), stale.exists()) == (True, False)


def test_a_candidate_does_not_leave_the_workspace(tmp_path: Path) -> None:
    name = releases.write(tmp_path, draft(), promises(tmp_path / "promises")).name
    with pytest.raises(releases.NoSuchRelease, match="is a candidate"):
        releases.published(tmp_path, name)


CONSENT = table("""
row | consent
2   | tipstat:statistics
3   | tipstat:refused
4   |
5   | tipstat:assistance_only
6   | _U
7   | tipstat:legal_basis
""")


def test_who_did_not_agree_to_be_counted_is_set_aside() -> None:
    context = Context(
        load.policy(), uncounted=load.layout("xaa_shelters").uncounted(load.consent())
    )
    judged = rules(load.contract("victims"), load.codelists(), "related", context)
    found = broken(CONSENT.with_columns(record=pl.lit(None, pl.String)), judged)
    assert found.filter(reason="consent")["row"].to_list() == [3, 5]


def test_what_a_command_writes_is_for_its_own_account_only(tmp_path: Path, tiny: Region) -> None:
    one = next(one for one in of_belmora(tiny) if one.period)
    root = tmp_path / "region"
    where = ["--workspace", str(root)]
    script = "import os; os.umask(0o022); from pipelines.cli import main; main()"
    for words in (
        ["init", *where, "--title", "t", "--mode", "demo", "--raw-files", "XAB"],
        [
            "submit",
            *map(str, one.files),
            "--layout",
            one.layout,
            "--period",
            str(one.period),
            *where,
        ],
    ):
        ended = subprocess.run([sys.executable, "-c", script, *words], capture_output=True)
        assert ended.returncode == 0
    place = workspace_at(root)
    before = os.umask(0o077)  # as every command begins, see settings.private
    try:
        assert isinstance(submissions.take_in(place, inbox.received(place)[0]), Verdict)
    finally:
        os.umask(before)
    loose = [path.name for path in root.rglob("*") if path.stat().st_mode & 0o077]
    assert loose == []
    assert root.stat().st_mode & 0o077 == 0


def workspace_at(root: Path) -> Workspace:
    from pipelines import settings

    settings.private()
    return settings.opened(root)
