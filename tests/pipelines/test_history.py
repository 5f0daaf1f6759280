"""The workspace as it stood on a day or at a release, and releases side by side."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import cli, history, inbox, releases, speakers, steps, submissions, warehouse
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.pipelines.drafting import draft, promises
from tests.pipelines.workspaces import copied, of_belmora, send, tree, workspace
from transforms.vintage import Slice

pytestmark = pytest.mark.xdist_group("tiny")
SHOWN = "INVENTED-2023Q1-v1"
Asked = Callable[..., object]


@pytest.fixture(scope="module")
def counted(
    tiny: Region, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, dict[Slice, str], Path]:
    """Two quarters taken in and counted as for a release, then the first of them sent anew."""
    place = workspace(tmp_path_factory.mktemp("history") / "region")
    first, second = (one for one in of_belmora(tiny) if str(one.period) in ("2023-Q1", "2023-Q2"))
    for day, one in ((1, first), (2, second)):
        submissions.take_in(place, send(place, one, day))
    slices = dict(history.slices_as_of(place))
    cube = counted_as(place, slices, place.root.parent / "then")
    kept = place[speakers.VINTAGES] / SHOWN
    kept.mkdir(parents=True)
    speakers.write_slices(kept / speakers.EVERY_SLICE, slices)
    speakers.write_slices(kept / speakers.SLICES, {})
    folder = releases.write(place.root, draft(), promises(place.root.parent / "promises"))
    folder.rename(place[releases.CANDIDATES] / SHOWN)
    again = place.root.parent / "again"
    again.mkdir()
    victims = again / "victims.csv"
    lines = first.files[0].read_text(encoding="utf-8").splitlines(keepends=True)
    victims.write_text("".join(lines[:-20]), encoding="utf-8")
    later = replace(first, files=(victims, first.files[1]))
    submissions.take_in(place, send(place, later, 20))
    return place, slices, cube


def counted_as(place: Workspace, slices: dict[Slice, str], folder: Path) -> Path:
    """The cube of a vintage."""
    cores = history.rebuilt(place, slices, None, folder / "core")
    (folder / "cube").mkdir()
    steps.count(place, cores, slices, folder / "cube")
    return folder / "cube"


@pytest.fixture
def place(counted: tuple[Workspace, dict[Slice, str], Path], tmp_path: Path) -> Workspace:
    return copied(counted[0], tmp_path / "region")


def told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> object:
    """What a command that ends well prints for machines."""
    with pytest.raises(SystemExit) as ended:
        cli.main([*map(str, words), "--json"])
    assert ended.value.code == 0
    found: object = json.loads(capsys.readouterr().out)
    return found


def test_as_of_a_release_the_same_cube_is_counted_to_the_byte(
    counted: tuple[Workspace, dict[Slice, str], Path], tmp_path: Path
) -> None:
    place, slices, cube = counted
    assert dict(history.slices_as_of(place, SHOWN)) == slices
    now = dict(history.slices_as_of(place))
    assert now != slices
    again = counted_as(place, dict(history.slices_as_of(place, SHOWN)), tmp_path / "again")
    assert tree(again) == tree(cube)
    assert tree(counted_as(place, now, tmp_path / "now")) != tree(cube)


@pytest.mark.parametrize(
    ("day", "periods"),
    [("2024-01-31", []), ("2024-02-01", ["2023-Q1"]), ("2024-02-02", ["2023-Q1", "2023-Q2"])],
)
def test_as_of_a_day_what_had_been_received_by_its_end_speaks(
    day: str, periods: list[str], place: Workspace
) -> None:
    assert sorted({piece.period for piece in history.slices_as_of(place, day)}) == periods


def test_a_later_correction_speaks_from_its_own_day_on(place: Workspace) -> None:
    first, _, later = inbox.received(place)
    piece = Slice("victims", "xab_ministry", "XAB", "2023-Q1")
    assert history.slices_as_of(place, "2024-02-19")[piece] == first.submission
    assert history.slices_as_of(place, "2024-02-20")[piece] == later.submission
    assert history.slices_as_of(place)[piece] == later.submission


def test_what_was_published_by_a_day_was_frozen_on_it_and_not_before(place: Workspace) -> None:
    first, _, later = inbox.received(place)
    piece = Slice("victims", "xab_ministry", "XAB", "2023-Q1")
    speakers.write_slices(
        place[speakers.VINTAGES] / SHOWN / speakers.SLICES, {piece: first.submission}
    )
    place[releases.RELEASES].mkdir()
    published = (place[releases.CANDIDATES] / SHOWN).rename(place[releases.RELEASES] / SHOWN)
    manifest = json.loads((published / "manifest.json").read_text())
    manifest |= {"release": SHOWN, "state": "published", "published": "2024-02-21T12:00:00Z"}
    (published / "manifest.json").write_text(json.dumps(manifest))
    speaks = {d: history.slices_as_of(place, d)[piece] for d in ("2024-02-20", "2024-02-21")}
    assert speaks == {"2024-02-20": later.submission, "2024-02-21": first.submission}


@pytest.mark.parametrize("moment", ["yesterday", "2024-13-01", "INVENTED-2001Q1-v1"])
def test_a_moment_that_is_none_is_refused_with_what_to_write(moment: str, place: Workspace) -> None:
    with pytest.raises((history.NoSuchMoment, releases.NoSuchRelease), match="release list"):
        history.slices_as_of(place, moment)


def test_a_release_of_another_workspace_says_where_to_look(place: Workspace) -> None:
    (place[speakers.VINTAGES] / SHOWN / speakers.EVERY_SLICE).unlink()
    with pytest.raises(history.NoSuchMoment, match="the one that made it"):
        history.slices_as_of(place, SHOWN)


def test_the_vintages_are_listed_with_who_spoke(
    place: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("vintages", "--workspace", place.root, "--as-of")
    then, now = told(capsys, *words, SHOWN), told(capsys, *words, "2024-02-29")
    assert isinstance(then, list)
    assert isinstance(now, list)
    first, second, later = (one.submission for one in inbox.received(place))
    assert {(e["dataset"], e["period"]): e["submission"] for e in then} == {
        (dataset, period): submission
        for dataset in ("cases", "victims")
        for period, submission in (("2023-Q1", first), ("2023-Q2", second))
    }
    assert {e["submission"] for e in now} == {later, second}
    assert set(now[0]) == {
        *("dataset", "source", "country", "period", "submission"),
        *("layout", "received", "published"),
    }


def test_a_warehouse_as_of_a_release_has_its_rows_and_leaves_everything_else_alone(
    place: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(place.root)
    beside = tmp_path / "other.duckdb"
    beside.touch()
    rows = {}
    for moment in (SHOWN, "2024-02-29"):
        file = tmp_path / f"{moment}.duckdb"
        told(capsys, "warehouse", "--workspace", place.root, "--as-of", moment, "-o", file)
        with duckdb.connect(file, read_only=True, config=dict(warehouse.OFFLINE)) as opened:
            rows[moment] = dict(
                opened.sql("SELECT period, count(*) FROM victims GROUP BY ALL").fetchall()
            )
    assert rows[SHOWN]["2023-Q2"] == rows["2024-02-29"]["2023-Q2"] > 0
    assert 0 < rows["2024-02-29"]["2023-Q1"] < rows[SHOWN]["2023-Q1"]
    assert tree(place.root) == before
    assert beside.exists()


def test_a_file_in_the_way_is_not_overwritten(place: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "there.duckdb"
    file.write_text("mine")
    with pytest.raises(history.InTheWay, match="name another file"):
        history.warehouse_as_of(place, None, file)
    assert file.read_text() == "mine"


# Releases side by side


def changed(place: Workspace, name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """A second candidate in which the tables of victims say something else."""
    made = releases.write(place.root, draft(), place.root.parent / "promises")
    made.rename(made.with_name(name))
    file = made.with_name(name) / "tables" / "victims_by_sex.parquet"
    change(pl.read_parquet(file)).write_parquet(file)


@pytest.fixture
def two(tmp_path: Path) -> Workspace:
    """Two candidates that are the same."""
    place = workspace(tmp_path / "region")
    promises(tmp_path / "promises")
    for name in (SHOWN, "INVENTED-2023Q1-v2"):
        changed(place, name, lambda frame: frame)
    return place


def test_a_difference_names_each_cell_and_counts_all_ways(
    two: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    women, men = pl.col("sex") == "F", pl.col("sex") == "M"
    number = pl.when(women).then(30).when(men).then(15).otherwise("value")
    changed(
        two,
        "INVENTED-2023Q1-v3",
        lambda t: t.with_columns(
            value=number,
            obs_status=pl.when(men).then(pl.lit("A")).otherwise("obs_status"),
        ),
    )
    found = told(capsys, "release", "diff", SHOWN, "INVENTED-2023Q1-v3", "--workspace", two.root)
    assert isinstance(found, dict)
    ways = dict.fromkeys(("added", "removed", "shown", "hidden", "changed", "flagged", "breaks"), 0)
    assert found["tables"] == {
        "justice": ways,
        "victims_by_sex": ways | {"changed": 1, "shown": 1},
    }
    assert (found["added"], found["reshaped"]) == ([], [])
    assert [(c["change"], c["codes"]) for c in found["cells"]] == [
        ("changed", {"sex": "F"}),
        ("shown", {"sex": "M"}),
    ]
    assert found["cells"][0]["before"] == {
        "value": 25, "lower": 21, "upper": 29, "obs_status": "A",
    }  # fmt: skip
    assert found["cells"][0]["after"]["value"] == 30


def with_women(cells: pl.DataFrame, n: int) -> pl.DataFrame:
    """The cells, with ``n`` women in each."""
    return cells.with_columns(value=pl.when(pl.col("sex") == "F").then(n).otherwise("value"))


def test_a_revised_cell_comes_with_what_each_earlier_release_said(
    two: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, women in ((3, 30), (4, 35)):
        changed(two, f"INVENTED-2023Q1-v{number}", partial(with_women, n=women))
    two[releases.RELEASES].mkdir()
    for number in (1, 2, 3):
        name = f"INVENTED-2023Q1-v{number}"
        folder = (two[releases.CANDIDATES] / name).rename(two[releases.RELEASES] / name)
        manifest = json.loads((folder / "manifest.json").read_text())
        told_of = {"release": name, "state": "published"}
        (folder / "manifest.json").write_text(json.dumps(manifest | told_of))
    words = ("--workspace", two.root)
    found = told(capsys, "release", "revisions", "INVENTED-2023Q1-v4", *words)
    assert isinstance(found, list)
    (one,) = found
    assert (one["table"], one["codes"]) == ("victims_by_sex", {"sex": "F"})
    assert [(v["release"][-2:], v["value"]) for v in one["vintages"]] == [
        ("v1", 25),
        ("v2", 25),
        ("v3", 30),
    ]
    assert told(capsys, "release", "revisions", SHOWN, *words) == []


def test_new_cells_are_counted_by_country_and_period(two: Workspace) -> None:
    later = pl.lit("2026-Q1").alias("period")
    changed(two, "INVENTED-2023Q1-v3", lambda t: pl.concat([t, t.with_columns(later)]))
    found = history.diff(two, SHOWN, "INVENTED-2023Q1-v3")
    assert found["added"] == [
        {"table": "victims_by_sex", "country": "XAA", "period": "2026-Q1", "cells": 3}
    ]
    assert found["cells"] == []


def test_a_table_that_one_release_has_not_is_new_and_one_of_another_shape_is_only_named(
    two: Workspace,
) -> None:
    (two[releases.CANDIDATES] / SHOWN / "tables" / "justice.parquet").unlink()
    changed(two, "INVENTED-2023Q1-v3", lambda t: t.rename({"sex": "gender"}))
    found = history.diff(two, SHOWN, "INVENTED-2023Q1-v3")
    assert found["reshaped"] == ["victims_by_sex"]
    assert {row["table"] for row in found["added"]} == {"justice"}


def test_releases_that_say_the_same_differ_in_nothing(two: Workspace) -> None:
    found = history.diff(two, SHOWN, "INVENTED-2023Q1-v2")
    assert (found["added"], found["cells"], found["reshaped"]) == ([], [], [])


def test_a_day_ends_with_its_last_moment(place: Workspace) -> None:
    """Midnight belongs to the day that begins."""
    first, *_ = inbox.received(place)
    assert first.received == dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
    assert dict(history.slices_as_of(place, "2024-01-31")) == {}
