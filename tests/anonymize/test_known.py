"""What persons are recognised by stays apart from what is safe; every person here is invented."""

from dataclasses import replace

import polars as pl

from anonymize.records import KNOWN
from tests.anonymize.leaving import POLICE, ROWS, gate

LISTED = """
    row | record | family_name | given_name | birth_date | document | sex | phone
    1   | R1     | Inventada   | Ana        | 2001-02-03 | 12345    | F   | 555
    2   | R2     | Otra        |            |            |          |     | 556
    3   | R3     |             |            |            |          | F   | 557
"""


def test_only_link_fields_and_sex_are_kept_and_only_of_those_of_whom_anything_is_known() -> None:
    safe = gate(LISTED)
    records = dict(safe.rows.select("row", "record").rows())
    assert sorted(safe.known.drop("row").rows()) == sorted(
        [
            ("victims", records[1], "Inventada", "Ana", "2001-02-03", "12345", "F"),
            ("victims", records[2], "Otra", None, None, None, None),
        ]
    )
    assert safe.known.columns == ["row", "dataset", "record", *KNOWN]


def test_what_is_known_is_in_the_order_of_pseudonyms_and_not_of_the_file() -> None:
    found = gate(LISTED).known["record"].to_list()
    assert found == sorted(found)


def test_a_source_whose_rows_are_persons_has_nothing_to_recognise_them_by() -> None:
    assert gate(LISTED, ROWS).known.is_empty()


def test_two_countries_make_the_same_link_token_of_the_same_person() -> None:
    one, other = (gate(LISTED, replace(POLICE, country=c)).rows for c in ("XAA", "XAB"))
    assert one["link_token"].to_list() == other["link_token"].to_list()
    assert one.filter(pl.col("row") == 1)["link_token"].item() is not None
