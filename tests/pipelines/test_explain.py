"""Every fault that the intake can find is explained in every language, and quotes no value."""

import ast
import re
import string
from pathlib import Path

import pytest
import yaml

from data_contracts import load
from data_contracts.checks import rules
from data_contracts.model import Stage
from data_contracts.periods import window
from data_contracts.rules import Context
from data_contracts.verdict import Fault, Verdict
from pipelines import explain
from tests.tables import table

ROOT = Path(load.__file__).parents[1]
RAISING = (
    "data_contracts/checks.py",
    "sources/rows.py",
    "pipelines/arrivals.py",
    "pipelines/accounts.py",
    "pipelines/verdicts.py",
    "pipelines/feeding.py",
    "pipelines/intake.py",
    "pipelines/comments.py",
)
CODE = re.compile(r"[A-Z][A-Z_]*-\d\d")
STAGES: tuple[Stage, ...] = ("received", "related", "safe")


def of_contracts() -> set[str]:
    """The codes of all rules of all contracts, and of labels that do not map."""
    context = Context(load.policy(), window("2026-Q1"), frozenset(), "<5")
    every = [
        rule.code
        for contract in load.contracts().values()
        for stage in STAGES
        for rule in rules(contract, load.codelists(), stage, context)
    ]
    coded = [f for c in load.contracts().values() for f in c.fields if f.codelist]
    return {*every, *(f"{field.name.upper()}-02" for field in coded)}


def of_modules() -> set[str]:
    """The codes that stand in the modules of the intake."""
    nodes = (node for name in RAISING for node in ast.walk(ast.parse((ROOT / name).read_text())))
    texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return {text for text in texts if CODE.fullmatch(text)}


CODES = sorted(of_contracts() | of_modules())


def catalogue(language: str) -> dict[str, tuple[str, str]]:
    text = (ROOT / "data_contracts" / "messages" / "faults.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text)[language])


def test_the_search_for_codes_finds_every_kind() -> None:
    kinds = "SEX-02 SEX-03 RECORDED_ON-01 AGE-04 IN_PERIOD-01 UNIQUE_KEY-02 READ-01"
    later = "READ-07 ROW-01 PERIOD-01 PERIOD-03 INTAKE-01 NIL-01 KNOWN_CASE-01 PLAUSIBLE-01"
    assert set(f"{kinds} {later}".split()) - set(CODES) == set()


@pytest.mark.parametrize("language", explain.LANGUAGES)
def test_every_code_that_can_be_raised_has_a_message_and_a_remedy(language: str) -> None:
    for code in CODES:
        told = explain.explained(Fault(code=code, column="Sexo", file="lista"), language, ["2026"])
        assert told.message.endswith("."), code
        assert told.remedy.endswith("."), code
        assert "{" not in told.message + told.remedy, code


@pytest.mark.parametrize("language", explain.LANGUAGES)
def test_no_words_are_kept_for_a_code_that_nothing_raises(language: str) -> None:
    used = {*CODES, *(code[-3:] for code in CODES)}
    assert set(catalogue(language)) - used == set()


def test_messages_have_places_for_names_of_columns_files_and_quarters_only() -> None:
    texts = [
        text for lang in explain.LANGUAGES for pair in catalogue(lang).values() for text in pair
    ]
    names = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    assert names == {"column", "file", "dated"}


def test_a_rule_of_its_own_is_told_in_its_own_words_others_by_their_ending() -> None:
    own = explain.explained(Fault(code="IN_PERIOD-01", column="Fecha")).message
    assert own == "The date in Fecha is outside the period of the submission."
    assert explain.explained(Fault(code="SEX-01", column="Sexo")).message == "Sexo is empty."


def test_a_verdict_in_words_is_the_same_verdict_otherwise() -> None:
    faults = (Fault(code="SEX-01", column="Sexo", row=3), Fault(code="PERIOD-03"))
    verdict = Verdict(verdict="faults", rows_read=3, faults=faults, dated=("2026-Q1", "2026-Q2"))
    told = explain.in_words(verdict, "es")
    assert told.model_copy(update={"faults": faults}) == verdict
    assert told.faults[1].message.startswith("La mayoría de las filas tiene fecha de 2026-Q1, 2026")


def test_a_refusal_names_what_is_wrong_with_all_of_it_else_with_most_rows() -> None:
    rows = table("""
        code | severity | row | message   | remedy
        A-01 | error    | 2   | Rare.     | Mend.
        B-01 | error    | 2   | Frequent. | Change.
        B-01 | error    | 3   | Frequent. | Change.
    """).rows(named=True)
    assert explain.refusal(rows) == "Refused: Frequent. Change."
    general = {"severity": "error", "row": None, "message": "All.", "remedy": "Leave."}
    assert explain.refusal([*rows, general]) == "Refused: All. Leave."
    comment = general | {"severity": "comment"}
    asked = [
        {"severity": "comment", "row": n, "message": "Why?", "remedy": "Say."} for n in (2, 3, 4)
    ]
    assert explain.refusal([*rows, comment, *asked]) == "Refused: Frequent. Change."
