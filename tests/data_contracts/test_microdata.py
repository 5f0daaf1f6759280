"""The declaration of synthetic rows: public codes, each with a place, and numbers with reasons."""

from typing import Any

import pytest
from pydantic import ValidationError

from data_contracts import load
from data_contracts.microdata import Column, Microdata
from data_contracts.model import TOTAL, UNKNOWN

DECLARED = load.microdata()


@pytest.mark.parametrize("column", DECLARED.columns, ids=lambda column: column.field)
def test_a_column_is_a_question_of_victims_with_codes_of_its_list(column: Column) -> None:
    fields = {f.safe: f for f in load.contract("victims").fields if f.listed and f.leaves}
    field = fields[column.field]
    assert column.codelist == field.listed
    assert set(column.codes) <= set(load.codelist(column.codelist).codes) - {TOTAL}
    assert column.many == field.many


@pytest.mark.parametrize("column", DECLARED.columns, ids=lambda column: column.field)
def test_who_is_not_known_has_a_place_and_is_no_zero(column: Column) -> None:
    if column.field == "unit":
        return
    told = column.domains
    assert f"{column.field}={UNKNOWN}" in told if column.many else UNKNOWN in told[column.field]


def test_domains_are_small_enough_to_be_counted_in_pairs() -> None:
    codes = sum(map(len, DECLARED.domains.values()))
    assert len(DECLARED.domains) == sum(len(c.codes) + 1 if c.many else 1 for c in DECLARED.columns)
    assert codes < 200


def test_no_date_place_or_country_that_singles_out_is_a_column() -> None:
    assert not {c.field for c in DECLARED.columns} & {
        "identified_on", "citizenship", "area", "case", "record", "residence", "origin"
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"codes": ["F", "F"]},
        {"codes": ["F"]},
        {"codes": ["F", "M"], "rest": "X"},
        {"codes": ["F", UNKNOWN], "many": True},
        {"codes": ["F", "M"], "found": True},
    ],
    ids=["twice", "one", "rest", "unknown", "unread"],
)
def test_a_column_that_cannot_hold_what_it_says_does_not_load(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Column.model_validate({"field": "sex", "codelist": "sex"} | change)


@pytest.mark.parametrize("name", list(type(DECLARED.thresholds).model_fields))
def test_every_threshold_has_a_reason_and_is_positive(name: str) -> None:
    raw = DECLARED.model_dump()
    assert len(raw["thresholds"][name]["reason"]) > 60
    raw["thresholds"][name]["value"] = 0
    with pytest.raises(ValidationError):
        Microdata.model_validate(raw)
