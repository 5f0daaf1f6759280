"""How repair and audit go on where few targets of a region are left: who looks, what goes next."""

from collections import Counter

import numpy as np
import pytest

from anonymize import audit_case, repair
from anonymize.audit import made
from anonymize.audit_case import LEFT, MOST_STARTS, STARTS, Case
from anonymize.audit_search import FEW_LEFT, IMPATIENT, PATIENT, REPAIRING, Search
from anonymize.audit_sheets import Reader
from anonymize.audit_walk import Walker
from anonymize.repair import STUBBORN, at, beside
from benchmarks.cubes import Size, cubes
from data_contracts.model import TOTAL
from tests.anonymize.test_audit_region import REGISTER
from tests.policies import POLICY


@pytest.fixture(scope="module")
def case() -> Case:
    """A region of three invented countries, attacked once."""
    attacked = fresh()
    assert attacked.attempt()
    return attacked


def fresh() -> Case:
    """The same, not attacked yet."""
    found = cubes(REGISTER, Size(countries=3, least=40, most=200), POLICY, 0)
    reader = Reader(REGISTER.specs, REGISTER.contracts, POLICY, REGISTER.lists)
    (new,) = made(reader, found.tables, found.other_rule, (), REPAIRING)
    return new


def test_what_a_country_hides_in_vain_for_one_target_the_region_hides(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a hidden cell of a country that fails; what holds it may be the region's sum."""
    start, found = case.system.start, case.targets
    inside = [at(start, int(cell)) for cell in found.whole]
    number = next(
        n
        for n, place in enumerate(inside)
        if place is not None
        and found.part[n] == start[-1]
        and case.system.sheets[place[0]].place.country != TOTAL
        and place[1] not in case.system.sheets[place[0]].can_be_hidden
    )
    spot, tried = inside[number], Counter[int]()
    assert spot is not None
    own = case.system.sheets[spot[0]].place
    monkeypatch.setattr(Case, "is_safe", np.arange(len(found)) != number)
    for times in range(STUBBORN + 1):
        ((sheet, cell),) = beside(case, tried)
        there = case.system.sheets[sheet]
        assert there.place.country == (own.country if times < STUBBORN else TOTAL)
        assert cell in there.can_be_hidden
    assert tried == {number: STUBBORN + 1}
    assert there.place.period == own.period


@pytest.mark.parametrize(
    ("left", "starts", "looks"),
    [
        (0, STARTS, 0),
        (LEFT + 1, STARTS, 0),
        (LEFT, STARTS, STARTS - 1),
        (FEW_LEFT + 1, MOST_STARTS, STARTS - 1),
        (FEW_LEFT, MOST_STARTS, MOST_STARTS - 1),
    ],
)
def test_a_region_is_looked_at_from_more_populations_for_few_targets_and_from_most_for_a_few(
    case: Case, left: int, starts: int, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []
    monkeypatch.setattr(Search, "left", left)
    monkeypatch.setattr(audit_case.Case, "start_elsewhere", lambda _, seed: seeds.append(seed))
    assert case.look_around(starts) == bool(looks)
    assert seeds == [case.seed + more for more in range(1, looks + 1)]


@pytest.mark.parametrize(
    ("yielding", "starts", "patience"),
    [(True, MOST_STARTS, PATIENT), (False, None, IMPATIENT)],
)
def test_the_attack_looks_from_most_populations_and_gives_up_late_the_repair_early(
    yielding: bool, starts: int | None, patience: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    patient: set[int] = set()
    monkeypatch.setattr(Case, "look_around", lambda _, starts: asked.append(starts))

    def settle(_: Walker, batches: int = 0, patience: int = 0) -> bool:
        patient.add(patience)
        return True

    monkeypatch.setattr(Walker, "settle", settle)
    monkeypatch.setattr(Search, "go", lambda *_: None)
    fresh().run(yielding=yielding)
    assert asked == ([] if starts is None else [starts])
    assert patient == {patience}


def test_repair_looks_around_again_until_it_has_been_worth_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where many are left at first, nobody looks; where few are left later, somebody does."""
    asked: list[int] = []

    def look_around(_: Case, starts: int) -> bool:
        asked.append(starts)
        return len(asked) == 3

    rounds = iter([True] * 5 + [False])
    monkeypatch.setattr(Case, "look_around", look_around)
    monkeypatch.setattr(Case, "hide", lambda *_: None)
    monkeypatch.setattr(Case, "again", lambda _: None)
    monkeypatch.setattr(Case, "try_harder", lambda *_: False)
    monkeypatch.setattr(repair, "beside", lambda *_: [(0, 0)] if next(rounds) else [])
    monkeypatch.setattr(repair, "exposed", lambda _: [])
    attacked = fresh()
    assert attacked.attempt()
    assert repair.mended(attacked) == [(0, 0)] * 5
    assert asked == [STARTS] * 3
