"""The truth satisfies whatever the audit says of it: invented persons, counted and protected."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from anonymize.audit_links import links
from anonymize.audit_program import satisfies
from anonymize.audit_propagation import Contradiction, narrowed
from anonymize.audit_rows import Integers
from anonymize.audit_search import Search
from anonymize.audit_sheets import Reader
from anonymize.audit_system import System, systems
from benchmarks.cubes import Cubes, Register, Size, cubes
from tests.policies import POLICY

REGISTER = Register(
    single={"sex": ("F", "M", "_U"), "age": ("child", "adult", "_U"), "from": ("here", "abroad")},
    many={"form": ("P1", "P2", "P3", "_U")},
    tables=(
        (),
        ("sex", "age"),
        ("age", "from"),
        ("sex", "from"),
        ("form", "sex"),
        ("sex", "age", "from"),
    ),
    regional=("by", "by_sex_age", "by_sex_age_from"),
)
SINGLE = tuple(table for table in REGISTER.tables if "form" not in table)
# Never published: the joint cells of the clique that the tables by pairs make.
JOINT = {"by_sex_age_from", "joint_by_group"}
SIZES = [
    Size(countries=3, most=60),
    Size(countries=3, least=200, most=900),
    Size(countries=1),
    Size(countries=3, least=100, abroad=0.3),
]


def made(size: Size, seed: int) -> tuple[Register, Cubes]:
    # What two countries hear of somebody may differ, so that her answers add up to others.
    register = replace(REGISTER, many={}, tables=SINGLE) if size.abroad else REGISTER
    return register, cubes(register, size, POLICY, seed)


def reader(register: Register) -> Reader:
    return Reader(register.specs, register.contracts, POLICY, register.lists)


def attacked(known: Reader, found: Cubes) -> list[System]:
    """The systems of what is published, the joint cells apart."""
    tables = {name: frame for name, frame in found.tables.items() if name not in JOINT}
    sheets = known.sheets(tables, found.other_rule, ())
    return systems(sheets, links(sheets, POLICY))


def satisfied(known: Reader, found: Cubes) -> bool:
    """Whether the truth satisfies every range and row, however they are written, and intervals."""
    systems_of = attacked(known, found)
    return all(fits(system, truth(known, system, found)) for system in systems_of)


def fits(system: System, cells: Integers) -> bool:
    """Whether numbers of all cells satisfy the ranges and rows of a system, and its intervals."""
    try:
        lower, upper = narrowed(system.whole(True), system.lower, system.upper)
    except Contradiction:
        return False
    return bool(((lower <= cells) & (cells <= upper)).all()) and all(
        satisfies(cells, system.whole(redundant=way), system.lower, system.upper)
        for way in (True, False)
    )


def truth(known: Reader, system: System, *vintages: Cubes) -> Integers:
    """The true number of every cell of a system, joint cells too, each in its own vintage."""
    cells = np.full(int(system.offset[-1]), -1)
    for number, sheet in enumerate(system.sheets):
        for name, exact in vintages[sheet.place.vintage].exact.items():
            dimensions = known.specs[name].dimensions.values()
            of = [
                {"_T": "_T"} | dict(sheet.shape.fields[d.field].labels[d.codes]) for d in dimensions
            ]
            fields = list(known.specs[name].dimensions)
            own = exact.filter(country=sheet.place.country, period=sheet.place.period)
            for row in own.select(*fields, "n").iter_rows():
                named = zip(fields, (o[c] for o, c in zip(of, row[:-1], strict=True)), strict=True)
                codes = frozenset(pair for pair in named if pair[1] != "_T")
                if codes in sheet.shape.number:
                    cells[system.offset[number] + sheet.shape.number[codes]] = row[-1]
    assert (cells >= 0).all()
    return cells


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", SIZES, ids=["sparse", "dense", "alone", "met twice"])
def test_the_truth_satisfies_every_range_and_row(size: Size, seed: int) -> None:
    register, found = made(size, seed)
    assert satisfied(reader(register), found)


def test_a_population_that_fits_satisfies_every_row_in_which_only_published_cells_stand() -> None:
    register, found = made(Size(countries=1), 1)
    system, *_ = attacked(reader(register), found)
    lower, upper = narrowed(system.whole(True), system.lower, system.upper)
    search = Search(system, lower, upper, POLICY, seed=0)
    search.start()
    population = search.walker.population
    assert (population.recounted() == population.count).all()
    cells = np.full(int(system.offset[-1]), -1)
    for number, sheet in enumerate(system.sheets):
        own = population.count[population.start[number] : population.start[number + 1]]
        cells[system.offset[number] : system.offset[number] + sheet.shape.published] = own
    rows = system.whole(redundant=True)
    known = np.minimum.reduceat(cells[rows.cell], rows.start[:-1]) >= 0
    sums = np.add.reduceat(rows.times * cells[rows.cell], rows.start[:-1])
    assert known.sum() > len(rows) / 2
    assert ((rows.lower <= sums) & (sums <= rows.upper))[known].all()


def test_the_gate_made_cells_of_every_kind() -> None:
    _, found = made(SIZES[1], 0)
    shown = pl.concat([frame.select("obs_status") for frame in found.tables.values()])
    assert set(shown["obs_status"]) == {"A", "Q"}
    assert any(len(keys) for keys in found.other_rule.values())
