"""Five ages, and minors or adults: tables that divide one question, which one may know in part.

All persons are invented.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from typing import Any

import numpy as np
import polars as pl
import pytest

from anonymize.audit import attack
from anonymize.audit_fields import Codes, fields
from anonymize.audit_program import satisfies
from anonymize.audit_propagation import narrowed
from anonymize.audit_shape import Shape, shape
from anonymize.audit_sheets import SHOWN, Reader
from anonymize.audit_system import systems
from anonymize.disclosure import judged, protect
from benchmarks.cubes import UNIT, Register
from data_contracts import load
from data_contracts.model import CodeList, Dimension, Table
from sources.synthetic.chance import dice
from tests.anonymize.test_audit_worlds import RULES, TINY, cell, told
from tests.oracle.worlds import failing
from transforms.cube import count
from transforms.people import prepared

AGES = ("Y0T14", "Y15T17", "Y18T24", "Y25T34", "Y_GE35", "_U")
HELD = {"Y0T14": "Y0T17", "Y15T17": "Y0T17"} | dict.fromkeys(AGES[2:5], "Y_GE18")
REGISTRY, LISTS = load.tables(), load.codelists()
CONTRACTS = Register(single={"sex": ("F",)}, many={}, tables=((),)).contracts
SEX = Dimension(field="sex", codelist="sex", codes=("F", "M"))
Numbers = dict[str, int | None]


@dataclass(frozen=True)
class Asked:
    """Tables of a question by some ages; each of them has the total, ``coarse``, ``fine``, ``sex``.

    A cell is named by its codes.
    """

    ages: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        """Both domains of the question, and sex."""
        coarse = tuple(dict.fromkeys(HELD.get(code, code) for code in self.ages))
        age = {"field": "age_band", "codelist": "age_band"}
        fine = Dimension.model_validate(age | {"codes": self.ages, "rest": "_U"})
        return {
            "coarse": Dimension.model_validate(age | {"codes": coarse}), "fine": fine, "sex": SEX,
        }  # fmt: skip

    @cached_property
    def lists(self) -> dict[str, CodeList]:
        parents = {code: whole for code, whole in HELD.items() if code in self.ages}
        codes = tuple(dict.fromkeys((*self.ages, *parents.values())))
        return {
            "age_band": CodeList(name="age_band", codes=codes, parents=parents),
            "sex": CodeList(name="sex", codes=SEX.codes),
        }

    @cached_property
    def specs(self) -> dict[str, Table]:
        return {name: self.spec(name, names) for names in self.tables for name in [called(names)]}

    def spec(self, name: str, names: tuple[str, ...]) -> Table:
        return Table(
            name=name, title={"en": name}, kind="persons", dataset="victims", units=(UNIT,),
            frequencies=("quarter",), tier="public",
            dimensions={one: self.dimensions[one] for one in names},
        )  # fmt: skip

    @cached_property
    def kinds(self) -> list[frozenset[str]]:
        """Every kind of person: of a minor whose band nobody knows the age is coarse alone."""
        known = [(code, HELD.get(code, "_U")) for code in self.ages]
        partly = [("_U", code) for code in self.dimensions["coarse"].codes if code != "_U"]
        sexes = SEX.codes if "sex" in chain(*self.tables) else ("_T",)
        people = product([*known, *partly], sexes)
        return [self.within({"fine": f, "coarse": c, "sex": s}) for (f, c), s in people]

    def within(self, person: dict[str, str]) -> frozenset[str]:
        """The cells in which somebody stands."""
        some = (combinations(names, n) for names in self.tables for n in range(len(names) + 1))
        return frozenset(cell({name: person[name] for name in one}) for one in chain(*some))

    def release(self, seed: int) -> Numbers:
        """The numbers of a random world, rounded and hidden."""
        chance = np.random.default_rng(seed)
        world = chance.integers(0, 4, len(self.kinds)) * (chance.random(len(self.kinds)) < 0.4)
        return told(self.kinds, world, sorted(frozenset[str]().union(*self.kinds)))

    def shown(self, numbers: Numbers) -> dict[str, pl.DataFrame]:
        """The numbers as tables."""
        made = {}
        place = {"country": "XAA", "period": "2025-Q1", "unit": UNIT}
        for name, spec in self.specs.items():
            codes = product(*(("_T", *one.codes) for one in spec.dimensions.values()))
            rows = [dict(zip(spec.dimensions, own, strict=True)) for own in codes]
            values = pl.Series([numbers[cell(row)] for row in rows], dtype=pl.Int64)
            status = pl.when(values.is_null()).then(pl.lit("Q")).otherwise(pl.lit("A"))
            frame = pl.DataFrame([place | row for row in rows])
            made[name] = frame.with_columns(value=values, obs_status=status)
        return made

    def found(self, numbers: Numbers) -> set[tuple[str, str | None]]:
        """The cells, and differences of two, that the audit fails."""
        report = attack(
            self.shown(numbers), self.specs, TINY,
            contracts=CONTRACTS, lists=self.lists, other_rule={},
        )  # fmt: skip
        assert report.uncertified == 0
        return {
            (named(one.dims), named(one.without) if one.without else None)
            for one in report.failures
        }


def named(codes: Mapping[str, str]) -> str:
    return cell({name: code for name, code in codes.items() if name in ("fine", "coarse", "sex")})


def called(names: tuple[str, ...]) -> str:
    return "_".join(("by", *names))


# Eight kinds each: five ages, minors, adults and nobody knows; and two sexes of half as many.
FIVE = Asked(AGES, ((), ("coarse",), ("fine",)))
CHILDREN = Asked(("Y0T14", "Y15T17", "_U"), ((), ("sex", "coarse"), ("fine",)))
BY_SEX = Asked(("Y0T14", "Y15T17", "_U"), (*CHILDREN.tables, ("sex", "fine")))


@pytest.mark.parametrize(
    ("asked", "seed", "fails"),
    [
        *((FIVE, seed, fails) for seed, fails in ((0, 0), (1, 0), (12, 16), (150, 25), (222, 7))),
        *((CHILDREN, seed, fails) for seed, fails in ((0, 0), (12, 24), (33, 14), (326, 25))),
        *((BY_SEX, seed, fails) for seed, fails in ((1, 0), (31, 1), (33, 32), (90, 1))),
    ],
)
def test_what_fails_is_what_enumeration_finds(asked: Asked, seed: int, fails: int) -> None:
    numbers = asked.release(seed)
    assert asked.found(numbers) == enumerated(asked, numbers)
    assert len(asked.found(numbers)) == fails


def enumerated(asked: Asked, numbers: Numbers) -> set[tuple[str, str | None]]:
    most = max(value or 0 for value in numbers.values())
    return failing(asked.kinds, numbers, frozenset(), RULES, max(most + RULES.base - 1, 3))


# Thirteen minors or more, of whom at most seven are in the band that is shown: of the three at most
# in the other one, and of the three of unknown band, nobody can be missing.
PLANTED = dict.fromkeys(FIVE.release(0)) | {"": 16, "coarse=Y0T17": 14, "fine=Y15T17": 6}


def test_minors_give_the_band_away_that_is_alone_among_them() -> None:
    assert ("fine=Y0T14", None) in FIVE.found(PLANTED)
    assert FIVE.found(PLANTED) == enumerated(FIVE, PLANTED)
    wider = PLANTED | {"fine=Y15T17": 12}
    assert ("fine=Y0T14", None) not in FIVE.found(wider)
    assert FIVE.found(wider) == enumerated(FIVE, wider)


def victims(*names: str) -> list[Table]:
    """Tables of victims that have years; without names all of them."""
    every = [one for one in REGISTRY.values() if one.kind == "persons" and one.dataset == "victims"]
    return [one for one in every if one.name in (names or REGISTRY) and "year" in one.frequencies]


def of_year(tables: list[Table]) -> Shape:
    several = frozenset(one.safe for one in load.contract("victims").many)
    return shape(tables, fields(tables, several, LISTS, "XAA"), load.policy().clique_dimensions)


def test_of_minors_and_adults_it_may_be_known_in_which_band_they_are_or_not() -> None:
    known = of_year(victims("victims_by_age", "victims_by_age_group")).fields["age_band"]
    minors, adults = AGES[:2], AGES[2:5]
    assert set(known.atoms) == {*AGES, "Y0T17&_U", "Y_GE18&_U"}
    assert known.holds["Y0T17"] == {*minors, "Y0T17&_U"}
    assert known.holds["Y_GE18"] == {*adults, "Y_GE18&_U"}
    (other,) = known.unknown - {"_U"}
    assert known.holds[other] == {"_U", "Y0T17&_U", "Y_GE18&_U"}


def test_five_ages_cost_no_more_than_their_own_cells_whatever_else_is_crossed_with_age() -> None:
    with_five = of_year(victims())
    without = of_year([one for one in victims() if one.name != "victims_by_age_group"])
    assert with_five.is_tree
    # Five ages and their unknown; minors and adults whose band is not known.
    assert len(with_five) - len(without) == 6 + 2


# What a record may say of an age, and what is known of it: a band, and a minor or an adult.
SAID = {
    "Y0T14": ("Y0T14", "Y0T17"), "Y15T17": ("Y15T17", "Y0T17"), "Y0T17": ("_U", "Y0T17"),
    "Y12T17": ("_U", "Y0T17"), "Y18T24": ("Y18T24", "Y_GE18"), "Y25T34": ("Y25T34", "Y_GE18"),
    "Y_GE35": ("Y_GE35", "Y_GE18"), "Y45T54": ("Y_GE35", "Y_GE18"), "Y_GE18": ("_U", "Y_GE18"),
    "_U": ("_U", "_U"),
}  # fmt: skip
COUNTED = victims(
    "victims", "victims_by_sex", "victims_by_age", "victims_by_sex_age", "victims_by_age_group"
)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("number", [60, 400])
def test_the_truth_satisfies_whatever_the_audit_says_of_ages(number: int, seed: int) -> None:
    random, policy = dice(seed), load.policy()
    rows: list[dict[str, Any]] = [
        {"country": "XAA", "period": "2025-Q1", "unit": "victim_identified", "source": "police"}
        | {"record": f"r{n}", "case": f"c{n}", "person_key": random.getrandbits(32)}
        | {"sex": random.choice(("F", "M", "_U")), "age_band": random.choice([*SAID])}
        for n in range(number)
    ]
    people = prepared(pl.DataFrame(rows), None, ["sex", "age_band"])
    series = pl.DataFrame([{"country": "XAA", "unit": "victim_identified", "period": "2025"}])
    made = {}
    for table in COUNTED:
        cube = judged(*count(table, people, LISTS, series), table, bytes(32), "1", policy)
        made[table.name] = protect(cube, table, policy)
    reader = Reader({one.name: one for one in COUNTED}, load.contracts(), policy, LISTS)
    (sheet,) = reader.sheets(made, None, ())
    (system,) = systems([sheet], [])
    cells = np.array([true(codes, rows) for codes in sheet.shape.number])
    assert (sheet.state == SHOWN).sum() > 5
    lower, upper = narrowed(system.whole(True), system.lower, system.upper)
    assert ((lower <= cells) & (cells <= upper)).all()
    for way in (True, False):
        assert satisfies(cells, system.whole(redundant=way), system.lower, system.upper)


def true(codes: Codes, rows: list[dict[str, Any]]) -> int:
    """How many persons stand in a cell, also in one that is never published."""
    asked = dict(codes)
    own = (row for row in rows if asked.get("sex", row["sex"]) == row["sex"])
    label = asked.get("age_band")
    return sum(label is None or stands(label, *SAID[row["age_band"]]) for row in own)


def stands(label: str, fine: str, coarse: str) -> bool:
    """Whether somebody of whom so much is known stands in a label of either domain, or of both."""
    if "&" in label:
        return label == f"{coarse}&{fine}"
    if label.startswith("_U@"):
        return fine == "_U"
    return (coarse if label in ("Y0T17", "Y_GE18", "_U") else fine) == label
