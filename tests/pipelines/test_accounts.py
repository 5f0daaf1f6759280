"""What the rules over all rows hold of them, and whom they find."""

import polars as pl

from data_contracts import load
from data_contracts.checks import broken, rules
from data_contracts.rules import Context
from pipelines.feeding import compared

VICTIMS = load.contract("victims")
WHOLE = [
    rule
    for rule in rules(VICTIMS, load.codelists(), "related", Context(load.policy()))
    if rule.over
]


def test_a_record_that_stands_twice_is_found_whatever_stands_between() -> None:
    rows = pl.DataFrame({"row": [2, 3, 4, 5, 6], "record": ["a", "b", "a", "c", "a"]})
    found = broken(compared(rows, WHOLE, VICTIMS), WHOLE)
    assert sorted(found["row"]) == [4, 6]


def test_rows_without_a_number_are_compared_with_nobody_and_not_held_for_it() -> None:
    rows = pl.DataFrame({"row": [2, 3, 4, 5], "record": [None, "a", None, "a"]})
    held = compared(rows, WHOLE, VICTIMS)
    assert held["row"].to_list() == [3, 5]
    assert broken(held, WHOLE)["row"].to_list() == [5]
