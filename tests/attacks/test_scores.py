"""A difference of shares has the interval that repeating the experiment would give it."""

from math import sqrt
from statistics import mean, stdev

import numpy as np
import pytest

from benchmarks.attacking.scores import Trial, quantile, score


def test_with_equal_numbers_of_guesses_it_is_the_interval_of_a_mean() -> None:
    trials = [Trial(50, right, base) for right, base in ((20, 18), (30, 21), (24, 26), (28, 20))]
    points = [(trial.right - trial.baseline) / 50 for trial in trials]
    found = score(trials)
    half = 3.182 * stdev(points) / sqrt(4)
    assert (found.success, found.baseline) == (102 / 200, 85 / 200)
    assert found.difference == pytest.approx(mean(points))
    assert (found.lower, found.upper) == pytest.approx(
        (mean(points) - half, mean(points) + half), 0.02
    )


@pytest.mark.parametrize(("freedom", "known"), [(4, 2.776), (5, 2.571), (19, 2.093), (99, 1.984)])
def test_the_quantile_is_student_s(freedom: int, known: float) -> None:
    assert quantile(freedom) == pytest.approx(known, rel=0.005)


def test_nineteen_intervals_in_twenty_hold_the_truth_though_seeds_differ() -> None:
    chance = np.random.default_rng(1)
    held = 0
    for _ in range(600):
        sizes = chance.integers(20, 200, 20)
        own = np.clip(chance.normal(0.3, 0.05, 20), 0, 1)
        trials = [
            Trial(int(n), int(chance.binomial(n, p)), int(chance.binomial(n, 0.25)))
            for n, p in zip(sizes, own, strict=True)
        ]
        found = score(trials)
        held += found.lower <= 0.05 <= found.upper
    assert 0.91 < held / 600 < 0.985
