"""A published cell moves only if who came and left would be a cell; all persons are invented."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.disclosure import draws, rounded
from anonymize.settling import limits, may_move, settled
from tests.limits import least
from tests.policies import POLICY
from tests.tables import table

KEY, EPOCH = b"k" * 32, "1"
# One in one ends every limit at once: what the rules ask where it is lowest.
LEAST = POLICY.model_copy(update={"move_step_one_in": 1})
KEYS = ["country", "period", "unit"]
# Fifteen are never rounded below fifteen: enough by number, in enough cases and of no one country.
ENOUGH: dict[str, Any] = {
    **{"country": "XAA", "period": "2025", "unit": "identified", "n": 15, "cell_key": 7},
    **{"n_cases": 15, "max_case": 1, "n_countries": 1, "max_country": 15},
}


def moves(**changed: Any) -> bool:
    frame = pl.DataFrame([ENOUGH | {"sex": "_T", "form": "_T"} | changed])
    return may_move(frame, ["sex", "form"], KEY, EPOCH, LEAST).height == 1


@pytest.mark.parametrize(
    ("changed", "moving"),
    [
        ({}, True),
        ({"n": 10, "n_cases": 10}, False),
        ({"n": 1, "n_cases": 1}, False),
        ({"n_cases": 2, "max_case": 9}, False),
        ({"n_cases": 3, "max_case": 9}, True),
        ({"n_cases": 5, "max_case": 10}, True),
        ({"n_cases": 5, "max_case": 11}, False),
        ({"country": "_T", "n": 20, "n_countries": 2, "max_country": 16}, True),
        ({"country": "_T", "n": 20, "n_countries": 2, "max_country": 17}, False),
        ({"country": "_T"}, False),
        ({"sex": "F"}, False),
        ({"sex": "F", "n": 30, "n_cases": 30}, False),
        ({"sex": "F", "n": 35, "n_cases": 35}, True),
        ({"form": "P1", "n": 30, "n_cases": 30}, False),
        ({"n": 30, "n_cases": 30}, True),
    ],
)
def test_who_moved_must_be_as_many_as_a_cell_shows(changed: dict[str, Any], moving: bool) -> None:
    assert moves(**changed) is moving


def test_their_number_is_rounded_by_their_own_people() -> None:
    rows = [ENOUGH | {"n": 12, "n_cases": 12, "cell_key": key} for key in range(200)]
    frame = pl.DataFrame(rows).with_row_index("cell")
    up = draws(frame, KEY, EPOCH, POLICY).filter(rounded(POLICY) > 10)["cell"]
    found = may_move(frame, [], KEY, EPOCH, LEAST)
    assert found["cell"].to_list() == up.to_list()
    assert 40 < len(up) < 120


YEARS = [str(year) for year in range(1000, 3000)]


def test_how_many_are_enough_is_drawn_for_each_country_and_year_and_unit() -> None:
    """Above the least limit as many steps as a one in ten lets go on, for totals and parts."""
    rows = [ENOUGH | {"period": year, "sex": sex} for year in YEARS[:40] for sex in ("_T", "F")]
    for unit, country in (("identified", "XAA"), ("identified", "XAB"), ("presumed", "XAA")):
        own = {"unit": unit, "country": country, "n_cases": 900}
        # Fives are never rounded: each number of them is what it is.
        frame = pl.DataFrame([r | own | {"n": n, "at": n} for r in rows for n in range(0, 300, 5)])
        found = may_move(frame, ["sex"], KEY, EPOCH, POLICY)
        told = found.group_by("period", "sex").agg(pl.col("at").min() - 5)
        assert told.height > 70
        for year, sex, limit in told.iter_rows():
            assert limit == least(KEY, unit, country, year, part=sex == "F")


def test_limits_go_one_step_further_with_nine_in_ten() -> None:
    frame = pl.DataFrame([ENOUGH | {"period": year} for year in YEARS])
    drawn = limits(frame, KEY, EPOCH, POLICY)["more"]
    for steps in range(12):
        # Four standard errors of so many years.
        share = sum(more >= 5 * steps for more in drawn) / len(YEARS)
        assert abs(share - 0.9**steps) < 4 * 0.5 / len(YEARS) ** 0.5
    assert drawn.min() == 0


def test_a_limit_is_one_for_all_periods_of_a_year_and_whoever_came() -> None:
    periods = ("2025", "2025-Q1", "2025-Q4", "2025-P6M")
    frame = pl.DataFrame(
        [ENOUGH | {"period": p, "n": n, "cell_key": n} for p in periods for n in (20, 40)]
    )
    assert limits(frame, KEY, EPOCH, POLICY).height == 1
    assert set(limits(frame, KEY, EPOCH, POLICY)["more"]) == {
        least(KEY, "identified", "XAA", "2025") - 10
    }


WAS = table(
    """
    country | period | unit       | value | lower | upper | obs_status | conf_status | source
    XAA     | 2025   | identified | 40    | 36    | 44    | A          | F           | police
    XAB     | 2025   | identified |       | 0     |       | Q          | C           | police
    XAC     | 2025   | identified | 50    | 46    | 54    | B          | F           | police
    XAD     | 2025   | identified |       |       |       | O          | F           |
    XAE     | 2025   | identified | 60    | 56    | 64    | R          | F           | police
    """
)
NOW = table(
    """
    country | period | unit       | value | lower | upper | obs_status | conf_status | source
    XAA     | 2025   | identified | 60    | 56    | 64    | A          | F           | police+ngo
    XAB     | 2025   | identified | 25    | 21    | 29    | A          | F           | police+ngo
    XAC     | 2025   | identified |       | 0     |       | Q          | C           | police+ngo
    XAD     | 2025   | identified | 30    | 26    | 34    | A          | F           | ngo
    XAE     | 2025   | identified |       |       |       | O          | F           |
    """
)


def said(*moving: str) -> dict[str, tuple[Any, ...]]:
    keys = NOW.filter(pl.col("country").is_in(moving)).select(KEYS)
    found = settled(NOW, WAS, keys)
    assert found.columns == NOW.columns
    return {row[0]: row[3:] for row in found.rows()}


def test_what_was_published_stays_unmarked_and_with_the_sources_of_today() -> None:
    found = said()
    assert found["XAA"] == (40, 36, 44, "A", "F", "police+ngo")
    assert found["XAB"] == (None, 0, None, "Q", "C", "police+ngo")
    # A break is marked anew; what nobody fills any more stays with who filled it.
    assert found["XAC"] == (50, 46, 54, "A", "F", "police+ngo")
    assert found["XAE"] == (60, 56, 64, "R", "F", "police")


def test_a_first_publication_is_no_revision() -> None:
    assert said()["XAD"] == said("XAD")["XAD"] == (30, 26, 34, "A", "F", "ngo")


def test_what_moves_takes_its_new_number_and_says_so() -> None:
    found = said("XAA", "XAB", "XAC", "XAE")
    assert found["XAA"] == (60, 56, 64, "R", "F", "police+ngo")
    assert found["XAB"] == (25, 21, 29, "R", "F", "police+ngo")
    assert found["XAC"] == (None, 0, None, "Q", "C", "police+ngo")
    assert found["XAE"] == (60, 56, 64, "R", "F", "police")


def test_what_moves_to_the_same_number_is_not_marked() -> None:
    keys = WAS.filter(country="XAA").select(KEYS)
    same = settled(WAS.filter(country="XAA"), WAS, keys)
    assert same["obs_status"].to_list() == ["A"]


COUNT = st.integers(0, 90)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(COUNT, COUNT, st.integers(0, 2**32 - 1)), min_size=1, max_size=12))
def test_numbers_move_only_where_the_difference_is_a_publishable_cell(
    drawn: list[tuple[int, int, int]],
) -> None:
    """By the draw alone: rounded above the limit, three cases, five outside the largest."""
    rows = [
        ENOUGH
        | {"period": f"{1900 + i}", "n": n, "cell_key": key, "max_case": min(n, most)}
        | {"n_cases": 0 if not n else 1 + (n - min(n, most) if most else n - 1)}
        for i, (n, most, key) in enumerate(drawn)
    ]
    frame = pl.DataFrame(rows)
    shape = {"value": pl.Int64, "lower": pl.Int64, "upper": pl.Int64}
    was = frame.select(KEYS).with_columns(
        **dict.fromkeys(shape, pl.lit(100, pl.Int64)),
        **{"obs_status": pl.lit("A"), "conf_status": pl.lit("F"), "source": pl.lit("s")},
    )
    now = was.with_columns(pl.lit(200, pl.Int64).alias(name) for name in shape)
    found = settled(now, was, may_move(frame, [], KEY, EPOCH, POLICY))
    told = dict(zip(found["period"], found["value"], strict=True))
    for row in draws(frame, KEY, EPOCH, POLICY).iter_rows(named=True):
        shown = row["n"] // 5 * 5 + (5 if row["draw"] < row["n"] % 5 else 0)
        is_cell = row["n_cases"] >= 3 and row["n"] - row["max_case"] >= 5
        is_enough = shown > least(KEY, "identified", "XAA", row["period"])
        assert told[row["period"]] == (200 if is_cell and is_enough else 100)
