"""Two tables of one question: which country somebody is of, and only whether it is the own one.

All persons are invented.
"""

from itertools import product

import numpy as np
import polars as pl
import pytest

from anonymize.audit import attack
from anonymize.audit_fields import fields
from anonymize.audit_shape import shape
from benchmarks.cubes import UNIT, Register
from data_contracts.model import CodeList, Dimension, Table
from tests.anonymize.test_audit_worlds import RULES, TINY, told
from tests.oracle.worlds import failing
from tests.policies import POLICY

GROUPS, COUNTRIES = ("tipstat:national", "tipstat:foreign", "_U"), ("XAA", "XAB", "abroad", "_U")
LISTS = {
    "country": CodeList(name="country", codes=("XAA", "XAB", "XAC", "abroad", "_U"), parents={}),
    "group": CodeList(name="group", codes=GROUPS, parents={}),
}
GROUP = Dimension(field="group", codelist="group", codes=GROUPS, home_of="country")
COUNTRY = Dimension(field="country", codelist="country", codes=COUNTRIES, rest="abroad")
CONTRACTS = Register(single={"sex": ("F",)}, many={}, tables=((),)).contracts


def table(name: str, **dimensions: Dimension) -> Table:
    return Table(
        name=name, title={"en": name}, kind="persons", dataset="victims", units=(UNIT,),
        frequencies=("quarter",), dimensions=dimensions, tier="public",
    )  # fmt: skip


SPECS = {
    "total": table("total"),
    "by_country": table("by_country", country_of=COUNTRY),
    "by_group": table("by_group", group=GROUP),
}
# Every kind of person; of whom the country is known, it is known whether it is the own one.
KINDS = [
    frozenset({"", f"country_of={country}", f"group={group}"})
    for country, group in product(COUNTRIES, GROUPS)
    if country == "_U" or group == GROUPS[country != "XAA"]
]
CELLS = ["", *(f"country_of={one}" for one in COUNTRIES), *(f"group={one}" for one in GROUPS)]


def release(seed: int, most: int = 4) -> dict[str, int | None]:
    """The numbers of a random world, rounded and hidden."""
    world = np.random.default_rng(seed).integers(0, most, len(KINDS))
    return told(KINDS, world, CELLS)


def tables(shown: dict[str, int | None]) -> dict[str, pl.DataFrame]:
    made = {}
    for name, spec in SPECS.items():
        codes = [("_T", *d.codes) for d in spec.dimensions.values()]
        names = list(spec.dimensions)
        rows = [dict(zip(names, own, strict=True)) for own in product(*codes)]
        cells = ["" if set(row.values()) <= {"_T"} else cell(row) for row in rows]
        values = pl.Series([shown[one] for one in cells], dtype=pl.Int64)
        status = pl.when(values.is_null()).then(pl.lit("Q")).otherwise(pl.lit("A"))
        made[name] = pl.DataFrame(
            [{"country": "XAA", "period": "2025-Q1", "unit": UNIT} | row for row in rows]
        ).with_columns(value=values, obs_status=status)
    return made


def cell(codes: dict[str, str]) -> str:
    return " ".join(f"{name}={code}" for name, code in codes.items() if code != "_T")


def found(shown: dict[str, int | None]) -> set[tuple[str, str | None]]:
    """The cells, and differences of two, that the audit fails."""
    report = attack(
        tables(shown), SPECS, TINY, contracts=CONTRACTS, lists=LISTS, other_rule={}
    )  # fmt: skip
    assert report.uncertified == 0
    part = [
        {n: c for n, c in (one.without or {}).items() if n in ("country_of", "group")}
        for one in report.failures
    ]
    ends = zip(report.failures, part, strict=True)
    return {(cell(one.dims), cell(own) if one.without else None) for one, own in ends}


@pytest.mark.parametrize(("seed", "fails"), [(0, 0), (1, 0), (2, 4), (12, 7), (41, 7), (55, 7)])
def test_what_fails_is_what_enumeration_finds(seed: int, fails: int) -> None:
    shown = release(seed)
    assert found(shown) == failing(KINDS, shown, frozenset(), RULES, 9)
    assert len(found(shown)) == fails


def test_foreigners_tell_how_many_are_of_each_country() -> None:
    """Nine foreigners at most, of whom at least eight are of two countries that are shown."""
    shown: dict[str, int | None] = dict.fromkeys(CELLS)
    shown |= {"": 14, "country_of=XAA": 6, "group=tipstat:national": 6}
    shown |= {"country_of=XAB": 6, "country_of=abroad": 4, "group=tipstat:foreign": 8}
    assert ("group=tipstat:foreign", None) in found(shown)
    assert found(shown) == failing(KINDS, shown, frozenset(), RULES, 9)


@pytest.mark.parametrize("home", ["XAA", "XAC"])
def test_every_country_divides_one_question_into_the_same_atoms(home: str) -> None:
    known = fields(SPECS.values(), frozenset(), LISTS, home)["country"]
    assert known.atoms == (*COUNTRIES, "_U&tipstat:national", "_U&tipstat:foreign")
    assert known.unknown == {"_U", "_U&"}
    own = known.labels[GROUPS]["tipstat:national"]
    assert known.holds[own] == {"_U&tipstat:national"} | ({"XAA"} if home == "XAA" else set())
    made = shape(list(SPECS.values()), {"country": known}, POLICY.clique_dimensions)
    assert set(made.places) == set(SPECS)
