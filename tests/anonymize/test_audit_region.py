"""What a region leaves its countries: room to move by themselves, and who is safe from whom."""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pytest

from anonymize import audit_crew
from anonymize.audit_burden import BASIN
from anonymize.audit_links import links
from anonymize.audit_movers import Bools, Moved, Movers, pairings
from anonymize.audit_propagation import narrowed
from anonymize.audit_rows import Integers
from anonymize.audit_search import COALITION, Search
from anonymize.audit_sheets import Reader
from anonymize.audit_system import systems
from benchmarks.cubes import Register, Size, cubes
from data_contracts.model import TOTAL
from tests.policies import POLICY

REGISTER = Register(
    single={"sex": ("F", "M", "_U"), "age": ("child", "adult", "_U"), "from": ("here", "abroad")},
    many={},
    tables=((), ("sex",), ("age",), ("sex", "age"), ("age", "from")),
    regional=("by", "by_sex", "by_age"),
)
TARGETS = 30


def searched(size: Size, seed: int) -> Search:
    """The search of a region of four invented countries, at its first base."""
    found = cubes(REGISTER, size, POLICY, seed)
    known = Reader(REGISTER.specs, REGISTER.contracts, POLICY, REGISTER.lists)
    sheets = known.sheets(found.tables, found.other_rule, ())
    (system,) = systems(sheets, links(sheets, POLICY))
    ends = narrowed(system.whole(True), system.lower, system.upper)
    search = Search(system, *ends, POLICY, seed=0)
    search.start()
    return search


def counted(search: Search) -> Integers:
    """The cells of each base, a row each; every base fits what is published."""
    walker = search.walker
    for base in search.bases:
        walker.back(base)
        assert walker.fits
    walker.back(search.bases[0])
    return np.stack([count for *_, count in search.bases])


@pytest.mark.parametrize("seed", range(4))
def test_no_number_of_the_region_stands_at_an_edge_of_what_it_can_be(seed: int) -> None:
    """At an edge no country can move by itself."""
    search = searched(Size(countries=4, least=40, most=200), seed)
    walker = search.walker
    shown = walker.population.is_regional & (walker.lower > 0) & (walker.steep > 0)
    assert shown.sum() > 10
    for count in counted(search)[:, shown]:
        assert ((walker.lower[shown] < count) & (count < walker.upper[shown])).all()


@pytest.mark.parametrize("seed", range(4))
def test_to_most_shown_numbers_of_the_region_one_country_can_add_what_is_wide(seed: int) -> None:
    """Also one that has nobody there. Not to all, as their sums hold."""
    search = searched(Size(countries=4, least=40, most=200), seed)
    walker = search.walker
    shown = walker.population.is_regional & (walker.lower > 0) & (walker.steep > 0)
    room = walker.upper[shown] - counted(search)[:, shown].min(axis=0)
    assert np.mean(room >= POLICY.narrowest_interval) > 0.6


@pytest.mark.parametrize("seed", range(4))
def test_where_the_region_has_a_few_one_country_can_add_what_is_wide(seed: int) -> None:
    search = searched(Size(countries=4, least=10, most=20), seed)
    walker = search.walker
    width = walker.upper - walker.lower
    hidden = walker.population.is_regional & (walker.lower == 0) & (width <= 2 * BASIN)
    assert hidden.sum() > 5
    for count in counted(search)[:, hidden]:
        assert (walker.upper[hidden] - count >= POLICY.narrowest_interval).all()


def test_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (searched(Size(countries=4, least=10, most=40), 0) for _ in range(2))
    one.go((1, 8))
    monkeypatch.setattr(audit_crew, "MANY", 0)
    monkeypatch.setattr(audit_crew, "processes", lambda: 2)
    with monkeypatch.context() as patched:
        patched.setattr(Search, "walked", None)
        two.go((1, 8))
    assert 0 < one.left < len(one.targets)
    for name in ("least", "most"):
        assert (getattr(one.targets, name) == getattr(two.targets, name)).all()
    assert one.moved.found.keys() == two.moved.found.keys()
    assert (one.is_safe_from(COALITION) == two.is_safe_from(COALITION)).all()


def test_one_process_is_enough_for_few_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*asked: object) -> None:
        raise AssertionError(asked)

    monkeypatch.setattr(audit_crew, "started", never)
    searched(Size(countries=3, least=10, most=40), 0).go((1,))


@pytest.mark.parametrize("number", range(9))
def test_every_pair_moves_once_and_in_each_round_a_country_once(number: int) -> None:
    names = [f"X{n}" for n in range(number)]
    rounds = list(pairings(names))
    every = [pair for pairs in rounds for pair in pairs]
    assert sorted(map(sorted, every)) == sorted(map(list, combinations(names, 2)))
    for pairs in rounds:
        assert len(frozenset().union(*pairs)) == 2 * len(pairs)
    if number > 2 and number % 2 == 0:
        assert frozenset({names[0], names[-1]}) in rounds[0]


def safe(owner: str, alone: bool, sets: Iterable[Movers], countries: str, insiders: int) -> bool:
    """Whether, against each coalition of others, somebody outside it moved the target."""
    others = [one for one in countries if one != owner]
    coalitions = list(combinations(others, min(insiders, len(others))))
    found = list(sets)
    return alone or all(any(not one & set(few) for one in found) for few in coalitions)


@pytest.mark.parametrize("insiders", [1, 2])
@pytest.mark.parametrize("countries", ["A", "AB", "ABC", "ABCDE"])
def test_who_is_safe_from_whom_is_what_asking_one_by_one_says(
    countries: str, insiders: int
) -> None:
    chance = np.random.default_rng(len(countries))
    names = [*countries, TOTAL] if len(countries) > 1 else [*countries]
    owners = [names[n] for n in chance.integers(0, len(names), TARGETS)]
    moved, wide = Moved(owners, list(countries)), {}
    for number in (1, 2):
        for moving in map(frozenset, combinations(countries, number)):
            wide[moving] = chance.random(TARGETS) < 0.4
            moved.note(np.flatnonzero(wide[moving]), moving)
    assert moved.is_safe_from(insiders).tolist() == [
        safe(owner, is_alone(owner, wide, number), others(owner, wide, number), countries, insiders)
        for number, owner in enumerate(owners)
    ]


def is_alone(owner: str, wide: dict[Movers, Bools], number: int) -> bool:
    return frozenset({owner}) in wide and bool(wide[frozenset({owner})][number])


def others(owner: str, wide: dict[Movers, Bools], number: int) -> list[Movers]:
    return [one for one, found in wide.items() if found[number] and one != frozenset({owner})]
