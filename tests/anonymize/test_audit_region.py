"""What a region leaves its countries: room to move by themselves, and who is safe from whom."""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pytest

from anonymize.audit_burden import BASIN
from anonymize.audit_links import links
from anonymize.audit_movers import Bools, Moved, Movers
from anonymize.audit_propagation import narrowed
from anonymize.audit_search import Search
from anonymize.audit_sheets import Reader
from anonymize.audit_system import systems
from anonymize.audit_walk import Walker
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


def walked(size: Size, seed: int) -> Walker:
    """The first population of a region of four invented countries."""
    found = cubes(REGISTER, size, POLICY, seed)
    known = Reader(REGISTER.specs, REGISTER.contracts, POLICY, REGISTER.lists)
    sheets = known.sheets(found.tables, found.other_rule, ())
    (system,) = systems(sheets, links(sheets, POLICY))
    ends = narrowed(system.whole(True), system.lower, system.upper)
    search = Search(system, *ends, POLICY, seed=0)
    search.start()
    assert search.walker.fits
    return search.walker


@pytest.mark.parametrize("seed", range(4))
def test_no_number_of_the_region_stands_at_an_edge_of_what_it_can_be(seed: int) -> None:
    """At an edge no country can move by itself."""
    walker = walked(Size(countries=4, least=40, most=200), seed)
    shown = walker.population.is_regional & (walker.lower > 0) & (walker.steep > 0)
    assert shown.sum() > 10
    count = walker.population.count[shown]
    assert ((walker.lower[shown] < count) & (count < walker.upper[shown])).all()


@pytest.mark.parametrize("seed", range(4))
def test_where_the_region_has_a_few_one_country_can_add_what_is_wide(seed: int) -> None:
    walker = walked(Size(countries=4, least=10, most=20), seed)
    width = walker.upper - walker.lower
    hidden = walker.population.is_regional & (walker.lower == 0) & (width <= 2 * BASIN)
    assert hidden.sum() > 5
    room = walker.upper[hidden] - walker.population.count[hidden]
    assert (room >= POLICY.narrowest_interval).all()


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
