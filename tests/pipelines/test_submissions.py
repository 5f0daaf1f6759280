"""What is sent is kept sealed and once, or not at all; who may send what to which workspace."""

import datetime as dt
import json
import os
import shutil
from pathlib import Path

import pytest

from data_contracts import load
from data_contracts.verdict import Fault, Verdict
from pipelines import admission, inbox, intake, keyrings, keystore, submissions, takings
from pipelines.errors import Refusal, Unwritable
from pipelines.settings import Workspace
from sources.synthetic import Region, Submission
from tests.faults import full_disk
from tests.pipelines.workspaces import copied, not_taken_in, of_belmora, tree, workspace
from tests.tables import table

pytestmark = pytest.mark.xdist_group("tiny")
NOW = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def place(sent: Workspace, tmp_path: Path) -> Workspace:
    return copied(sent, tmp_path / "region")


@pytest.fixture
def first(tiny: Region) -> Submission:
    """Belmora's first quarter."""
    return of_belmora(tiny)[0]


def submitted(
    place: Workspace, files: tuple[Path, ...], period: str | None = "2023-Q1"
) -> tuple[inbox.Received, Verdict]:
    return submissions.submit(place, files, "xab_ministry", period, "XAB", NOW)


def test_the_inbox_holds_sealed_files_and_a_record_without_the_names_of_files(
    sent: Workspace, first: Submission
) -> None:
    one = inbox.received(sent)[0]
    assert len(one.sealed_files(sent)) == len(first.files) == 2
    record = json.loads((sent["inbox"] / f"{one.submission}.json").read_text())
    assert set(record) == set(inbox.Received.model_fields)
    assert not [file.name for file in first.files if file.stem in str(record)]
    for file, original in zip(one.sealed_files(sent), first.files, strict=True):
        assert keystore.opened(file.read_bytes(), sent["keys"]) == original.read_bytes()


def test_the_same_again_changes_nothing(place: Workspace, first: Submission) -> None:
    before = tree(place.root)
    again, verdict = submitted(place, first.files)
    assert again == inbox.received(place)[0]
    assert verdict.verdict == "comments"
    assert tree(place.root) == before


def test_names_order_and_time_of_files_do_not_make_it_another_submission(
    place: Workspace, first: Submission, tmp_path: Path
) -> None:
    before = tree(place.root)
    files = tuple(tmp_path / f"copy {n}.csv" for n in range(2))
    for file, original in zip(files, reversed(first.files), strict=True):
        shutil.copy(original, file)
        os.utime(file, (0, 0))
    assert submitted(place, files)[0] == inbox.received(place)[0]
    assert tree(place.root) == before


def test_one_other_byte_is_another_submission(
    place: Workspace, first: Submission, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.csv"
    changed.write_bytes(first.files[0].read_bytes() + b"\n")
    again, verdict = submitted(place, (changed, *first.files[1:]))
    assert verdict.verdict == "comments"
    assert len(inbox.received(place)) == len({one.sha256 for one in inbox.received(place)})
    assert again in inbox.received(place)


@pytest.mark.parametrize("files", [0, 1], ids=["period of other data", "a file missing"])
def test_nothing_is_kept_of_what_is_refused(
    place: Workspace, first: Submission, files: int
) -> None:
    before = tree(place.root)
    given = first.files[:files] or first.files
    _, verdict = submitted(place, given, "2023-Q2")
    assert verdict.verdict == "faults"
    assert tree(place.root) == before


def test_a_country_gets_its_keys_only_once_something_of_it_is_accepted(
    tmp_path: Path, first: Submission
) -> None:
    place = workspace(tmp_path / "new")
    submitted(place, first.files, "2023-Q2")
    assert not (place["keys"] / "XAB").exists()
    submitted(place, first.files)
    assert (place["keys"] / "XAB" / "identity.key").exists()


@pytest.mark.parametrize("fails", ["os.fsync", "pyrage.encrypt_io", "pipelines.intake.start"])
def test_a_failure_on_the_way_leaves_the_workspace_as_it_was(
    place: Workspace,
    first: Submission,
    tmp_path: Path,
    fails: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = tmp_path / "changed.csv"
    changed.write_bytes(first.files[0].read_bytes() + b"\n")
    before = tree(place.root)
    monkeypatch.setattr(fails, full_disk)
    with pytest.raises((Unwritable, OSError)):
        submitted(place, (changed, *first.files[1:]))
    assert tree(place.root) == before


def test_the_verdict_is_the_one_of_the_check(sent: Workspace, first: Submission) -> None:
    checked = submissions.check(first.files, "xab_ministry", "2023-Q1", "XAB")
    found = submitted(sent, first.files)[1]
    assert found.model_copy(update={"mapping": "", "promises": {}}) == checked


def test_safe_rows_and_the_verdict_are_kept_together(place: Workspace) -> None:
    one = inbox.received(not_taken_in(place))[0]
    assert takings.last(place, one.submission) is None
    found = submissions.take_in(place, one)
    assert takings.last(place, one.submission) == found
    safe = {path.parent.name: path.name for path in place["safe"].rglob("*.parquet")}
    name = f"{one.submission}.parquet"
    assert safe == dict.fromkeys(("victims", "victims_answers", "cases", "cases_answers"), name)
    assert not [path for path in place["safe"].iterdir() if path.name.startswith(".")]


def test_what_is_refused_at_the_intake_leaves_a_verdict_and_no_rows(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "start", lambda _: intake.REFUSED)
    one = inbox.received(not_taken_in(place))[0]
    submissions.take_in(place, one)
    found = takings.last(place, one.submission)
    assert found
    assert found.faults == intake.REFUSED.faults
    assert submissions.accepted(place) == []
    assert not list(place["safe"].rglob("*.parquet"))


@pytest.mark.parametrize("name", ["XAB/identity.key", "intake.key", "rounding.key"])
def test_a_key_that_others_may_read_stops_the_intake_and_no_verdict_blames_the_file(
    place: Workspace, name: str
) -> None:
    (not_taken_in(place)["keys"] / name).chmod(0o644)
    before = tree(place.root, "safe")
    with pytest.raises(keyrings.NoKeys, match="chmod 600"):
        submissions.take_in(place, inbox.received(place)[0])
    assert tree(place.root, "safe") == before


def test_a_child_that_cannot_write_stops_the_intake_and_no_verdict_blames_the_file(
    place: Workspace,
) -> None:
    one = inbox.received(not_taken_in(place))[0]
    job = intake.Job(
        files=one.sealed_files(place),
        layout=one.layout,
        period=one.period,
        country=one.country,
        sealed=True,
        keys=place["keys"],
        # A place where nobody may make a file, not even root.
        out=Path("/sys/nowhere"),
    )
    with pytest.raises(intake.Unfinished, match="try again") as stopped:
        intake.start(job)
    assert stopped.value.exit_code == 3


def test_a_damaged_verdict_counts_as_a_refusal(place: Workspace) -> None:
    one = inbox.received(not_taken_in(place))[0]
    place["verdicts"].mkdir()
    (place["verdicts"] / f"{one.submission}.json").write_text("{")
    found = takings.last(place, one.submission)
    assert found == Verdict(verdict="faults", faults=(Fault(code="INTAKE-01"),))


TAKEN = table("""
mode   | raw | layout                | country | period  | refused
demo   | XAB | xab_ministry          |         | 2023-Q1 |
demo   | XAB | xab_ministry          | XAB     | 2023-Q1 |
demo   | XAB | invented_population   |         |         |
open   |     | argentina_linea145    |         | 2020-Q1 |
open   |     | unodc_glotip          |         |         |
closed |     | argentina_linea145    |         | 2020-Q1 |
demo   |     | xab_ministry          |         | 2023-Q1 | Its policy must allow it first
demo   | XAA | xab_ministry          |         | 2023-Q1 | add XAB to raw_files
demo   | XAB | argentina_linea145    |         | 2020-Q1 | takes invented data only
demo   | XAB | world_bank_population |         |         | takes invented data only
open   |     | xab_ministry          |         | 2023-Q1 | takes real data only
closed | XAB | xab_ministry          |         | 2023-Q1 | takes real data only
closed |     | invented_population   |         |         | takes real data only
open   |     | argentina_linea145    | BRA     | 2020-Q1 | is the layout of ARG, not of BRA
open   |     | argentina_linea145    | ARG     | 2020-Q5 | '2020-Q5' is not a period
open   |     | unodc_glotip          |         | 2020    | leave out --period
open   |     | unodc_glotip          | ARG     |         | leave out --country
open   |     | glotip                |         |         | There are: argentina_linea145
""")


@pytest.mark.parametrize(
    "case",
    TAKEN.rows(named=True),
    ids=lambda c: f"{c['mode']} {c['layout']} {c['refused'] or 'taken'}",
)
def test_a_workspace_takes_what_its_mode_and_its_policies_allow(
    case: dict[str, str | None], tmp_path: Path
) -> None:
    raw = (case["raw"],) if case["raw"] else ()
    place = workspace(tmp_path / "region", mode=case["mode"], raw_files=raw)

    def look() -> None:
        layout = admission.layout_for(str(case["layout"]), case["country"], case["period"])
        admission.taken_here(layout, case["country"], place)

    if not (words := case["refused"]):
        look()
        return
    with pytest.raises((Refusal, ValueError, LookupError), match=words):
        look()


def test_a_layout_of_several_countries_needs_to_be_told_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = load.layout("xab_ministry").model_copy(update={"country": None})
    monkeypatch.setattr(load, "layout", lambda name: shared)
    with pytest.raises(admission.WrongCountry, match="say whose data these are with --country"):
        admission.layout_for("shared", None, "2023-Q1")
    with pytest.raises(admission.WrongCountry, match="'Belmora' is no country code"):
        admission.layout_for("shared", "Belmora", "2023-Q1")
    assert admission.layout_for("shared", "XAB", "2023-Q1") == shared


@pytest.mark.parametrize("code", ["_T", "_U", "tipstat:elsewhere", "tipstat:other_oceania"])
def test_what_is_no_country_reports_nothing(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = load.layout("xab_ministry").model_copy(update={"country": None})
    monkeypatch.setattr(load, "layout", lambda name: shared)
    with pytest.raises(admission.WrongCountry, match=f"'{code}' is no country code"):
        admission.layout_for("shared", code, "2023-Q1")


def test_a_file_that_changes_while_it_is_sent_is_not_taken(
    first: Submission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record's fingerprint is of what was sealed."""
    place, file = workspace(tmp_path / "new"), tmp_path / "changing.csv"
    shutil.copy(first.files[0], file)
    seal = keystore.seal

    def changing(plain: Path, target: Path, folder: Path) -> str:
        file.write_bytes(file.read_bytes() + b"\n")
        return seal(plain, target, folder)

    monkeypatch.setattr(keystore, "seal", changing)
    with pytest.raises(inbox.NoFile, match="changed while it was sent"):
        submitted(place, (file, *first.files[1:]))
    assert list(place["inbox"].glob("*")) == []
