"""Which country somebody is of, and whether it is the own one: one person is never both.

All persons are invented.
"""

import polars as pl
import pytest

from data_contracts.model import CodeList, Dimension
from data_contracts.questions import FOREIGN, NATIONAL, homes, unclear
from tests.transforms.counting import people, series, spec
from transforms.cube import count
from transforms.people import prepared

CODES = ("XAA", "XAB", "other", "_U")
LISTS = {
    "country": CodeList(name="country", codes=CODES, parents={}),
    "group": CodeList(name="group", codes=(NATIONAL, FOREIGN, "_U"), parents={}),
}
OF = {"field": "citizenship", "codelist": "country", "codes": CODES}
HOME = {"field": "group", "codelist": "group", "codes": (NATIONAL, FOREIGN, "_U")}
HOME = HOME | {"home_of": "citizenship"}
BY_COUNTRY = spec(citizenship=OF).model_copy(update={"countries": ("XAA", "XAB")})
BY_GROUP = spec(group=HOME).model_copy(update={"name": "by_group"})


def counted(drawing: str, period: str) -> dict[str, int]:
    """How many persons have each code in a period, by country and by group; no zeros."""
    core = people(drawing).with_columns(
        pl.col("group").replace({"home": NATIONAL, "away": FOREIGN})
    )
    known = prepared(core, None, ["citizenship", "group"], homes=homes([BY_COUNTRY, BY_GROUP]))
    found: dict[str, int] = {}
    for one, name in ((BY_COUNTRY, "citizenship"), (BY_GROUP, "group")):
        cells = count(one, known, LISTS, series("2025-Q1", "2025-Q2", "2025-Q3", "2025")).cells
        of = cells.filter(pl.col("n") > 0, pl.col(name) != "_T", period=period)
        found |= {f"{name} {code}": n for code, n in of.select(name, "n").iter_rows()}
    return found


def test_a_country_that_is_known_decides_whether_it_is_the_own_one() -> None:
    told = counted(
        """
        period  | person_key | case | citizenship | group
        2025-Q1 | 1          |      | XAA         | away
        2025-Q1 | 2          |      | XAB         |
        2025-Q1 | 3          |      |             | home
        2025-Q1 | 4          |      | _U          | away
        2025-Q1 | 5          |      |             |
    """,
        "2025-Q1",
    )
    assert told == {
        "citizenship XAA": 1, "citizenship XAB": 1, "citizenship _U": 3,
        f"group {NATIONAL}": 2, f"group {FOREIGN}": 2, "group _U": 1,
    }  # fmt: skip


TWICE = """
    period  | person_key | case | citizenship | group
    2025-Q1 | 1          |      |             | away
    2025-Q2 | 1          |      | XAA         |
    2025-Q3 | 1          |      | XAB         |
"""


@pytest.mark.parametrize(
    ("period", "told"),
    [("2025-Q1", "_U"), ("2025-Q2", "_U"), ("2025-Q3", "XAB"), ("2025", "XAB")],
)
def test_a_country_that_denies_what_was_counted_before_is_not_believed(
    period: str, told: str
) -> None:
    """She is a foreigner in every quarter, and of the first foreign country that is told."""
    assert counted(TWICE, period) == {f"citizenship {told}": 1, f"group {FOREIGN}": 1}


@pytest.mark.parametrize(
    ("changed", "other"),
    [
        ({"countries": ()}, {}),
        ({"countries": ("XAA", "XAC")}, {}),
        ({"regional": ("year",)}, {}),
        ({}, {"regional": ("year",)}),
        ({"frequencies": ("year", "span")}, {"frequencies": ("year", "span")}),
        (
            {},
            {
                "dimensions": {
                    "group": Dimension.model_validate(HOME | {"codes": (*CODES, NATIONAL)})
                }
            },
        ),
    ],
)
def test_a_registry_in_which_the_two_may_deny_each_other_is_refused(
    changed: dict[str, object], other: dict[str, object]
) -> None:
    assert unclear([BY_COUNTRY, BY_GROUP]) == []
    assert unclear([BY_COUNTRY.model_copy(update=changed), BY_GROUP.model_copy(update=other)])


BY_REGION = spec(citizenship=OF | {"codes": ("other", "_U"), "rest": "_U"}).model_copy(
    update={"name": "by_region", "countries": ("XAA", "XAB")}
)


@pytest.mark.parametrize(
    ("changed", "strange"),
    [
        ({}, []),
        ({"countries": ("XAA", "XAC")}, ["by_region"]),
        ({"countries": ()}, ["by_region"]),
        ({"dataset": "services"}, []),
    ],
)
def test_countries_without_codes_of_their_own_have_them_in_a_table_that_is_there_as_well(
    changed: dict[str, object], strange: list[str]
) -> None:
    """In another dataset nobody asks who is at home, and nobody needs the countries."""
    region = BY_REGION.model_copy(update=changed)
    assert unclear([BY_COUNTRY, region, BY_GROUP]) == strange
    assert unclear([region, BY_GROUP]) == ([] if region.dataset == "services" else ["by_region"])


def test_the_table_with_the_countries_is_counted_as_often() -> None:
    seldom = BY_COUNTRY.model_copy(update={"frequencies": ("year",)})
    assert unclear([seldom, BY_REGION, BY_GROUP]) == ["by_region"]


def test_the_table_with_the_countries_counts_the_same_units() -> None:
    more = BY_COUNTRY.model_copy(update={"units": (*BY_COUNTRY.units, "victim_presumed")})
    fewer = BY_COUNTRY.model_copy(update={"units": ("victim_presumed",)})
    assert unclear([more, BY_REGION, BY_GROUP]) == []
    assert unclear([fewer, BY_REGION, BY_GROUP]) == ["by_region"]
