"""A small share of the trials on one late victim; the benchmark has ten thousand."""

import numpy as np
import pytest

from benchmarks.late_victim import CELLS, advantage, matched, trials

TRIALS = 1_500


def test_one_late_victim_shows_where_every_number_is_taken_over_and_not_under_the_rule() -> None:
    for late in (0, 12):
        assert advantage(TRIALS, late, 11).upper < 0.06, late
    assert advantage(TRIALS, 0, 11, ruled=False).lower > 0.8


def test_the_attacker_is_no_worse_than_one_who_looks_only_whether_anything_changed() -> None:
    """Alone late, without the rule: of the cells of a quarter and a year a person moves most."""
    assert advantage(TRIALS, 1, 11, ruled=False).lower > 0.4


def test_two_worlds_of_a_trial_differ_by_one_person_alone() -> None:
    without, with_her = trials(200, 0, 11, ruled=False)
    change = slice(0, 2 * len(CELLS))
    hers = [n % len(CELLS) for n in range(2 * len(CELLS)) if (with_her - without)[:, n].any()]
    assert not without[:, change].any()
    assert {CELLS[n] for n in hers} <= {(0, 0), (0, None), (None, 0), (None, None)}
    assert np.abs(with_her[:, change]).max() > 0


def test_pairs_that_never_differ_leave_a_doubt_and_fewer_pairs_a_larger_one() -> None:
    value, lower, upper = matched(0, 0, 100)
    assert value == 0
    assert lower == -upper
    assert matched(0, 0, 1_000).upper < upper < 0.03


def test_the_interval_is_that_of_the_source() -> None:
    """Of 162 pairs then, 30.5 differ one way and 10.5 the other."""
    found = matched(30, 10, 160)
    difference = 20 / 162
    error = 1.96 * ((41 / 162 - difference**2) / 162) ** 0.5
    assert found == pytest.approx((difference, difference - error, difference + error))
