"""The truth satisfies whatever the audit says of a year that was published and counted anew.

Each cell in each vintage has the persons who were known then: x' = x + in - out. All are invented.
"""

from functools import cache

import numpy as np
import pytest

from anonymize.audit_links import links
from anonymize.audit_rows import Integers
from anonymize.audit_sheets import SHOWN
from anonymize.audit_system import System, systems
from benchmarks.cubes import Register, Size
from tests.anonymize.drawings import SEX, drawn, spec, specs
from tests.anonymize.test_audit import attacked
from tests.anonymize.test_audit_truth import fits, truth
from tests.anonymize.vintages import Revised, reader, revised
from tests.policies import POLICY

REGISTER = Register(
    single={"sex": ("F", "M", "_U"), "age": ("child", "adult", "_U"), "from": ("here", "abroad")},
    many={"form": ("P1", "P2", "_U")},
    # A tree as it is, so that no cell is joined that nobody counts.
    tables=((), ("sex", "age"), ("age", "from"), ("form", "sex")),
    regional=("by", "by_sex_age"),
)
ALONE, REGION = Size(least=300, most=900), Size(countries=3, least=200, most=900)
SEEDS = range(10)


@cache
def made(size: Size, seed: int) -> tuple[Revised, list[System]]:
    """Two releases, and the systems of whoever has both."""
    found = revised(REGISTER, size, seed)
    sheets = reader(REGISTER).sheets(found.tables, found.other_rule, [found.first.tables])
    return found, systems(sheets, links(sheets, POLICY))


def moved(system: System) -> int:
    """How many cells are shown that were counted anew."""
    return sum(int((s.state == SHOWN).sum()) for s in system.sheets if s.place.vintage)


def is_true(size: Size, seed: int) -> bool:
    found, every = made(size, seed)
    known = reader(REGISTER)
    return all(fits(one, truth(known, one, found.first, found.anew)) for one in every)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_truth_of_each_vintage_satisfies_every_range_and_row(seed: int) -> None:
    assert is_true(ALONE, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_truth_of_a_region_satisfies_them_too(seed: int) -> None:
    """Late persons are in the region also where their country's number stayed."""
    assert is_true(REGION, seed)


def test_what_moved_is_not_the_people_of_before() -> None:
    """Else the tests above would say nothing of vintages."""
    every = [(found, s) for seed in SEEDS for found, own in [made(ALONE, seed)] for s in own]
    some = [(found, system) for found, system in every if moved(system)]
    assert len(some) > len(SEEDS) / 4
    for found, system in some:
        assert not fits(system, truth(reader(REGISTER), system, found.first, found.first))
        assert not fits(system, truth(reader(REGISTER), system, found.anew, found.anew))


def test_one_person_more_than_is_shown_does_not_fit() -> None:
    found, (system,) = made(ALONE, 0)
    cells = truth(reader(REGISTER), system, found.first, found.anew)
    shown = np.flatnonzero(system.states == SHOWN)
    assert len(shown) > 20
    for cell in shown.tolist():
        more: Integers = cells.copy()
        more[cell] = system.upper[cell] + 1
        assert not fits(system, more)


def test_a_country_that_does_not_tell_of_a_code_may_have_all_of_whom_the_region_tells() -> None:
    """Its table was too fine for it: sixty women are in the region, forty in those that tell."""
    known = specs(spec("total"), spec("by_sex", sex=SEX))
    total = drawn("country | value\n_T | 90\nXAA | 30\nXAB | 30\nXAC | 30")
    women = drawn("""
        country | sex | value
        _T      | _T  | 90
        _T      | F   | 60
        _T      | M   | 30
        XAA     | _T  | 30
        XAA     | F   | 20
        XAA     | M   | 10
        XAB     | _T  | 30
        XAB     | F   | 20
        XAB     | M   | 10
    """)
    report = attacked({"total": total, "by_sex": women}, known)
    assert report.uncertified == 0
