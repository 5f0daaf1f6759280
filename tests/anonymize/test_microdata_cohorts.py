"""Who is in which cohort, for every history that hypothesis thinks of. All persons are invented."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from anonymize.microdata_cohorts import MEMBERS, assigned, members_of

POOLS, YEARS = ("XAA", "XAB"), ("2024", "2025", "2026")
ACCEPTED = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(POOLS), st.sampled_from(YEARS)), max_size=30
)
CLOSED = st.sets(st.tuples(st.sampled_from(POOLS), st.sampled_from(YEARS)), max_size=6)


def frame(rows: list[tuple[int, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=MEMBERS, orient="row")


def shut(cohorts: set[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        sorted(cohorts), schema={"pool": pl.String, "year": pl.String}, orient="row"
    )


def closing(rows: list[tuple[int, str, str]], cohorts: set[tuple[str, str]]) -> pl.DataFrame:
    """Who is in these cohorts, had all been closed with only ``rows`` accepted."""
    everybody = assigned(frame(rows), frame([]), shut(set()))
    return everybody.join(shut(cohorts), on=["pool", "year"], how="semi").select(*MEMBERS)


def test_a_person_belongs_to_the_year_in_which_she_was_first_accepted() -> None:
    seen = frame([(1, "XAA", "2025"), (1, "XAA", "2024"), (1, "XAB", "2024"), (2, "XAB", "2026")])
    assert assigned(seen, frame([]), shut(set())).rows() == [
        (1, "XAA", "2024", "open"),
        (2, "XAB", "2026", "open"),
    ]


def test_who_comes_when_her_cohort_is_out_joins_none() -> None:
    first = [(1, "XAA", "2024"), (2, "XAA", "2024")]
    found = assigned(
        frame([*first, (3, "XAA", "2024"), (4, "XAA", "2025")]),
        frame(first),
        shut({("XAA", "2024")}),
    )
    assert dict(found.select("person", "standing").iter_rows()) == {
        1: "member", 2: "member", 3: "late", 4: "open"
    }  # fmt: skip
    assert members_of(found, ["XAA"], "2024").is_empty()
    assert members_of(found, ["XAA"], "2025").rows() == [(4, "XAA", "2025")]


def test_who_is_in_a_cohort_that_is_out_stays_there_whatever_is_learnt_later() -> None:
    members = frame([(1, "XAA", "2025")])
    earlier = frame([(1, "XAB", "2024"), (1, "XAA", "2025")])
    assert assigned(earlier, members, shut({("XAA", "2025")})).rows() == [
        (1, "XAA", "2025", "member")
    ]
    assert assigned(frame([]), members, shut({("XAA", "2025")})).rows() == [
        (1, "XAA", "2025", "member")
    ]


@given(ACCEPTED, ACCEPTED, CLOSED)
def test_closed_cohorts_never_change_and_nobody_is_in_two(
    early: list[tuple[int, str, str]],
    late: list[tuple[int, str, str]],
    closed: set[tuple[str, str]],
) -> None:
    members = closing(early, closed)
    found = assigned(frame([*early, *late]), members, shut(closed))
    assert found["person"].is_unique().all()
    assert set(found.filter(pl.col("standing") == "member")["person"]) == set(members["person"])
    for person, pool, year, standing in found.iter_rows():
        assert (standing == "open") == ((pool, year) not in closed) or standing == "member"
        assert standing != "member" or (person, pool, year) in members.rows()
    for pool, year in closed:
        assert members_of(found, [pool], year).is_empty()


@given(ACCEPTED, st.integers(1, 12), CLOSED)
def test_where_one_person_belongs_does_not_depend_on_the_others(
    seen: list[tuple[int, str, str]], her: int, closed: set[tuple[str, str]]
) -> None:
    without = [row for row in seen if row[0] != her]
    everybody = assigned(frame(seen), frame([]), shut(closed))
    others = assigned(frame(without), frame([]), shut(closed))
    assert everybody.filter(pl.col("person") != her).rows() == others.rows()


@given(
    st.permutations(
        [(1, "XAA", "2024"), (1, "XAB", "2024"), (2, "XAB", "2025"), (1, "XAA", "2026")]
    )
)
def test_the_order_of_rows_decides_nothing(seen: list[tuple[int, str, str]]) -> None:
    assert assigned(frame(seen), frame([]), shut(set())).rows() == [
        (1, "XAA", "2024", "open"),
        (2, "XAB", "2025", "open"),
    ]
