"""On which rung a country stands: by hand, and from published totals alone."""

from typing import Any

import polars as pl
import pytest

from data_contracts import load
from data_contracts.ladders import Ladders, Rung, ladders, unfit
from data_contracts.model import Table
from data_contracts.questions import homes
from transforms.ladder import last_total, refused, standing, stood

RUNGS = (
    Rung(table="fine", frequency="quarter"),
    Rung(table="fine", frequency="year"),
    Rung(table="whole", frequency="year"),
)
WHOLE = (Rung(table="whole", frequency="quarter"), RUNGS[2])
GONE, CASES = (Rung(table=name, frequency="year") for name in ("gone", "cases"))
BASE = {
    "title": {"en": "T"},
    "kind": "persons",
    "dataset": "victims",
    "units": ("identified", "presumed"),
    "frequencies": ("quarter", "year"),
    "tier": "public",
}
SEX = {"field": "sex", "codelist": "sex", "codes": ("F", "M", "_U")}
REGISTRY = {
    name: Table.model_validate(BASE | {"name": name, "dimensions": dimensions})
    for name, dimensions in (("fine", {"sex": SEX}), ("whole", {}))
}
CASE = {"name": "cases", "dataset": "cases", "frequencies": ("year",), "dimensions": {}}
REGISTRY["cases"] = Table.model_validate(BASE | CASE)


def whole(**years: int | None) -> dict[str, pl.DataFrame]:
    rows: list[dict[str, Any]] = [
        {"country": "XAA", "period": year[1:], "unit": "identified", "value": value, "lower": 0}
        | {"upper": None, "obs_status": "Q" if value is None else "A", "conf_status": "F"}
        | {"source": "police", "within": None}
        for year, value in years.items()
    ]
    types = {"value": pl.Int64, "upper": pl.Int64, "within": pl.String}
    return {"whole": pl.DataFrame(rows, schema_overrides=types)}


@pytest.mark.parametrize(
    ("total", "rung", "reason", "finer"),
    [
        # Three codes a year, and twelve over its quarters; thirty persons each.
        (360, 0, "enough", 0),
        (355, 1, "enough", 1),
        (90, 1, "enough", 1),
        (85, 2, "enough", 2),
        (30, 2, "enough", 2),
        (25, 2, "coarsest", 2),
        (None, 2, "coarsest", 2),
    ],
)
def test_a_country_stands_where_thirty_share_a_cell(
    total: int | None, rung: int, reason: str, finer: int
) -> None:
    found = standing("XAA", "l", RUNGS, whole(y2024=total), REGISTRY, 30)
    assert (found.rung, found.reason, found.finer) == (RUNGS[rung], reason, RUNGS[:finer])


def test_who_was_never_published_stands_on_the_finest() -> None:
    found = standing("XAB", "l", RUNGS, whole(y2024=500), REGISTRY, 30)
    assert (found.rung, found.reason, found.finer) == (RUNGS[0], "start", ())


def test_the_last_year_counts_whatever_came_before_it() -> None:
    table = whole(y2023=500, y2024=40)["whole"]
    quarters = table.with_columns(period=pl.lit("2025-Q1"), value=pl.lit(900, pl.Int64))
    absent = table.with_columns(period=pl.lit("2025"), obs_status=pl.lit("O"))
    assert last_total("XAA", [table, quarters, absent]) == 40
    assert last_total("XAA", []) is None


def test_the_declared_ladders_fit_the_registry() -> None:
    assert unfit(ladders(), load.tables()) == []


@pytest.mark.parametrize(
    ("declared", "wrong"),
    [
        ({"l": RUNGS}, []),
        (
            {"l": (*RUNGS[:2], *WHOLE)},
            ["l: a rung has as many cells as the one before, or more: 12, 3, 4, 1"],
        ),
        ({"l": (GONE, *RUNGS)}, ["l: gone is not registered in that frequency"]),
        ({"l": (*RUNGS[:2], CASES), "m": RUNGS}, ["l: its rungs count different datasets"]),
        (
            {"l": RUNGS, "m": RUNGS[:2]},
            ["m: its last rung is finer than another on some ladder"],
        ),
    ],
)
def test_what_is_wrong_with_a_ladder_is_told(
    declared: dict[str, tuple[Rung, ...]], wrong: list[str]
) -> None:
    assert unfit(Ladders({"whole": WHOLE, **declared}), REGISTRY) == wrong


def test_a_table_with_codes_or_several_frequencies_stands_on_a_ladder() -> None:
    assert unfit(Ladders({"l": RUNGS}), REGISTRY) == ["whole, quarter: on no ladder"]
    found = unfit(Ladders({"whole": WHOLE}), REGISTRY)
    assert found == ["fine, quarter: on no ladder", "fine, year: on no ladder"]


def test_a_ladder_has_a_rung() -> None:
    with pytest.raises(ValueError, match="without a rung: l"):
        Ladders({"l": ()})


def test_of_two_ladders_the_stricter_decides() -> None:
    both = Ladders({"l": RUNGS[:2], "m": RUNGS})
    total = whole(y2024=60)["whole"]
    published = {"whole": total, "fine": total.with_columns(sex=pl.lit("_T"))}
    small = stood(["XAA"], both, published, REGISTRY, 30)
    assert [(one.ladder, one.rung) for one in small] == [("l", RUNGS[1]), ("m", RUNGS[2])]
    assert refused(small) == {("XAA", "fine", "quarter"), ("XAA", "fine", "year")}


def of_victims(total: int) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The table and frequency that a country of so many victims stands on, and what it has not."""
    published = {"victims": whole(y2024=total)["whole"]}
    found = stood(["XAA"], ladders(), published, load.tables(), 30)
    on = {(one.rung.table, str(one.rung.frequency)) for one in found}
    return on, {(table, frequency) for _, table, frequency in refused(found)}


@pytest.mark.parametrize(
    ("total", "kept", "lost"),
    [
        (480, "victims_by_sex quarter, victims_by_sex_age year, victims_by_age quarter", ""),
        (300, "victims_by_sex year, victims_by_age year", "victims_by_sex_age year"),
        (300, "victims_by_citizenship_region year", "victims_by_citizenship_group quarter"),
        (295, "victims_by_citizenship year", "victims_by_citizenship_region year"),
        (180, "victims_by_age_group year, victims_by_sex year", "victims_by_age quarter"),
        (175, "victims_by_age year, victims_by_sex year", "victims_by_age_group year"),
        (300, "victims_by_exploitation year", "victims_by_sex quarter, victims_by_age quarter"),
        (100, "victims_by_age year, victims_by_citizenship_group year", "victims_by_sex year"),
        (20, "victims year", "victims_by_sex year, victims_by_age year, victims quarter"),
    ],
)
def test_a_small_country_keeps_what_thirty_a_cell_allow(total: int, kept: str, lost: str) -> None:
    _, closed = of_victims(total)
    named = [{tuple(one.split()) for one in text.split(", ") if one} for text in (kept, lost)]
    assert named[0].isdisjoint(closed)
    assert named[1] <= closed


@pytest.mark.parametrize("total", range(0, 3_600, 45))
def test_no_ladder_takes_away_the_rung_of_another(total: int) -> None:
    on, closed = of_victims(total)
    assert on.isdisjoint(closed)
    assert ("victims", "year") not in closed


def test_who_stands_too_low_for_the_table_with_the_countries_has_none_by_their_regions() -> None:
    """The attack knows from that table who is at home, so that it is there whenever these are."""
    registry = load.tables()
    asked = homes(registry.values())
    for name, table in registry.items():
        own = [one for one in table.dimensions.values() if one.field in asked]
        if all(set(table.countries) <= set(one.codes) for one in own):
            continue
        for rungs in ladders().root.values():
            tables = [rung.table for rung in rungs]
            assert name not in tables or "victims_by_citizenship" in tables[tables.index(name) :]
