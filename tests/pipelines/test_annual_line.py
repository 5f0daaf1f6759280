"""The annual revision by the whole line: late records wait, are revised once, then they stay."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from data_contracts import load
from pipelines import keystore, outputs, releases, standing
from pipelines.run import run
from pipelines.settings import Workspace
from tests.limits import least
from tests.pipelines import approving
from tests.pipelines.registries import counting
from tests.pipelines.stored import people, store
from tests.pipelines.test_release_life import typed
from tests.pipelines.workspaces import with_fixed_keys, workspace

pytestmark = [pytest.mark.xdist_group("annual"), pytest.mark.slow]
QUARTERS = [f"2024-Q{n}" for n in (1, 2, 3, 4)]
SENT = {"xaa_police": 60, "xaa_shelters": 45, "xab_ministry": 75}
# Of the first quarter: forty more in one country, three more in the other.
CORRECTED = {"xaa_police": 100, "xab_ministry": 78}
DAY, LATER = dt.datetime(2025, 2, 1, tzinfo=dt.UTC), dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
FIRST, SECOND, THIRD = "INVENTED-2024Q4-v1", "INVENTED-2024Q4-v2", "INVENTED-2025Q1-v1"
COUNTED = {"victims", "victims_by_sex_age", "victims_by_exploitation"}
COUNTED |= {"victims_by_exploitation_sex", "victims_by_sex"}
SAID = ["value", "lower", "upper", "conf_status"]
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def few_tables() -> Iterator[None]:
    """A registry with five tables of victims: the whole one takes minutes a run."""
    with counting(COUNTED):
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, few_tables: None) -> Workspace:
    """A published year, late records, a revision that is published, and the quarter after it."""
    made = with_fixed_keys(workspace(tmp_path_factory.mktemp("annual") / "region"))
    for layout, n in SENT.items():
        for number, period in enumerate(QUARTERS):
            store(made, layout, period, n + number, DAY)
    assert run(made).release == FIRST
    publish(made, FIRST)
    store(made, "xab_ministry", QUARTERS[0], CORRECTED["xab_ministry"], LATER)
    # No number moves; but a rung of detail does.
    found = revised(made)
    assert (found["release"], found["unmoved"]) == (SECOND, None)
    store(made, "xaa_police", QUARTERS[0], CORRECTED["xaa_police"], LATER)
    ordinary = run(made)
    assert (ordinary.release, ordinary.unmoved) == (None, None)
    assert revised(made)["release"] == SECOND
    publish(made, SECOND)
    for layout, n in SENT.items():
        store(made, layout, "2025-Q1", n, LATER + dt.timedelta(days=9))
    assert run(made).release == THIRD
    return made


def revised(place: Workspace) -> dict[str, Any]:
    found: dict[str, Any] = typed(f"run --revision 2024 --workspace {place.root}")
    return found


def publish(place: Workspace, release: str) -> None:
    key = keystore.signing_key(place)
    approving.publish(place.root, release, LATER, key)


def tables(place: Workspace, release: str) -> Tables:
    return outputs.tables_in(releases.found(place.root, release) / outputs.TABLES)


def moved(was: Tables, now: Tables, name: str) -> pl.DataFrame:
    """The cells of a table whose statement is another one, with both."""
    both = now[name].join(was[name], on=load.tables()[name].key, suffix="_was")
    return both.filter(pl.any_horizontal(pl.col(n).ne_missing(pl.col(f"{n}_was")) for n in SAID))


def test_what_moved_is_of_enough_late_persons_and_says_so(place: Workspace) -> None:
    was, now = tables(place, FIRST), tables(place, SECOND)
    total = moved(was, now, "victims")
    police, shelters = (100, 61, 62, 63), (45, 46, 47, 48)
    ends = {"2024-Q1": 1, "2024-P6M": 2, "2024-P9M": 3, "2024": 4}
    exact = {period: sum(police[:n]) + sum(shelters[:n]) for period, n in ends.items()}
    assert set(total.select("country", "period").rows()) == {("XAA", p) for p in exact}
    for period, value, status in total.select("period", "value", "obs_status").iter_rows():
        assert abs(value - exact[period]) < 5
        assert status == "R"
    late = people("xa_police", "XAA", QUARTERS[0], 100)[60:]
    key = keystore.rounding(place["keys"])
    for row in moved(was, now, "victims_by_sex_age").iter_rows(named=True):
        came = sum(row["sex"] in ("_T", one["sex"]) for one in late)
        is_part = (row["sex"], row["age_band"]) != ("_T", "_T")
        enough = least(key, "victim_identified", "XAA", "2024", is_part)
        assert (row["country"], came > enough) == ("XAA", True), row
    for name in was:
        found = moved(was, now, name)
        assert set(found["country"]) <= {"XAA"}
        assert set(found["period"]) <= set(exact)


def test_the_release_says_why_and_its_audit_finds_nothing(place: Workspace) -> None:
    manifest = releases.manifest(releases.found(place.root, SECOND))
    assert {one["reason"] for one in manifest["revisions"]} == {"annual_revision"}
    assert {one["country"] for one in manifest["revisions"]} == {"XAA"}
    periods = {"2024-Q1", "2024-P6M", "2024-P9M", "2024"}
    assert {p for one in manifest["revisions"] for p in one["periods"]} == periods
    assert (manifest["audit"]["failing"], manifest["audit"]["uncertified"]) == (0, 0)
    assert manifest["ladder"]


def test_the_next_quarter_keeps_every_number_of_the_revised_year(place: Workspace) -> None:
    was, now = tables(place, SECOND), tables(place, THIRD)
    assert set(was) == set(now)
    for name in was:
        assert moved(was, now, name).filter(pl.col("period").str.starts_with("2024")).is_empty()
    quarter = now["victims"].filter(period="2025-Q1", unit="victim_identified", country="XAB")
    assert abs(quarter["value"].item() - 75) < 5


def test_a_country_that_came_down_a_rung_has_no_finer_number_of_new_periods(
    place: Workspace,
) -> None:
    told = releases.manifest(releases.found(place.root, THIRD))["ladder"]
    (own,) = [o for o in told if (o["country"], o["ladder"]) == ("XAB", "sex")]
    # Some 300 victims a year: ten cells of thirty, of which the table of sex has four.
    assert (own["table"], own["frequency"]) == ("victims_by_sex", "year")
    table = tables(place, THIRD)["victims_by_exploitation_sex"]
    new = table.filter(country="XAB", period="2025-Q1")
    assert set(new["obs_status"]) == {"O"}
    old = table.filter(country="XAB", period="2024-Q1", unit="victim_identified")
    assert "O" not in set(old["obs_status"])


def test_a_year_is_revised_once_a_year(place: Workspace) -> None:
    said = typed(f"run --revision 2024 --workspace {place.root}", 2)
    assert "was revised this year already" in said


def test_for_ourselves_lies_which_release_drew_each_cell(place: Workspace) -> None:
    found = standing.said(place, "victims", load.tables()["victims"].key)
    assert found is not None
    mine = found.drawn.filter(unit="victim_identified", period="2024")
    assert dict(mine.select("country", "drawn").iter_rows()) == {"XAA": SECOND, "XAB": FIRST}
    assert (place["vintages"] / SECOND / "revised").read_text() == "2024"
