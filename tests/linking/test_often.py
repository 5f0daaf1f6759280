"""Whoever is recorded very often is still one person, and an empty record is nobody."""

from collections.abc import Sequence

import polars as pl

from anonymize.matching import groups
from data_contracts import load

COLUMNS = ("family_name", "given_name", "birth_date", "document", "sex")
HELPED = 150


def found(people: Sequence[tuple[str | None, ...]]) -> list[set[str]]:
    """The groups among records with what is told of each, by place."""
    rows = [("services", "s", f"{n:03}", *one) for n, one in enumerate(people)]
    schema = dict.fromkeys(("dataset", "submission", "record", *COLUMNS), pl.String)
    known = pl.DataFrame(rows, schema=schema, orient="row")
    made = groups(known, load.matching(), load.policy())
    return [set(g["record"]) for _, g in made.sort("group").group_by("group", maintain_order=True)]


def test_a_person_who_was_helped_a_hundred_times_is_found_in_another_list() -> None:
    helped = ("Zqmarandilo", "Zqsovelina", "1994-05-17", None, "F")
    misspelt = ("Zqmarandillo", "ZQSOVELINA", "1994-05-17", None, "F")
    assert load.matching().largest_block.value < HELPED
    assert found([helped] * HELPED + [misspelt]) == [{f"{n:03}" for n in range(HELPED + 1)}]


def test_records_that_make_nobody_out_are_not_one_person_because_they_are_equal() -> None:
    nobody = (None, None, None, None, "F")
    first_name = (None, "Zqsovelina", None, None, "F")
    assert found([nobody, nobody, first_name, first_name]) == []


def test_two_records_that_tell_the_same_of_somebody_are_of_one_person() -> None:
    by_document = (None, None, None, "77120943", "M")
    by_name = ("Zqtolvanire", "Zqkemarin", "2001-11-30", None, "M")
    assert found([by_document, by_name, by_name, by_document]) == [{"000", "003"}, {"001", "002"}]
