"""The keyed draw goes up as often as it says, and sums of people tell nothing of each other."""

import pytest

from benchmarks.attacking.draws import LIMIT, Draw, attack, not_modulo, real, together, unhashed

SEEDS, TRIPLES = range(20), 1_000


def surprises(draw: Draw) -> tuple[float, float]:
    """How far both figures are from a fair draw's, over all seeds, in standard deviations."""
    found = [attack(draw, seed, TRIPLES) for seed in SEEDS]
    by_remainder, by_triple = (together(each).z for each in zip(*found, strict=True))
    return by_remainder, by_triple


def test_each_remainder_goes_up_as_often_as_it_should_and_parts_say_nothing_of_their_sum() -> None:
    by_remainder, by_triple = surprises(real)
    assert abs(by_remainder) < LIMIT
    assert abs(by_triple) < LIMIT


def test_a_sum_of_keys_that_is_not_hashed_is_found_by_its_triples_alone() -> None:
    by_remainder, by_triple = surprises(unhashed)
    assert abs(by_remainder) < LIMIT < by_triple


def test_a_sum_that_is_not_taken_modulo_is_found_by_its_remainders() -> None:
    by_remainder, _ = surprises(not_modulo)
    assert by_remainder > LIMIT


@pytest.mark.parametrize("draw", [real, unhashed, not_modulo])
def test_the_same_people_are_drawn_the_same(draw: Draw) -> None:
    assert attack(draw, 1, 50) == attack(draw, 1, 50)
