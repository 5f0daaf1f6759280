"""The cube against a count in plain Python, and its rules one by one. All persons are invented."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.tables import table
from tests.transforms.counting import FORM, LISTS, SEX, cell, count, people, series, spec
from transforms.cube import absent
from transforms.plan import CodeOutsideList


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
