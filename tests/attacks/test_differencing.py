"""No two published numbers, of whatever tables and releases, tell by subtraction who is left."""

import pytest

from benchmarks.attacking.cells import Cell, by_country
from benchmarks.attacking.differencing import (
    Found,
    Known,
    attack,
    differences,
    is_close,
    is_true,
)
from benchmarks.attacking.gates import DRAWN_ANEW, EXACT, NOTHING_HIDDEN, REAL, Gate, published
from benchmarks.attacking.worlds import LINKED, PLAIN, QUARTERS, YEAR, World, world


def found(gate: Gate, seed: int) -> tuple[World, Found, bool]:
    """What two releases, of half a year and of all of it, tell, and whether all of it is true."""
    seen = world(LINKED, seed, countries=2, least=60, most=1_000)
    first = published(seen, gate, seed, QUARTERS[:2])
    second = published(seen, gate, seed, earlier=(first,))
    told = attack(seen, gate, [first, second])
    truth = by_country(second.exact, seen.registry.specs, "n")
    return seen, told, all(is_true(rest, truth) for rest in told.told)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_difference_of_what_the_gate_lets_through_is_close_or_proves_few(seed: int) -> None:
    _, told, _ = found(REAL, seed)
    assert told.tried > 100
    assert told.told == ()


@pytest.mark.parametrize("gate", [DRAWN_ANEW, EXACT, NOTHING_HIDDEN], ids=lambda gate: gate.name)
def test_an_unsafe_gate_is_seen_through_and_what_is_claimed_is_true(gate: Gate) -> None:
    told = [found(gate, seed) for seed in range(3)]
    assert all(is_right for _, _, is_right in told)
    assert sum(len(one.told) for _, one, _ in told) > 3


def test_numbers_of_two_draws_bound_one_cell_more_closely_than_one() -> None:
    cell = Cell(YEAR, frozenset({("sex", "F")}))
    of_two = {cell: Known(16, 19, None)}
    (rest,) = differences(world(PLAIN, 1), "XAA", of_two)
    assert (rest.lower, rest.upper) == (16, 19)


def test_a_part_that_is_shown_larger_than_its_whole_leaves_one_to_three() -> None:
    whole, part = Cell(YEAR, frozenset()), Cell(YEAR, frozenset({("sex", "F")}))
    shown = {whole: Known(11, 19, 15), part: Known(16, 24, 20)}
    pair = [rest for rest in differences(world(PLAIN, 1), "XAA", shown) if rest.parts]
    assert [(rest.lower, rest.upper) for rest in pair] == [(1, 3)]


def test_equal_numbers_may_be_the_same_people() -> None:
    whole, part = Cell(YEAR, frozenset()), Cell(YEAR, frozenset({("sex", "F")}))
    shown = {whole: Known(11, 19, 15), part: Known(11, 19, 15)}
    pair = [rest for rest in differences(world(PLAIN, 1), "XAA", shown) if rest.parts]
    assert [(rest.lower, rest.upper) for rest in pair] == [(0, 8)]


@pytest.mark.parametrize("more", range(-15, 55, 5))
def test_two_shown_numbers_tell_too_much_only_if_the_part_is_larger(more: int) -> None:
    """Every pair of multiples of five, by trying all numbers that they can stand for."""
    part, whole = 40, 40 + more
    left = {
        a - b
        for a in range(whole - 4, whole + 5)
        for b in range(part - 4, part + 5)
        if a >= b and (a != b or more == 0)
    }
    shown = {
        Cell(YEAR, frozenset()): Known(whole - 4, whole + 4, whole),
        Cell(YEAR, frozenset({("sex", "F")})): Known(part - 4, part + 4, part),
    }
    (rest,) = (one for one in differences(world(PLAIN, 1), "XAA", shown) if one.parts)
    if left:
        assert (rest.lower, rest.upper) == (min(left), max(left))
        assert is_close(rest, REAL) is (more < 0)
