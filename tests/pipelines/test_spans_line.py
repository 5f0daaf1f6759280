"""Spans of years by the whole line: shown, attacked, said by the release, and final."""

import datetime as dt
from collections.abc import Iterator

import polars as pl
import pytest

from data_contracts.model import TOTAL
from pipelines import outputs, releases
from pipelines.run import run
from pipelines.settings import Workspace
from tests.pipelines.registries import counting
from tests.pipelines.stored import people, store
from tests.pipelines.test_annual_line import publish
from tests.pipelines.test_release_life import typed
from tests.pipelines.workspaces import with_fixed_keys, workspace

pytestmark = [pytest.mark.xdist_group("annual"), pytest.mark.slow]
QUARTERS = [f"{year}-Q{quarter}" for year in (2022, 2023, 2024) for quarter in (1, 2, 3, 4)]
# A quarter: enough for every quarter in one country, in the other for three years alone.
SENT = {"xaa_police": 20, "xab_ministry": 2}
FIRST, SECOND, SPAN = "INVENTED-2024Q4-v1", "INVENTED-2024Q4-v2", "2022-P3Y"
DAY = dt.datetime(2025, 2, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Three published years, and the revision of the last, published too."""
    with counting({"victims"}):
        made = with_fixed_keys(workspace(tmp_path_factory.mktemp("spans") / "region"))
        for layout, n in SENT.items():
            for period in QUARTERS:
                store(made, layout, period, n, DAY)
        assert run(made).release == FIRST
        publish(made, FIRST)
        typed(f"run --revision 2024 --workspace {made.root}")
        publish(made, SECOND)
        yield made


def cells(place: Workspace) -> pl.DataFrame:
    folder = releases.found(place.root, SECOND)
    return outputs.tables_in(folder / outputs.TABLES)["victims"].filter(unit="victim_identified")


def test_a_span_is_near_a_plain_count_and_hidden_years_point_to_it(place: Workspace) -> None:
    found = cells(place)
    for country, layout in (("XAA", "xaa_police"), ("XAB", "xab_ministry")):
        rows = [one for q in QUARTERS for one in people(layout, country, q, SENT[layout])]
        exact = len({one["person_key"] for one in rows})
        shown = found.filter(country=country, period=SPAN)["value"].item()
        assert abs(shown - exact) < 5
    years = found.filter(pl.col("period").is_in(["2022", "2023", "2024"]), country="XAB")
    assert set(years["obs_status"]) == {"Q"}
    assert set(years["within"]) == {f"period={SPAN}"}
    assert found.filter(country=TOTAL, period=SPAN).is_empty()


def test_the_release_says_spans_and_its_audit_found_nothing(place: Workspace) -> None:
    manifest = releases.manifest(releases.found(place.root, SECOND))
    assert SPAN in manifest["periods"]
    assert (manifest["audit"]["failing"], manifest["audit"]["uncertified"]) == (0, 0)
    first = releases.manifest(releases.found(place.root, FIRST))
    assert manifest["audit"]["targets"] > first["audit"]["targets"]
    said = typed(f"audit {SECOND} --workspace {place.root}")
    assert said["failing"] == 0


def test_its_years_are_revised_no_more(place: Workspace) -> None:
    said = typed(f"run --revision 2023 --workspace {place.root}", 2)
    assert f"2023 is final: {SPAN} is published" in said


def test_a_release_after_it_says_the_same(place: Workspace) -> None:
    for layout, n in SENT.items():
        store(place, layout, "2025-Q1", n, DAY + dt.timedelta(days=90))
    third = run(place).release
    assert third is not None
    folder = releases.found(place.root, third)
    now = outputs.tables_in(folder / outputs.TABLES)["victims"].filter(unit="victim_identified")
    keys = ["country", "value", "obs_status", "within"]
    then = cells(place).filter(period=SPAN).select(keys)
    assert now.filter(period=SPAN).select(keys).equals(then)
    assert releases.manifest(folder)["audit"]["failing"] == 0
