"""What inspectors write in words and towns becomes the codes and areas that are true of them."""

import csv
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from pipelines import sealed
from pipelines.intake import Job
from sources.synthetic import Region, Submission

UNKNOWN = "_U"
Rows = list[dict[str, str]]


def told(path: Path, encoding: str = "utf-8", mark: str = ",") -> Rows:
    """A table as Python reads it."""
    with path.open(encoding=encoding, newline="") as lines:
        return list(csv.DictReader(lines, delimiter=mark))


def inspections(region: Region) -> list[Submission]:
    """What the labour inspection of Dravena sent."""
    return [one for one in region.submissions if one.layout == "xad_labour"]


def expected(region: Region, one: Submission) -> tuple[Counter[str], Counter[str]]:
    """The ways of recruitment of those with an explanation, and all areas, by the truth."""
    persons = {row["person"]: row for row in told(region.truth / "persons.csv")}
    file = one.files[0].relative_to(region.folder).as_posix()
    sound = {
        int(row["row"]): persons[row["person"]]
        for row in told(region.truth / "rows.csv")
        if row["file"] == file and not row["set_aside"]
    }
    ways, areas = Counter[str](), Counter[str]()
    for number, row in enumerate(told(one.files[0], "cp1251", ";"), start=2):
        if number in sound:
            areas[town(row["Населённый пункт"])] += 1
            if row["Объяснения"].strip() not in ("", "нет"):
                ways.update(sound[number]["recruitment"].split("|") or [UNKNOWN])
    return Counter({way or UNKNOWN: n for way, n in ways.items()}), areas


def town(text: str) -> str:
    """The area of a town, by the first letters of its name."""
    starts = {"севе": "XAD-1", "запа": "XAD-2", "южно": "XAD-3", "драв": "XAD-4"}
    return starts[text.strip().lower()[:4]]


@pytest.fixture(scope="module")
def whole(
    region: Region, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Submission, Path]]:
    """Each submission with the folder of its safe rows."""
    made = []
    for one in inspections(region):
        out = tmp_path_factory.mktemp("safe")
        job = Job(files=one.files, layout=one.layout, period=one.period, out=out)
        assert sealed.take_in(job).verdict != "faults"
        made.append((one, out))
    return made


def test_how_workers_were_recruited_is_coded_from_what_inspectors_wrote(
    region: Region, whole: list[tuple[Submission, Path]]
) -> None:
    for one, out in whole:
        answers = pl.read_parquet(out / "victims_answers.parquet")
        found = answers.filter(pl.col("field") == "recruitment")["code"]
        ways, _ = expected(region, one)
        assert Counter(found) == ways
    assert whole


def test_towns_leave_as_the_territories_that_hold_them(
    region: Region, whole: list[tuple[Submission, Path]]
) -> None:
    for one, out in whole:
        rows = pl.read_parquet(out / "victims.parquet")
        assert Counter(rows["area"]) == expected(region, one)[1]


def test_neither_the_account_nor_a_town_is_in_what_leaves(
    whole: list[tuple[Submission, Path]],
) -> None:
    for _, out in whole:
        content = b"".join(file.read_bytes() for file in out.iterdir())
        for word in ("соцсетях", "знакомству", "бригадир", "Северодрав", "Дравенград"):
            assert word.encode() not in content
