"""The rules of the gate out on persons, against each rule written out in plain Python.

All persons and keys are invented.
"""

import hashlib
import hmac
from typing import Any

import polars as pl
import pytest

from anonymize.disclosure import hidden_by_other_rule, judged, protect
from data_contracts.model import CodeList, Table
from sources.synthetic.chance import dice
from tests.anonymize.drawings import spec
from tests.policies import POLICY
from transforms.cube import count
from transforms.people import prepared

KEY = b"invented rounding key of a test."
CODES = {"stage": ("begun", "ended"), "sex": ("F", "M")}
LISTS = {name: CodeList(name=name, codes=codes) for name, codes in CODES.items()}
DIMENSIONS: dict[str, Any] = {
    name: {"field": name, "codelist": name, "codes": codes, "sensitive": name == "stage"}
    for name, codes in CODES.items()
}
TABLE = spec("stages", **DIMENSIONS)
COUNTRIES = ("XAA", "XAB", "XAC", "XAD", "_T")
Person = dict[str, Any]


def crowd(seed: int) -> list[Person]:
    """Persons of four countries, in few or many cases, some in none; mostly alike."""
    random = dice(seed)
    people: list[Person] = []
    begun = random.choice((6, 9))
    for country in COUNTRIES[:-1]:
        cases, heavy = random.randint(1, 9), random.choice((1, 1, 5, 20))
        for _ in range(random.choice((0, 9, 18, 30)) or (country == "XAA")):
            people.append(
                {
                    "country": country,
                    "case": random.choice([None, *range(cases), *range(cases), *[0] * heavy]),
                    "stage": random.choices(("begun", "ended"), (begun, 10 - begun))[0],
                    "sex": random.choice("FM"),
                    "person_key": random.getrandbits(32),
                }
            )
    return people


def exact(people: list[Person], table: Table = TABLE) -> pl.DataFrame:
    """The cube of the crowd with all that the rules ask."""
    rows = [
        p | {"period": "2025", "unit": "identified", "source": "police", "record": f"r{i}"}
        for i, p in enumerate(people)
    ]
    core = pl.DataFrame(rows, schema_overrides={"case": pl.String}, strict=False)
    places = [{"country": c, "unit": "identified", "period": "2025"} for c in COUNTRIES]
    made = count(table, prepared(core, None, CODES), LISTS, pl.DataFrame(places))
    return judged(*made, table, KEY, "1", POLICY)


def rounded(people: list[Person]) -> int:
    """A number of persons to a multiple of five next to it, by their keys."""
    total = sum(person["person_key"] for person in people) % 2**32
    told = hmac.new(KEY, f"identified|1|{total}".encode(), hashlib.sha256).digest()
    rest = len(people) % 5
    up = int.from_bytes(told[:8], "big") * 5 < rest * 2**64
    return len(people) - rest + 5 * up


def without(people: list[Person], group: list[Person]) -> int:
    return rounded([person for person in people if person not in group])


def grouped(people: list[Person], *by: str) -> list[list[Person]]:
    keys = {tuple(person[name] for name in by) for person in people}
    return [[p for p in people if tuple(p[n] for n in by) == key] for key in keys]


def reasons(people: list[Person], crowd: list[Person], cell: dict[str, Any]) -> set[str]:
    """Every rule that hides a cell of ``people`` in a crowd."""
    cases = grouped(people, "country", "case")
    most = max(map(len, cases), default=0)
    largest = [case for case in cases if len(case) == most]
    found = {"small"} if rounded(people) <= 10 else set()
    found |= {"cases"} if len(cases) < 3 else set()
    found |= {"case"} if len(people) - most < 5 else set()
    if cell["stage"] != "_T":
        left = [without(people, case) for case in largest]
        # One person of many is outside none but her own: one of the rests rounds down.
        left = left if most > 1 else [(len(people) - most) // 5 * 5]
        found |= {"closely"} if min(left) <= 10 else set()
        whole = [p for p in crowd if inside(p, cell | {"stage": "_T"})]
        found |= {"alike"} if rounded(whole) - rounded(people) <= 5 else set()
    if cell["country"] == "_T":
        homes = grouped(people, "country")
        found |= {"countries"} if len(homes) < 3 else set()
        found |= {"country"} if any(without(people, home) < 15 for home in homes) else set()
    return found


def inside(person: Person, cell: dict[str, Any]) -> bool:
    return all(cell[name] in (person[name], "_T") for name in ("country", "stage", "sex"))


@pytest.mark.parametrize("seed", range(40))
def test_a_cell_is_hidden_exactly_when_a_rule_written_out_says_so(seed: int) -> None:
    people = crowd(seed)
    asked = exact(people)
    private = hidden_by_other_rule(asked, TABLE, POLICY)
    others = {tuple(row) for row in private.select("country", "stage", "sex").iter_rows()}
    for cell in protect(asked, TABLE, POLICY).iter_rows(named=True):
        mine = [person for person in people if inside(person, cell)]
        hiding = reasons(mine, people, cell)
        assert cell["value"] == (None if hiding else rounded(mine)), (hiding, len(mine))
        place = (cell["country"], cell["stage"], cell["sex"])
        assert (place in others) == (bool(hiding) and "small" not in hiding)


def test_every_rule_hides_some_cell_alone() -> None:
    alone = set()
    for seed in range(40):
        people = crowd(seed)
        for cell in exact(people).iter_rows(named=True):
            mine = [person for person in people if inside(person, cell)]
            if len(hiding := reasons(mine, people, cell)) == 1:
                alone |= hiding
    assert alone >= {"small", "cases", "case", "closely", "alike", "country"}


ZEROS = TABLE.model_copy(update={"impossible": ({"stage": "ended", "sex": "M"},)})


def told(people: list[Person], table: Table, sex: str) -> tuple[Any, ...]:
    shown = protect(exact(people, table), table, POLICY)
    (cell,) = shown.filter(country="XAA", stage="ended", sex=sex).iter_rows(named=True)
    return tuple(cell[n] for n in ("value", "lower", "upper", "obs_status", "conf_status"))


def test_a_declared_zero_is_shown_and_one_that_is_found_is_not() -> None:
    women = [person | {"sex": "F", "stage": "begun"} for person in crowd(1)]
    assert told(women, ZEROS, "M") == (0, 0, 0, "A", "F")
    assert told(women, TABLE, "M") == told(women, ZEROS, "F") == (None, 0, None, "Q", "C")


def test_a_declared_zero_that_holds_somebody_anywhere_hides_all_of_the_table() -> None:
    women = [person | {"sex": "F", "stage": "begun"} for person in crowd(1)]
    elsewhere = women[0] | {"sex": "M", "stage": "ended", "country": "XAD", "person_key": 5}
    assert told([*women, elsewhere], ZEROS, "M") == (None, 0, None, "Q", "C")


def test_a_sensitive_code_without_a_whole_to_compare_with_is_hidden() -> None:
    asked = exact(crowd(3))
    parts = asked.filter(pl.col("stage") != "_T").select(pl.exclude("beside"))
    behind = parts.clear().with_columns(kind=pl.lit(""))
    lone = judged(parts.select(pl.exclude("draw", "outside_case", "outside_country")),
                  behind.select(pl.exclude("draw", "outside_case", "outside_country")),
                  TABLE, KEY, "1", POLICY)  # fmt: skip
    assert set(protect(lone, TABLE, POLICY)["obs_status"]) == {"Q"}
