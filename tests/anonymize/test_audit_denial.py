"""What a program denies no numbers satisfy, and what it blames is enough to give up."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize import audit_denial
from anonymize.audit_denial import denied
from anonymize.audit_rows import Integers, Rows, rows_from

# A shown total, and four hidden parts of it.
TOTAL, PARTS, LIMIT = 0, (1, 2, 3, 4), 3
SUM = rows_from([({TOTAL: 1} | dict.fromkeys(PARTS, -1), 0, 0)])


def ends(low: int, high: int) -> tuple[Integers, Integers]:
    return np.array([low, 0, 0, 0, 0]), np.array([high, *[LIMIT] * 4])


def test_parts_that_cannot_all_be_small_are_all_to_blame() -> None:
    assert denied(SUM, *ends(13, 20), np.array(PARTS)).tolist() == list(PARTS)


def test_parts_that_may_all_be_small_are_not() -> None:
    assert denied(SUM, *ends(12, 20), np.array(PARTS)).tolist() == []


def test_nobody_is_to_blame_where_nothing_is_believed_or_the_rest_cannot_be() -> None:
    nothing: Integers = np.array([], dtype=np.int64)
    assert denied(SUM, *ends(13, 20), nothing).tolist() == []
    impossible = rows_from([({TOTAL: 1}, 21, 30)])
    assert denied(impossible, *ends(13, 20), np.array(PARTS)).tolist() == []


def test_what_is_too_large_for_a_program_is_left_to_the_walk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit_denial, "MOST_FOR_FEW", 4)
    assert denied(SUM, *ends(13, 20), np.array(PARTS)).tolist() == []


def test_where_every_cell_is_believed_to_be_small_all_may_be_to_blame() -> None:
    least = rows_from([(dict.fromkeys(PARTS, 1), 13, 20)])
    lower, upper = np.zeros(5, dtype=np.int64), np.full(5, LIMIT)
    assert denied(least, lower, upper, np.arange(5)).tolist() == list(PARTS)


def holds(rows: Rows, lower: Integers, upper: Integers) -> bool:
    """Whether any whole numbers satisfy rows, by trying all."""
    every = product(*(range(low, high + 1) for low, high in zip(lower, upper, strict=True)))
    for point in every:
        sums = np.add.reduceat(rows.times * np.array(point)[rows.cell], rows.start[:-1])
        if ((rows.lower <= sums) & (sums <= rows.upper)).all():
            return True
    return False


SUMS = st.lists(
    st.tuples(
        st.dictionaries(st.integers(0, 3), st.sampled_from([-1, 1]), min_size=1, max_size=4),
        st.integers(-4, 6),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=4,
)


@given(SUMS, st.sets(st.integers(0, 3)))
def test_what_is_denied_no_whole_numbers_satisfy_and_giving_it_up_ends(
    sums: list[tuple[dict[int, int], int, int]], believed: set[int]
) -> None:
    rows = rows_from([(terms, low, low + width) for terms, low, width in sums])
    lower, upper = np.zeros(4, dtype=np.int64), np.full(4, 9)
    upper[sorted(believed)] = LIMIT
    left = np.array(sorted(believed), dtype=np.int64)
    while len(blamed := denied(rows, lower, upper, left)):
        assert set(blamed.tolist()) <= set(left.tolist())
        assert not holds(rows, lower, upper)
        upper[blamed] = 9
        left = left[~np.isin(left, blamed)]
