"""One country learns of no other's few by what the region shows; two are reported."""

import pytest

from benchmarks.attacking.cells import Cell
from benchmarks.attacking.coalitions import Told, attack, is_too_close, tells
from benchmarks.attacking.gates import EXACT, NO_COUNTRIES, UNREPAIRED, Gate
from benchmarks.attacking.scores import score
from benchmarks.attacking.worlds import YEAR, YEARLY, world

SEEDS = range(8)
TOTAL = Cell(YEAR, frozenset())


def told(gate: Gate, size: int, seeds: range = SEEDS) -> list[Told]:
    worlds = (world(YEARLY, seed, countries=5, least=3, most=100, regional=True) for seed in seeds)
    return [attack(one, gate, seed, size) for seed, one in zip(seeds, worlds, strict=True)]


def test_one_country_bounds_nobody_closely_by_a_shown_cell() -> None:
    found = told(UNREPAIRED, 1)
    assert sum(one.proven.cells for one in found) > 200
    assert not any(one.proven.right or one.differences.right for one in found)


def test_without_the_rule_of_countries_one_country_does() -> None:
    assert any(one.proven.right for one in told(NO_COUNTRIES, 1))


@pytest.mark.slow
def test_who_takes_a_hidden_number_for_a_small_one_is_mostly_wrong_because_of_that_rule() -> None:
    """By the rule of countries many are hidden of whom others are not few."""
    real, without = (told(gate, 2, range(16)) for gate in (UNREPAIRED, NO_COUNTRIES))
    assert sum(one.small.cells for one in real) > 100
    assert score([one.small for one in real]).success < 0.25
    assert score([one.small for one in without]).success == 1


@pytest.mark.slow
def test_two_countries_are_rarely_sure_and_exact_numbers_tell_them_all() -> None:
    real = score([one.proven for one in told(UNREPAIRED, 2)])
    assert real.success < 0.03 < score([one.proven for one in told(NO_COUNTRIES, 2)]).success
    assert score([one.proven for one in told(EXACT, 2)]).success == 1


@pytest.mark.parametrize(
    ("value", "own", "is_told"), [(25, 10, False), (25, 25, True), (25, 24, False), (20, 19, False)]
)
def test_what_is_left_is_counted_from_zero(value: int, own: int, is_told: bool) -> None:
    """25 is at most 29; of those who have 25, the others are at most 4."""
    assert tells(UNREPAIRED, value, own) is is_told


def test_a_proof_of_few_is_found_too() -> None:
    assert is_too_close(UNREPAIRED, 21, 30, 20)
    assert not is_too_close(UNREPAIRED, 20, 30, 20)
