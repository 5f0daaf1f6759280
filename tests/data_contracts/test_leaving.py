"""What may leave the gate in, judged once more. All rows are invented."""

import pytest

from data_contracts import checks
from data_contracts.rules import Context
from tests.data_contracts.judging import (
    CONTRACTS,
    LISTS,
    POLICY,
    PSEUDONYM,
    found,
    safe,
)

PERSONS = [name for name, contract in CONTRACTS.items() if contract.kind == "persons"]
UNSAFE: list[tuple[str, object, str]] = [
    ("sex", "Female", "SEX-03"),
    ("age_band", "34", "AGE_BAND-03"),
    ("period", "2025-01-01", "PERIOD-03"),
    ("period", None, "PERIOD-05"),
    ("unit", None, "UNIT-05"),
    ("record", PSEUDONYM[1:], "RECORD-03"),
    ("record", PSEUDONYM.upper(), "RECORD-03"),
    ("record", None, "RECORD-05"),
    ("case", "C1", "CASE-03"),
    ("person_key", -1, "PERSON_KEY-03"),
    ("person_key", 2**32, "PERSON_KEY-03"),
    ("person_key", None, "PERSON_KEY-05"),
    ("source", None, "SOURCE-05"),
    ("country", None, "COUNTRY-05"),
]


@pytest.mark.parametrize("person_key", [0, 2**32 - 1])
def test_a_sound_safe_row_breaks_nothing(person_key: int) -> None:
    assert found(safe(person_key=person_key), CONTRACTS["victims"], "safe") == []


@pytest.mark.parametrize(("name", "value", "code"), UNSAFE)
def test_what_must_not_leave_the_gate_is_found(name: str, value: object, code: str) -> None:
    assert found(safe(**{name: value}), CONTRACTS["victims"], "safe") == [(1, code, "fault")]


@pytest.mark.parametrize("name", ["source", "country", "record", "person_key", "unit", "period"])
def test_a_safe_frame_without_a_column_that_it_must_have_is_unsafe_in_every_row(name: str) -> None:
    broken = found(safe().drop(name), CONTRACTS["victims"], "safe")
    assert broken == [(1, f"{name.upper()}-05", "fault")]


@pytest.mark.parametrize("name", PERSONS)
def test_every_record_of_a_person_is_judged_by_its_pseudonym_and_its_key(name: str) -> None:
    rules = checks.rules(CONTRACTS[name], LISTS, "safe", Context(POLICY))
    codes = [rule.code for rule in rules]
    added = {"SOURCE-05", "COUNTRY-05", "RECORD-03", "RECORD-05", "PERSON_KEY-03", "PERSON_KEY-05"}
    assert added <= set(codes)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("name", ["aggregates", "reference"])
def test_a_published_number_belongs_to_a_source_but_to_no_person(name: str) -> None:
    rules = checks.rules(CONTRACTS[name], LISTS, "safe", Context(POLICY))
    assert "SOURCE-05" in {rule.code for rule in rules}
    assert not {"record", "person_key"} & {rule.column for rule in rules}
