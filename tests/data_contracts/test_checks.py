"""The rules of contracts: what each stage finds, and that it tells places, never values."""

from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_contracts import checks, load
from data_contracts.model import Contract, Stage
from data_contracts.periods import window
from data_contracts.rules import VERBS, Context, plausible_count
from data_contracts.verdict import Fault
from pipelines.explain import LANGUAGES, explained
from tests.tables import table

CONTRACTS, LISTS, POLICY = load.contracts(), load.codelists(), load.policy()
PERSONS = [name for name, contract in CONTRACTS.items() if contract.kind == "persons"]
QUARTER = window("2025-Q1")
PSEUDONYM = "0123456789abcdef" * 2


def asked(kind: str, required: bool = False, treatment: str = "keep") -> Contract:
    """A contract whose first field, ``asked``, is of interest."""
    field = {"name": "asked", "logicalType": kind, "required": required, "treatment": treatment}
    listed: dict[str, Any] = {"name": "sex", "logicalType": "string", "codelist": "sex"}
    about = dict.fromkeys(("version", "description", "grain"), "")
    fields = [field, listed | {"treatment": "keep"}]
    return Contract.model_validate({"name": "list", "kind": "programme", "fields": fields, **about})


def found(
    frame: pl.DataFrame, contract: Contract, stage: Stage, **known: Any
) -> list[tuple[int, str, str]]:
    """Row, code and reason of what a frame breaks."""
    rules = checks.rules(contract, LISTS, stage, Context(POLICY, **known))
    return checks.broken(frame, rules).select("row", "code", "reason").sort("row", "code").rows()


def column(*texts: str | None) -> pl.DataFrame:
    """A frame with the one column ``asked``."""
    read = {"row": range(1, len(texts) + 1), "asked": texts}
    return pl.DataFrame(read, schema={"row": pl.Int64, "asked": pl.String})


# Received


RECEIVED = table("""
type    | text       | censored | judged
date    | 2025-02-28 |          | sound
date    | 2025-02-29 |          | unreadable
date    | 31/12/2025 |          | sound
date    | 12/31/2025 |          | unreadable
date    | soon       |          | unreadable
date    |            |          | sound
integer | 0          |          | sound
integer | -1         |          | unreadable
integer | 1,234      |          | sound
integer | 1,5        |          | unreadable
integer | 12 years   |          | unreadable
integer | <5         |          | unreadable
integer | <5         | <5       | sound
integer | <6         | <5       | unreadable
integer |            | <5       | sound
number  | 1.5        |          | sound
number  | 1,5        |          | unreadable
number  | nan        |          | unreadable
number  | <5         | <5       | sound
""")


@pytest.mark.parametrize(("kind", "text", "censored", "judged"), RECEIVED.rows())
def test_a_text_that_cannot_be_read_is_a_fault_and_an_empty_one_is_none(
    kind: str, text: str | None, censored: str | None, judged: str
) -> None:
    broken = found(column(text), asked(kind), "received", censored=censored)
    assert broken == ([(1, "ASKED-04", "fault")] if judged == "unreadable" else [])


@pytest.mark.parametrize(
    ("text", "sound"), [("2025", True), ("2025-Q4", True), ("2025-Q5", False), ("May 2025", False)]
)
def test_a_period_is_a_year_or_a_quarter(text: str, sound: bool) -> None:
    broken = found(column(text), asked("string", treatment="generalise:period"), "received")
    assert (broken == []) == sound


def test_a_required_field_that_is_empty_is_a_fault_and_an_optional_one_is_not() -> None:
    frame = column("M", None)
    missing = [(2, "ASKED-01", "fault")]
    protected = "pseudonymise"
    assert found(frame, asked("string", True, protected), "received") == missing
    assert found(frame, asked("string", False, protected), "received") == []


def test_without_its_column_a_required_field_is_a_fault_in_every_row() -> None:
    frame = column("1", "2").drop("asked")
    every = [(1, "ASKED-01", "fault"), (2, "ASKED-01", "fault")]
    assert found(frame, asked("integer", True), "received") == every
    assert found(frame, asked("integer", False), "received") == []


LACKING = table("""
dataset    | stage    | verb
aggregates | received | plausible_count
victims    | received | in_period
victims    | related  | known_case
victims    | related  | consented
victims    | related  | unique_record
aggregates | related  | unique_key
""")


@pytest.mark.parametrize(("dataset", "stage", "verb"), LACKING.rows())
def test_a_verb_has_nothing_to_say_about_a_column_that_is_not_there(
    dataset: str, stage: Stage, verb: str
) -> None:
    known = Context(POLICY, QUARTER, frozenset({"C1"}))
    rules = tuple(VERBS[verb](CONTRACTS[dataset], known))
    assert rules
    assert checks.broken(pl.DataFrame({"row": [1]}), rules).is_empty()


DATED = table("""
row | identified_on | judged
1   | 2024-12-31    | outside
2   | 2025-01-01    | inside
3   | 2025-03-31    | inside
4   | 31/03/2025    | inside
5   | 2025-04-01    | outside
6   |               | inside
""")


def test_a_period_holds_its_first_and_its_last_day() -> None:
    frame = DATED.with_columns(unit=pl.lit("presumed"))
    broken = found(frame.drop("judged"), CONTRACTS["victims"], "received", window=QUARTER)
    outside = DATED.filter(judged="outside")["row"].to_list()
    assert [row for row, *rest in broken if rest == ["IN_PERIOD-01", "period"]] == outside


def test_without_a_period_no_date_is_outside() -> None:
    broken = found(DATED, CONTRACTS["victims"], "received")
    assert not [code for _, code, _ in broken if code == "IN_PERIOD-01"]


def test_a_count_larger_than_any_country_can_report_is_implausible() -> None:
    most = POLICY.max_published_count
    frame = pl.DataFrame({"row": [1, 2, 3], "value": [str(most), str(most + 1), "<5"]})
    rules = tuple(plausible_count(CONTRACTS["aggregates"], Context(POLICY)))
    broken = checks.broken(frame, rules)
    assert broken.rows() == [(2, "PLAUSIBLE-01", "value", "implausible")]


# Related


CASES = table("""
row | case
1   | C1
2   | C2
3   |
""")
SENT = [
    (None, []),
    (frozenset({"C1", "C2", "C3"}), []),
    (frozenset({"C1"}), [2]),
    (frozenset(), [1, 2]),
]


@pytest.mark.parametrize(("cases", "unknown"), SENT)
def test_a_case_is_known_when_the_submission_has_it_or_has_no_cases_at_all(
    cases: frozenset[str] | None, unknown: list[int]
) -> None:
    frame = CASES.with_columns(record=pl.col("row").cast(pl.String))
    broken = found(frame, CONTRACTS["victims"], "related", cases=cases)
    assert broken == [(row, "KNOWN_CASE-01", "relation") for row in unknown]


def aggregates(drawing: str) -> pl.DataFrame:
    """Numbers whose keys differ in their country only."""
    drawn = table(drawing, value=pl.Int64, lower=pl.Int64, upper=pl.Int64)
    rest = [name for name in CONTRACTS["aggregates"].key if name not in drawn.columns]
    return drawn.with_columns(pl.lit("_T").alias(name) for name in rest)


def test_of_a_repeated_number_the_first_stays_and_of_contradicting_ones_none() -> None:
    frame = aggregates("""
        row | country | value | lower | upper
        1   | XAA     | 12    | 12    | 12
        2   | XAB     | 7     | 7     | 7
        3   | XAA     | 12    | 12    | 12
        4   | XAB     | 8     | 8     | 8
        5   | ARG     |       | 1     | 4
        6   | ARG     |       | 1     | 4
        7   | BRA     |       | 1     | 4
        8   | BRA     | 3     | 3     | 3
        9   | CHL     |       |       |
        10  | CHL     |       | 1     | 4
    """)
    assert found(frame, CONTRACTS["aggregates"], "related") == [
        (2, "UNIQUE_KEY-01", "conflict"),
        (3, "UNIQUE_KEY-02", "repeated"),
        (4, "UNIQUE_KEY-01", "conflict"),
        (6, "UNIQUE_KEY-02", "repeated"),
        (7, "UNIQUE_KEY-01", "conflict"),
        (8, "UNIQUE_KEY-01", "conflict"),
        (9, "UNIQUE_KEY-01", "conflict"),
        (10, "UNIQUE_KEY-01", "conflict"),
    ]


def test_keys_that_differ_in_one_part_are_two_even_where_parts_are_empty() -> None:
    frame = aggregates("""
        row | country | sex | value | lower | upper
        1   | XAA     | F   | 12    | 12    | 12
        2   | XAA     | M   | 13    | 13    | 13
        3   | XAA     |     | 14    | 14    | 14
        4   | XAA     |     | 15    | 15    | 15
    """)
    broken = found(frame, CONTRACTS["aggregates"], "related")
    assert broken == [(3, "UNIQUE_KEY-01", "conflict"), (4, "UNIQUE_KEY-01", "conflict")]


def test_a_record_stands_once_and_a_source_without_numbers_may_repeat_itself() -> None:
    frame = table("""
        row | record | case
        1   | R1     | C1
        2   | R2     | C1
        3   | R1     | C2
        4   |        | C1
        5   |        | C1
    """)
    broken = found(frame, CONTRACTS["victims"], "related")
    assert broken == [(3, "UNIQUE_RECORD-01", "repeated")]


def test_a_record_of_cases_is_told_by_the_name_that_it_has_before_the_gate() -> None:
    frame = pl.DataFrame({"row": [1, 2], "case": ["C1", "C1"]})
    broken = found(frame, CONTRACTS["cases"], "related")
    assert broken == [(2, "UNIQUE_RECORD-01", "repeated")]


# Safe


SAFE = {
    "row": 1,
    "source": "xaa_police",
    "country": "XAA",
    "record": PSEUDONYM,
    "person_key": 0,
    "case": None,
    "unit": "victim_identified",
    "period": "2025-Q1",
    "sex": "F",
    "age_band": "Y0T14",
}
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


def safe(**other: object) -> pl.DataFrame:
    """One safe row, with something else in some column."""
    types = {name: pl.Int64 if isinstance(SAFE[name], int) else pl.String for name in SAFE}
    return pl.DataFrame([SAFE | other], schema=types)


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


# What is told


def test_a_fault_names_file_row_and_the_sources_own_column_and_no_value() -> None:
    broken = checks.broken(
        column("Perpetua Invented"),
        checks.rules(asked("integer"), LISTS, "received", Context(POLICY)),
    )
    assert broken.columns == ["row", "code", "column", "reason"]
    told = checks.faults(broken, "persons", {"asked": "Edad"})
    assert told == (Fault(code="ASKED-04", file="persons", row=1, column="Edad"),)
    assert "Perpetua" not in str(broken.rows())


def test_a_frame_that_breaks_nothing_gives_no_faults() -> None:
    broken = checks.broken(
        column("1"), checks.rules(asked("integer"), LISTS, "received", Context(POLICY))
    )
    assert_frame_equal(broken, checks.broken(column("1"), ()))
    assert checks.faults(broken, "persons", {}) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", ["received", "related", "safe"])
@pytest.mark.parametrize("name", CONTRACTS)
def test_whatever_breaks_is_explained_in_every_language(
    name: str, stage: Stage, language: str
) -> None:
    known = Context(POLICY, QUARTER, frozenset())
    for rule in checks.rules(CONTRACTS[name], LISTS, stage, known):
        told = explained(Fault(code=rule.code, column="Edad", file="persons"), language)
        assert told.message
        assert told.remedy


def test_an_answer_that_is_no_code_of_its_field_s_list_is_found_by_its_field() -> None:
    answers = table("""
        field        | code
        exploitation | P1
        exploitation | M1
        means        | M1
        act          | a name
        narrative    | P1
    """)
    found = checks.foreign_answers(answers, load.contract("victims"), load.codelists())
    assert found == ("act", "exploitation", "narrative")
    sound = answers.filter(pl.col("field") == "means")
    assert checks.foreign_answers(sound, load.contract("victims"), load.codelists()) == ()
