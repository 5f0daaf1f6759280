"""Rows of a cohort are made once, and of whoever agreed, whatever happens in between."""

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from anonymize import microdata_model, microdata_tables
from data_contracts import load
from pipelines import budget, cohorts, microdata
from pipelines.budget import Damaged, lines
from pipelines.settings import Workspace
from tests.pipelines.cohorts_of import (
    DAY,
    agreed,
    book,
    brought_up,
    core,
    linked,
    region,
    states,
)
from tests.pipelines.stored import key, store
from tests.pipelines.workspaces import tree, workspace

ROOT = Path(__file__).parents[2]
LATER = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
PLENTY = 9_000


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A region whose operator wants rows of every year that is over."""
    return workspace(tmp_path / "region", raw_files=("XAA", "XAB", "XAD"), microdata=True)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of few kinds: what rows are worth is measured elsewhere."""
    few = partial(microdata_model.fitted, kinds=5, steps=10)
    monkeypatch.setattr("anonymize.microdata.fitted", few)
    monkeypatch.setattr("anonymize.microdata_report.fitted", few)


def settled(place: Workspace, year: str = "2025") -> dict[str, str]:
    return tree(cohorts.folder(place, year))


@pytest.mark.usefixtures("quick")
def test_a_cohort_is_made_once_and_a_second_time_nothing_is_spent_or_drawn(
    place: Workspace, tmp_path: Path
) -> None:
    region(place, 4_200)
    brought_up(place, tmp_path, PLENTY)
    assert states(place) == {"region-2025": "made"}
    made, spent = settled(place), book(place).read_bytes()
    (line,) = lines(book(place))
    assert line.cohorts == ("XAA 2025", "XAB 2025", "XAD 2025")
    assert microdata.told_of(place)[0]["seal"] == line.seal
    rows = pl.read_parquet(cohorts.folder(place, "2025") / microdata.ROWS)
    assert rows.columns == list(load.microdata().domains)
    assert 4_000 < rows.height < 4_400
    brought_up(place, tmp_path, PLENTY)
    assert (settled(place), book(place).read_bytes()) == (made, spent)


@pytest.mark.usefixtures("quick")
def test_who_comes_later_is_in_the_next_cohort_and_changes_nothing_of_the_first(
    place: Workspace, tmp_path: Path
) -> None:
    region(place, 4_200)
    brought_up(place, tmp_path, PLENTY)
    made = settled(place)
    late = store(place, "xaa_police", "2025-Q4", 40, LATER)
    agreed(place, late)
    brought_up(place, tmp_path, PLENTY)
    assert settled(place) == made
    # The same persons, sent again: nobody came.
    assert states(place) == {"region-2025": "made"}
    store(place, "xaa_police", "2026-Q1", 40, LATER)
    brought_up(place, tmp_path, PLENTY)
    assert settled(place) == made
    assert states(place) == {"region-2025": "made", "region-2026": "open"}
    assert cohorts.accepted(place).filter(year="2026").height == 40


def test_whoever_did_not_agree_to_microdata_is_not_behind_the_rows(
    place: Workspace, tmp_path: Path
) -> None:
    region(place, 1_200, refusing=4)
    links = linked(tmp_path / "links")
    made = core(place, tmp_path / "core", links)
    rows = pl.read_parquet(made / "rows.parquet")
    everybody = rows.select(person="person_key")
    behind = microdata.behind(made, everybody, load.microdata())
    yes = rows.filter(pl.col("consent") == "tipstat:microdata")["person_key"]
    assert set(behind["person"]) == set(yes)
    assert 0 < behind.height < rows["person_key"].n_unique()
    nobody = microdata.behind(made, everybody.clear(), load.microdata())
    assert nobody.is_empty()


@pytest.mark.usefixtures("quick")
def test_a_cohort_that_is_too_small_by_the_noisy_count_has_no_rows_and_no_second_chance(
    place: Workspace, tmp_path: Path
) -> None:
    region(place, 2_400)
    brought_up(place, tmp_path, PLENTY)
    assert states(place) == {"region-2025": "too_few"}
    (told,) = microdata.told_of(place)
    assert set(told) == {"cohort", "seal", "state"}
    assert not (cohorts.folder(place, "2025") / microdata.ROWS).exists()
    brought_up(place, tmp_path, PLENTY)
    assert len(lines(book(place))) == 1


@pytest.mark.parametrize(("published", "asks", "year", "state"), [
    (2_900, True, 2026, "small"),
    (PLENTY, True, 2025, "open"),
    (PLENTY, False, 2026, "unasked"),
])  # fmt: skip
def test_nothing_is_closed_or_spent_where_numbers_clock_or_operator_say_no(
    place: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    published: int,
    asks: bool,
    year: int,
    state: str,
) -> None:
    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Clock":
            return cls(year, 6, 1, tzinfo=tz)

    clock = SimpleNamespace(datetime=Clock, UTC=dt.UTC)
    monkeypatch.setattr("pipelines.microdata.dt", clock)
    config = place.configuration.model_copy(update={"microdata": asks})
    here = place.model_copy(update={"configuration": config})
    region(here, 1_200)
    brought_up(here, tmp_path, published)
    assert cohorts.closed(here) == []
    assert not book(here).exists()
    assert states(here, year) == {"region-2025": state}


@pytest.mark.usefixtures("quick")
def test_an_operator_closes_a_year_that_is_not_over_and_who_comes_then_is_in_the_next(
    place: Workspace, tmp_path: Path
) -> None:
    now = dt.datetime.now(dt.UTC)
    region(place, 3_900, now)
    here = cohorts.asked(place, str(now.year), now)
    brought_up(here, tmp_path, PLENTY)
    assert states(here, now.year) == {f"region-{now.year}": "made"}
    with pytest.raises(cohorts.NotToClose, match="closed"):
        cohorts.asked(place, str(now.year), now)
    store(place, "xaa_police", f"{now.year + 1}-Q1", 40, now)
    cohorts.note(place)
    assert cohorts.accepted(place).filter(year=str(now.year + 1)).height == 40


@pytest.mark.parametrize("year", ["2025-Q1", "soon", "2999"])
def test_only_a_year_that_has_begun_can_be_closed(place: Workspace, year: str) -> None:
    with pytest.raises(cohorts.NotToClose, match="no year that has begun"):
        cohorts.asked(place, year, LATER)


STOPPED = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from pipelines import microdata, settings
    from tests.pipelines.cohorts_of import brought_up
    def stopped(*given):
        os.kill(os.getpid(), signal.SIGKILL)
    where, name = sys.argv[2].split(":")
    setattr(__import__(where, fromlist=[name]), name, stopped)
    brought_up(settings.opened(Path(sys.argv[1])), Path(sys.argv[1]).parent, 9_000)
    """
)


def stopped(place: Workspace, where: str) -> None:
    command = [sys.executable, "-c", STOPPED, str(place.root), where]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.usefixtures("quick")
def test_who_is_stopped_between_price_and_look_has_lost_the_rows(
    place: Workspace, tmp_path: Path
) -> None:
    region(place, 3_900)
    stopped(place, "anonymize.microdata_tables:counted")
    spent = book(place).read_bytes()
    assert states(place) == {"region-2025": "lost"}
    brought_up(place, tmp_path, PLENTY)
    assert (states(place), book(place).read_bytes()) == ({"region-2025": "lost"}, spent)
    assert not (cohorts.folder(place, "2025") / microdata.NOISY).exists()


@pytest.mark.usefixtures("quick")
def test_who_is_stopped_after_the_look_goes_on_from_what_was_seen(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    region(place, 3_900)
    stopped(place, "anonymize.microdata:made")
    seen, spent = settled(place), book(place).read_bytes()
    assert set(seen) == {cohorts.MEMBERS, microdata.NOISY}

    def looks(*_: object) -> None:
        pytest.fail("a second look at persons")

    monkeypatch.setattr(microdata_tables, "counted", looks)
    brought_up(place, tmp_path, PLENTY)
    now = settled(place)
    assert {name: now[name] for name in seen} == seen
    assert (states(place), book(place).read_bytes()) == ({"region-2025": "made"}, spent)


@pytest.mark.usefixtures("quick")
def test_who_is_stopped_before_the_price_closes_the_same_cohort(
    place: Workspace, tmp_path: Path
) -> None:
    region(place, 3_900)
    stopped(place, "pipelines.budget:spend")
    frozen = settled(place)
    assert (set(frozen), book(place).exists()) == ({cohorts.MEMBERS}, False)
    agreed(place, store(place, "xaa_police", "2026-Q1", 400, DAY))
    brought_up(place, tmp_path, PLENTY)
    assert settled(place)[cohorts.MEMBERS] == frozen[cohorts.MEMBERS]
    assert states(place) == {"region-2025": "made", "region-2026": "open"}


@pytest.mark.usefixtures("quick")
def test_a_ledger_that_was_lost_stops_the_next_cohort(place: Workspace, tmp_path: Path) -> None:
    region(place, 3_900)
    brought_up(place, tmp_path, PLENTY)
    os.unlink(book(place))
    store(place, "xaa_police", "2026-Q1", 40, LATER)
    with pytest.raises(Damaged):
        brought_up(place.model_copy(update={"closing": "2026"}), tmp_path, 20_000)


def test_two_who_turn_out_to_be_one_are_members_as_one_and_come_into_no_later_cohort(
    place: Workspace, tmp_path: Path
) -> None:
    store(place, "xaa_police", "2025-Q1", 2, DAY)
    cohorts.note(place)
    nobody = pl.DataFrame(schema={"own": pl.Int64, "person_key": pl.Int64})
    cohorts.close(place, "2025", nobody)
    store(place, "xaa_police", "2026-Q1", 2, LATER)
    cohorts.note(place)
    old, new = (key("xaa_police", period, 0) for period in ("2025-Q1", "2026-Q1"))
    one = pl.DataFrame({"own": [new], "person_key": [old]}, schema=nobody.schema)
    now = cohorts.standing(place, one)
    assert now.filter(person=old).rows() == [(old, "XAA", "2025", "member")]
    other = pl.DataFrame({"own": [old], "person_key": [new]}, schema=nobody.schema)
    assert cohorts.standing(place, other).filter(person=new).rows() == [
        (new, "XAA", "2025", "member")
    ]
    cohorts.close(place, "2026", other)
    frozen = pl.read_parquet(cohorts.folder(place, "2026") / cohorts.MEMBERS)["own"].to_list()
    assert frozen == [key("xaa_police", "2026-Q1", 1)]
    assert budget.spent([], "XAA 2026") == 0
