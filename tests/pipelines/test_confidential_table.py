"""A table sent in confidence goes in at the door and comes out rounded, with equal numbers."""

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_contracts import load
from data_contracts.layout import Layout
from pipelines import intake, releases, sealed, submissions
from pipelines.run import run
from tests.pipelines.registries import counting
from tests.pipelines.workspaces import with_fixed_keys, workspace

pytestmark = pytest.mark.xdist_group("cells")
TABLES = ("victims", "victims_by_sex_age")
COLUMNS = {
    "unit": "Statut",
    "identified_on": "Trimestre",
    "case": "Opération",
    "sex": "Sexe",
    "age_group": "Âge",
}
UNIT = "victim_identified"
# By quarter, operation, sex and age.
SENT = {
    (quarter, case, sex, age): 5 + (quarter + case + number) % 4
    for quarter in range(1, 5)
    for case in range(4)
    for number, (sex, age) in enumerate((s, a) for s in "FM" for a in ("Y0T17", "Y_GE18"))
}


@pytest.fixture
def layout(monkeypatch: pytest.MonkeyPatch) -> Iterator[Layout]:
    """The ministry sends a table, and the region counts two tables."""
    facts = load.layout("xab_ministry").model_dump(by_alias=True)
    fields = {name: {"from": column} for name, column in COLUMNS.items()}
    feed: dict[str, Any] = {"file": "victims", "filled": ("Nombre",)}
    feed |= {"fields": fields | {"persons": {"from": "Nombre"}}}
    facts |= {"person": "cell", "feeds": {"victims": feed}, "labels": {}}
    facts |= {"files": {"victims": {"formats": ("csv",)}}}
    made, of = Layout.model_validate(facts), load.layout
    monkeypatch.setattr(load, "layout", lambda name: made if name == made.name else of(name))
    monkeypatch.setattr(load, "layouts", lambda: {made.name: made})
    monkeypatch.setattr(intake, "start", lambda job: sealed.take_in(job))
    with counting(TABLES):
        yield made


def written(folder: Path, quarter: int, rows: Iterable[str]) -> Path:
    """The country's file of a quarter."""
    file = folder / f"q{quarter}.csv"
    header = ",".join([*COLUMNS.values(), "Nombre"])
    file.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return file


def lines(quarter: int) -> list[str]:
    day = f"2025-{3 * quarter - 2:02d}-01"
    own = {place: n for place, n in SENT.items() if place[0] == quarter}
    return [f"{UNIT},{day},{case},{sex},{age},{n}" for (_, case, sex, age), n in own.items()]


def released(root: Path, turned: bool = False) -> Path:
    """The candidate of four quarters, which are sent in one order or the other."""
    place = with_fixed_keys(workspace(root))
    for quarter in (4, 3, 2, 1) if turned else (1, 2, 3, 4):
        rows = lines(quarter)
        file = written(root, quarter, reversed(rows) if turned else rows)
        now = dt.datetime(2026, 2, quarter, tzinfo=dt.UTC)
        _, verdict = submissions.submit(
            place, [file], "xab_ministry", f"2025-Q{quarter}", None, now
        )
        assert (verdict.faults, verdict.rows_kept) == ((), 16)
    found = run(place).release
    assert found is not None
    return releases.found(place.root, found)


@pytest.mark.slow
def test_a_table_comes_out_rounded_and_the_same_however_it_was_sent(
    layout: Layout, tmp_path: Path
) -> None:
    folder = released(tmp_path / "one")
    table = pl.read_parquet(folder / "tables" / "victims_by_sex_age.parquet")
    victims = pl.read_parquet(folder / "tables" / "victims.parquet")
    for period, quarters in (("2025", range(1, 5)), ("2025-Q1", [1])):
        whole = table.filter(period=period, unit=UNIT, sex="_T", age_band="_T")["value"].item()
        assert abs(whole - sum(n for place, n in SENT.items() if place[0] in quarters)) < 5
        assert whole % 5 == 0
        assert victims.filter(period=period, unit=UNIT)["value"].item() == whole
    again = released(tmp_path / "two", turned=True)
    for name in TABLES:
        file = f"tables/{name}.parquet"
        assert (again / file).read_bytes() == (folder / file).read_bytes()


@pytest.mark.parametrize(("number", "kept"), [("", 15), ("some", 15), ("1000001", 15), ("0", 15)])
def test_a_row_without_a_number_or_of_nobody_is_not_kept(
    layout: Layout, tmp_path: Path, number: str, kept: int
) -> None:
    rows = lines(1)
    file = written(tmp_path, 1, [*rows[:-1], f"{rows[-1].rpartition(',')[0]},{number}"])
    found = sealed.take_in(intake.Job(files=(file,), layout="xab_ministry", period="2025-Q1"))
    assert found.rows_kept == kept
    assert found.rows_out["victims"] == sum(int(row.rpartition(",")[2]) for row in rows[:-1])
