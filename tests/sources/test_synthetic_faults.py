"""The intake finds the planted faults, all forty kinds, where they are, and finds nothing else."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from data_contracts import load, periods
from data_contracts.verdict import Verdict
from pipelines.intake import Job
from pipelines.sealed import take_in
from sources.synthetic import Region, Submission
from tests.sources.sent import FAULTS, plain

Found = tuple[str, int, str]
# What the verdict counts such rows as; what it says nothing of is counted as kept.
COUNTED = {"out_of_scope": "scope", "": "kept", "superseded": "kept"}


def taken(one: Submission) -> Verdict:
    """A submission through the intake."""
    layout = load.layout(one.layout)
    named = one.period and periods.on_the_calendar(one.period, layout.year_starts)
    return take_in(Job(files=one.files, layout=one.layout, period=named, country=one.country))


@pytest.fixture(scope="session")
def verdicts(region: Region) -> list[tuple[Submission, Verdict]]:
    return [(one, taken(one)) for one in region.submissions]


def below(region: Region, one: Submission) -> dict[str, str]:
    """The layout's name of each file to its path in the region."""
    paths = [file.relative_to(region.folder).as_posix() for file in one.files]
    return dict(zip(load.layout(one.layout).files, paths, strict=True))


def listed(region: Region, verdicts: list[tuple[Submission, Verdict]]) -> Iterator[Found]:
    for one, verdict in verdicts:
        paths = below(region, one)
        yield from ((paths[f.file or ""], f.row, f.code) for f in verdict.faults if f.row)


def test_forty_kinds_are_declared_and_every_one_is_planted(region: Region) -> None:
    declared = {row["kind"] for row in plain(FAULTS)}
    assert len(declared) == 40
    assert {row["kind"] for row in plain(region.truth / "faults.csv")} == declared


def test_the_intake_finds_exactly_the_faults_that_were_planted(
    region: Region, verdicts: list[tuple[Submission, Verdict]]
) -> None:
    planted = {
        (row["file"], int(row["row"]), row["code"])
        for row in plain(region.truth / "faults.csv")
        if row["row"]
    }
    assert set(listed(region, verdicts)) == planted
    assert len(planted) > 200


def test_every_row_is_kept_or_set_aside_for_the_reason_told(
    region: Region, verdicts: list[tuple[Submission, Verdict]]
) -> None:
    reasons = {row["kind"]: row["reason"] for row in plain(FAULTS)} | COUNTED
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for row in plain(region.rows):
        told[row["file"]][reasons[row["set_aside"]]] += 1
    for one, verdict in verdicts:
        if one.country:
            expected = sum((told[path] for path in below(region, one).values()), Counter())
            assert {"kept": verdict.rows_kept, **verdict.set_aside} == {"kept": 0, **expected}
            assert verdict.verdict in ("ok", "comments")


def test_few_rows_of_a_file_are_spoilt(region: Region) -> None:
    rows = plain(region.rows)
    whole = Counter(row["file"] for row in rows)
    fine = ("", "out_of_scope", "superseded")
    bad = Counter(row["file"] for row in rows if row["set_aside"] not in fine)
    assert all(bad[file] <= max(1, 0.08 * many) for file, many in whole.items())


@pytest.mark.parametrize("kind", [row["kind"] for row in plain(FAULTS) if not row["dataset"]])
def test_a_submission_with_a_fault_of_its_files_is_refused_for_it(
    kind: str, region: Region
) -> None:
    code = next(row["code"] for row in plain(FAULTS) if row["kind"] == kind)
    one = next(s for s in region.refused if s.files[0].parent.name == kind)
    verdict = taken(one)
    assert verdict.verdict == "faults"
    assert code in {fault.code for fault in verdict.faults}


def test_the_nil_quarter_says_that_there_was_nothing(
    verdicts: list[tuple[Submission, Verdict]],
) -> None:
    nil = [(s.layout, s.period) for s, v in verdicts if "NIL-01" in {f.code for f in v.faults}]
    assert nil == [("xad_labour", "2023-Q2")]
