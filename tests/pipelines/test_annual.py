"""The annual revision: late records wait for it, and then only a publishable difference moves."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from pipelines import annual, keystore, speakers, standing
from pipelines.settings import Workspace
from tests.limits import least
from tests.pipelines import light
from tests.pipelines.stored import people, store
from tests.pipelines.workspaces import with_fixed_keys, workspace

QUARTERS = [f"2024-Q{n}" for n in (1, 2, 3, 4)]
# How many each agency sent of the first quarter, before anything was corrected.
SENT = {"xaa_police": 60, "xaa_shelters": 45, "xab_ministry": 75}
DAY, LATER = dt.datetime(2025, 2, 1, tzinfo=dt.UTC), dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
FIRST, SECOND, THIRD = (f"INVENTED-2024Q4-v{n}" for n in (1, 2, 3))
TABLES = ("victims", "victims_by_sex_age", "victims_by_exploitation")
SAID = ("value", "lower", "upper", "obs_status", "conf_status")
Tables = dict[str, pl.DataFrame]
Corrected = Callable[..., Workspace]


@pytest.fixture(autouse=True)
def three_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = {name: load.tables()[name] for name in TABLES}
    monkeypatch.setattr(load, "tables", lambda: registry)


@pytest.fixture
def corrected(tmp_path: Path) -> Corrected:
    """A release of a year of two countries, and corrections of its first quarter."""

    def make(**corrections: int) -> Workspace:
        made = with_fixed_keys(workspace(tmp_path / "region"))
        for layout, n in SENT.items():
            for number, period in enumerate(QUARTERS):
                store(made, layout, period, n + number, DAY)
        light.proposed(made, tmp_path / FIRST)
        light.publish(made, tmp_path / FIRST, FIRST, DAY)
        for layout, n in corrections.items():
            store(made, layout, QUARTERS[0], n, LATER)
        return made

    return make


def first(place: Workspace) -> Tables:
    return {n: released(place, FIRST, n) for n in TABLES}


def limit(place: Workspace, country: str, part: bool = False) -> int:
    """Above how many late persons a number of the year moves."""
    key = keystore.rounding(place["keys"])
    return least(key, "victim_identified", country, "2024", part)


def released(place: Workspace, release: str, name: str) -> pl.DataFrame:
    return pl.read_parquet(place["releases"] / release / standing.TABLES / f"{name}.parquet")


def same(one: Tables, other: Tables) -> bool:
    keys = {name: load.tables()[name].key for name in TABLES}
    return all(one[n].sort(keys[n]).equals(other[n].sort(keys[n])) for n in TABLES)


def compared(was: pl.DataFrame, now: pl.DataFrame, name: str) -> pl.DataFrame:
    """The cells of a table whose statement is another one, with both."""
    both = now.join(was, on=load.tables()[name].key, suffix="_was")
    return both.filter(pl.any_horizontal(pl.col(n).ne_missing(pl.col(f"{n}_was")) for n in SAID))


def test_a_correction_waits_until_the_operator_revises(
    corrected: Corrected, tmp_path: Path
) -> None:
    place = corrected(xaa_police=100)
    assert same(light.proposed(place, tmp_path / SECOND), first(place))


def test_few_who_came_and_left_change_no_number_even_then(
    corrected: Corrected, tmp_path: Path
) -> None:
    place = annual.asked(corrected(xaa_police=63, xab_ministry=73), "2024", LATER)
    assert same(light.proposed(place, tmp_path / SECOND), first(place))


def test_enough_who_came_move_their_cells_and_mark_them(
    corrected: Corrected, tmp_path: Path
) -> None:
    place = annual.asked(corrected(xaa_police=100, xab_ministry=73), "2024", LATER)
    now = light.proposed(place, tmp_path / SECOND)["victims"]
    found = compared(released(place, FIRST, "victims"), now, "victims")
    police, shelters = (100, 61, 62, 63), (45, 46, 47, 48)
    ends = {"2024-Q1": 1, "2024-P6M": 2, "2024-P9M": 3, "2024": 4}
    exact = {period: sum(police[:n]) + sum(shelters[:n]) for period, n in ends.items()}
    assert set(found.select("country", "period").rows()) == {("XAA", p) for p in exact}
    for period, value, status in found.select("period", "value", "obs_status").iter_rows():
        assert abs(value - exact[period]) < 5
        assert status == "R"


def test_each_cell_moves_only_if_who_came_would_be_a_cell(
    corrected: Corrected, tmp_path: Path
) -> None:
    """Recounted from the stored rows: who of the hundred is of each sex and age."""
    place = annual.asked(corrected(xaa_police=160), "2024", LATER)
    now = light.proposed(place, tmp_path / SECOND)["victims_by_sex_age"]
    found = compared(released(place, FIRST, "victims_by_sex_age"), now, "victims_by_sex_age")
    late = people("xa_police", "XAA", QUARTERS[0], 160)[60:]
    old = {"Y0T17": "Y0T17", "Y18T24": "Y_GE18", "Y_GE35": "Y_GE18"}
    told = [(row["sex"], old[str(row["age_band"])]) for row in late]
    assert found.height
    for row in found.iter_rows(named=True):
        sex, age = row["sex"], row["age_band"]
        came = sum(sex in ("_T", s) and age in ("_T", a) for s, a in told)
        enough = limit(place, "XAA", (sex, age) != ("_T", "_T"))
        assert (row["country"], came > enough) == ("XAA", True), row
    assert {(row["sex"], row["age_band"]) for row in found.iter_rows(named=True)} > {("_T", "_T")}
    assert min(map(told.count, told)) <= limit(place, "XAA", part=True)


def test_fewer_than_the_limit_of_the_year_move_nothing(
    corrected: Corrected, tmp_path: Path
) -> None:
    """Thirty would be a number of their own; the limit of that country and year is higher."""
    place = annual.asked(corrected(xab_ministry=105), "2024", LATER)
    assert limit(place, "XAB") > 30
    assert same(light.proposed(place, tmp_path / SECOND), first(place))


def test_after_the_revision_nothing_moves_and_the_year_is_closed(
    corrected: Corrected, tmp_path: Path
) -> None:
    place = corrected(xaa_police=100)
    asked = annual.asked(place, "2024", LATER)
    second = light.proposed(asked, tmp_path / SECOND)
    light.publish(asked, tmp_path / SECOND, SECOND, LATER)
    assert same(light.proposed(place, tmp_path / THIRD), second)
    said = standing.said(place, "victims", load.tables()["victims"].key)
    assert said is not None
    drawn = said.drawn.filter(unit="victim_identified", period=QUARTERS[0])
    told = dict(drawn.select("country", "drawn").iter_rows())
    assert (told["XAA"], told["XAB"]) == (SECOND, FIRST)
    with pytest.raises(annual.NotToRevise, match="revised this year already"):
        annual.asked(place, "2024", LATER + dt.timedelta(days=30))
    annual.asked(place, "2024", LATER + dt.timedelta(days=365))


def test_what_stayed_is_compared_with_the_vintage_in_which_it_was_drawn(
    corrected: Corrected, tmp_path: Path
) -> None:
    """Fifteen, and thirty a year later: together they are enough, and then the cell moves."""
    place = corrected(xaa_police=100, xab_ministry=90)
    assert 30 <= limit(place, "XAB") < 45
    asked = annual.asked(place, "2024", LATER)
    second = light.proposed(asked, tmp_path / SECOND)
    light.publish(asked, tmp_path / SECOND, SECOND, LATER)
    much_later = LATER + dt.timedelta(days=400)
    store(place, "xab_ministry", QUARTERS[0], 120, much_later)
    third = light.proposed(annual.asked(place, "2024", much_later), tmp_path / THIRD)
    found = compared(second["victims"], third["victims"], "victims")
    assert set(found["country"]) == {"XAB"}
    (quarter,) = found.filter(period=QUARTERS[0])["value"]
    assert abs(quarter - 120) < 5


def test_those_of_one_raid_move_nothing(corrected: Corrected, tmp_path: Path) -> None:
    """Sixty who came late in two cases are as telling as two cases."""
    place = corrected(xab_ministry=135)
    assert limit(place, "XAB") < 60
    file = max((place["safe"] / "victims").glob("*.parquet"), key=lambda f: f.stat().st_mtime_ns)
    rows = pl.read_parquet(file).with_row_index("at")
    raid = pl.when(pl.col("at") >= 75).then(
        pl.concat_str(pl.lit("raid"), (pl.col("at") % 2).cast(pl.String))
    )
    rows.with_columns(case=raid.otherwise("case")).drop("at").write_parquet(file)
    asked = annual.asked(place, "2024", LATER)
    assert same(light.proposed(asked, tmp_path / SECOND), first(place))


@pytest.mark.parametrize("year", ["2024-Q1", "20", "2031"])
def test_what_cannot_be_revised_is_refused(corrected: Corrected, year: str) -> None:
    with pytest.raises(annual.NotToRevise):
        annual.asked(corrected(), year, LATER)


def test_a_vintage_of_which_the_rows_are_gone_is_not_compared(
    corrected: Corrected, tmp_path: Path
) -> None:
    place = corrected(xaa_police=100)
    gone = [s for p, s in speakers.frozen(place).items() if p.period == QUARTERS[0]]
    names = {s for p, s in speakers.frozen(place).items() if p.source != "xaa_police"}
    for submission in {*gone} - names:
        (place["safe"] / "victims" / f"{submission}.parquet").unlink()
    with pytest.raises(annual.VintageLost, match="restore them from a backup"):
        light.proposed(annual.asked(place, "2024", LATER), tmp_path / SECOND)


def test_what_a_withdrawn_release_said_is_said_again_and_nothing_else(
    corrected: Corrected, tmp_path: Path
) -> None:
    """Readers have seen it: another number beside it would be subtracted from it."""
    place = corrected(xaa_police=100)
    was = first(place)
    light.withdraw(place, FIRST)
    assert same(light.proposed(place, tmp_path / SECOND), was)


def test_what_todays_rules_hide_of_a_withdrawn_release_is_not_said_again(
    corrected: Corrected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = corrected()
    was = first(place)
    strict = load.policy().model_copy(update={"hide_up_to": 60})
    monkeypatch.setattr(load, "policy", lambda: strict)
    # A number that still stands is never taken back by a rule that changes.
    assert same(light.proposed(place, tmp_path / "published"), was)
    light.withdraw(place, FIRST)
    now = light.proposed(place, tmp_path / SECOND)
    for name, table in now.items():
        both = compared(was[name], table, name)
        assert both["value"].null_count() == both.height
        assert both.height == was[name].filter(pl.col("value") <= 60).height
    assert compared(
        was["victims_by_sex_age"], now["victims_by_sex_age"], "victims_by_sex_age"
    ).height
