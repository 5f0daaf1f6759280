"""Five ages beside minors and adults: of one person both say one thing, or the finer says nothing.

All persons are invented.
"""

from collections.abc import Iterable
from itertools import permutations, product
from typing import Any

import polars as pl

from data_contracts import load
from data_contracts.model import Contract
from tests.anonymize.drawings import CONTRACT
from transforms.completeness import margins, told
from transforms.cube import count
from transforms.observations import figures
from transforms.people import prepared
from transforms.within import holding

REGISTRY, LISTS = load.tables(), load.codelists()
COARSE, FINE = (REGISTRY[name] for name in ("victims_by_age", "victims_by_age_group"))
AGE = {name: table.dimensions["age_band"] for name, table in REGISTRY.items() if
       name in (COARSE.name, FINE.name)}  # fmt: skip
# What a record may say, and the minor or adult that it means.
SAID = {
    "Y0T14": "Y0T17", "Y15T17": "Y0T17", "Y0T17": "Y0T17", "Y12T17": "Y0T17", "Y18T24": "Y_GE18",
    "Y25T34": "Y_GE18", "Y_GE35": "Y_GE18", "Y65T74": "Y_GE18", "Y_GE18": "Y_GE18", "_U": "_U",
}  # fmt: skip
BANDS = {"Y0T17": ["Y0T14", "Y15T17"], "Y_GE18": ["Y18T24", "Y25T34", "Y_GE35"]}


def counted(said: Iterable[tuple[str, ...]]) -> list[tuple[str, str]]:
    """The coarse and the fine code of persons with a record a quarter, each of them of a country.

    Each table has one code of each of them, and the total.
    """
    records = [
        {"country": f"X{number}", "period": f"2025-Q{quarter}", "age_band": age}
        for number, ages in enumerate(said)
        for quarter, age in enumerate(ages, 1)
    ]
    core = pl.DataFrame(records).with_row_index("record").cast({"record": pl.String})
    own = core.with_columns(
        person_key=pl.col("country").str.slice(1).cast(pl.Int64) + 1,
        case=pl.lit(None, pl.String),
        unit=pl.lit("victim_identified"),
        source=pl.lit("police"),
    )
    people = prepared(own, None, ["age_band"])
    year = own.select("country", "unit", period=pl.lit("2025")).unique()
    found = []
    for table in (COARSE, FINE):
        cells = count(table, people, LISTS, year).cells.filter(pl.col("n") > 0)
        assert set(cells["n"]) == {1}
        codes = dict(cells.group_by("country").agg("age_band").iter_rows())
        found.append([without_total(codes[f"X{n}"]) for n in range(len(codes))])
    return list(zip(*found, strict=True))


def without_total(codes: list[str]) -> str:
    """The only code beside the total."""
    (own,) = set(codes) - {"_T"}
    assert sorted(codes) == sorted([own, "_T"])
    return own


def test_whose_band_is_not_known_is_unknown_in_the_finer_table_alone() -> None:
    found = counted((one,) for one in SAID)
    assert [coarse for coarse, _ in found] == list(SAID.values())
    bands = [fine for _, fine in found]
    partly = {"Y0T17": "_U", "Y12T17": "_U", "Y_GE18": "_U", "Y65T74": "Y_GE35"}
    assert bands == [partly.get(said, said) for said in SAID]


def test_of_who_has_several_records_the_two_tables_never_say_different_things() -> None:
    """What is known first decides in both, be it only that somebody is a minor."""
    every = [*product(SAID, repeat=2), *permutations(SAID, 3)]
    for ages, (coarse, fine) in zip(every, counted(every), strict=True):
        first = next((one for one in ages if one != "_U"), "_U")
        assert coarse == SAID[first], ages
        assert fine == "_U" or SAID[fine] == coarse, ages


def test_a_band_lies_within_minors_or_adults_and_its_unknown_within_nobody_s() -> None:
    finer, coarser = AGE[FINE.name], AGE[COARSE.name]
    into = {one: whole for whole, bands in BANDS.items() for one in bands}
    assert holding(finer, coarser, LISTS) == {"_T": "_T", **into}
    assert holding(coarser, finer, LISTS) == {"_T": "_T", "_U": "_U"}


def released(**values: dict[str, int | None]) -> dict[str, pl.DataFrame]:
    """The two tables of a year; where nothing is said a cell is hidden."""
    made = {}
    for name, numbers in values.items():
        rows: list[dict[str, Any]] = [
            {"country": "XAA", "period": "2025", "unit": "victim_identified", "source": "records"}
            | {"age_band": code, "value": value, "lower": value, "upper": value}
            | {"obs_status": "Q" if value is None else "A", "conf_status": "F"}
            for code in ("_T", *AGE[name].codes)
            for value in [numbers.get(code)]
        ]
        made[name] = pl.DataFrame(
            rows, schema_overrides=dict.fromkeys(("value", "lower", "upper"), pl.Int64)
        )
    return made


TABLES = released(
    victims_by_age={"_T": 100, "Y0T17": 40, "Y_GE18": 50},
    victims_by_age_group={"_T": 100, "Y0T14": 30, "Y18T24": 40, "_U": 25},
)


def test_a_figure_of_unknown_age_is_of_those_of_whom_nothing_is_known() -> None:
    both = {name: REGISTRY[name] for name in TABLES}
    found = dict(figures(TABLES, both).select("age_band", "value").iter_rows())
    assert found["_U"] is None
    assert (found["_T"], found["Y0T17"], found["Y0T14"]) == (100, 40, 30)


def test_how_many_ages_are_known_is_not_said_twice() -> None:
    known = [{"name": "age_band", "logicalType": "string", "treatment": "keep",
              "codelist": "age_band"}]  # fmt: skip
    contract = Contract.model_validate(CONTRACT.model_dump() | {"fields": known, "answers": None})
    found = margins(TABLES, {n: REGISTRY[n] for n in TABLES}, {"victims": contract})
    (row,) = told(found, ()).to_dicts()
    assert (row["rows"], row["least"]) == (100, 90)
