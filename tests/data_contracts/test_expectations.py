"""The second opinion: what our rules find in a safe frame, Great Expectations finds too."""

import polars as pl
import pytest

from data_contracts import checks, load
from data_contracts.expectations import CheckCrashed, broken, crashed
from data_contracts.model import Contract, Field
from data_contracts.rules import Context
from tests.network import attempts
from tests.tables import table

CONTRACTS, LISTS, POLICY = load.contracts(), load.codelists(), load.policy()
VICTIMS = CONTRACTS["victims"]
PSEUDONYM = "0123456789abcdef" * 2
ADDED = {"source": "xaa_police", "country": "XAA", "record": PSEUDONYM, "person_key": 0}
NUMBERS = ("person_key", "value", "lower", "upper")
# Long enough to be no accident in a report.
CANARY = "Perpetua Inventada Canaria"


def sound_value(field: Field) -> object:
    """A value that a field may have after the gate in."""
    if field.treatment == "pseudonymise":
        return PSEUDONYM
    if field.is_period:
        return "2025-Q1"
    codes = field.held(LISTS)
    return codes[-1] if codes else 7


def sound(contract: Contract) -> pl.DataFrame:
    """Two safe rows of a contract: one with a value in every field, one with what it must have."""
    full = {f.safe: sound_value(f) for f in contract.single if f.leaves}
    added = ADDED | {"link_token": PSEUDONYM} if contract.kind == "persons" else {"source": "bank"}
    must = {f.safe for f in contract.single if f.required} | set(ADDED)
    scarce = {name: value if name in must else None for name, value in (full | added).items()}
    scarce |= {"person_key": 2**32 - 1} if contract.kind == "persons" else {}
    types = {name: pl.Int64 if name in NUMBERS else pl.String for name in scarce}
    return pl.DataFrame([full | added, scarce], schema=types)


def ours(frame: pl.DataFrame, contract: Contract = VICTIMS) -> set[str]:
    """The columns in which our own rules find something."""
    rules = checks.rules(contract, LISTS, "safe", Context(POLICY))
    numbered = frame.with_columns(row=pl.int_range(pl.len()))
    return set(checks.broken(numbered, rules)["column"])


def theirs(frame: pl.DataFrame, contract: Contract = VICTIMS) -> set[str]:
    """The columns in which Great Expectations does; empty for the frame as a whole."""
    return {column for column, _ in broken(frame, contract, LISTS)}


def spoilt(column: str, value: object) -> pl.DataFrame:
    """A sound frame of victims with one bad cell."""
    frame = sound(VICTIMS)
    last = pl.int_range(pl.len()) == 1
    bad = pl.when(last).then(pl.lit(value)).otherwise(pl.col(column))
    return frame.with_columns(bad.cast(frame.schema[column]).alias(column))


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_sound_frame_satisfies_both(name: str) -> None:
    frame = sound(CONTRACTS[name])
    assert ours(frame, CONTRACTS[name]) == set()
    assert broken(frame, CONTRACTS[name], LISTS) == []


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_frame_without_rows_satisfies_both(name: str) -> None:
    frame = sound(CONTRACTS[name]).clear()
    assert ours(frame, CONTRACTS[name]) == set()
    assert broken(frame, CONTRACTS[name], LISTS) == []


BROKEN = table("""
kind                         | column     | value
a word that is no code       | sex        | Female
a code of another list       | sex        | XAA
an age that is no band       | age_band   | 34
a day instead of a quarter   | period     | 2025-01-15
a quarter that does not exist | period    | 2025-Q5
no period                    | period     |
no unit                      | unit       |
a number of the source's own | record     | R1
a pseudonym too short        | record     | 0123456789abcdef
a pseudonym in capitals      | record     | 0123456789ABCDEF0123456789ABCDEF
no record                    | record     |
a case of the source's own   | case       | C1
no person                    | person_key |
no country                   | country    |
no source                    | source     |
""")


@pytest.mark.parametrize(("kind", "column", "value"), BROKEN.rows())
def test_what_our_rules_find_great_expectations_finds_too(
    kind: str, column: str, value: str | None
) -> None:
    frame = spoilt(column, value)
    assert ours(frame) == theirs(frame) == {column}, kind


@pytest.mark.parametrize("person_key", [-1, 2**32])
def test_both_find_a_person_key_of_more_than_32_bits(person_key: int) -> None:
    frame = spoilt("person_key", person_key)
    assert ours(frame) == theirs(frame) == {"person_key"}


@pytest.mark.parametrize("name", ["unit", "period"])
def test_both_find_a_required_column_missing_and_it_is_no_crash(name: str) -> None:
    frame = sound(VICTIMS).drop(name)
    assert ours(frame) == {name}
    assert theirs(frame) == {name, ""}


@pytest.mark.parametrize("name", ["source", "country", "record", "person_key", "link_token"])
def test_a_column_that_the_gate_adds_is_missed(name: str) -> None:
    assert "" in theirs(sound(VICTIMS).drop(name))


@pytest.mark.parametrize("name", ["family_name", "phone", "age", "Observaciones"])
def test_a_column_that_must_not_be_there_is_found(name: str) -> None:
    frame = sound(VICTIMS).with_columns(pl.lit(CANARY).alias(name))
    assert broken(frame, VICTIMS, LISTS) == [("", "expect_table_columns_to_match_set")]


# What it tells


@pytest.mark.parametrize("column", ["sex", "period", "record"])
def test_nothing_of_a_row_is_returned_printed_or_logged(
    column: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    found = broken(spoilt(column, CANARY), VICTIMS, LISTS)
    assert {name for name, _ in found} == {column}
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
    assert CANARY not in f"{found} {caplog.text}"


def test_a_rule_that_cannot_be_judged_is_a_crash_that_quotes_nothing(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    frame = sound(VICTIMS).with_columns(person_key=pl.lit(CANARY))
    with pytest.raises(CheckCrashed) as told:
        broken(frame, VICTIMS, LISTS)
    assert str(told.value) == "person_key: expect_column_values_to_be_between"
    assert told.value.__context__ is None
    captured = capfd.readouterr()
    assert CANARY not in captured.out + captured.err + caplog.text


CRASHES: list[tuple[dict[str, object], bool]] = [
    ({}, False),
    ({"raised_exception": False}, False),
    ({"raised_exception": True}, True),
    ({"metric": {"raised_exception": False}}, False),
    ({"metric": {"raised_exception": True}}, True),
    ({"one": {"raised_exception": False}, "two": {"raised_exception": True}}, True),
    ({"metric": {"exception_message": "gone"}}, True),
]


@pytest.mark.parametrize(("info", "is_crash"), CRASHES)
def test_a_crash_is_told_from_a_broken_rule_in_each_of_its_forms(
    info: dict[str, object], is_crash: bool
) -> None:
    assert crashed(info) == is_crash


def test_the_network_is_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = attempts(monkeypatch)
    assert broken(spoilt("sex", "Female"), VICTIMS, LISTS)
    assert tried == []


def test_the_second_opinion_shares_no_rule_with_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    for ours_alone in ("rules", "broken", "_safe", "_added"):
        monkeypatch.delattr(checks, ours_alone)
    assert theirs(spoilt("sex", "Female")) == {"sex"}
