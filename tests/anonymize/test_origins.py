"""What the gate in makes of who sent a record: its country, its period, its case."""

from dataclasses import replace

from anonymize.identity import Origin
from tests.anonymize.leaving import ROWS, gate

PUBLISHER = Origin("ctdc", "_U", "row", "year", "row")
DRAWN = """
row | country | identified_on
  1 | USA     | 2016-01-01
  2 |         | 2017-12-31
"""
AGES = """
row | age | age_group
  1 | 16  | Y_GE18
  2 |     | Y0T17
  3 | 999 | Y0T17
  4 |     |
"""


def test_a_record_has_the_country_of_its_submission_whatever_it_says() -> None:
    assert gate(DRAWN, ROWS).rows["country"].to_list() == ["XAA", "XAA"]


def test_a_publisher_s_record_has_its_own_country_and_is_unknown_without() -> None:
    assert gate(DRAWN, PUBLISHER).rows["country"].to_list() == ["USA", "_U"]


def test_of_an_annual_source_only_the_year_leaves() -> None:
    assert gate(DRAWN, PUBLISHER).rows["period"].to_list() == ["2016", "2017"]
    assert gate(DRAWN, ROWS).rows["period"].to_list() == ["2016-Q1", "2017-Q4"]


def test_rows_are_cases_only_where_the_layout_says_so() -> None:
    safe = gate(DRAWN, PUBLISHER).rows
    assert safe["case"].to_list() == safe["record"].to_list()
    assert gate(DRAWN, replace(PUBLISHER, case=None)).rows["case"].to_list() == [None, None]


def test_an_age_counts_before_the_group_and_the_group_before_nothing() -> None:
    assert gate(AGES).rows["age_band"].to_list() == ["Y15T17", "Y0T17", "Y0T17", "_U"]


def test_two_ways_to_say_an_age_leave_as_one_column() -> None:
    assert [name for name in gate(AGES).rows.columns if "age" in name] == ["age_band", "age_basis"]
