"""Ten thousand broken submissions: no crash of the service, no hang, nothing of a person told.

Some come through the real door, a child each; most are read one after another by processes that
are sealed like a child. Where one of those ends, its file is sent through the real door, which
must refuse it with a code. Each failure names the seed, and the seed makes the same file again.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import ValidationError

from data_contracts import load
from data_contracts.verdict import Verdict
from pipelines import admission, children, explain, intake
from pipelines.intake import Job
from sources import synthetic
from sources.synthetic import Submission
from tests.leaks.search import Search
from tests.leaks.streams import spilled
from tests.pipelines.fuzz.mutants import mutants

ROOT = Path(__file__).parents[3]
LAYOUTS = {"xaa_shelters", "xaa_assistance", "xad_police", "xab_ministry"}
DOOR, WHOLE, SHARE = 150, 9_850, 2_850
AT_A_TIME, SECONDS = 250, 60


@dataclass
class Found:
    """What became of submissions: how often each verdict, and what must not be."""

    verdicts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def take(self, seed: int, told: str, seconds: float) -> None:
        """Judge the answer to the submission of a seed."""
        try:
            verdict = Verdict.model_validate_json(told)
        except ValidationError:
            # The kind of an error nobody foresaw, of which the parent makes one code.
            self.verdicts[told] += 1
            return
        for fault in verdict.faults:
            explain.explained(fault)
        self.verdicts[verdict.verdict] += 1
        if verdict.rows_read != verdict.rows_kept + sum(verdict.set_aside.values()):
            self.wrong.append(f"seed {seed}: rows are not accounted for")
        if seconds > SECONDS:
            self.wrong.append(f"seed {seed}: took {seconds:.0f} seconds")


@dataclass(frozen=True)
class Range:
    """The submissions that are broken, and the strings that must be told nowhere."""

    sound: tuple[Submission, ...]
    search: Search

    def job(self, seed: int, folder: Path) -> Job:
        """The submission of a seed, written below ``folder``."""
        one = self.sound[seed % len(self.sound)]
        place = folder / str(seed)
        (place / "out").mkdir(parents=True)
        files = []
        for number, data in enumerate(mutants([f.read_bytes() for f in one.files], seed)):
            files.append(place / f"{number}.csv")
            files[-1].write_bytes(data)
        return Job(
            files=tuple(files),
            layout=one.layout,
            period=admission.calendar_period(load.layout(one.layout), one.period),
            country=one.country,
            out=place / "out",
        )

    def spilled(self, folder: Path, said: bytes) -> list[str]:
        """Where what must not be told is told."""
        found = [f"said: {sorted(words)}" for words in [self.search.found(said)] if words]
        for out in folder.glob("*/out"):
            found += [f"seed {out.parent.name}: {file}" for file in spilled(out, self.search)]
        return found


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Range:
    """Small submissions of several layouts and formats, with strings found nowhere else."""
    region = synthetic.write(tmp_path_factory.mktemp("sound"), size=40, quarters=1)
    first = {one.layout: one for one in reversed(region.submissions) if one.layout in LAYOUTS}
    assert set(first) == LAYOUTS
    words = region.canaries.read_text(encoding="utf-8").lower().split()
    return Range(tuple(first[name] for name in sorted(first)), Search(words))


def read(seeds: Sequence[int], sound: Range, folder: Path, found: Found) -> None:
    """Read the submissions of some seeds in sealed processes, a new one where one has ended."""
    jobs = {seed: sound.job(seed, folder).model_dump_json() for seed in seeds}
    left = list(seeds)
    while left:
        answers, said = list(told(left, jobs, folder)), b""
        for seed, answer, seconds in answers:
            found.take(seed, answer, seconds)
            said += answer.encode()
            # What would end a child must be refused by its parent, in its own words.
            if not answer.startswith("{"):
                through_the_door(Job.model_validate_json(jobs[seed]), seed, found)
        found.wrong += sound.spilled(folder, said)
        left = left[len(answers) :]


def told(
    seeds: Sequence[int], jobs: dict[int, str], folder: Path
) -> Iterator[tuple[int, str, float]]:
    """Seed, answer and seconds of each submission until the process ends."""
    command = [sys.executable, "-m", "tests.pipelines.fuzz.reading", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        for seed in seeds:
            began = time.monotonic()
            try:
                child.stdin.write(jobs[seed].encode() + b"\n")
                child.stdin.flush()
            except BrokenPipeError:
                break
            line = child.stdout.readline().decode()
            yield seed, line.partition(" ")[2].strip() or "Ended", time.monotonic() - began
            if not line:
                break
        child.kill()


def through_the_door(job: Job, seed: int, found: Found) -> bytes:
    """The verdict of a real child, which must come and be in words that there are."""
    began = time.monotonic()
    verdict = intake.start(job)
    said = verdict.model_dump_json()
    found.take(seed, said, time.monotonic() - began)
    return said.encode()


@pytest.mark.slow
def test_broken_submissions_through_the_real_door(sound: Range, tmp_path: Path) -> None:
    found, said = Found(), b""
    with children.in_a_row():
        for seed in range(DOOR):
            said += through_the_door(sound.job(seed, tmp_path), seed, found)
    assert found.wrong + sound.spilled(tmp_path, said) == []
    assert found.verdicts.total() == DOOR
    assert set(found.verdicts) <= {"ok", "comments", "faults"}
    assert found.verdicts["faults"] > DOOR / 10
    assert found.verdicts["comments"] + found.verdicts["ok"] > DOOR / 10


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_thousands_of_broken_submissions(sound: Range, tmp_path: Path, is_whole: bool) -> None:
    found, last = Found(), DOOR + (WHOLE if is_whole else SHARE)
    for start in range(DOOR, last, AT_A_TIME):
        seeds = range(start, min(start + AT_A_TIME, last))
        read(seeds, sound, tmp_path / str(start), found)
    assert found.wrong == []
    assert set(found.verdicts) == {"ok", "comments", "faults"}


def test_a_leak_a_hang_and_a_miscount_would_be_found(sound: Range, tmp_path: Path) -> None:
    word = next(iter(sound.search.wanted))
    job = sound.job(0, tmp_path)
    assert job.out
    (job.out / "row").write_text(word)
    assert len(sound.spilled(tmp_path, word.encode())) == 2
    found = Found()
    found.take(7, Verdict(verdict="ok", rows_read=1).model_dump_json(), 61)
    assert found.wrong == ["seed 7: rows are not accounted for", "seed 7: took 61 seconds"]


def test_a_seed_makes_the_same_files_again(sound: Range, tmp_path: Path) -> None:
    one, other = (sound.job(5, tmp_path / name) for name in "ab")
    assert [f.read_bytes() for f in one.files] == [f.read_bytes() for f in other.files]
