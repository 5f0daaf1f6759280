"""Tables whose breakdowns are columns: blanks that mean totals, mixed columns, new columns."""

from typing import Any

import polars as pl
import pytest

from data_contracts import load
from data_contracts.layout import Layout
from tests.tables import table
from transforms.conform import Reader, conform, named, picked, undeclared, unmapped

CONTRACTS, LISTS = load.contracts(), load.codelists()
LABELS = {
    "levels": {
        "Form - Labour": {"exploitation": ["P2"]},
        "Girls": {"sex": ["F"], "age_band": ["Y0T17"]},
        "Repeat victims": "out_of_scope",
    },
    "tiers": {"Tier 1": {"value": ["1"]}, "Watchlist": {"value": ["2.5"]}},
    "scores": {"tier": {"series": ["us_tip_tier"]}, "p": {"series": ["index_3p"]}},
    "wanted": {"Here": {"sex": ["F"]}},
}


def reader(dataset: str = "aggregates", feed: Any = None, **fields: Any) -> Reader:
    """How an invented office writes some fields of one table."""
    about = dict.fromkeys(("title", "source", "publisher", "licence", "origin"), "")
    rest = {
        "name": "xaa_table",
        "replaces": "source",
        "frequency": "year",
        "missing": ("", "NA"),
        "files": {"data": {"formats": ["csv"]}},
        "labels": LABELS,
        "feeds": {dataset: {"file": "data", "fields": fields} | (feed or {})},
    }
    layout = Layout.model_validate(about | rest)
    return Reader(CONTRACTS[dataset], layout.feeds[dataset], layout, LISTS)


def cells(drawing: str) -> pl.DataFrame:
    """A file as it is read: everything is text, a blank is an empty one."""
    drawn = table(drawing, row=pl.Int64)
    return drawn.with_columns(pl.exclude("row").cast(pl.String).fill_null(""))


def rows(frame: pl.DataFrame, how: Reader, *columns: str) -> list[tuple[Any, ...]]:
    """The conformed fields of the rows that the feed takes."""
    made = conform(named(picked(frame, how), how), how)
    return made.rows.select(columns).rows()


BLANKS = """
row | Sex    | Age
1   |        |
2   | Female |
3   |        | NA
4   | Male   | Unknown
"""


def test_an_empty_cell_means_what_the_layout_says_and_a_word_for_missing_does_not() -> None:
    how = reader(sex={"from": "Sex", "blank": "_T"}, age_band={"from": "Age", "blank": "_T"})
    found = [("_T", "_T"), ("F", "_T"), ("_T", None), ("M", "_U")]
    assert rows(cells(BLANKS), how, "sex", "age_band") == found


def test_without_a_word_for_blank_a_blank_is_no_total() -> None:
    assert rows(cells(BLANKS), reader(sex={"from": "Sex"}), "sex")[0] == (None,)


def mixed() -> dict[str, Any]:
    """A field of the column that mixes dimensions."""
    return {"from": "Level", "verb": "dimension_of_label", "labels": "levels"}


MIXED = """
row | Level
1   | Total
2   | Male
3   | 0 to 17 years
4   | Form - Labour
5   | Girls
6   | Sexual exploitation
7   | Other
8   | Somebody
"""
DIMENSIONS = ("sex", "age_band", "exploitation")


def test_a_column_that_mixes_dimensions_gives_each_row_one_and_the_total_of_the_others() -> None:
    how = reader(sex=mixed(), age_band=mixed(), exploitation=mixed())
    assert rows(cells(MIXED), how, *DIMENSIONS)[:6] == [
        ("_T", "_T", "_T"),
        ("M", "_T", "_T"),
        ("_T", "Y0T17", "_T"),
        ("_T", "_T", "P2"),
        ("F", "Y0T17", "_T"),
        ("_T", "_T", "P1"),
    ]


def test_what_two_dimensions_or_none_know_is_unmapped() -> None:
    how = reader(sex=mixed(), age_band=mixed(), exploitation=mixed())
    found = unmapped(named(cells(MIXED), how), how)
    assert sorted(set(found.select("row", "label").rows())) == [(7, "other"), (8, "somebody")]


def test_a_label_may_stand_for_a_number() -> None:
    how = reader("reference", value={"from": "Tier", "labels": "tiers"})
    frame = cells("row | Tier\n1 | Tier 1\n2 | Watchlist\n3 | NA\n4 | 3\n5 | Tier 9\n")
    frame = frame.with_columns(pl.col("Tier").str.replace("Tier 1", "Tier 1    "))
    assert rows(frame, how, "value") == [(1.0,), (2.5,), (None,), (3.0,), (None,)]


WIDE = """
row | iso | tier | p  | note
1   | ARG | 2    | 11 | x
2   | BOL | NA   |    |
"""


def test_columns_that_hold_a_figure_each_become_rows_of_their_own() -> None:
    how = reader(
        "reference",
        {"unpivot": ["tier", "p"]},
        country={"from": "iso"},
        series={"from": "(column)", "labels": "scores"},
        value={"from": "(cell)"},
    )
    assert how.layout.columns("data") == {"iso", "tier", "p"}
    assert rows(cells(WIDE), how, "row", "country", "series", "value") == [
        (1, "ARG", "us_tip_tier", 2.0),
        (1, "ARG", "index_3p", 11.0),
        (2, "BOL", "us_tip_tier", None),
        (2, "BOL", "index_3p", None),
    ]


def test_rows_are_in_scope_by_a_code_list_or_by_words_of_the_layout() -> None:
    frame = cells("row | Where\n1 | here\n2 | elsewhere\n3 | ARG\n")
    taken = picked(frame, reader(feed={"scope": {"Where": "wanted"}}, sex={"value": "_T"}))
    assert taken["row"].to_list() == [1]
    taken = picked(frame, reader(feed={"scope": {"Where": "country"}}, sex={"value": "_T"}))
    assert taken["row"].to_list() == [3]


NEW = """
row | Sex    | Region | Footnote
1   |        |        | a
2   | Female | North  |
3   | Female |        |
"""


@pytest.mark.parametrize(
    ("ignored", "found"),
    [
        (None, []),
        ([], [(2, "Region"), (1, "Footnote")]),
        (["Footnote"], [(2, "Region")]),
        (["Footnote", "Region"], []),
    ],
)
def test_in_a_closed_table_a_filled_column_that_nobody_knows_is_reported(
    ignored: list[str] | None, found: list[tuple[int, str]]
) -> None:
    how = reader(feed={"ignored": ignored}, sex={"from": "Sex", "blank": "_T"})
    assert undeclared(picked(cells(NEW), how), how.feed).rows() == found
