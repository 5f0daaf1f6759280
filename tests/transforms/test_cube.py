"""The cube against a count in plain Python, and its rules one by one. All persons are invented."""

from collections import defaultdict
from itertools import product
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_contracts.model import CodeList, Table
from tests.tables import table
from transforms import cube as cubes
from transforms.cube import CodeOutsideList, absent
from transforms.people import prepared

LISTS = {
    "sex": CodeList(name="sex", codes=("F", "M", "tnc", "_U"), parents={"tnc": "other"}),
    "form": CodeList(name="form", codes=("P1", "P2", "begging", "_U"), parents={"begging": "P2"}),
}
LISTS["sex"] = LISTS["sex"].model_copy(update={"codes": ("F", "M", "tnc", "other", "_U")})
SEX = {"field": "sex", "codelist": "sex", "codes": ("F", "M", "other", "_U")}
FORM = {"field": "exploitation", "codelist": "form", "codes": ("P1", "P2", "_U")}
UNITS = ("identified", "presumed")


def spec(**dimensions: dict[str, Any]) -> Table:
    return Table.model_validate(
        {
            "name": "victims",
            "title": {"en": "Victims"},
            "kind": "persons",
            "dataset": "victims",
            "units": UNITS,
            "frequencies": ("quarter", "year"),
            "dimensions": dimensions,
            "tier": "public",
        }
    )


def series(*periods: str, countries: tuple[str, ...] = ("XAA",)) -> pl.DataFrame:
    rows = list(product(countries, ["identified"], periods))
    return pl.DataFrame(rows, schema=["country", "unit", "period"], orient="row")


def people(drawing: str) -> pl.DataFrame:
    """Rows of identified persons of XAA, one record each, where the drawing says nothing else."""
    drawn = table(drawing, case=pl.String)
    given = {"country": "XAA", "unit": "identified", "source": "police"}
    missing = [pl.lit(value).alias(name) for name, value in given.items() if name not in drawn]
    return drawn.with_columns(missing).with_row_index("record").cast({"record": pl.String})


def count(
    table_: Table,
    core: pl.DataFrame,
    answers: pl.DataFrame | None,
    lists: dict[str, CodeList],
    available: pl.DataFrame,
) -> pl.DataFrame:
    fields = [dimension.field for dimension in table_.dimensions.values()]
    return cubes.count(table_, prepared(core, answers, fields), lists, available)


def cell(cube: pl.DataFrame, **where: str) -> dict[str, Any]:
    return cube.filter(**where).row(0, named=True)


def test_the_cube_is_the_full_cross_with_zeros_and_totals_sorted() -> None:
    core = people("""
        period  | person_key | case | sex
        2025-Q1 | 7          | a    | F
        2025-Q1 | 9          | a    | F
        2025-Q1 | 11         | b    | M
    """)
    cube = count(spec(sex=SEX), core, None, LISTS, series("2025-Q1"))
    assert cube.columns[:4] == ["country", "period", "unit", "sex"]
    drawn = table("""
        sex   | n | cell_key | n_cases | max_case | n_countries | max_country
        F     | 2 | 16       | 1       | 2        | 1           | 2
        M     | 1 | 11       | 1       | 1        | 1           | 1
        _T    | 3 | 27       | 2       | 2        | 1           | 3
        _U    | 0 | 0        | 0       | 0        | 0           | 0
        other | 0 | 0        | 0       | 0        | 0           | 0
    """)
    assert_frame_equal(cube.drop("country", "period", "unit"), drawn)


def test_a_year_counts_each_person_of_its_quarters_once() -> None:
    core = people("""
        period  | person_key | case
        2025-Q1 | 7          | a
        2025-Q3 | 7          | b
        2025-Q3 | 8          | b
    """)
    cube = count(spec(), core, None, LISTS, series("2025", "2025-Q1", "2025-Q3"))
    assert cube["period"].to_list() == ["2025", "2025-Q1", "2025-Q3"]
    assert cube["n"].to_list() == [2, 1, 2]
    assert cube["cell_key"].to_list() == [15, 7, 15]


def test_the_cell_key_wraps_at_32_bits() -> None:
    core = people("""
        period  | person_key | case
        2025-Q1 | 4294967295 | a
        2025-Q1 | 3          | a
    """)
    assert count(spec(), core, None, LISTS, series("2025-Q1"))["cell_key"].item() == 2


def test_codes_count_under_their_ancestor_in_the_declared_domain() -> None:
    core = people("""
        period  | person_key | case | sex
        2025-Q1 | 7          | a    | tnc
        2025-Q1 | 8          | a    |
    """)
    cube = count(spec(sex=SEX), core, None, LISTS, series("2025-Q1"))
    assert dict(cube.select("sex", "n").rows()) == {"F": 0, "M": 0, "other": 1, "_U": 1, "_T": 2}


@pytest.mark.parametrize(
    ("first", "second", "counted"),
    [("F", "M", "F"), ("M", "F", "M"), (None, "M", "M"), ("_U", "M", "M"), (None, None, "_U")],
)
def test_of_two_agencies_the_known_code_wins_then_the_first_source(
    first: str | None, second: str | None, counted: str
) -> None:
    core = people("""
        period  | person_key | case | source
        2025-Q1 | 7          | a    | police
        2025-Q1 | 7          | a    | agency
    """).with_columns(sex=pl.Series([second, first], dtype=pl.String))
    cube = count(spec(sex=SEX), core, None, LISTS, series("2025-Q1"))
    shown = dict(cube.filter(pl.col("n") > 0).select("sex", "n").rows())
    assert shown == {counted: 1, "_T": 1}


@pytest.mark.parametrize(("police", "counted"), [(1, "M"), (5, "F"), (9, "F")])
def test_of_two_known_codes_that_of_the_lower_rank_wins_whatever_the_names(
    police: int, counted: str
) -> None:
    core = people("""
        period  | person_key | case | source | sex
        2025-Q1 | 7          | a    | police | M
        2025-Q1 | 7          | a    | agency | F
    """).with_columns(rank=pl.Series([police, 5]))
    cube = count(spec(sex=SEX), core, None, LISTS, series("2025-Q1"))
    shown = dict(cube.filter(pl.col("n") > 0).select("sex", "n").rows())
    assert shown == {counted: 1, "_T": 1}


def test_a_later_quarter_keeps_the_code_that_is_known_and_never_changes_an_earlier_one() -> None:
    core = people("""
        period  | person_key | case | sex
        2025-Q1 | 7          | a    |
        2025-Q2 | 7          | a    | F
        2025-Q3 | 7          | a    | M
    """)
    available = series("2025", "2025-Q1", "2025-Q2", "2025-Q3")
    cube = count(spec(sex=SEX), core, None, LISTS, available)
    counted = cube.filter(pl.col("n") > 0, pl.col("sex") != "_T")
    assert counted["sex"].to_list() == ["F", "_U", "F", "F"]


def test_several_answers_count_a_person_under_each_and_none_under_unknown() -> None:
    core = people("""
        period  | person_key | case
        2025-Q1 | 7          | a
        2025-Q1 | 8          | a
        2025-Q1 | 9          | a
    """)
    answers = table("""
        country | source | record | field        | code
        XAA     | police | 0      | exploitation | P1
        XAA     | police | 0      | exploitation | P2
        XAA     | police | 0      | exploitation | begging
        XAA     | police | 0      | means        | P1
        XAA     | police | 1      | exploitation | P2
        XAA     | police | 1      | exploitation | _U
        XAB     | police | 2      | exploitation | P2
    """).cast({"record": pl.String})
    cube = count(spec(exploitation=FORM), core, answers, LISTS, series("2025-Q1"))
    assert dict(cube.select("exploitation", "n").rows()) == {"P1": 1, "P2": 2, "_U": 1, "_T": 3}


def test_persons_without_a_case_are_one_case_per_country_and_quarter() -> None:
    core = people("""
        period  | person_key | case
        2025-Q1 | 7          |
        2025-Q1 | 8          |
        2025-Q1 | 9          | a
        2025-Q2 | 10         |
    """)
    cube = count(spec(), core, None, LISTS, series("2025", "2025-Q1"))
    assert cube.select("n_cases", "max_case").rows() == [(3, 2), (2, 2)]


def test_in_a_dataset_without_cases_every_record_is_one() -> None:
    core = people("""
        period  | person_key | case
        2025-Q1 | 7          |
        2025-Q1 | 8          |
    """).drop("case")
    cube = count(spec(), core, None, LISTS, series("2025-Q1"))
    assert cube.select("n_cases", "max_case").row(0) == (2, 1)


def test_a_regional_cell_counts_available_countries_only_and_each_person_once() -> None:
    core = people("""
        country | period  | person_key | case
        XAA     | 2025-Q1 | 7          | a
        XAA     | 2025-Q1 | 8          | a
        XAB     | 2025-Q1 | 7          | a
        XAC     | 2025-Q1 | 9          | a
    """)
    available = series("2025-Q1", countries=("XAA", "XAB", "_T"))
    region = cell(count(spec(), core, None, LISTS, available), country="_T")
    assert (region["n"], region["n_cases"]) == (2, 2)
    assert (region["n_countries"], region["max_country"]) == (2, 2)


def test_only_declared_units_and_frequencies_are_counted() -> None:
    core = people("""
        period  | person_key | case | unit
        2025-Q1 | 7          | a    | report
    """)
    available = pl.concat([series("2025", "2025-Q1"), series("2025-Q1")]).with_columns(
        unit=pl.Series(["identified", "identified", "report"])
    )
    quarterly = spec().model_copy(update={"frequencies": ("quarter",)})
    cube = count(quarterly, core, None, LISTS, available)
    assert cube.select("unit", "period", "n").rows() == [("identified", "2025-Q1", 0)]


def test_a_code_outside_its_list_stops_the_count_without_being_told() -> None:
    core = people("""
        period  | person_key | case | sex
        2025-Q1 | 7          | a    | Invented Name
    """)
    with pytest.raises(CodeOutsideList, match="sex holds a code") as caught:
        count(spec(sex=SEX), core, None, LISTS, series("2025-Q1"))
    assert "Invented" not in str(caught.value)


def test_what_is_not_available_is_the_rest_of_the_full_cross() -> None:
    drawn = absent(spec(sex=SEX), series("2025-Q1"), ["XAA"], ["2025-Q1", "2025-Q2"])
    assert drawn.columns == ["country", "period", "unit", "sex"]
    assert set(drawn.select("period", "unit").rows()) == {
        ("2025-Q1", "presumed"),
        ("2025-Q2", "identified"),
        ("2025-Q2", "presumed"),
    }
    assert len(drawn) == 3 * 5


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "period": st.sampled_from(["2025-Q1", "2025-Q2", "2026-Q1"]),
            "source": st.sampled_from(["agency", "police"]),
            "person_key": st.integers(0, 5),
            "case": st.sampled_from(["a", "b", None]),
            "sex": st.sampled_from(["F", "M", "tnc", "_U", None]),
            "exploitation": st.sets(st.sampled_from(["P1", "P2", "begging", "_U"])),
        }
    ),
    max_size=12,
)
PERIODS = ("2025", "2025-Q1", "2025-Q2", "2026-Q1")


def frames(rows: list[dict[str, Any]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Core and answers of drawn rows, each row a record."""
    base = {"country": "XAA", "unit": "identified"}
    core = [row | base | {"record": f"r{i}"} for i, row in enumerate(rows)]
    answers = [(r["country"], r["source"], r["record"], c) for r in core for c in r["exploitation"]]
    texts = ["period", "source", "case", "sex", "country", "unit", "record"]
    schema = dict.fromkeys(texts, pl.String) | {"person_key": pl.Int64}
    long = pl.DataFrame(answers, schema=["country", "source", "record", "code"], orient="row")
    return (
        pl.DataFrame([{name: row[name] for name in schema} for row in core], schema=schema),
        long.cast(pl.String).with_columns(field=pl.lit("exploitation")),
    )


def plainly(rows: list[dict[str, Any]]) -> dict[tuple[str, str, str], set[int]]:
    """Who is in which cell (period, form, sex), in dictionaries and sets only."""
    cells = defaultdict(set)
    roll = {"tnc": "other", "begging": "P2", None: "_U"}
    order = sorted(
        enumerate(rows), key=lambda item: (item[1]["period"], item[1]["source"], f"r{item[0]}")
    )
    for period in PERIODS:
        for person in {row["person_key"] for row in rows if row["period"].startswith(period)}:
            known = [
                row
                for _, row in order
                if row["person_key"] == person
                and row["period"][:4] == period[:4]
                and (len(period) == 4 or row["period"] <= period)
            ]
            sexes = [row["sex"] for row in known if row["sex"] not in (None, "_U")]
            sex = roll.get(sexes[0], sexes[0]) if sexes else "_U"
            forms = {roll.get(c, c) for row in known for c in row["exploitation"] if c != "_U"}
            for place in product([*(forms or {"_U"}), "_T"], [sex, "_T"]):
                cells[(period, *place)].add(person)
    return cells


@settings(max_examples=40)
@given(ROWS)
def test_every_cell_equals_a_count_in_plain_python(rows: list[dict[str, Any]]) -> None:
    core, answers = frames(rows)
    cube = count(spec(exploitation=FORM, sex=SEX), core, answers, LISTS, series(*PERIODS))
    members = plainly(rows)
    assert len(cube) == len(PERIODS) * 4 * 5
    for row in cube.iter_rows(named=True):
        who = members.get((row["period"], row["exploitation"], row["sex"]), set())
        assert (row["n"], row["cell_key"]) == (len(who), sum(who))


@settings(max_examples=40)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[dict[str, Any]], random: Random) -> None:
    core, answers = frames(rows)
    table_ = spec(exploitation=FORM, sex=SEX)
    shuffled = core[random.sample(range(len(core)), len(core))]
    again = count(table_, shuffled, answers.reverse(), LISTS, series(*PERIODS))
    assert_frame_equal(count(table_, core, answers, LISTS, series(*PERIODS)), again)
