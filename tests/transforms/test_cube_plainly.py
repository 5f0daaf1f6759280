"""The cube against a count in plain Python, of whatever rows. All persons are invented."""

from collections import defaultdict
from itertools import product
from random import Random
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.transforms.counting import FORM, LISTS, SEX, count, series, spec

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "period": st.sampled_from(["2025-Q1", "2025-Q2", "2025-Q3", "2026-Q1"]),
            "source": st.sampled_from(["agency", "police"]),
            "person_key": st.integers(0, 5),
            "case": st.sampled_from(["a", "b", None]),
            "sex": st.sampled_from(["F", "M", "tnc", "_U", None]),
            "exploitation": st.sets(st.sampled_from(["P1", "P2", "begging", "_U"])),
        }
    ),
    max_size=12,
)
HALF = ("2025-Q1", "2025-Q2")
PERIODS = {
    **{"2025": (*HALF, "2025-Q3"), "2025-P6M": HALF, "2025-P9M": (*HALF, "2025-Q3")},
    **{quarter: (quarter,) for quarter in (*HALF, "2026-Q1")},
}


def frames(rows: list[dict[str, Any]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Core and answers of drawn rows, each row a record."""
    base = {"country": "XAA", "unit": "identified"}
    core = [row | base | {"record": f"r{i}"} for i, row in enumerate(rows)]
    answers = [(r["country"], r["source"], r["record"], c) for r in core for c in r["exploitation"]]
    texts = ["period", "source", "case", "sex", "country", "unit", "record"]
    schema = dict.fromkeys(texts, pl.String) | {"person_key": pl.Int64}
    long = pl.DataFrame(answers, schema=["country", "source", "record", "code"], orient="row")
    return (
        pl.DataFrame([{name: row[name] for name in schema} for row in core], schema=schema),
        long.cast(pl.String).with_columns(field=pl.lit("exploitation")),
    )


def plainly(rows: list[dict[str, Any]]) -> dict[tuple[str, str, str], set[int]]:
    """Who is in which cell (period, form, sex), in dictionaries and sets only."""
    cells = defaultdict(set)
    roll = {"tnc": "other", "begging": "P2", None: "_U"}
    order = sorted(
        enumerate(rows), key=lambda item: (item[1]["period"], item[1]["source"], f"r{item[0]}")
    )
    for period, inside in PERIODS.items():
        for person in {row["person_key"] for row in rows if row["period"] in inside}:
            known = [
                row
                for _, row in order
                if row["person_key"] == person
                and row["period"][:4] == period[:4]
                and row["period"] <= inside[-1]
            ]
            sexes = [row["sex"] for row in known if row["sex"] not in (None, "_U")]
            sex = roll.get(sexes[0], sexes[0]) if sexes else "_U"
            forms = {roll.get(c, c) for row in known for c in row["exploitation"] if c != "_U"}
            for place in product([*(forms or {"_U"}), "_T"], [sex, "_T"]):
                cells[(period, *place)].add(person)
    return cells


@settings(max_examples=40)
@given(ROWS)
def test_every_cell_equals_a_count_in_plain_python(rows: list[dict[str, Any]]) -> None:
    core, answers = frames(rows)
    cube = count(spec(exploitation=FORM, sex=SEX), core, answers, LISTS, series(*PERIODS))
    members = plainly(rows)
    assert len(cube) == len(PERIODS) * 4 * 5
    for row in cube.iter_rows(named=True):
        who = members.get((row["period"], row["exploitation"], row["sex"]), set())
        assert (row["n"], row["cell_key"]) == (len(who), sum(who))


@settings(max_examples=40)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[dict[str, Any]], random: Random) -> None:
    core, answers = frames(rows)
    table_ = spec(exploitation=FORM, sex=SEX)
    shuffled = core[random.sample(range(len(core)), len(core))]
    again = count(table_, shuffled, answers.reverse(), LISTS, series(*PERIODS))
    assert_frame_equal(count(table_, core, answers, LISTS, series(*PERIODS)), again)
