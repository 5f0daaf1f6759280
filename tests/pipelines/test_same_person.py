"""The same person twice, from what two agencies send to what is published, and after.

Real commands, real sealed processes. Two agencies of an invented country send half a year;
whoever is in both, misspelt or swapped, is counted once. Then a third quarter shows that two who
are published are one: nothing that is published moves, and the operator is told that one waits.
"""

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import links, outputs, releases, steps
from pipelines.settings import Workspace
from sources import synthetic
from sources.synthetic import Region, Submission
from tests.linking.planted import Planted, planted, pseudonym
from tests.pipelines.approving import approve
from tests.pipelines.workspaces import tree, workspace
from tests.sources.sent import plain

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("same person")]
POLICE, SHELTERS = "xaa_police", "xaa_shelters"
PUBLISHED, LATER = ("2023-Q1", "2023-Q2"), "2023-Q3"
# Of one family name and birthday: sisters, for all that anybody knows of them at first.
BLANK = dict.fromkeys(("Expediente", "Documento", "Teléfono", "Domicilio", "Relato"), "")
SHE = BLANK | {"Apellido": "Zqmarandilo", "Sexo": "Mujer", "Fecha de nacimiento": "17/05/1994"}
NAMES, NUMBER = ("Zqsovelina", "Zqdaliminor"), "77120943"
UNITS = ["country", "period", "unit"]


@dataclass(frozen=True)
class Told:
    """What one run said, the tables of the release that it made, and whom it counted."""

    said: dict[str, Any]
    tables: dict[str, pl.DataFrame]
    cube: pl.DataFrame
    rows: pl.DataFrame


@dataclass(frozen=True)
class Story:
    """The workspace at the end, the truth, both runs, and what the first release was made of."""

    place: Workspace
    truth: Planted
    first: Told
    second: Told
    published: dict[str, str]


def answer(*words: object) -> dict[str, Any]:
    """What a command that ends well says to a machine."""
    command = [sys.executable, "-m", "pipelines.cli", *map(str, words), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def submit(place: Workspace, sent: Sequence[Submission]) -> None:
    for one in sent:
        where = ("--layout", one.layout, "--period", one.period, "--country", one.country)
        answer("submit", *one.files, *where, "--workspace", place.root)


def add(region: Region, sent: Sequence[Submission], period: str, document: str) -> None:
    """Add both of her to what the police sends of a quarter, each a record of its own."""
    file = next(s for s in sent if (s.layout, s.period) == (POLICE, period)).files[0]
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    own = [row for row in plain(region.rows) if file.match(row["file"])]
    template = rows[int(next(row["row"] for row in own if not row["set_aside"])) - 2]
    for name in NAMES:
        told = {"Registro": f"{name} {period}", "Nombres": name, "Documento": document}
        rows.append(template | SHE | told)
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(template), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def newest(place: Workspace, asset: str) -> Path:
    """The folder of an asset that was made last."""
    folders = (place["assets"] / asset).glob("[!.]*")
    return max(folders, key=lambda folder: folder.stat().st_mtime_ns)


def ran(place: Workspace) -> Told:
    said = answer("run", "--workspace", place.root)
    release = releases.found(place.root, said["release"])
    return Told(
        said=said,
        tables=outputs.tables_in(release / outputs.TABLES),
        cube=pl.read_parquet(newest(place, "cube") / "victims_by_sex_age.parquet"),
        rows=steps.rows(newest(place, "core_victims")),
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("same")
    region = synthetic.write(folder / "files", size=480, quarters=3, countries=("XAA",))
    sent = [one for one in region.submissions if one.layout in (POLICE, SHELTERS)]
    add(region, sent, PUBLISHED[0], "")
    add(region, sent, LATER, NUMBER)
    place = workspace(folder / "workspace", raw_files=("XAA",))
    submit(place, [one for one in sent if one.period in PUBLISHED])
    first = ran(place)
    approve(place.root, first.said["release"])
    answer("release", "publish", first.said["release"], "--workspace", place.root)
    public = tree(place[releases.RELEASES] / first.said["release"])
    submit(place, [one for one in sent if one.period == LATER])
    return Story(place, planted(place, region), first, ran(place), public)


def keys_of(rows: pl.DataFrame) -> dict[str, int]:
    """The key under which each record is counted."""
    return dict(rows.select("record", "person_key").iter_rows())


def test_who_is_in_both_lists_is_one_person(story: Story) -> None:
    keys = keys_of(story.second.rows)
    pairs = [sorted(record for _, record in pair) for pair in story.truth.within]
    both = [(keys[a], keys[b]) for a, b in pairs if a in keys and b in keys]
    assert len(both) > 40
    assert sum(a == b for a, b in both) / len(both) > 0.9
    # Nobody else is: each key is of one person of the truth.
    whose: dict[int, set[str]] = {}
    for (_, record), person in story.truth.person.items():
        if record in keys:
            whose.setdefault(keys[record], set()).add(person)
    assert all(len(persons) == 1 for persons in whose.values())


def test_each_quarter_counts_persons_and_not_records(story: Story) -> None:
    rows = steps.countable(story.first.rows.lazy()).collect()
    persons: dict[tuple[object, ...], set[int]] = {}
    for *family, key in rows.select(*UNITS, "person_key").iter_rows():
        persons.setdefault(tuple(family), set()).add(key)
    total = story.first.cube.filter(sex="_T", age_band="_T", country="XAA")
    counted = {tuple(row[:3]): row[3] for row in total.select(*UNITS, "n").iter_rows()}
    expected = {f: len(keys) for f, keys in persons.items() if f in counted}
    assert {family: n for family, n in counted.items() if "-Q" in str(family[1])} == expected
    records = Counter(tuple(row) for row in rows.select(UNITS).iter_rows())
    assert sum(expected.values()) < sum(records[family] for family in expected)


def test_what_is_published_stays_to_the_byte_and_nobody_in_it_moves(story: Story) -> None:
    first = story.place[releases.RELEASES] / story.first.said["release"]
    assert tree(first) == story.published
    for name, table in story.first.tables.items():
        shown = table.filter(pl.col("period").is_in(PUBLISHED))
        again = story.second.tables[name].filter(pl.col("period").is_in(PUBLISHED))
        assert shown.equals(again), name
    was, now = (
        {
            (period, record): key
            for period, record, key in told.rows.select("period", "record", "person_key").rows()
            if period in PUBLISHED
        }
        for told in (story.first, story.second)
    )
    assert was == now


def test_two_who_are_published_and_turn_out_to_be_one_wait(story: Story) -> None:
    key = bytes.fromhex((story.place["keys"] / "XAA" / "identity.key").read_text())
    hers = [
        [pseudonym(key, POLICE, f"{name} {period}") for name in NAMES]
        for period in (PUBLISHED[0], LATER)
    ]
    keys = keys_of(story.second.rows)
    one, other = (keys[record] for record in hers[0])
    assert one != other
    assert [keys[record] for record in hers[1]] == [one, other]
    assert story.first.said["waiting"] == {}
    assert story.second.said["waiting"] == {"XAA": 1}
    waits = pl.read_parquet(newest(story.place, "links") / links.PENDING)
    assert [set(row) for row in waits.iter_rows()] == [{one, other}]


def test_nothing_of_who_is_who_is_in_a_release(story: Story) -> None:
    private = {steps.KEYS, links.PENDING, links.WAITING}
    made = {hash for name, hash in tree(newest(story.place, "links")).items() if name in private}
    assert len(made) == len(private)
    for told in (story.first, story.second):
        # What was a candidate may be a release by now.
        folder = releases.found(story.place.root, told.said["release"])
        inside = tree(folder)
        assert not private & {Path(name).name for name in inside}
        assert not made & set(inside.values())
        for file in folder.rglob("*.parquet"):
            columns = set(pl.read_parquet_schema(file))
            assert not columns & {"person_key", "own", "other", "link_token", "record"}, file
