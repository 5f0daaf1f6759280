"""A table sent in confidence is as many persons as it says, under keys that are of its cells."""

from dataclasses import replace

import polars as pl
import pytest

from data_contracts import load
from tests.anonymize.leaving import POLICE, gate
from transforms.cube import count
from transforms.people import prepared

CELLS = replace(POLICE, person="cell")
TABLE = """
row | unit              | identified_on | sex | age_group | persons
1   | victim_identified | 2025-01-01    | F   | Y_GE18    | 31
2   | victim_identified | 2025-01-01    | M   | Y_GE18    | 17
3   | victim_identified | 2025-01-01    | F   | Y0T17     | 0
4   | victim_identified | 2025-01-01    | M   | Y0T17     | 6
"""
FORMS = "row | field | code\n" + "\n".join(f"{row} | exploitation | P1" for row in (1, 2, 4))


def stored(table: str) -> pl.DataFrame:
    return gate(table, CELLS).rows


def turned(table: str) -> str:
    """The same table with its rows in another order, under other numbers."""
    header, *rows = table.strip().splitlines()
    return "\n".join([header, *(f"{n} {row[1:]}" for n, row in enumerate(reversed(rows), 1))])


def test_a_cell_stands_for_as_many_persons_as_it_says_and_the_number_stays_inside() -> None:
    rows = stored(TABLE)
    assert "persons" not in rows.columns
    found = rows.group_by("sex", "age_band").len()
    assert set(found.rows()) == {("F", "Y_GE18", 31), ("M", "Y_GE18", 17), ("M", "Y0T17", 6)}
    assert rows["record"].n_unique() == rows["person_key"].n_unique() == 54
    assert rows["link_token"].null_count() == 54


def test_their_keys_follow_from_the_cell_alone() -> None:
    keys = {tuple(row) for row in stored(TABLE).select("sex", "age_band", "person_key").rows()}
    again = stored(turned(TABLE)).select("sex", "age_band", "person_key").rows()
    assert {tuple(row) for row in again} == keys
    more = stored(TABLE.replace("| 17", "| 18"))
    assert keys < {tuple(row) for row in more.select("sex", "age_band", "person_key").rows()}


def test_a_cell_that_stands_twice_is_two_lots_of_persons() -> None:
    header, first, *_ = TABLE.strip().splitlines()
    twice = stored("\n".join([header, first, f"2{first[1:]}"]))
    assert twice.height == twice["person_key"].n_unique() == 62


def test_every_person_of_a_cell_has_its_answers() -> None:
    found = gate(TABLE, CELLS, answers=FORMS)
    assert found.answers.height == found.answers["record"].n_unique() == 54
    assert set(found.answers["record"]) == set(found.rows["record"])


@pytest.mark.parametrize("name", ["victims", "victims_by_sex_age"])
def test_the_same_table_gives_the_same_numbers_in_all_tables(name: str) -> None:
    """Without a case number they are one case a quarter, as everybody is who has none."""
    rows, spec = stored(TABLE), load.tables()[name]
    core = rows.with_columns(source=pl.lit("xaa_police"))
    series = pl.DataFrame([{"country": "XAA", "unit": "victim_identified", "period": "2025-Q1"}])
    people = prepared(core, None, [d.field for d in spec.dimensions.values()])
    cells = count(spec, people, load.codelists(), series).cells
    total = [pl.col(d) == "_T" for d in spec.dimensions]
    whole = cells.filter(pl.lit(True), *total).row(0, named=True)
    assert (whole["n"], whole["n_cases"], whole["max_case"]) == (54, 1, 54)
    assert whole["cell_key"] == sum(rows["person_key"]) % 2**32
