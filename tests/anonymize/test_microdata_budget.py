"""What the noise costs, against the Gaussian mechanism's own curve and group privacy by hand."""

import math
from statistics import NormalDist

import pytest

from anonymize.microdata_budget import (
    MILLION,
    affordable,
    cost,
    delta_of,
    epsilon_of,
    promise,
    sure,
    variances,
)

PHI = NormalDist().cdf


def exact_delta(rho: float, epsilon: float) -> float:
    """Of the continuous Gaussian mechanism with this rho (Balle and Wang 2018, theorem 8)."""
    shift = math.sqrt(2 * rho)
    return PHI(shift / 2 - epsilon / shift) - math.exp(epsilon) * PHI(-shift / 2 - epsilon / shift)


@pytest.mark.parametrize("epsilon", [0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("delta", [1e-4, 1e-6])
def test_what_is_affordable_keeps_the_promise_and_wastes_little(
    epsilon: float, delta: float
) -> None:
    rho = affordable(epsilon, delta) / MILLION
    assert exact_delta(rho, epsilon) <= delta_of(rho, epsilon) <= delta
    assert delta_of(rho + 2 / MILLION, epsilon) > delta
    assert exact_delta(rho * 1.35, epsilon) > delta
    assert epsilon_of(rho, delta) == pytest.approx(epsilon, rel=1e-3)


def test_of_nothing_nothing_is_learnt() -> None:
    assert delta_of(0, 0) == epsilon_of(0, 1e-6) == 0


@pytest.mark.parametrize("millionths", [1_000, 88_145, 300_000])
def test_all_tables_together_cost_no_more_than_was_allowed(millionths: int) -> None:
    cells = {"a": 4, "b": 12, "c": 2_332, "d": 6}
    noise = variances(cells, millionths)
    by_hand = sum(2 / (2 * variance) for variance in noise.values())
    assert cost(noise) == pytest.approx(by_hand)
    assert 0.8 * millionths / MILLION < cost(noise) <= millionths / MILLION
    assert noise["c"] < noise["b"] < noise["d"] < noise["a"]


def test_a_case_and_a_raid_are_protected_less_by_the_square_of_their_rows() -> None:
    kept = promise(88_145, 1e-6, 5, 30)
    rho = 0.088145
    assert kept.epsilon == pytest.approx(2, abs=1e-3)
    assert kept.case_epsilon == epsilon_of(rho * 25 / 2, 1e-6)
    assert kept.raid_epsilon == epsilon_of(rho * 900, 1e-6)
    assert exact_delta(rho * 25 / 2, kept.case_epsilon) <= 1e-6
    assert 2 < kept.case_epsilon < 10 < 100 < kept.raid_epsilon


def test_a_cap_of_one_does_not_protect_a_case_more_than_a_person() -> None:
    kept = promise(88_145, 1e-6, 1, 30)
    assert kept.case_epsilon == kept.epsilon


def test_who_held_it_for_even_is_so_sure_at_most() -> None:
    assert sure(0) == 0.5
    assert sure(2) == pytest.approx(math.e**2 / (1 + math.e**2))
