"""The annual revision: late records wait for it, and then only a publishable difference moves."""

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest

from data_contracts import load
from pipelines import annual, keystore, outputs, releases, speakers, standing
from pipelines.run import run
from pipelines.settings import Workspace
from tests.pipelines.stored import store
from tests.pipelines.workspaces import TWO, copied, with_fixed_keys, workspace

pytestmark = [pytest.mark.xdist_group("annual"), pytest.mark.slow]
QUARTERS = [f"2024-Q{n}" for n in (1, 2, 3, 4)]
# How many each agency sent of the first quarter, before anything was corrected.
SENT = {"xaa_police": 60, "xaa_shelters": 45, "xab_ministry": 75}
DAY, LATER = dt.datetime(2025, 2, 1, tzinfo=dt.UTC), dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
FIRST, SECOND = "INVENTED-2024Q4-v1", "INVENTED-2024Q4-v2"
Made = Callable[..., Workspace]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A release of a year of two countries."""
    made = with_fixed_keys(workspace(tmp_path_factory.mktemp("annual") / "region"))
    for layout, n in SENT.items():
        for number, period in enumerate(QUARTERS):
            store(made, layout, period, n + number, DAY)
    assert run(made).release == FIRST
    publish(made, FIRST)
    return made


@pytest.fixture
def corrected(published: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The workspace of its own after corrections of the first quarter: agency and number."""

    def make(**corrections: int) -> Workspace:
        made = copied(published, tmp_path_factory.mktemp("corrected") / "region")
        for layout, n in corrections.items():
            store(made, layout, QUARTERS[0], n, LATER)
        return made

    return make


def publish(place: Workspace, release: str) -> None:
    key = keystore.signing_key(place)
    releases.publish(place.root, release, TWO, dt.datetime.now(dt.UTC), key)


def revising(place: Workspace, year: str = "2024") -> Workspace:
    return annual.asked(place, year, dt.datetime.now(dt.UTC))


def tables(place: Workspace, release: str) -> dict[str, pl.DataFrame]:
    return outputs.tables_in(releases.found(place.root, release) / outputs.TABLES)


def moved(place: Workspace) -> pl.DataFrame:
    """The cells of the table of victims that the second release says otherwise than the first."""
    was, now = (tables(place, release)["victims"] for release in (FIRST, SECOND))
    both = now.join(was, on=["country", "period", "unit"], suffix="_was")
    return both.filter(pl.col("value").ne_missing(pl.col("value_was")))


def test_a_correction_waits_until_the_operator_revises(corrected: Made) -> None:
    place = corrected(xaa_police=100)
    assert run(place).release is None


def test_few_who_came_late_change_no_number_even_then(corrected: Made) -> None:
    place = corrected(xaa_police=63, xab_ministry=73)
    made = run(revising(place))
    before = tables(place, FIRST)
    now = tables(place, made.release or FIRST)
    for name, table in before.items():
        assert table.equals(now[name]), name


def test_enough_who_came_move_their_cells_and_mark_them(corrected: Made) -> None:
    place = corrected(xaa_police=100, xab_ministry=73)
    assert run(revising(place)).release == SECOND
    found = moved(place)
    assert set(found.select("country", "period").rows()) == {("XAA", "2024-Q1"), ("XAA", "2024")}
    assert found["obs_status"].unique().to_list() == ["R"]
    quarter = found.filter(period="2024-Q1")["value"].item()
    assert abs(quarter - (100 + 45)) < 5
    year = found.filter(period="2024")["value"].item()
    assert abs(year - (100 + 61 + 62 + 63 + 45 + 46 + 47 + 48)) < 5


def test_each_cell_moves_only_if_who_moved_would_be_a_cell(corrected: Made) -> None:
    """By sex and age: 40 more of the police, of whom some groups are too few."""
    place = corrected(xaa_police=100)
    run(revising(place))
    was, now = (tables(place, release)["victims_by_sex_age"] for release in (FIRST, SECOND))
    both = now.join(was, on=["country", "period", "unit", "sex", "age_band"], suffix="_was")
    mine = both.filter(country="XAA", unit="victim_identified", period="2024-Q1")
    new = range(60, 100)
    entrants = {
        (sex, band): sum(
            sex in ("_T", "F" if n % 3 else "M")
            and band in ("_T", "Y0T17" if n % 3 == 0 else "Y_GE18")
            for n in new
        )
        for sex in ("_T", "F", "M")
        for band in ("_T", "Y0T17", "Y_GE18")
    }
    # Rounded up, ten or less is hidden; from 15 on it never is.
    for row in mine.iter_rows(named=True):
        came = entrants.get((row["sex"], row["age_band"]), 0)
        same = all(row[n] == row[f"{n}_was"] for n in ("value", "lower", "upper", "obs_status"))
        assert same if came <= 10 else (came < 15 or row["obs_status"] in ("R", "Q")), row


def test_after_the_revision_nothing_is_new_and_the_year_is_closed(corrected: Made) -> None:
    place = corrected(xaa_police=100)
    run(revising(place))
    publish(place, SECOND)
    assert run(place).release is None
    piece = next(p for p in speakers.frozen(place) if p.source == "xaa_police")
    assert piece.period == QUARTERS[0]
    keys = load.tables()["victims"].key
    said = standing.said(place, "victims", keys)
    assert said is not None
    drawn = said.drawn.filter(unit="victim_identified", period="2024-Q1")
    assert dict(drawn.select("country", "drawn").iter_rows()) == {"XAA": SECOND, "XAB": FIRST}
    with pytest.raises(annual.NotToRevise, match="revised this year already"):
        revising(place)


def test_what_stayed_is_compared_with_the_vintage_in_which_it_was_drawn(corrected: Made) -> None:
    """Eight, and eight again a year later: together they are enough, and then the cell moves."""
    place = corrected(xaa_police=100, xab_ministry=83)
    run(revising(place))
    publish(place, SECOND)
    store(place, "xab_ministry", QUARTERS[0], 91, LATER + dt.timedelta(days=400))
    next_year = dt.datetime.now(dt.UTC) + dt.timedelta(days=366)
    third = run(annual.asked(place, "2024", next_year)).release
    assert third == "INVENTED-2024Q4-v3"
    was, now = (tables(place, release)["victims"] for release in (SECOND, third))
    cells = pl.col("country").is_in(["XAB"]) & (pl.col("period") == QUARTERS[0])
    mine = now.filter(cells, pl.col("unit") == "victim_identified").row(0, named=True)
    assert mine["obs_status"] == "R"
    assert abs(mine["value"] - 91) < 5
    other = (pl.col("country") == "XAA") & (pl.col("period") == QUARTERS[0])
    assert was.filter(other).equals(now.filter(other))


@pytest.mark.parametrize("year", ["2024-Q1", "20", "2031"])
def test_what_cannot_be_revised_is_refused(published: Workspace, year: str) -> None:
    with pytest.raises(annual.NotToRevise):
        revising(published, year)


def test_rows_that_are_gone_stop_the_revision(corrected: Made) -> None:
    place = corrected(xaa_police=100)
    for piece, submission in speakers.frozen(place).items():
        if piece.source == "xab_ministry":
            (place["safe"] / "victims" / f"{submission}.parquet").unlink(missing_ok=True)
    # The line itself misses them first; nothing is written.
    with pytest.raises(Exception, match=r"could not be made|not in"):
        run(revising(place))
    assert not (place.root / "candidates" / SECOND).exists()
