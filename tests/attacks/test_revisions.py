"""A revised year tells of nobody who came late: what few moved keeps its number."""

import pytest

from benchmarks.attacking.cells import Cell
from benchmarks.attacking.gates import REAL, UNREPAIRED, Gate
from benchmarks.attacking.revisions import (
    LATE,
    TAKEN_OUT,
    Told,
    attack,
    changes,
    movers,
    vintages,
)
from benchmarks.attacking.worlds import LINKED, YEAR, World, world

SEEDS = range(2)
WHOLE, WOMEN = Cell(YEAR, frozenset()), Cell(YEAR, frozenset({("sex", "F")}))


def large(seed: int) -> World:
    return world(LINKED, seed, least=200, most=1_000)


def told(gate: Gate, has_rule: bool) -> list[Told]:
    return [attack(large(seed), gate, seed, has_rule) for seed in SEEDS]


@pytest.mark.slow
def test_no_number_changes_by_few_and_none_that_stands_is_bounded_closely_by_others() -> None:
    # Few numbers move: the limits of a country and year are ten by the least of chances.
    real = [
        attack(world(LINKED, seed, least=600, most=1_000), REAL, seed, has_rule=True)
        for seed in SEEDS
    ]
    assert sum(one.changed.cells for one in real) > 10
    assert all(one.differences.cells > 100 for one in real)
    assert not any(one.changed.right or one.differences.right for one in real)


@pytest.mark.slow
def test_counted_anew_at_once_half_of_the_numbers_change_by_few() -> None:
    for one in told(UNREPAIRED, has_rule=False):
        assert one.changed.right > one.changed.cells / 3


def test_late_records_come_and_some_leave() -> None:
    seen = large(1)
    first, after = (set(one.records["person_key"]) for one in vintages(seen, 1))
    number = len(seen.records)
    assert len(after - first) == pytest.approx(LATE * number, rel=0.3)
    assert len(first - after) == pytest.approx(TAKEN_OUT * number, rel=0.6)


def test_who_moved_is_in_one_vintage_alone() -> None:
    first, after = vintages(large(1), 1)
    moved = movers(first, after, "by_sex_age").filter(period=YEAR, sex="F", age="_T")
    keys = [set(one.records.filter(sex="F")["person_key"]) for one in (first, after)]
    assert moved["n"].to_list() == [len(keys[0] ^ keys[1])]


def test_a_number_that_is_hidden_or_new_has_not_changed() -> None:
    before = {WHOLE: 50, WOMEN: None}
    assert changes(before, {WHOLE: 50, WOMEN: 20}) == []
    assert changes(before, {WHOLE: 55, WOMEN: None}) == [WHOLE]
