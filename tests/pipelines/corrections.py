"""An invented ministry's quarter sent again with one byte changed, and what is proposed then."""

import csv
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipelines.settings import Workspace
from sources.synthetic import Region, Submission
from tests.pipelines.workspaces import (
    of_belmora,
    send,
    tree,
)

RELEASE = "INVENTED-2023Q4-v1"
OWN_RECORDS = ("dagster", ".lock")


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


def corrected(place: Workspace, region: Region, folder: Path) -> dict[str, str]:
    """Send a correction that would change the candidate; what the workspace proposed before."""
    send(place, aged(quarter(region), folder), day=20)
    return proposed(place)


def proposed(place: Workspace) -> dict[str, str]:
    """What a reader outside the pipeline could have been given."""
    layers = ("candidates", "releases", "vintages", "warehouse")
    return {f"{layer}/{n}": what for layer in layers for n, what in tree(place[layer]).items()}
