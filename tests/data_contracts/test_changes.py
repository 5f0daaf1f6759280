"""A treatment is what the log says it is, and the log names decisions that were taken."""

from pathlib import Path
from typing import Any

import pytest

from data_contracts import changes, load
from data_contracts.changes import Log, ordered

ROOT = Path(load.__file__).parents[1]
CONTRACTS, LOGS = load.contracts(), changes.logs()
FIRST = {
    "version": "1.9.0",
    "date": "2026-01-01",
    "decision": 1,
    "treatments": {"keep": "sex", "drop": "phone name"},
}


def logged(*steps: tuple[str, str, str, str]) -> Log:
    """A log of steps: version, field, before, after."""
    made: list[dict[str, Any]] = [
        {"version": v, "date": "2026-02-01", "field": f, "from": b, "to": a, "decision": 2}
        for v, f, b, a in steps
    ]
    return Log.model_validate({"first": FIRST, "changes": made})


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_treatment_is_the_one_that_the_log_came_to(name: str) -> None:
    """A changed treatment needs a line in changes.yaml, a decision, and a new version."""
    present = {field.name: field.treatment for field in CONTRACTS[name].fields}
    assert LOGS[name].last() == present


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_change_holds_from_a_version_that_the_contract_has_reached(name: str) -> None:
    assert ordered(LOGS[name].version) <= ordered(CONTRACTS[name].version)


def test_every_contract_has_a_log_and_no_log_is_of_none() -> None:
    assert set(LOGS) == set(CONTRACTS)


@pytest.mark.parametrize("name", LOGS)
def test_the_decision_behind_a_change_is_written_down(name: str) -> None:
    written = {int(file.name[:4]) for file in (ROOT / "docs" / "decisions").glob("[0-9]*.md")}
    assert LOGS[name].decisions <= written


def test_the_page_on_treatments_says_what_contracts_and_log_say() -> None:
    page = ROOT / "docs" / "treatments.md"
    assert page.read_text(encoding="utf-8") == changes.page()


def test_fields_come_change_and_go() -> None:
    log = logged(
        ("1.10.0", "phone", "drop", "none"),
        ("1.10.0", "age", "none", "keep"),
        ("2.0.0", "age", "keep", "drop"),
    )
    assert log.last() == {"sex": "keep", "name": "drop", "age": "drop"}
    assert (log.version, log.decisions) == ("2.0.0", {1, 2})


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (("1.10.0", "sex", "drop", "keep"), "sex was not drop"),
        (("1.10.0", "sex", "keep", "keep"), "sex was not keep"),
        (("1.8.0", "sex", "keep", "drop"), "1.8.0 comes after 1.9.0"),
        (("1.9.0", "sex", "keep", "drop"), "a version after 1.9.0"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(step: tuple[str, str, str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        logged(step).last()
