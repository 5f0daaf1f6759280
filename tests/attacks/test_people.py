"""Somebody who knows one victim, or all others, learns no more than the arithmetic allows."""

import pytest

from benchmarks.attacking import events, insiders, latecomers, registers
from benchmarks.attacking.gates import (
    BARE,
    EXACT,
    NO_CASES,
    NOTHING_HIDDEN,
    REAL,
    UNREPAIRED,
    Gate,
    published,
)
from benchmarks.attacking.scores import Trial, score
from benchmarks.attacking.worlds import LINKED, World, world

SEEDS = range(4)


def many(seed: int, countries: int = 30) -> World:
    return world(LINKED, seed, countries=countries)


@pytest.mark.slow
def test_what_a_late_victim_moves_waits_so_both_releases_are_the_same() -> None:
    seen = many(1, countries=3)
    lists, targets = latecomers.sent(seen, 1)
    assert {target.is_in for target in targets.values()} == {True, False}
    before = published(lists[latecomers.FIRST], REAL, 1)
    after = published(latecomers.spoken(lists, freezes=True), REAL, 1, earlier=(before,))
    assert latecomers.equal(before, after)
    assert latecomers.attack(seen, REAL, 1) == Trial(3, 1.5, 1.5)


@pytest.mark.slow
def test_without_waiting_a_late_victim_is_seen() -> None:
    told = [latecomers.attack(many(seed), UNREPAIRED, seed, freezes=False) for seed in SEEDS]
    assert score(told).lower > 0.3


@pytest.mark.slow
def test_one_number_tells_an_insider_six_times_in_ten_and_an_exact_one_always() -> None:
    """By the rounding: half, and half of the fifth by which one person more moves the odds."""
    rounded = score([insiders.attack(many(seed, 60), UNREPAIRED, seed).one for seed in range(6)])
    assert rounded.success < 0.68
    assert rounded.lower < 0.1 < rounded.upper
    exact = score([insiders.attack(many(seed), EXACT, seed).one for seed in SEEDS])
    assert exact.success > 0.95


@pytest.mark.parametrize("others", range(15, 40))
def test_what_a_number_tells_an_insider_is_a_fifth_of_certainty_at_most(others: int) -> None:
    """Total variation between one person more and not, computed from the rounding by hand."""

    def chance(n: int, value: int) -> float:
        rest = n % 5
        return {n - rest: (5 - rest) / 5, n - rest + 5: rest / 5}.get(value, 0.0)

    values = range(0, 60, 5)
    apart = sum(abs(chance(others + 1, v) - chance(others, v)) for v in values) / 2
    assert apart == pytest.approx(0.2)


def test_whom_an_insider_looks_for_is_gone_where_the_coin_says_so() -> None:
    seen = many(3)
    told, targets = insiders.chosen(seen, 3)
    gone = set(seen.records["record"]) - set(told.records["record"])
    assert len(gone) == sum(not target.is_in for target in targets.values())


@pytest.mark.slow
def test_a_raid_is_sized_better_without_the_rule_of_cases_and_exactly_where_nothing_protects() -> (
    None
):
    def told(gate: Gate) -> list[events.Told]:
        return [events.attack(many(seed), gate, seed) for seed in SEEDS]

    real, no_cases, bare = (told(gate) for gate in (UNREPAIRED, NO_CASES, BARE))
    by_case = [sum(one.about.right for one in each) for each in (real, no_cases, bare)]
    assert by_case == sorted(set(by_case))
    assert (
        score([one.size for one in bare]).success > 0.6 > score([t.size for t in no_cases]).success
    )


def test_every_raid_is_a_case_of_its_own_in_one_cell() -> None:
    seen, raids = events.with_raids(many(2), 2)
    for country, raid in raids.items():
        own = seen.records.filter(country=country, case=f"{country}-raid", **raid.codes)
        assert own.height == raid.size
        assert raid.size in {0, *events.SIZES}


@pytest.mark.slow
def test_nobody_of_a_register_is_named_for_certain_by_what_the_gate_lets_through() -> None:
    real = [registers.attack(REAL, seed) for seed in range(2)]
    assert not any(told.certain.right for told in real)
    bare = [registers.attack(BARE, seed) for seed in range(2)]
    assert all(told.certain.right for told in bare)
    assert sum(t.named.right for t in real) < sum(t.named.right for t in bare)


@pytest.mark.slow
def test_showing_small_numbers_names_more_of_a_register() -> None:
    hidden = score([registers.attack(UNREPAIRED, seed).named for seed in range(6)])
    shown = score([registers.attack(NOTHING_HIDDEN, seed).named for seed in range(6)])
    assert hidden.success < shown.success


def test_a_register_has_a_million_and_many_who_are_alone_with_their_codes() -> None:
    register = registers.drawn(1)
    assert register.people.sum() == registers.POPULATION
    assert (register.people == 1).sum() > 100
    assert (register.victims <= register.people).all()
