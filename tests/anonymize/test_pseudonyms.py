"""Who is who once records have left: pseudonyms, keys of persons, equal rows. All invented."""

from dataclasses import replace
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from anonymize.records import Safe
from tests.anonymize.leaving import (
    CONTRACTS,
    KEYS,
    POLICE,
    REGION,
    ROWS,
    VICTIMS,
    answered,
    gate,
    records,
    stored,
)
from tests.tables import table

BOTH = """
    row | record | case | family_name | given_name | birth_date | document
    1   | N1     | N1   | Inventada   | Ana        | 2001-02-03 | 12345
"""


def test_a_record_never_has_the_pseudonym_of_a_case_of_the_same_number() -> None:
    victim = gate(BOTH).rows
    cases = stored(
        records("row | case\n1 | N1", CONTRACTS["cases"]),
        answered(),
        CONTRACTS["cases"],
        KEYS,
        POLICE,
    ).rows
    assert victim["record"].item() != victim["case"].item()
    assert victim["record"].item() != cases["record"].item()
    assert victim["case"].item() == cases["record"].item()


def test_the_same_number_in_two_sources_is_two_records_and_two_cases() -> None:
    one, two = gate(BOTH).rows, gate(BOTH, replace(POLICE, source="xaa_shelters")).rows
    assert one["record"].item() != two["record"].item()
    assert one["case"].item() != two["case"].item()


CHANGED = table("""
secret   | changes
identity | case person_key record
linking  | link_token
region   | link_token
rounding | person_key
""")


@pytest.mark.parametrize(("secret", "changes"), CHANGED.rows())
def test_another_key_makes_other_pseudonyms(secret: str, changes: str) -> None:
    other = b"x" * 32
    changed = {
        "identity": gate(BOTH, keys=replace(KEYS, identity=(other,))),
        "linking": gate(BOTH, keys=replace(KEYS, linking=other)),
        "region": gate(BOTH, region=replace(REGION, region=(other,))),
        "rounding": gate(BOTH, region=replace(REGION, rounding=other)),
    }
    one, two = gate(BOTH).rows, changed[secret].rows
    assert [c for c in sorted(one.columns) if not one[c].equals(two[c])] == changes.split()


def test_the_same_person_in_two_sources_of_a_country_has_one_key_and_in_two_countries_two() -> None:
    police = gate(BOTH).rows["person_key"].item()
    shelters = gate(BOTH, replace(POLICE, source="xaa_shelters")).rows["person_key"].item()
    abroad = gate(BOTH, replace(POLICE, country="XAB")).rows["person_key"].item()
    assert police == shelters != abroad


def test_who_is_sent_again_under_another_number_keeps_her_key() -> None:
    was, now = gate(BOTH).rows, gate(BOTH.replace("N1", "M7")).rows
    assert was["record"].item() != now["record"].item()
    assert was["person_key"].item() == now["person_key"].item()


def test_without_whole_names_the_document_tells_and_without_it_the_record() -> None:
    safe = gate("""
        row | record | family_name | given_name | birth_date | document
        1   | R1     | Inventada   | Ana        | 2001-02-03 | 12345
        2   | R2     | INVENTADA   | ána        | 2001-02-03 |
        3   | R3     | Inventada   |            | 2001-02-03 | 12.345
        4   | R4     |             |            |            | 12345
        5   | R5     | Inventada   | Ana        |            |
        6   | R6     | Inventada   | Ana        |            |
        7   |        |             |            |            |
        8   |        |             |            |            |
    """)
    keys = safe.rows["person_key"].to_list()
    assert [keys.index(key) for key in keys] == [0, 0, 2, 2, 4, 5, 6, 7]
    tokens = safe.rows["link_token"].to_list()
    assert (tokens[0], tokens[2], tokens[4:]) == (tokens[1], tokens[3], [None] * 4)


def test_a_source_whose_rows_are_persons_tells_nobody_by_name() -> None:
    safe = gate(
        """
        row | record | family_name | given_name | birth_date
        1   | R1     | Inventada   | Ana        | 2001-02-03
        2   | R2     | Inventada   | Ana        | 2001-02-03
        """,
        ROWS,
    )
    assert safe.rows["link_token"].to_list() == [None, None]
    assert safe.rows["person_key"].n_unique() == 2


EQUAL = """
    row | unit              | identified_on | sex | age | phone
    1   | victim_identified | 2025-02-03    | F   | 17  | 555
    2   | victim_identified | 2025-02-03    | F   | 17  | 556
    3   | victim_identified | 2025-03-03    | F   | 15  | 557
    4   | victim_identified | 2025-02-03    | M   | 17  | 558
    5   | victim_identified | 2025-02-03    | F   | 17  | 555
"""


SEVERAL = """
    row | field        | code
    1   | exploitation | P1
    2   | exploitation | P1
    3   | exploitation | P1
    5   | exploitation | P1
    5   | exploitation | P2
"""


def test_equal_records_are_told_apart_and_counted_each() -> None:
    safe = gate(EQUAL, ROWS, answers=SEVERAL)
    assert safe.rows["record"].n_unique() == safe.rows["person_key"].n_unique() == 5
    assert safe.rows["record"].null_count() == 0
    assert len(safe.answers) == 5


def test_a_record_without_a_number_is_told_by_what_is_kept_of_it() -> None:
    """Neither a telephone, which is dropped, nor another day of the quarter makes another."""
    safe = gate(EQUAL, ROWS).rows
    for one, other in (("555", "999"), ("02-03", "02-04")):
        assert_frame_equal(gate(EQUAL.replace(one, other), ROWS).rows, safe)
    assert len(set(gate(EQUAL.replace("F ", "M "), ROWS).rows["record"]) - set(safe["record"])) > 0


def test_several_answers_tell_records_apart() -> None:
    one = gate(EQUAL, ROWS, answers=SEVERAL).rows
    other = gate(EQUAL, ROWS, answers=SEVERAL.replace("P2", "P4")).rows
    assert set(one["record"]) - set(other["record"]) == {one["record"][4]}


def sorted_out(safe: Safe) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Rows and answers as they are stored: without their row numbers, sorted."""
    rows = safe.rows.drop("row")
    return rows.sort(rows.columns).rows(), sorted(safe.answers.drop("row").rows())


@given(st.randoms(use_true_random=False))
def test_the_records_of_a_file_do_not_depend_on_the_order_of_its_rows(random: Random) -> None:
    frame, several = records(EQUAL), answered(SEVERAL)
    order = random.sample(range(1, 6), 5)
    moved = dict(zip(range(1, 6), order, strict=True))
    number = pl.col("row").replace_strict(moved, return_dtype=pl.Int64)
    mixed = several.with_columns(number)[random.sample(range(5), 5)]
    shuffled = frame.with_columns(number).sort("row"), mixed
    before = stored(frame, several, VICTIMS, KEYS, ROWS)
    assert sorted_out(stored(*shuffled, VICTIMS, KEYS, ROWS)) == sorted_out(before)
