"""Which pairs are looked at: what they share, and that a crowd is left out; all invented."""

from itertools import combinations

import polars as pl
import pytest

from anonymize import blocks
from anonymize.likeness import compared
from data_contracts import load
from tests.linking.people import records


def words(*people: tuple[str, str, str, str | None]) -> pl.DataFrame:
    """What is compared of people with family name, given name, birth date and document."""
    names = ("family_name", "given_name", "birth_date", "document")
    known = pl.DataFrame(people, schema=dict.fromkeys(names, pl.String), orient="row")
    return compared(known.with_row_index("key").with_columns(sex=pl.lit(None, pl.String)))


def looked_at(frame: pl.DataFrame) -> list[tuple[str, int, int]]:
    """By each rule, the pairs of rows that it looks at, by comparing each with each."""
    rows = frame.with_row_index("at").to_dicts()
    found = []
    for one, other in blocks.RULES:
        for left, right in combinations(rows, 2):
            if left[f"{one}_block"] is not None and left[f"{one}_block"] == right[f"{other}_block"]:
                found.append((one, left["at"], right["at"]))
    return found


SHE = ("Zqmarandilo", "Zqsovelina", "1994-05-17", None)


@pytest.mark.parametrize(
    "other",
    [
        SHE,
        ("Zqsovelina", "Zqmarandilo", "1994-05-17", None),
        ("Zqsovelina", "Zqmarandilo", "1971-12-01", None),
        ("Zqmarantiko", "Zqsomelina", "1994-05-17", None),
        ("Bqmarandilo", "Rqsovelina", "1994-05-17", None),
        ("Zqmarandilo", "Zqsomelina", "1994-05-01", None),
        ("Zqmarandilo", "Bqsovelina", "1994-12-01", None),
        ("Bqhurakito", "Zqmarandilo", "1994-05-17", None),
        ("Zqsovelina", "Bqhurakito", "1994-05-17", None),
        ("Zqmarantilo", "Zqsovelina", "1984-05-17", None),
    ],
)
def test_two_records_with_a_slip_or_two_are_looked_at(other: tuple[str, str, str, None]) -> None:
    assert looked_at(blocks.blocked(words(SHE, other), 100))


@pytest.mark.parametrize(
    "other",
    [
        ("Zqmarandilo", "Bqhurakito", "1994-05-01", None),
        ("Bqhurakito", "Gqtamefiru", "1994-05-17", None),
        ("Bqhurakito", "Zqsovelina", "1971-12-01", "7712"),
    ],
)
def test_namesakes_and_people_born_on_one_day_are_not(
    other: tuple[str, str, str, str | None],
) -> None:
    assert not looked_at(blocks.blocked(words(SHE, other), 100))


def test_a_crowd_that_shares_a_name_is_left_out_unless_it_shares_more() -> None:
    crowd = [("Zqmarandilo", "Zqsovelina", f"{1960 + n}-{n + 1:02}-03", None) for n in range(6)]
    assert len(looked_at(blocks.blocked(words(*crowd), 6))) == 15
    assert not looked_at(blocks.blocked(words(*crowd), 5))
    alike = looked_at(blocks.blocked(words(*crowd, crowd[0]), 5))
    assert {pair[1:] for pair in alike} == {(0, 6)}


def test_pairs_are_counted_as_by_comparing_each_with_each() -> None:
    frame = records(5, 400, 60).rename({"key": "id"}).with_row_index("key")
    found = blocks.blocked(compared(frame), 20)
    assert blocks.pairs(found) == len(looked_at(found)) > 100


def test_no_rule_looks_at_more_pairs_a_record_than_the_largest_block_allows() -> None:
    frame = records(5, 3_000, 500).rename({"key": "id"}).with_row_index("key")
    assert load.matching().largest_block.value == 100
    for most in (2, 5):
        found = blocks.blocked(compared(frame), most)
        assert blocks.pairs(found) <= len(blocks.RULES) * len(frame) * most
        sizes = [found.drop_nulls(c)[c].value_counts()["count"].max() for c in blocks.columns()]
        assert max(size for size in sizes if isinstance(size, int)) == most
