"""The gate out for every input. All persons and keys are invented."""

import hashlib
import hmac
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from anonymize.disclosure import draws, hidden_by_other_rule, hide, missing, protect
from tests.anonymize.drawings import SEX, spec
from tests.policies import POLICY
from tests.tables import table

KEY = b"invented rounding key of a test."
TABLE = spec("by_sex", sex=SEX)
COUNTS = st.integers(0, 400)
DRAWS = st.integers(0, 4)
PEOPLE = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=60, unique=True)


def cell(n: int, draw: int | None = 0, **other: Any) -> pl.DataFrame:
    """One cell of ``n`` persons; only their number can hide it."""
    spread: dict[str, Any] = {"n_cases": max(n, 3), "max_case": 0}
    spread |= {"n_countries": 1, "max_country": n}
    spread |= {"outside_case": n, "outside_country": n, "beside": None}
    row = {"country": "XAA", "unit": "report", "sex": "F", "n": n, "cell_key": 1, "draw": draw}
    return pl.DataFrame([row | spread | other]).cast({"beside": pl.Int64})


def shown(n: int, draw: int | None = 0, **other: Any) -> dict[str, Any]:
    return protect(cell(n, draw, **other), TABLE, POLICY).row(0, named=True)


def value(n: int, draw: int | None = 0, **other: Any) -> int | None:
    found: int | None = shown(n, draw, **other)["value"]
    return found


@pytest.mark.parametrize("draw", range(5))
def test_a_cell_is_hidden_exactly_when_its_rounded_value_is_ten_or_less(draw: int) -> None:
    for n in range(40):
        rounded = n - n % 5 + 5 * (draw < n % 5)
        assert value(n, draw) == (rounded if rounded > 10 else None)


@given(COUNTS, DRAWS)
@example(0, 0)
def test_the_interval_holds_the_truth_and_a_hidden_zero_looks_like_a_few(n: int, draw: int) -> None:
    found = shown(n, draw)
    if found["value"] is None:
        assert n < 15
        assert found == shown(7)
    else:
        assert found["value"] > 10
        assert abs(found["value"] - n) < 5
        assert found["lower"] <= n <= found["upper"]
        assert found["upper"] - found["lower"] == 8


@pytest.mark.parametrize(
    ("behind", "is_shown"),
    [
        ({"n_cases": 2}, False),
        ({"n_cases": 3}, True),
        ({"max_case": 16}, False),
        ({"max_case": 15}, True),
        ({"n_cases": None}, False),
        ({"max_case": None}, False),
    ],
)
def test_two_cases_hide_and_so_do_four_persons_outside_the_largest(
    behind: dict[str, int | None], is_shown: bool
) -> None:
    assert (value(20, **behind) is not None) == is_shown


@pytest.mark.parametrize(
    ("behind", "is_shown"),
    [
        ({"n_countries": 2, "outside_country": 20}, False),
        ({"n_countries": 3, "outside_country": 20}, True),
        ({"n_countries": 3, "outside_country": 15}, True),
        ({"n_countries": 3, "outside_country": 10}, False),
        ({"n_countries": None, "outside_country": 20}, False),
        ({"n_countries": 3, "outside_country": None}, False),
    ],
)
def test_a_regional_cell_needs_three_countries_and_fifteen_persons_outside_each(
    behind: dict[str, int | None], is_shown: bool
) -> None:
    assert (value(40, country="_T", **behind) is not None) == is_shown
    assert value(40, **behind) == 40


def test_a_cell_that_cannot_be_counted_or_drawn_is_hidden() -> None:
    assert shown(20, draw=None) == shown(0)


@given(COUNTS, DRAWS, st.integers(0, 6), st.integers(0, 20))
def test_whatever_hides_a_cell_it_looks_the_same(n: int, draw: int, cases: int, most: int) -> None:
    found = shown(n, draw, n_cases=cases, max_case=most)
    assert found["value"] is not None or found == shown(0)


@given(COUNTS, DRAWS, st.integers(0, 6))
def test_the_private_list_names_cells_that_are_hidden_but_not_small(
    n: int, draw: int, cases: int
) -> None:
    one = cell(n, draw, n_cases=cases)
    hidden_for_cases = value(n, draw) is not None and cases < 3
    assert (len(hidden_by_other_rule(one, TABLE, POLICY)) == 1) == hidden_for_cases


def test_nothing_exact_leaves_the_gate() -> None:
    leaving = ["value", "lower", "upper", "obs_status", "conf_status"]
    assert protect(cell(20), TABLE, POLICY).columns == ["country", "unit", "sex", *leaving]
    assert hidden_by_other_rule(cell(20), TABLE, POLICY).columns == ["country", "unit", "sex"]


@given(
    st.integers(0, 2**32 - 1), st.sampled_from(["report", "suspect"]), st.text("abc", max_size=3)
)
def test_the_draw_is_the_keyed_hash_of_unit_epoch_and_cell_key(
    cell_key: int, unit: str, epoch: str
) -> None:
    told = hmac.new(KEY, f"{unit}|{epoch}|{cell_key}".encode(), hashlib.sha256).hexdigest()
    first = int(told[:16], 16)
    drawn = draws(cell(20, unit=unit, cell_key=cell_key), KEY, epoch, POLICY)["draw"].item()
    for rest in range(5):
        assert (drawn < rest) == (first * 5 < rest * 2**64)


@given(PEOPLE, st.randoms(use_true_random=False))
def test_same_people_same_number_in_any_order_and_table(people: list[int], random: Random) -> None:
    orders = (people, random.sample(people, len(people)))
    cells = [
        cell(len(o), cell_key=sum(o) % 2**32, sex=sex) for o, sex in zip(orders, "FM", strict=True)
    ]
    beside = protect(draws(pl.concat([cell(40), *cells]), KEY, "1", POLICY), TABLE, POLICY)
    assert_frame_equal(beside[1:2].drop("sex"), beside[2:3].drop("sex"))


def many(n: int, cells: int = 2_000) -> pl.DataFrame:
    """Cells of ``n`` persons with different people in each."""
    counted = pl.concat([cell(n)] * cells).with_columns(cell_key=pl.int_range(cells) * 7919)
    return draws(counted, KEY, "1", POLICY)


@pytest.mark.parametrize("n", range(15, 20))
def test_rounding_is_unbiased_and_each_draw_is_as_frequent_as_it_should_be(n: int) -> None:
    found = protect(many(n), TABLE, POLICY)["value"].to_numpy()
    up, rest = int((found > n).sum()), n % 5
    expected = 2_000 * rest / 5
    if rest == 0:
        assert up == 0
    else:
        chi_square = (up - expected) ** 2 / (expected * (1 - rest / 5))
        assert chi_square < 10.83  # one in a thousand, and the key is fixed


def test_a_missing_cell_is_neither_hidden_nor_zero() -> None:
    found = missing(pl.DataFrame({"country": ["XAA"], "period": ["2025"]}))
    drawn = table("""
        country | period | value | lower | upper | obs_status | conf_status
        XAA     | 2025   |       |       |       | O          | F
    """).cast({"period": pl.String, "value": pl.Int64, "lower": pl.Int64, "upper": pl.Int64})
    assert_frame_equal(found, drawn)
    assert found.schema["value"] == protect(cell(20), TABLE, POLICY).schema["value"]


def test_hiding_covers_the_named_cells_as_the_gate_does_and_keeps_the_order() -> None:
    cells = protect(pl.concat([cell(20), cell(30, sex="M"), cell(3, sex="_U")]), TABLE, POLICY)
    hidden = hide(cells, pl.DataFrame({"country": ["XAA"], "sex": ["M"]}))
    assert_frame_equal(hidden[[0, 2]], cells[[0, 2]])
    assert_frame_equal(hidden[1:2].drop("sex"), cells[2:3].drop("sex"))
