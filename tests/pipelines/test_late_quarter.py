"""A quarter that comes three years late: which cells it changes, and that it changes no other."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.periods import quarters
from pipelines import history, keystore, outputs, releases, speakers, steps
from pipelines.run import run
from pipelines.settings import Workspace
from tests.pipelines import approving
from tests.pipelines.stored import store
from tests.pipelines.workspaces import with_fixed_keys, workspace

pytestmark = [pytest.mark.xdist_group("late"), pytest.mark.slow]
FIRST, SECOND = "INVENTED-2025Q2-v1", "INVENTED-2025Q2-v2"
LATE = "2022-Q2"
PERIODS = [q for year in ("2022", "2023", "2024", "2025") for q in quarters(year)][:14]
DAY = dt.datetime(2025, 8, 1, tzinfo=dt.UTC)
# Of every table of victims: the late quarter, and the periods that contain it.
CHANGED = {("XAA", LATE), ("XAA", "2022"), ("XAA", "2022-P6M"), ("XAA", "2022-P9M")}
# Every table of victims: of each, one of the three layouts says that it fills it.
TABLES = {name for name, one in load.tables().items() if one.dataset == "victims"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A release without the shelters' second quarter of 2022, then one with it."""
    made = with_fixed_keys(workspace(tmp_path_factory.mktemp("late") / "region"))
    for number, period in enumerate(PERIODS):
        store(made, "xaa_police", period, 60 + 3 * number, DAY)
        store(made, "xab_ministry", period, 75 + 6 * number, DAY)
        if period != LATE:
            store(made, "xaa_shelters", period, 45 + number, DAY)
    assert run(made).release == FIRST
    publish(made, FIRST)
    store(made, "xaa_shelters", LATE, 48, DAY + dt.timedelta(days=30))
    assert run(made).release == SECOND
    return made


def publish(place: Workspace, release: str) -> None:
    key = keystore.signing_key(place)
    approving.publish(place.root, release, DAY + dt.timedelta(days=10), key)


def tables(place: Workspace, release: str) -> dict[str, pl.DataFrame]:
    return outputs.tables_in(releases.found(place.root, release) / outputs.TABLES)


def is_late() -> pl.Expr:
    """Whether a cell is of the late quarter or of the year that contains it."""
    pairs = [
        (pl.col("country") == country) & (pl.col("period") == period)
        for country, period in sorted(CHANGED)
    ]
    return pl.any_horizontal(pairs)


def test_the_late_quarter_and_its_year_go_from_not_available_to_said(place: Workspace) -> None:
    before, after = (tables(place, release) for release in (FIRST, SECOND))
    for name, table in before.items():
        mine = table.filter(is_late(), pl.col("unit") == "victim_identified")
        assert mine["obs_status"].unique().to_list() == ["O"], name
        now = after[name].filter(is_late(), pl.col("unit") == "victim_identified")
        assert set(now["obs_status"]) <= {"A", "Q"}, name
    total = after["victims_by_sex_age"].filter(
        is_late(), pl.col("unit") == "victim_identified", sex="_T", age_band="_T"
    )
    # 63 of the police and 48 of the shelters; and the year: 60 to 69 and 45 to 48, all different.
    exact = {LATE: 63 + 48, "2022": 60 + 63 + 66 + 69 + 45 + 48 + 47 + 48}
    for period, value in total.select("period", "value").iter_rows():
        assert abs(value - exact[period]) < 5


def test_nothing_else_changes_in_any_table(place: Workspace) -> None:
    before, after = (tables(place, release) for release in (FIRST, SECOND))
    assert set(before) == set(after) == TABLES
    for name, table in before.items():
        assert table.filter(~is_late()).equals(after[name].filter(~is_late())), name


def test_a_first_publication_is_no_revision(place: Workspace) -> None:
    found = history.diff(place, FIRST, SECOND)
    assert found["cells"] == []
    assert {(row["country"], row["period"]) for row in found["added"]} == CHANGED
    assert {row["table"] for row in found["added"]} == set(tables(place, FIRST))


def test_indicators_change_where_their_tables_do(place: Workspace) -> None:
    before, after = (
        pl.read_parquet(releases.found(place.root, release) / "indicators.parquet")
        for release in (FIRST, SECOND)
    )
    assert before.filter(~is_late()).equals(after.filter(~is_late()))
    assert before.filter(is_late())["value"].null_count() == before.filter(is_late()).height
    assert after.filter(is_late(), indicator="victims_detected")["value"].null_count() == 0


def test_what_was_published_is_frozen_and_the_late_slice_was_not(place: Workspace) -> None:
    frozen = speakers.frozen(place)
    periods = {(p.country, p.period) for p in frozen if p.dataset == "victims"}
    assert ("XAA", LATE) not in periods
    assert {("XAB", period) for period in PERIODS} <= periods


def test_as_of_the_first_release_its_cube_is_counted_again(
    place: Workspace, tmp_path: Path
) -> None:
    """Exact counts of the late quarter are in the second vintage and not in the first."""
    held = {}
    for release in (FIRST, SECOND):
        then = history.slices_as_of(place, release), history.keys_as_of(place, release)
        cores = history.rebuilt(place, *then, tmp_path / release)
        rows = steps.rows(cores["victims"])
        held[release] = rows.filter(country="XAA", period=LATE).height
    assert held == {FIRST: 63, SECOND: 63 + 48}
