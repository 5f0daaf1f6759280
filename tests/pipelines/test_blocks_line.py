"""Three years by code by the whole line: counted, attacked, said and audited by the commands."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from pipelines import outputs, releases
from pipelines.run import run
from pipelines.settings import Workspace
from tests.pipelines.registries import counting
from tests.pipelines.stored import people, store
from tests.pipelines.test_annual_line import publish
from tests.pipelines.test_release_life import typed
from tests.pipelines.workspaces import with_fixed_keys, workspace

pytestmark = [pytest.mark.xdist_group("blocks"), pytest.mark.slow]
# A quarter: 240 a year have a year by sex; 80 have three years together.
SENT = {"xaa_police": 60, "xab_ministry": 20}
YEARS, SPAN = ("2022", "2023", "2024"), "2022-P3Y"
LAST = "INVENTED-2024Q4-v2"
DAY = dt.datetime(2025, 2, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A first year, published and revised; three more, and the revision of the last of them."""
    with counting({"victims", "victims_by_sex"}):
        made = with_fixed_keys(workspace(tmp_path_factory.mktemp("blocks") / "region"))
        for years, first in (("2021",), "INVENTED-2021Q4"), (YEARS, "INVENTED-2024Q4"):
            for period in [f"{year}-Q{quarter}" for year in years for quarter in (1, 2, 3, 4)]:
                for layout, n in SENT.items():
                    store(made, layout, period, n, DAY)
            assert run(made).release == f"{first}-v1"
            publish(made, f"{first}-v1")
            typed(f"run --revision {years[-1]} --workspace {made.root}")
            publish(made, f"{first}-v2")
        yield made


def by_sex(place: Workspace, country: str) -> pl.DataFrame:
    """What the last release says of a country's victims by sex."""
    folder = releases.found(place.root, LAST)
    cells = outputs.tables_in(folder / outputs.TABLES)["victims_by_sex"]
    there = ~pl.col("obs_status").is_in(["O", "M"])
    return cells.filter(there, country=country, unit="victim_identified")


def test_women_of_three_years_are_near_a_plain_count(place: Workspace) -> None:
    rows = [
        one
        for year in YEARS
        for quarter in (1, 2, 3, 4)
        for one in people("xab_ministry", "XAB", f"{year}-Q{quarter}", SENT["xab_ministry"])
    ]
    women = len({one["person_key"] for one in rows if one["sex"] == "F"})
    found = by_sex(place, "XAB").filter(period=SPAN, sex="F")
    assert abs(found["value"].item() - women) < 5
    assert {p[:4] for p in by_sex(place, "XAB")["period"]} == {"2021", SPAN[:4]}
    assert set(by_sex(place, "XAA")["period"]) >= {"2021", *YEARS}


def test_the_release_says_the_rung_and_its_audit_found_nothing(place: Workspace) -> None:
    manifest = releases.manifest(releases.found(place.root, LAST))
    (rung,) = [
        (one["table"], one["frequency"])
        for one in manifest["ladder"]
        if (one["country"], one["ladder"]) == ("XAB", "sex")
    ]
    assert rung == ("victims_by_sex", "span")
    assert SPAN in manifest["periods"]
    assert (manifest["audit"]["failing"], manifest["audit"]["uncertified"]) == (0, 0)
    assert typed(f"audit {LAST} --workspace {place.root}")["failing"] == 0


def test_a_revision_that_moves_no_number_and_no_rung_makes_no_release(tmp_path: Path) -> None:
    with counting({"victims"}):
        made = with_fixed_keys(workspace(tmp_path / "region"))
        for quarter in (1, 2, 3, 4):
            store(made, "xaa_police", f"2024-Q{quarter}", SENT["xaa_police"], DAY)
        publish(made, str(run(made).release))
        found = typed(f"run --revision 2024 --workspace {made.root}")
    assert (found["release"], found["unmoved"]) == (None, "2024")
