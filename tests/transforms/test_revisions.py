"""What two releases say differently, drawn as tables."""

from itertools import product

import polars as pl
import pytest

from tests.tables import table
from transforms.revisions import CHANGES, compared, counted, earlier

KEY = ["country", "period", "sex"]
INTEGERS = dict.fromkeys(("value", "lower", "upper"), pl.Int64)


def cells(drawing: str) -> pl.DataFrame:
    """A table of a release."""
    return table(drawing, **INTEGERS, obs_status=pl.String)


FIRST = cells("""
country | period  | sex | value | lower | upper | obs_status
XAA     | 2024-Q1 | F   | 20    | 16    | 24    | A
XAA     | 2024-Q1 | M   |       | 0     |       | Q
XAA     | 2024-Q2 | F   |       |       |       | O
XAA     | 2024-Q2 | M   | 30    | 26    | 34    | A
XAA     | 2024-Q3 | F   | 40    | 36    | 44    | A
XAA     | 2024-Q3 | M   | 15    | 11    | 19    | A
XAA     | 2024-Q4 | F   |       | 1     | 4     | Q
XAA     | 2024-Q4 | M   |       |       |       | O
XAB     | 2024-Q1 | F   | 50    | 46    | 54    | P
XAB     | 2024-Q1 | M   | 25    | 21    | 29    | A
""")
SECOND = cells("""
country | period  | sex | value | lower | upper | obs_status
XAA     | 2024-Q1 | F   | 25    | 21    | 29    | A
XAA     | 2024-Q1 | M   | 15    | 11    | 19    | A
XAA     | 2024-Q2 | F   | 20    | 16    | 24    | A
XAA     | 2024-Q2 | M   |       | 0     |       | Q
XAA     | 2024-Q3 | F   |       |       |       | O
XAA     | 2024-Q3 | M   | 15    | 11    | 19    | B
XAA     | 2024-Q4 | F   |       | 1     | 2     | Q
XAA     | 2024-Q4 | M   |       |       |       | M
XAA     | 2025-Q1 | F   |       | 0     |       | Q
XAA     | 2025-Q1 | M   |       |       |       | O
XAB     | 2024-Q1 | F   | 50    | 46    | 54    | A
XAB     | 2024-Q1 | M   | 25    | 21    | 29    | A
""")


def test_every_cell_that_differs_has_one_kind_of_change() -> None:
    drawn = table("""
        country | period  | sex | change
        XAA     | 2024-Q1 | F   | changed
        XAA     | 2024-Q1 | M   | shown
        XAA     | 2024-Q2 | F   | added
        XAA     | 2024-Q2 | M   | hidden
        XAA     | 2024-Q3 | F   | removed
        XAA     | 2024-Q3 | M   | flagged
        XAA     | 2024-Q4 | F   | changed
        XAA     | 2024-Q4 | M   | flagged
        XAA     | 2025-Q1 | F   | added
        XAB     | 2024-Q1 | F   | flagged
    """)
    assert compared(FIRST, SECOND, KEY).select(drawn.columns).rows() == drawn.rows()


def test_a_change_says_what_was_and_what_is() -> None:
    found = compared(FIRST, SECOND, KEY).row(0, named=True)
    assert (found["value_before"], found["value_after"]) == (20, 25)
    assert (found["upper_before"], found["upper_after"]) == (24, 29)
    assert (found["obs_status_before"], found["obs_status_after"]) == ("A", "A")


def test_a_break_is_named_where_it_is_declared_for_the_first_time() -> None:
    breaks = compared(FIRST, SECOND, KEY).filter("is_break")
    assert breaks.select("period", "sex").rows() == [("2024-Q3", "M")]
    again = compared(SECOND, SECOND.with_columns(value=pl.lit(99)), KEY)
    assert not again["is_break"].any()


def test_a_release_beside_itself_has_no_changes() -> None:
    for one in (FIRST, SECOND, FIRST.clear()):
        assert compared(one, one.reverse(), KEY).is_empty()


def test_the_ways_are_counted_and_a_way_without_cells_is_zero() -> None:
    assert counted(compared(FIRST, SECOND, KEY)) == {
        **{"added": 2, "removed": 1, "shown": 1, "hidden": 1, "changed": 2, "flagged": 3},
        "breaks": 1,
    }
    assert counted(compared(FIRST, FIRST, KEY)) == dict.fromkeys((*CHANGES, "breaks"), 0)


STATES = {
    "a number": (20, 16, 24, "A"),
    "another": (25, 21, 29, "A"),
    "hidden": (None, 0, None, "Q"),
    "absent": (None, None, None, "O"),
}


@pytest.mark.parametrize(("was", "now"), [*product(STATES, repeat=2)])
def test_a_revision_is_of_what_was_said_before(was: str, now: str) -> None:
    """Whatever was absent before is said for the first time, whatever is the same is not new."""
    frames = [
        pl.DataFrame(
            [("XAA", "2024", "F", *STATES[state])],
            schema=FIRST.schema,
            orient="row",
        )
        for state in (was, now)
    ]
    found = earlier(frames[1], {"v1": frames[0]}, KEY)
    assert bool(found.height) == (was != now and was != "absent")


def test_the_vintages_of_a_cell_stand_in_the_order_of_the_releases() -> None:
    third = FIRST.with_columns(
        value=pl.when(pl.col("sex") == "F").then(pl.col("value") + 10).otherwise("value")
    )
    found = earlier(third, {"v10": FIRST, "v9": SECOND}, KEY)
    mine = found.filter((pl.col("period") == "2024-Q1") & (pl.col("country") == "XAA"))
    assert mine.select("sex", "release", "value").rows() == [
        ("F", "v10", 20),
        ("F", "v9", 25),
        ("M", "v9", 15),
    ]


def test_nothing_was_said_before_the_first_release() -> None:
    assert earlier(FIRST, {}, KEY).is_empty()
    assert earlier(FIRST, {}, KEY).columns == [*KEY, "release", "value", "lower", "upper",
                                               "obs_status"]  # fmt: skip
