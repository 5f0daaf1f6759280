"""The sealed child as its parent sees it: what it is told, what it may, what comes back."""

import gzip
import hashlib
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from data_contracts.verdict import Fault, Verdict
from pipelines import children, inbox, intake, keystore, sandbox, submissions, takings
from pipelines.intake import REFUSED, TAKEN, Job, Unfinished, patience, start
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.pipelines.children import Child, caught, intakes, piped
from tests.pipelines.test_submissions import NOW
from tests.pipelines.workspaces import copied, not_taken_in, of_belmora, tree

pytestmark = pytest.mark.xdist_group("tiny")

EMPTY = Verdict(verdict="faults", faults=(Fault(code="READ-02", file="file 1"),))
LIMITS = {
    "Max address space": sandbox.ADDRESS_SPACE,
    "Max cpu time": intake.SECONDS,
    "Max open files": sandbox.FILES,
    "Max core file size": 0,
}


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job whose file says nothing and does not come to an end."""
    return Job(files=(piped(tmp_path),), layout="xaa_police", period="2023-Q1")


def working(job: Job) -> Callable[[], Verdict]:
    return partial(start, job)


def closed_to_us(child: Child[Verdict]) -> bool:
    """Whether the system keeps even us, who started it, from looking into the child."""
    return not os.access(child.proc("environ"), os.R_OK)


def test_a_child_works_within_limits(job: Job) -> None:
    with caught(working(job), job.files[0]) as child:
        lines = child.proc("limits").read_text().splitlines()
    told = {line[:26].strip(): line[26:].split()[:2] for line in lines}
    assert {name: told[name] for name in LIMITS} == {n: [str(m)] * 2 for n, m in LIMITS.items()}


def test_a_child_is_cut_off_from_the_network_while_it_reads(job: Job) -> None:
    with caught(working(job), job.files[0]) as child:
        status = child.proc("status").read_text()
        network = None if closed_to_us(child) else os.readlink(child.proc("ns/net"))
    # Only root may ask for the network of a process that nobody may look into.
    assert network != os.readlink("/proc/self/ns/net")
    assert "\nSeccomp:\t2\n" in status
    assert "\nNoNewPrivs:\t1\n" in status
    assert (network is None) == (os.geteuid() != 0)


def test_a_child_is_told_nothing_by_its_surroundings(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody on the machine may read how a process was called."""
    monkeypatch.setenv("TIPSTAT_SECRET", "zqabcdefghij")
    with caught(working(job), job.files[0]) as child:
        words = child.proc("cmdline").read_bytes().split(b"\0")
        environment = b"" if closed_to_us(child) else child.proc("environ").read_bytes()
        said = "/dev/null" if closed_to_us(child) else os.readlink(child.proc("fd/2"))
    assert words[1:] == [b"-I", b"-m", b"pipelines.child", b""]
    assert (environment, said) == (b"", "/dev/null")


def test_a_child_left_alone_comes_to_its_own_verdict(job: Job) -> None:
    with caught(working(job), job.files[0]) as child:
        pass
    assert child.answer.result() == EMPTY


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT])
def test_a_child_that_is_ended_refuses_its_file(job: Job, how: signal.Signals) -> None:
    with caught(working(job), job.files[0]) as child:
        os.kill(child.pid, how)
        assert child.answer.result().faults == REFUSED.faults
    assert [fault.code for fault in REFUSED.faults] == ["INTAKE-01"]


def test_a_child_that_takes_too_long_is_ended_and_refuses_its_file(job: Job) -> None:
    assert start(job, seconds=0.5) == TAKEN["time"]
    assert [fault.code for fault in TAKEN["time"].faults] == ["INTAKE-03"]
    assert intakes(os.getpid()) == []


def test_a_child_beside_others_waits_longer_than_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among eight on two cores a register of ten million rows is not refused for its wait."""
    large, given = tmp_path / "large.csv", []
    with large.open("wb") as file:
        file.truncate(1_650_000_000)

    def ended(*_: str, seconds: float, **__: object) -> bytes:
        given.append(seconds)
        raise children.Ended("time")

    monkeypatch.setattr(children, "ask", ended)
    job = Job(files=(large,), layout="htcds")
    assert start(job) == TAKEN["time"]
    assert given[0] >= 4 * patience(job) > 4 * (600 + 700)


@pytest.mark.parametrize(
    "program", ["true", "echo", "false", "yes zq | head -c 9", 'echo \'{"verdict": "fine"}\'']
)
def test_an_answer_that_is_no_verdict_refuses_the_file(
    program: str, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "python"
    other.write_text(f"#!/bin/sh\n{program}\n")
    other.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(other))
    assert start(job) == REFUSED


def test_a_child_that_could_not_do_its_work_blames_nobodys_file(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\nexit 3\n")
    other.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(other))
    with pytest.raises(Unfinished):
        start(job)


def far_cell(file: Path) -> None:
    """Two cells, one of them as far away as a sheet reaches."""
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "Country Code")
        sheet.write_string(1_048_575, 16_383, "x")


def unpacking(mebibytes: int) -> Callable[[Path], None]:
    """A small file that unpacks to a large one."""
    part = gzip.compress(b"Country Code,Year,Value\n" + b"a,b\n" * 2**18)

    def write(file: Path) -> None:
        file.write_bytes(part * mebibytes)

    return write


@pytest.mark.parametrize(
    ("write", "layout", "code"),
    [
        (far_cell, "world_bank_population", "READ-09"),
        (unpacking(1_030), "invented_population", "READ-08"),
    ],
)
def test_a_file_far_larger_than_it_looks_is_refused_and_ends_nobody_else(
    write: Callable[[Path], None], layout: str, code: str, tmp_path: Path
) -> None:
    write(tmp_path / "small")
    assert (tmp_path / "small").stat().st_size < 3_000_000
    found = start(Job(files=(tmp_path / "small",), layout=layout))
    assert [fault.code for fault in found.faults] == [code]
    assert (found.verdict, found.rows_read) == ("faults", 0)


@pytest.fixture
def place(sent: Workspace, tmp_path: Path) -> Workspace:
    return copied(sent, tmp_path / "region")


def sealed_in_a_pipe(pipe: Path, patch: pytest.MonkeyPatch) -> None:
    """The first file that is sealed from now on is a pipe."""
    sound = keystore.seal

    def seal(file: Path, target: Path, folder: Path) -> str:
        if pipe.exists():
            return sound(file, target, folder)
        os.mkfifo(target)
        pipe.symlink_to(target)
        return hashlib.sha256(file.read_bytes()).hexdigest()

    patch.setattr(keystore, "seal", seal)


def test_a_child_killed_at_the_door_leaves_the_workspace_as_it_was(
    place: Workspace, tiny: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, one = tree(place.root), tiny.submissions[0]
    assert one.layout == "xaa_police"
    sealed_in_a_pipe(pipe := tmp_path / "pipe", monkeypatch)
    arguments = (place, one.files, one.layout, one.period, one.country, NOW)
    with caught(partial(submissions.submit, *arguments), pipe) as child:
        os.kill(child.pid, signal.SIGKILL)
        _, verdict = child.answer.result()
    assert verdict.faults == REFUSED.faults
    assert tree(place.root) == before


@pytest.fixture
def refused(place: Workspace) -> inbox.Received:
    """A submission that was accepted, and whose child was killed when it should be counted."""
    one = inbox.received(not_taken_in(place))[0]
    pipe = one.sealed_files(place)[0]
    data = pipe.read_bytes()
    pipe.unlink()
    os.mkfifo(pipe)
    with caught(partial(submissions.take_in, place, one), pipe) as child:
        os.kill(child.pid, signal.SIGKILL)
        assert child.answer.result().faults == REFUSED.faults
    pipe.unlink()
    pipe.write_bytes(data)
    return one


def test_a_child_killed_at_its_work_leaves_a_verdict_and_no_rows(
    refused: inbox.Received, place: Workspace, sent: Workspace, tmp_path: Path
) -> None:
    found = takings.last(place, refused.submission)
    assert found
    assert found.faults == REFUSED.faults
    assert submissions.accepted(place) == []
    without = tree(not_taken_in(copied(sent, tmp_path / "without")).root)
    assert tree(place.root, "verdicts", "safe") == without
    assert not list(place["safe"].rglob("*"))


def test_what_was_refused_by_accident_can_be_sent_again(
    refused: inbox.Received, place: Workspace, tiny: Region
) -> None:
    one = of_belmora(tiny)[0]
    again, found = submissions.submit(place, one.files, one.layout, one.period, one.country, NOW)
    assert found.rows_kept > 0
    assert again.sha256 == refused.sha256
    assert again.submission != refused.submission
    assert [sent.submission for sent in submissions.accepted(place)] == [again.submission]


def test_rows_of_a_child_that_was_refused_in_the_end_are_not_kept(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(job: Job) -> Verdict:
        (job.out or Path()).joinpath("victims.parquet").write_bytes(b"rows")
        return REFUSED

    monkeypatch.setattr(intake, "start", half)
    submissions.take_in(place, inbox.received(not_taken_in(place))[0])
    assert not list(place["safe"].rglob("*"))


def test_rows_that_a_killed_process_left_are_wiped_by_the_next_submission(
    place: Workspace, tiny: Region
) -> None:
    left = place["safe"] / f".{'0' * 32}"
    (left / ".victims").mkdir(parents=True)
    (left / "victims.parquet").write_bytes(b"rows")
    one = of_belmora(tiny)[0]
    submissions.submit(place, one.files, one.layout, one.period, one.country, NOW)
    assert not left.exists()
    assert list(place["safe"].glob("*/*.parquet"))
