"""The habits of offices that a draft of a layout sees in a table of figures, each alone."""

import polars as pl
import pytest

from data_contracts import load
from pipelines.suggest import words
from transforms.drafting import Draft, draft
from transforms.looks import Suggestion, looked

WORDS = words()
MOST = load.policy().max_published_count


def drawn(text: str) -> Draft:
    """The draft of a table drawn with ``|`` between its cells."""
    header, *rows = (
        [cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()
    )
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    return draft(frame, load.contracts(), WORDS, MOST)


def by(made: Draft) -> dict[str, Suggestion]:
    return {one.name: one for one in made.suggestions}


def test_a_column_a_year_is_turned() -> None:
    made = drawn("""
        Sex    | 2021 | 2022 | 2023
        Female | 4    | 5    | <5
        Male   | 2    | 0    | 7
    """)
    assert (made.contract, made.unpivot) == ("aggregates", ("2021", "2022", "2023"))
    assert by(made)["period"].columns == ("(column)",)
    assert (by(made)["value"].columns, by(made)["value"].verb) == (("(cell)",), "figures")


def test_columns_that_are_named_as_what_they_count_are_turned() -> None:
    made = drawn("""
        Year | Suspects | Persons convicted
        2021 | 40       | 5
        2022 | 20       | 6
    """)
    assert (made.contract, made.unpivot) == ("aggregates", ("Suspects", "Persons convicted"))
    assert by(made)["unit"].columns == ("(column)",)


def test_columns_of_labels_without_a_year_are_figures_and_the_year_is_asked_for() -> None:
    made = drawn("""
        Province | Men | Women | Total
        Salta    | 3   | 7     | 10
        Chaco    | 1   | 2     | 3
    """)
    assert (made.contract, made.unpivot) == ("aggregates", ("Men", "Women", "Total"))
    assert (by(made)["sex"].columns, "period" in by(made)) == (("(column)",), False)


def test_one_column_that_is_named_as_what_it_counts_holds_the_figures() -> None:
    made = drawn("""
        Year | Sex    | Identified victims
        2021 | Female | 40
        2022 | Male   | 20
    """)
    assert (by(made)["unit"].value, by(made)["value"].columns) == (
        "victim_identified",
        ("Identified victims",),
    )


def test_a_column_that_mixes_dimensions_is_read_by_its_labels() -> None:
    made = by(
        drawn("""
        Year | Breakdown                | Value
        2021 | Female                   | 1.5
        2021 | Male                     | 2
        2021 | Adults                   | 3
        2021 | Form of exploitation - Forced labour | 4
        2021 | Blue-eyed                | 5
    """)
    )
    one = made["exploitation"]
    assert {made[name].verb for name in ("sex", "age_band", "exploitation")} == {
        "dimension_of_label"
    }
    # What is no word of ours is counted, never shown.
    assert (one.near, one.unknown) == ({"Form of exploitation - Forced labour": "P2"}, 1)


def test_a_column_that_says_which_dimension_the_next_one_is_of() -> None:
    made = by(
        drawn("""
        Year | Kind        | Category  | Value
        2021 | by sex      | Female    | 1
        2021 | by sex      | Male      | 2
        2021 | by age group | Children | 3
        2021 | by shoe size | 44       | 3
    """)
    )
    assert (made["sex"].columns, made["sex"].when) == (("Category",), {"Kind": "by sex"})
    assert made["age_band"].when == {"Kind": "by age group"}


@pytest.mark.parametrize(
    ("first", "blank", "note"),
    [
        ("", "_T", "is an empty cell the total?"),
        ("Total", None, "totals stand beside their parts"),
        ("Female", None, ""),
    ],
)
def test_an_empty_breakdown_is_asked_about(first: str, blank: str | None, note: str) -> None:
    rows = f"2021 | {first} | 3\n2021 | Female | 1\n2021 | Male | 2"
    one = by(drawn(f"Year | Sex | Value\n{rows}"))["sex"]
    assert (one.blank, one.note) == (blank, note)


def test_one_breakdown_filled_a_row_is_seen() -> None:
    table = "Year | Sex | Age | Value\n2021 | Male | | 1\n2021 | | Children | 2\n2021 | {} | | 3"
    assert "No row fills two" in "".join(drawn(table.format("")).notes)
    both = table + "\n2021 | Female | Adults | 4"
    assert "No row fills two" not in "".join(drawn(both.format("")).notes)


def test_figures_of_countries_without_a_breakdown_are_reference_and_so_are_huge_ones() -> None:
    plain = "Country | Year | Value\nNamibia | 2021 | 3\nChad | 2021 | 4"
    broken = "Country | Year | Sex | Value\nNamibia | 2021 | Female | {0}\nChad | 2021 | Male | {0}"
    assert drawn(plain).contract == "reference"
    assert drawn(broken.format(3)).contract == "aggregates"
    assert drawn(broken.format(MOST + 1)).contract == "reference"


def test_a_national_table_of_two_columns_is_aggregates_and_no_country_is_guessed() -> None:
    made = drawn("Year | Value\n2021 | 3\n2022 | 4")
    assert (made.contract, "country" in by(made)) == ("aggregates", False)
    assert "never guessed" in "".join(made.notes)


def test_fractions_leave_the_type_of_value_to_a_person_and_whole_figures_are_counts() -> None:
    assert by(drawn("Year | Value\n2021 | 3.0\n2022 | 4"))["value_type"].value == "count"
    assert "value_type" not in by(drawn("Year | Value\n2021 | 3.1\n2022 | 4"))


def test_numbers_of_rows_are_no_figures() -> None:
    made = drawn("Number | Year | Sex | Age\n1 | 2021 | Female | 17\n2 | 2021 | Male | 30")
    assert made.contract == "victims"


def test_what_means_nothing_is_listed_but_na_may_be_namibia() -> None:
    table = "Country | Year | Sex | Value\n{} | 2021 | Female | -\nChad | 2021 | NA | 3"
    assert drawn(table.format("Namibia")).missing == ("NA", "-")
    made = drawn(table.format("NA"))
    assert (made.missing, "Namibia" in "".join(made.notes)) == (("-",), True)


def test_the_mark_for_too_few_is_found_in_the_figures() -> None:
    assert drawn("Year | Value\n2021 | <5\n2022 | 4").censored == "<5"
    assert drawn("Year | Value\n2021 | 5\n2022 | 4").censored is None


def test_only_rows_about_trafficking_where_a_column_names_crimes() -> None:
    made = drawn("""
        Status           | Date of identification | Means of control | Kind of crime
        Presumed victim  | 2026-01-05             | Threats          | Human trafficking
        Presumed victim  | 2026-01-05             | Deception        | Smuggling of migrants
        Presumed victim  | 2026-01-05             | Deception        | Murder of Invented-Alder
    """)
    assert made.where == {"Kind of crime": ("Human trafficking",)}


def test_an_age_of_zero_that_is_far_too_frequent_is_unknown() -> None:
    rows = "\n".join(f"2026-01-05 | Female | {age}" for age in (0, 0, 0, 1, 17))
    made = drawn(f"Date of identification | Sex | Age\n{rows}")
    assert by(made)["age"].verb == "age_zero_unknown"
    made = drawn(f"Date of identification | Sex | Age\n{rows.replace('| 0', '| 1')}")
    assert by(made)["age"].verb is None


def test_a_look_tells_flags_years_and_labels_with_numbers() -> None:
    assert looked("x", pl.Series(["0", "1", "1"])).flag
    assert looked("x", pl.Series(["2019", "2020", ""])).years == 1
    assert looked("x", pl.Series(["Alberta [48]", "Canada"])).numbered == 0.5
