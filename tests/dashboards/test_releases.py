"""The explorer opens releases, and nothing else."""

import json
from pathlib import Path

import duckdb
import pytest

from dashboards.explorer import releases
from tests.dashboards import fixture


def say(folder: Path, **changes: object) -> None:
    """Change what a release says about itself."""
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_the_newest_of_each_line_comes_first_and_real_data_before_invented(tmp_path: Path) -> None:
    for name, published in (
        ("INVENTED-2025Q3-v1", "2025-11-01"),
        ("INVENTED-2025Q4-v1", "2026-02-01"),
        ("TIP-2020Q3-v1", "2021-01-01"),
        ("TIP-2020Q4-v1", "2021-03-01"),
    ):
        folder = fixture.release(tmp_path, name, invented=name.startswith("INV"))
        say(folder, published=published)
    found = [release.id for release in releases.find([tmp_path])]
    newest, older = found[:2], found[2:]
    assert newest == ["TIP-2020Q4-v1", "INVENTED-2025Q4-v1"]
    assert older == ["INVENTED-2025Q3-v1", "TIP-2020Q3-v1"]


def test_a_withdrawn_release_is_not_shown(tmp_path: Path) -> None:
    say(fixture.release(tmp_path), state="withdrawn")
    with pytest.raises(releases.NoRelease):
        releases.find([tmp_path])


def test_a_table_that_the_manifest_does_not_name_is_not_opened(release: Path) -> None:
    (opened,) = releases.find([release])
    with pytest.raises(KeyError):
        opened.table("../indicators")


def test_the_connection_reads_nothing_outside_the_release(tmp_path: Path) -> None:
    folder = fixture.release(tmp_path)
    with pytest.raises(duckdb.PermissionException):
        releases._read(folder / "tables", "../indicators.parquet")


def test_tables_come_in_the_order_of_the_registry(release: Path) -> None:
    (opened,) = releases.find([release])
    assert list(opened.tables) == list(fixture.SAID["tables"])


def test_all_cells_of_a_table_are_read(release: Path) -> None:
    (opened,) = releases.find([release])
    assert opened.table("absences").equals(fixture.tables()["absences"])


def test_what_is_not_available_is_no_number_of_which_a_part_is_hidden(release: Path) -> None:
    (opened,) = releases.find([release])
    marks = fixture.tables()["absences"]["obs_status"].to_list()
    assert {"O", "M", "Q"} <= set(marks)
    told = [mark for mark in marks if mark not in ("O", "M")]
    assert opened.numbers("absences") == (len(told), told.count("Q"))
