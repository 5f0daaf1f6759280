"""What comes late says nothing about what was published before it."""

from collections.abc import Sequence

import polars as pl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.people import LISTS, RECORDS, TABLE, Rows, frames
from transforms.cube import count
from transforms.people import SINCE, prepared

FIELDS = ("sex", "exploitation")
QUARTERS = ["2025-Q1", "2025-Q2", "2026-Q1"]


def series(periods: Sequence[str]) -> pl.DataFrame:
    rows = [(c, "identified", p) for c in ("XAA", "XAB") for p in periods]
    return pl.DataFrame(rows, schema=["country", "unit", "period"], orient="row")


def counted(rows: Rows, quarters: Sequence[str], since: dict[str, int]) -> pl.DataFrame:
    """The cube when ``quarters`` are shown, those in ``since`` by that release."""
    # Records keep their names, whichever of them are there: of two of one quarter a name decides.
    core, answers = frames(rows)
    core = core.filter(pl.col("period").is_in(quarters))
    answers = answers.join(core, on=["country", "source", "record"], how="semi")
    shown = [
        (c, s, q, n) for c in ("XAA", "XAB") for s in ("agency", "police") for q, n in since.items()
    ]
    published = pl.DataFrame(shown, schema=SINCE, orient="row")
    people = prepared(core, answers, FIELDS, since=published)
    return count(TABLE, people, LISTS, series(quarters)).cells


# Without shrinking: each step counts anew.
@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(RECORDS, st.permutations(QUARTERS))
def test_quarters_published_one_after_the_other_stay_as_they_were(
    rows: Rows, order: list[str]
) -> None:
    first = counted(rows, order[:1], {})
    since: dict[str, int] = {}
    before = first
    for number, quarter in enumerate(order[:-1]):
        since[quarter] = number
        after = counted(rows, order[: number + 2], since)
        places = before.select("country", "period").unique()
        same = after.join(places, on=places.columns, how="semi")
        assert_frame_equal(same.sort(same.columns), before.sort(before.columns))
        before = after


def test_a_person_of_whom_more_is_known_late_stays_as_published() -> None:
    base = {"country": "XAA", "source": "police", "person_key": 7, "case": "a"}
    late = base | {"period": "2025-Q1", "sex": "F", "exploitation": set()}
    early = base | {"period": "2025-Q2", "sex": None, "exploitation": set()}
    found = counted([late, early], ["2025-Q1", "2025-Q2"], {"2025-Q2": 0})
    mine = found.filter(country="XAA", exploitation="_T", period="2025-Q2").filter(pl.col("n") > 0)
    assert mine["sex"].to_list() == ["_T", "_U"]
    anew = counted([late, early], ["2025-Q1", "2025-Q2"], {})
    mine = anew.filter(country="XAA", exploitation="_T", period="2025-Q2").filter(pl.col("n") > 0)
    assert mine["sex"].to_list() == ["F", "_T"]
