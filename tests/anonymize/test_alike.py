"""What a sensitive code leaves of a wider one of another table, against persons in plain Python.

All persons, keys and countries are invented.
"""

import hashlib
import hmac
from collections.abc import Iterator
from itertools import product
from random import Random

import polars as pl
import pytest

from anonymize.alike import compared, divided
from anonymize.disclosure import hidden_by_other_rule, judged, protect
from benchmarks.cubes import UNIT
from data_contracts import load
from data_contracts.model import CodeList, Dimension, Table
from sources.synthetic.chance import dice
from tests.anonymize.test_audit_nationals import GROUP, GROUPS, table
from tests.policies import POLICY

KEY = b"invented rounding key of a test."
NATIONAL, FOREIGN, _ = GROUPS
COUNTRIES, REGIONS = ("XAA", "XAB", "away", "_U"), ("r1", "r2", "none", "_U")
OF = {"XAA": "none", "XAB": "none", "ATA": "none", "FRA": "r1", "PER": "r2"}
LISTS = {
    "country": CodeList(name="country", codes=(*OF, "away", "r1", "r2", "none", "_U"), parents=OF),
    "group": CodeList(name="group", codes=GROUPS),
    "sex": CodeList(name="sex", codes=("F", "M")),
}
SEX = Dimension(field="sex", codelist="sex", codes=("F", "M"))
HOME = GROUP.model_copy(update={"sensitive": True})
COUNTRY = Dimension(
    field="country", codelist="country", codes=COUNTRIES, rest="away", sensitive=True
)
REGION = Dimension(field="country", codelist="country", codes=REGIONS, rest="_U", sensitive=True)
SPECS = {
    one.name: one
    for one in (
        table("total"),
        table("by_country", country_of=COUNTRY),
        table("by_country_sex", country_of=COUNTRY, sex=SEX),
        table("by_region", region=REGION),
        table("by_group_sex", sex=SEX, group=HOME),
    )
}
# Sex, country, region of the world, and whether at home: the codes of somebody by each dimension.
Person = tuple[str, str, str, str]
PLACES = {"sex": 0, "country_of": 1, "region": 2, "group": 3}
Row = dict[str, str]


def kinds(home: str) -> list[Person]:
    """Everybody whom a country can have."""
    own = [(one, "none", NATIONAL if one == home else FOREIGN) for one in ("XAA", "XAB")]
    away = [("away", region, FOREIGN) for region in REGIONS]
    told = [*own, *away, *(("_U", "_U", group) for group in GROUPS)]
    return [(sex, *one) for sex, one in product("FM", told)]


def crowd(random: Random, home: str) -> list[tuple[Person, int]]:
    """Persons of few kinds, and their keys."""
    chosen = random.sample(kinds(home), 5)
    many = [random.choice((1, 4, 15, 20, 40)) for _ in chosen]
    persons = [kind for kind, n in zip(chosen, many, strict=True) for _ in range(n)]
    return [(one, random.getrandbits(32)) for one in persons]


def inside(person: Person, row: Row) -> bool:
    return all(row[name] in (person[at], "_T") for name, at in PLACES.items() if name in row)


def rows(spec: Table) -> Iterator[Row]:
    for codes in product(*(("_T", *one.codes) for one in spec.dimensions.values())):
        yield dict(zip(spec.dimensions, codes, strict=True))


def cubes(crowds: dict[str, list[tuple[Person, int]]]) -> dict[str, pl.DataFrame]:
    """The exact cells of all tables with what each asks alone; each person is a case."""
    found = {}
    for name, spec in SPECS.items():
        made = []
        for home, row in product(crowds, rows(spec)):
            keys = [key for person, key in crowds[home] if inside(person, row)]
            place = {"country": home, "period": "2025-Q1", "unit": UNIT} | row
            counts = {"n": len(keys), "cell_key": sum(keys) % 2**32, "n_cases": len(keys)}
            counts |= {"max_case": min(len(keys), 1), "n_countries": 1, "max_country": len(keys)}
            made.append(place | counts)
        cells = pl.DataFrame(made)
        behind = cells.clear().select(*spec.key, "n", "cell_key", kind=pl.lit("case"))
        found[name] = judged(cells, behind, spec, KEY, "1", POLICY)
    return found


def rounded(keys: list[int]) -> int:
    told = hmac.new(KEY, f"{UNIT}|1|{sum(keys) % 2**32}".encode(), hashlib.sha256).digest()
    rest = len(keys) % 5
    return len(keys) - rest + 5 * (int.from_bytes(told[:8], "big") * 5 < rest * 2**64)


def wholes(row: Row, home: str) -> Iterator[Row]:
    """The rows of all tables that hold whoever can be in a sensitive one, and say less of them."""
    mine = {one for one in kinds(home) if inside(one, row)}
    told = {name: code for name, code in row.items() if code != "_T"}
    (name,) = told.keys() - {"sex"}
    if told[name] == "_U":
        return
    for spec in SPECS.values():
        for other in rows(spec):
            its = {one for one in kinds(home) if inside(one, other)}
            is_same_sex = other.get("sex", "_T") == row.get("sex", "_T")
            is_own = (told[name], other.get("group")) == (home, NATIONAL)
            if mine < its and is_same_sex and not is_own:
                yield other


def reasons(row: Row, home: str, crowd: list[tuple[Person, int]]) -> set[str]:
    """Every rule that hides a cell of a country."""
    mine = [key for person, key in crowd if inside(person, row)]
    found = {"small"} if rounded(mine) <= 10 else set()
    found |= {"case"} if len(mine) - min(len(mine), 1) < 5 else set()
    sensitive = {name: code for name, code in row.items() if name != "sex" and code != "_T"}
    if not sensitive:
        return found
    found |= {"closely"} if (len(mine) - 1) // 5 * 5 <= 10 else set()
    total = row | dict.fromkeys(sensitive, "_T")
    for kind, others in (("alike", [total]), ("alike elsewhere", wholes(row, home))):
        for other in others:
            every = [key for person, key in crowd if inside(person, other)]
            found |= {kind} if rounded(every) - rounded(mine) <= 5 else set()
    return found


@pytest.mark.parametrize("seed", range(40))
def test_a_cell_is_hidden_exactly_when_a_rule_written_out_says_so(seed: int) -> None:
    random = dice(seed)
    crowds = {home: crowd(random, home) for home in ("XAA", "XAB")}
    asked = compared(cubes(crowds), SPECS, LISTS, POLICY)
    for name, spec in SPECS.items():
        private = hidden_by_other_rule(asked[name], spec, POLICY)
        others = set(private.select("country", *spec.dimensions).iter_rows())
        for cell in protect(asked[name], spec, POLICY).iter_rows(named=True):
            row, home = {one: cell[one] for one in spec.dimensions}, cell["country"]
            hiding = reasons(row, home, crowds[home])
            mine = [key for person, key in crowds[home] if inside(person, row)]
            assert cell["value"] == (None if hiding else rounded(mine)), (row, home, hiding)
            is_private = bool(hiding) and "small" not in hiding
            assert ((home, *row.values()) in others) == is_private


def test_likeness_elsewhere_hides_some_cell_alone() -> None:
    alone = []
    for seed in range(40):
        people = crowd(dice(seed), "XAA")
        every = [(spec.name, row) for spec in SPECS.values() for row in rows(spec)]
        alone += [name for name, row in every if reasons(row, "XAA", people) == {"alike elsewhere"}]
    assert set(alone) == {"by_country", "by_country_sex", "by_region"}


def shown(*people: tuple[Person, int]) -> dict[tuple[str, ...], int | None]:
    """What XAA shows of so many people of each kind, by table and codes."""
    crowd = [(kind, 7919 * n + 1) for kind, many in people for n in range(many)]
    asked = compared(cubes({"XAA": crowd}), SPECS, LISTS, POLICY)
    return {
        (name, *row): value
        for name, spec in SPECS.items()
        for *row, value in protect(asked[name], spec, POLICY)
        .select(*spec.dimensions, "value")
        .iter_rows()
    }


def test_the_country_of_all_foreigners_is_hidden_wherever_it_stands() -> None:
    found = shown((("F", "XAA", "none", NATIONAL), 40), (("F", "XAB", "none", FOREIGN), 60))
    assert found["by_group_sex", "_T", FOREIGN] == 60
    assert found["by_country", "XAB"] is None
    assert found["by_country_sex", "XAB", "_T"] is None
    assert found["by_country_sex", "XAB", "F"] is None


def test_the_country_of_nationals_is_told_by_the_word() -> None:
    found = shown((("F", "XAA", "none", NATIONAL), 40), (("F", "XAB", "none", FOREIGN), 60))
    assert found["by_group_sex", "_T", NATIONAL] == found["by_country", "XAA"] == 40


def test_what_nobody_knows_is_nothing_that_all_share() -> None:
    found = shown((("F", "XAA", "none", NATIONAL), 40), (("F", "_U", "_U", "_U"), 60))
    assert found["by_country", "_U"] == found["by_group_sex", "_T", "_U"] == 60


def test_a_region_of_the_world_hides_the_only_country_in_it_and_foreigners_the_only_region() -> (
    None
):
    found = shown((("F", "XAA", "none", NATIONAL), 60), (("F", "away", "r1", FOREIGN), 40))
    assert found["by_region", "none"] == found["by_group_sex", "_T", NATIONAL] == 60
    assert found["by_country", "XAA"] is None
    assert found["by_country", "away"] is found["by_region", "r1"] is None


def test_the_region_s_numbers_are_compared_as_a_country_s_are() -> None:
    crowd = [(("F", "XAB", "none", FOREIGN), n) for n in range(60)]
    crowd += [(("F", "away", "r1", FOREIGN), n) for n in range(40)]
    names = ("total", "by_country", "by_region")
    own = {name: one for name, one in cubes({"_T": crowd}).items() if name in names}
    found = compared(own, SPECS, LISTS, POLICY)["by_country"]
    left = dict(found.select("country_of", "beside").iter_rows())
    assert left == {"_T": None, "XAA": 60, "XAB": 0, "away": 60, "_U": 100}


def test_a_whole_that_cannot_be_judged_leaves_nobody() -> None:
    kind = ("F", "XAB", "none", FOREIGN)
    made = cubes({"XAA": [(kind, n) for n in range(60)]})
    unclear = pl.when(pl.col("group") != FOREIGN).then("n")
    made["by_group_sex"] = made["by_group_sex"].with_columns(n=unclear)
    rest = made["by_country"].filter(country_of="XAB").with_columns(beside=pl.lit(None, pl.Int64))
    found = compared(made | {"by_country": rest}, SPECS, LISTS, POLICY)["by_country"]
    assert protect(found, SPECS["by_country"], POLICY)["value"].to_list() == [None]


def test_of_the_registry_the_citizenship_of_victims_alone_is_divided_differently() -> None:
    found = divided(one for one in load.tables().values() if one.kind == "persons")
    names = {f"victims_by_citizenship{end}" for end in ("", "_group", "_region")}
    assert [(asked, {one.name for one in own}) for asked, own in found] == [("citizenship", names)]
