"""The same person twice is marked, whatever the order of rows."""

from random import Random

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_contracts import load
from tests.tables import table
from transforms.link import marked, ranked

KEY = ["country", "period", "source", "record"]
SEEN = table("""
country | period  | source   | record | person_key | is_repeat
XAA     | 2025-Q1 | police   | r2     | 1          | no
XAA     | 2025-Q1 | police   | r3     | 2          | no
XAA     | 2025-Q1 | police   | r4     | 2          | yes
XAA     | 2025-Q1 | shelters | r1     | 1          | yes
XAA     | 2025-Q2 | police   | r5     | 1          | yes
XAA     | 2025-Q2 | police   | r6     | 3          | no
XAB     | 2025-Q1 | police   | r7     | 1          | no
""")
ROWS = SEEN.drop("is_repeat")


def seen(rows: pl.DataFrame) -> pl.DataFrame:
    """The marked rows, in the order of their keys."""
    found: pl.DataFrame = marked(rows.lazy()).collect().sort(KEY)
    return found


def test_a_person_is_a_repeat_after_the_first_row_of_her_country() -> None:
    expected = SEEN.with_columns(is_duplicate=pl.col("is_repeat") == "yes").drop("is_repeat")
    assert_frame_equal(seen(ROWS), expected)


def test_marking_changes_no_column_whatever_a_contract_calls_its_fields() -> None:
    names = {f.safe for f in load.contract("victims").single} - set(ROWS.columns)
    full = ROWS.with_columns(pl.lit(name).alias(name) for name in sorted(names))
    assert_frame_equal(seen(full).drop("is_duplicate"), full.sort(KEY))


@given(st.randoms(use_true_random=False))
def test_the_mark_does_not_depend_on_the_order_of_rows(random: Random) -> None:
    assert_frame_equal(seen(ROWS[random.sample(range(len(ROWS)), len(ROWS))]), seen(ROWS))


ROW = st.tuples(
    st.sampled_from(["XAA", "XAB"]),
    st.sampled_from(["2025-Q1", "2025-Q2"]),
    st.sampled_from(["police", "shelters"]),
    st.integers(0, 5),
)


@given(st.lists(ROW, max_size=30))
def test_no_row_is_lost_and_each_person_of_a_country_is_counted_once(
    drawn: list[tuple[str, str, str, int]],
) -> None:
    rows = pl.DataFrame(
        [(*row[:3], f"r{n}", row[3]) for n, row in enumerate(drawn)],
        schema=dict.fromkeys(KEY, pl.String) | {"person_key": pl.Int64},
        orient="row",
    )
    found = seen(rows)
    assert_frame_equal(found.drop("is_duplicate"), rows.sort(KEY))
    persons = rows.select("country", "person_key").unique()
    assert (~found["is_duplicate"]).sum() == len(persons)


def test_a_row_has_the_rank_of_its_source_and_one_without_layout_comes_last() -> None:
    layouts = load.layouts()
    declared = layouts["xaa_police"].rank
    rows = pl.LazyFrame({"source": ["xaa_police", "xab_ministry", "gone"]})
    assert ranked(rows, layouts).collect()["rank"].to_list() == [declared, 5, 9]
    assert declared < layouts["xaa_shelters"].rank
