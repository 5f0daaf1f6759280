"""The named verbs of layouts, each alone."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_contracts.words import spelling
from tests.tables import table
from transforms import verbs

KNOWN = {
    "explotacion sexual",
    "explotacion sexual ninas, ninos y adolescentes",
    "ninas",
    "trabajo",
    "trabajo, con o sin retencion",
}
LISTS: list[tuple[str, tuple[str, ...]]] = [
    ("Trabajo", ("trabajo",)),
    ("Trabajo, Explotación sexual", ("trabajo", "explotacion sexual")),
    ("Trabajo;Explotación sexual", ("trabajo", "explotacion sexual")),
    ("Trabajo | Explotación sexual", ("trabajo", "explotacion sexual")),
    (
        "Explotación sexual niñas, niños y adolescentes",
        ("explotacion sexual ninas, ninos y adolescentes",),
    ),
    (
        "Explotación sexual niñas ,niños y adolescentes,Trabajo",
        ("explotacion sexual ninas, ninos y adolescentes", "trabajo"),
    ),
    ("Trabajo, con o sin retención, niñas", ("trabajo, con o sin retencion", "ninas")),
    ("niñas, niños y adolescentes", ("ninas", "ninos y adolescentes")),
    ("Otra cosa, Trabajo", ("otra cosa", "trabajo")),
    ("Trabajo, Trabajo", ("trabajo", "trabajo")),
    ("Trabajo,", ("trabajo",)),
    (" , ;", ()),
    ("", ()),
]


@pytest.mark.parametrize(("text", "labels"), LISTS)
def test_a_list_is_split_at_its_longest_known_labels(text: str, labels: tuple[str, ...]) -> None:
    assert verbs.split_labels(text, KNOWN) == labels
    assert verbs.split_labels(text, iter(KNOWN)) == labels


@given(st.lists(st.sampled_from(sorted(KNOWN)), max_size=5))
def test_a_list_of_known_labels_gives_only_known_ones_and_loses_no_word(labels: list[str]) -> None:
    # "trabajo" before "con o sin retencion" is read as the longer label, so words are compared.
    split = verbs.split_labels(", ".join(labels), KNOWN)
    assert set(split) <= KNOWN
    assert ", ".join(split) == ", ".join(labels)


@given(st.text(), st.text())
def test_what_no_list_knows_comes_back_as_it_is(one: str, other: str) -> None:
    split = verbs.split_labels(f"{one},{other}", ())
    assert set("".join(split)) <= set(spelling(f"{one},{other}"))
    assert "" not in split


DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2030, 12, 31))
AGES = table("""
born       | on         | age
2000-06-15 | 2018-06-14 | 17
2000-06-15 | 2018-06-15 | 18
2000-06-15 | 2018-06-16 | 18
2000-07-02 | 2018-09-30 | 18
2000-09-30 | 2018-07-02 | 17
2000-02-29 | 2018-02-28 | 17
2000-02-29 | 2018-03-01 | 18
15/06/2000 | 14/06/2018 | 17
2018-06-15 | 2018-06-15 | 0
2018-06-16 | 2018-06-15 | -1
           | 2018-06-15 |
2000-06-15 |            |
soon       | 2018-06-15 |
""")


@pytest.mark.parametrize(("born", "on", "age"), AGES.rows())
def test_an_age_is_in_completed_years(born: str | None, on: str | None, age: int | None) -> None:
    frame = pl.DataFrame({"born": [born], "on": [on]}, schema={"born": pl.String, "on": pl.String})
    found = frame.select(verbs.age_at(pl.col("born"), pl.col("on"))).item()
    assert found == (None if age is None else str(age))


@given(DAYS, DAYS)
def test_an_age_is_the_birthdays_that_have_passed(one: dt.date, other: dt.date) -> None:
    born, on = sorted((one, other))
    birthdays = ((year, born.month, born.day) for year in range(born.year + 1, on.year + 1))
    passed = sum(birthday <= (on.year, on.month, on.day) for birthday in birthdays)
    frame = pl.DataFrame({"born": [born.isoformat()], "on": [on.isoformat()]})
    assert frame.select(verbs.age_at(pl.col("born"), pl.col("on"))).item() == str(passed)


def test_where_an_office_writes_zero_for_unknown_zero_is_unknown() -> None:
    frame = pl.DataFrame({"age": ["0", "1", "10", None]})
    found = frame.select(verbs.age_zero_unknown(pl.col("age")))["age"]
    assert found.to_list() == [None, "1", "10", None]


FIGURES = table(
    """
text    | said | value | lower | upper | obs_status
0       |      | 0     | 0     | 0     | A
12      | A    | 12    | 12    | 12    | A
303.0   | P    | 303   | 303   | 303   | P
1,234   |      | 1234  | 1234  | 1234  | A
0.07    | E    | 0.07  | 0.07  | 0.07  | E
7       | O    | 7     | 7     | 7     | O
<5      |      |       | 1     | 4     | Q
<5      | A    |       | 1     | 4     | Q
        | Q    |       |       |       | Q
        | M    |       |       |       | M
        | A    |       |       |       | O
1,5     |      |       |       |       | O
<6      |      |       |       |       | O
many    |      |       |       |       | O
        |      |       |       |       | O
""",
    value=pl.Float64,
    lower=pl.Float64,
    upper=pl.Float64,
)


def told(n: int) -> pl.Series:
    """No status for any of ``n`` figures."""
    return pl.Series([None] * n, dtype=pl.String)


def test_a_figure_is_a_number_or_an_interval_or_missing_and_never_a_zero_for_a_blank() -> None:
    found = verbs.figures(FIGURES["text"], FIGURES["said"], "<5")
    assert_frame_equal(found, FIGURES.drop("text", "said"), check_dtypes=False)


def test_without_a_mark_nothing_is_an_interval() -> None:
    found = verbs.figures(pl.Series(["<5", "3", None], dtype=pl.String), told(3), None)
    assert found.rows() == [(None, None, None, "O"), (3, 3, 3, "A"), (None, None, None, "O")]


@given(st.integers(0, 10**9), st.integers(2, 100))
def test_a_number_is_its_own_interval_and_a_mark_says_below_what(n: int, below: int) -> None:
    mark = f"<{below}"
    found = verbs.figures(pl.Series([f" {n:,} ", f" {mark}"]), told(2), mark)
    assert found.rows() == [(n, n, n, "A"), (None, 1, below - 1, "Q")]


PLACES = table("""
place                                            | code
Alberta [48]                                     | 48
Newfoundland and Labrador [10]                   | 10
Canada                                           | Canada
Calgary, Alberta [48825]                         | inside a province
Ottawa-Gatineau, Ontario/Quebec [24505 35505]    | inside a province
Alberta [4]                                      | inside a province
                                                 |
""")


@pytest.mark.parametrize(("place", "code"), PLACES.rows())
def test_a_place_in_a_province_is_not_the_province(place: str | None, code: str | None) -> None:
    frame = pl.DataFrame({"place": [place]}, schema={"place": pl.String})
    assert frame.select(verbs.division_code(pl.col("place"))).item() == code


MIXED = {
    "sex": {"total": "_T", "male": "M", "other": "X"},
    "form": {"total": "_T", "sexual": "P1", "other": "P9"},
}


def test_a_label_of_one_list_is_of_that_dimension_and_the_total_of_the_others() -> None:
    sex = verbs.dimension_of_label(MIXED, "sex", "_T")
    assert sex == {"total": ("_T",), "male": ("M",), "sexual": ("_T",)}
    form = verbs.dimension_of_label(MIXED, "form", "_T")
    assert form == {"total": ("_T",), "male": ("_T",), "sexual": ("P1",)}


def lone(frame: dict[str, list[str | None]], made: pl.Expr) -> list[str | None]:
    """What an expression over a small frame gives."""
    texts = pl.DataFrame(frame, schema=dict.fromkeys(frame, pl.String))
    return texts.select(out=made)["out"].to_list()


def test_the_first_column_that_says_anything_speaks() -> None:
    frame = {"one": ["a", None, None], "other": ["b", "c", None]}
    assert lone(frame, verbs.first_given(pl.col("one"), pl.col("other"))) == ["a", "c", None]


def test_a_row_about_something_else_says_so_and_one_about_nothing_stays_empty() -> None:
    frame = {"own": ["a", "a", None, None], "other": ["b", None, "b", None]}
    expected = ["a", "a", "(elsewhere)", None]
    assert lone(frame, verbs.or_elsewhere(pl.col("own"), pl.col("other"))) == expected


def test_a_year_is_its_first_day_and_what_is_none_stays_for_the_rule_on_dates() -> None:
    frame = {"year": ["2016", "139912", "2016-05-01", None]}
    expected = ["2016-01-01", "139912", "2016-05-01", None]
    assert lone(frame, verbs.year_only(pl.col("year"))) == expected


FLAGS = {"isSlavery": pl.col("a"), "Mines, quarries": pl.col("b")}
MEANINGS = {"1": "yes", "yes": "yes", "0": "no", "unknown": "_U"}


@pytest.mark.parametrize(
    ("a", "b", "labels"),
    [
        ("1", "0", ("isslavery",)),
        ("1", " YES", ("isslavery", "mines, quarries")),
        ("0", "0", None),
        ("0", None, None),
        (None, None, None),
        ("unknown", None, None),
        (None, "1", ("mines, quarries",)),
        # Neither yes nor no: a label that no list has.
        ("7", "1", ("7", "mines, quarries")),
    ],
)
def test_flags_are_the_names_of_the_columns_that_say_yes(
    a: str | None, b: str | None, labels: tuple[str, ...] | None
) -> None:
    (text,) = lone({"a": [a], "b": [b]}, verbs.flags(FLAGS, MEANINGS))
    assert (verbs.flagged(text, ()) if text is not None else None) == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("trabajo ninas", ("trabajo", "ninas")),
        ("explotacion sexual", ("explotacion sexual",)),
        ("explotacion sexual;trabajo ninas", ("explotacion sexual", "trabajo", "ninas")),
        ("otra cosa", ("otra", "cosa")),
        ("", ()),
    ],
)
def test_answers_set_apart_by_blanks_are_words_unless_they_are_one_label(
    text: str, labels: tuple[str, ...]
) -> None:
    assert verbs.split_words(text, KNOWN) == labels


def test_lists_of_two_columns_are_one_list() -> None:
    frame = {"one": ["a", "a", None], "other": ["b;c", None, None]}
    assert lone(frame, verbs.joined(pl.col("one"), pl.col("other"))) == ["a;b;c", "a", None]


def test_of_several_answers_where_one_is_asked_none_is_known() -> None:
    frame = {"text": ["MD", "MD;RO", "Korea, Republic of", None]}
    expected = ["MD", None, "Korea, Republic of", None]
    assert lone(frame, verbs.one_answer(pl.col("text"))) == expected
