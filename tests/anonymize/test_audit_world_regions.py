"""Countries, regions of the world, and at home or abroad: three tables of one question.

All persons are invented.
"""

from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest

from anonymize.audit import attack
from anonymize.audit_fields import Codes, Field, fields
from anonymize.audit_program import satisfies
from anonymize.audit_propagation import narrowed
from anonymize.audit_shape import shape
from anonymize.audit_sheets import SHOWN, Reader
from anonymize.audit_system import systems
from anonymize.disclosure import judged, protect
from benchmarks.cubes import UNIT
from data_contracts import load
from data_contracts.model import CodeList, Dimension, Table
from data_contracts.questions import homes
from sources.synthetic.chance import dice
from tests.anonymize.test_audit_nationals import CONTRACTS, GROUP, GROUPS, cell, table
from tests.anonymize.test_audit_worlds import RULES, TINY, told
from tests.oracle.worlds import failing
from transforms.cube import count
from transforms.people import prepared

NATIONAL, FOREIGN, UNKNOWN = GROUPS
COUNTRIES, REGIONS = ("XAA", "XAB", "away", "_U"), ("r1", "r2", "none", "_U")
OF = {"XAA": "none", "XAB": "none", "ATA": "none", "FRA": "r1", "PER": "r2"}
LISTS = {
    "country": CodeList(name="country", codes=(*OF, "away", "r1", "r2", "none", "_U"), parents=OF),
    "group": CodeList(name="group", codes=GROUPS),
}
FINE = {"field": "country", "codelist": "country"}
SPECS = {
    "total": table("total"),
    "by_country": table(
        "by_country", of=Dimension.model_validate(FINE | {"codes": COUNTRIES, "rest": "away"})
    ),
    "by_region": table(
        "by_region", region=Dimension.model_validate(FINE | {"codes": REGIONS, "rest": "_U"})
    ),
    "by_group": table("by_group", group=GROUP),
}
# Country, region and group of every kind of person in XAA.
KNOWN = [
    ("XAA", "none", NATIONAL), ("XAB", "none", FOREIGN),
    *(("away", region, FOREIGN) for region in REGIONS), *(("_U", "_U", one) for one in GROUPS),
]  # fmt: skip
KINDS = [frozenset({"", f"of={c}", f"region={r}", f"group={g}"}) for c, r, g in KNOWN]
CELLS = sorted(frozenset[str]().union(*KINDS))
Numbers = dict[str, int | None]


def release(seed: int) -> Numbers:
    """The numbers of a random world, rounded and hidden."""
    chance = np.random.default_rng(seed)
    world = chance.integers(0, 4, len(KINDS)) * (chance.random(len(KINDS)) < 0.6)
    return told(KINDS, world, CELLS)


def tables(shown: Numbers) -> dict[str, pl.DataFrame]:
    made = {}
    for name, spec in SPECS.items():
        codes = product(*(("_T", *one.codes) for one in spec.dimensions.values()))
        rows = [dict(zip(spec.dimensions, own, strict=True)) for own in codes]
        values = pl.Series([shown[cell(row)] for row in rows], dtype=pl.Int64)
        status = pl.when(values.is_null()).then(pl.lit("Q")).otherwise(pl.lit("A"))
        place = {"country": "XAA", "period": "2025-Q1", "unit": UNIT}
        frame = pl.DataFrame([place | row for row in rows])
        made[name] = frame.with_columns(value=values, obs_status=status)
    return made


def found(shown: Numbers) -> set[tuple[str, str | None]]:
    """The cells, and differences of two, that the audit fails."""
    report = attack(
        tables(shown), SPECS, TINY, contracts=CONTRACTS, lists=LISTS, other_rule={}
    )  # fmt: skip
    assert report.uncertified == 0
    names = ("of", "region", "group")
    part = [
        cell({n: c for n, c in one.without.items() if n in names}) if one.without else None
        for one in report.failures
    ]
    return {(cell(one.dims), own) for one, own in zip(report.failures, part, strict=True)}


def enumerated(shown: Numbers) -> set[tuple[str, str | None]]:
    most = max(value or 0 for value in shown.values())
    return failing(KINDS, shown, frozenset(), RULES, max(most + RULES.base - 1, 3))


@pytest.mark.parametrize(
    ("seed", "fails"), [(0, 0), (1, 0), (79, 5), (78, 21), (191, 35), (201, 15)]
)
def test_what_fails_is_what_enumeration_finds(seed: int, fails: int) -> None:
    shown = release(seed)
    assert found(shown) == enumerated(shown)
    assert len(found(shown)) == fails


def counted() -> list[Table]:
    """The tables of the registry by citizenship, and the total."""
    every = load.tables()
    names = ("", "_region", "_group")
    return [every["victims"], *(every[f"victims_by_citizenship{name}"] for name in names)]


def test_regions_of_the_world_cost_no_more_than_their_own_cells_and_what_they_leave_open() -> None:
    lists = load.codelists()
    year = [one for one in load.tables().values() if one.kind == "persons"]
    year = [one for one in year if one.dataset == "victims" and "year" in one.frequencies]
    several = frozenset(one.safe for one in load.contract("victims").many)

    def size(tables: list[Table]) -> int:
        known = fields(tables, several, lists, "XAA")
        made = shape(tables, known, load.policy().clique_dimensions)
        assert made.is_tree
        return len(made)

    without = [one for one in year if one.name != "victims_by_citizenship_region"]
    # Eight regions, none and nobody knows; from outside of no region, or of nobody knows which.
    assert size(year) - size(without) == 10 + 2


# What a record may say, and what is known then: a country, a region of the world, at home or not.
NOWHERE, ELSEWHERE = "tipstat:no_world_region", "tipstat:elsewhere"
SAID = {
    "XAA": ("XAA", NOWHERE, NATIONAL), "XAB": ("XAB", NOWHERE, FOREIGN),
    "XAC": ("XAC", NOWHERE, FOREIGN), "FRA": (ELSEWHERE, "tipstat:europe_north_america", FOREIGN),
    "PER": (ELSEWHERE, "tipstat:latin_america_caribbean", FOREIGN),
    ELSEWHERE: (ELSEWHERE, "_U", FOREIGN),
    "NAM": (ELSEWHERE, "tipstat:sub_saharan_africa", FOREIGN), "_U": ("_U", "_U", UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("number", [80, 400])
def test_the_truth_satisfies_whatever_the_audit_says_of_countries(number: int, seed: int) -> None:
    random, policy, lists = dice(seed), load.policy(), load.codelists()
    rows: list[dict[str, Any]] = [
        {"country": "XAA", "period": "2025-Q1", "unit": "victim_identified", "source": "police"}
        | {"record": f"r{n}", "case": f"c{n}", "person_key": random.getrandbits(32)}
        | {"citizenship": random.choice([*SAID]), "citizenship_group": random.choice(GROUPS)}
        for n in range(number)
    ]
    names = ["citizenship", "citizenship_group"]
    people = prepared(pl.DataFrame(rows), None, names, homes=homes(counted()))
    series = pl.DataFrame([{"country": "XAA", "unit": "victim_identified", "period": "2025"}])
    made = {}
    for spec in counted():
        cube = judged(*count(spec, people, lists, series), spec, bytes(32), "1", policy)
        made[spec.name] = protect(cube, spec, policy)
    reader = Reader({one.name: one for one in counted()}, load.contracts(), policy, lists)
    (sheet,) = reader.sheets(made, None, ())
    (system,) = systems([sheet], [])
    field = sheet.shape.fields["citizenship"]
    atoms = [atom(row, field) for row in rows]
    cells = np.array([true(codes, field, atoms) for codes in sheet.shape.number])
    assert (sheet.state == SHOWN).sum() > 3
    lower, upper = narrowed(system.whole(True), system.lower, system.upper)
    assert ((lower <= cells) & (cells <= upper)).all()
    for way in (True, False):
        assert satisfies(cells, system.whole(redundant=way), system.lower, system.upper)


def true(codes: Codes, field: Field, atoms: list[str]) -> int:
    """How many persons stand in a cell, also in one that is never published."""
    labels = [label for _, label in codes]
    return sum(all(one in field.holds[label] for label in labels) for one in atoms)


def atom(row: dict[str, Any], field: Field) -> str:
    """The only atom that is in whatever the three tables say of somebody."""
    country, region, group = SAID[row["citizenship"]]
    known = country, region, row["citizenship_group"] if country == "_U" else group
    domains = [own.codes for table in counted() for own in table.dimensions.values()]
    own = [
        field.holds[field.labels[codes][code]] for codes, code in zip(domains, known, strict=True)
    ]
    (found,) = frozenset.intersection(*own)
    return found
