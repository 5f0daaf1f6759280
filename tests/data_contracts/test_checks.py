"""The rules of contracts: what each stage finds, and that it tells places, never values."""

from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_contracts import checks, load
from data_contracts.model import Contract, Stage
from data_contracts.rules import VERBS, Context
from data_contracts.verdict import Fault
from pipelines.explain import LANGUAGES, explained
from tests.data_contracts.judging import (
    CONTRACTS,
    LISTS,
    POLICY,
    QUARTER,
    found,
    safe,
)
from tests.tables import table


def asked(kind: str, required: bool = False, treatment: str = "keep") -> Contract:
    """A contract whose first field, ``asked``, is of interest."""
    field = {"name": "asked", "logicalType": kind, "required": required, "treatment": treatment}
    listed: dict[str, Any] = {"name": "sex", "logicalType": "string", "codelist": "sex"}
    about = dict.fromkeys(("version", "description", "grain"), "")
    fields = [field, listed | {"treatment": "keep"}]
    return Contract.model_validate({"name": "list", "kind": "programme", "fields": fields, **about})


def column(*texts: str | None) -> pl.DataFrame:
    """A frame with the one column ``asked``."""
    read = {"row": range(1, len(texts) + 1), "asked": texts}
    return pl.DataFrame(read, schema={"row": pl.Int64, "asked": pl.String})


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


WORLD_REGION = "tipstat:east_south_east_asia"


def test_nobody_of_a_package_is_a_citizen_of_a_region_of_the_world() -> None:
    person = safe().with_columns(citizenship=pl.lit("PHL"))
    region = safe().with_columns(citizenship=pl.lit(WORLD_REGION))
    assert found(person, CONTRACTS["victims"], "safe") == []
    assert found(region, CONTRACTS["victims"], "safe") == [(1, "CITIZENSHIP-03", "fault")]


def test_no_answer_of_a_package_is_a_region_of_the_world() -> None:
    answers = pl.DataFrame({"field": ["transit"], "code": [WORLD_REGION]})
    assert checks.foreign_answers(answers, CONTRACTS["victims"], LISTS) == ("transit",)
    sound = answers.with_columns(code=pl.lit("PHL"))
    assert checks.foreign_answers(sound, CONTRACTS["victims"], LISTS) == ()


@pytest.mark.parametrize("name", CONTRACTS)
def test_no_field_of_any_contract_holds_a_code_that_only_holds_others(name: str) -> None:
    listed = [field for field in CONTRACTS[name].fields if field.listed]
    open_to = [f.name for f in listed if {*f.held(LISTS)} & LISTS[str(f.listed)].holders]
    assert open_to == []
