"""What machines read: fixed keys, one object."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from anonymize.audit import Report
from pipelines import outputs
from pipelines.errors import WRONG_DATA
from pipelines.settings import Workspace
from tests.commands.typing_in import LINEA, ended

RELEASE = "INVENTED-2025Q4-v1"
# What machines read, key by key, as documented.
CHECK = (
    "verdict rows_read rows_kept set_aside rows_out unmapped personal undeclared notes faults "
    "comments"
)
FAULT = "code severity file sheet row column message remedy"
SUBMIT = "submission sha256 state check"
SUBMISSIONS = (
    "submission layout source datasets countries periods state received due rows reason "
    "confirmed_by comments resend kept withdrawn"
)
LIST = "release state mode created"
SHOW = f"{LIST} tables countries periods policy files microdata"
AUDIT = """
    cells hidden targets failing narrow present uncertified public_elsewhere narrowest model
    releases seconds
"""


def keys(found: dict[str, Any], names: str) -> None:
    """An object has exactly these keys."""
    assert set(found) == set(names.split())


@pytest.mark.parametrize(("period", "code"), [("2020-Q1", 0), ("2020-Q2", WRONG_DATA)])
def test_a_check_for_machines_accounts_for_every_row(period: str, code: int) -> None:
    end = ended(f"check {LINEA} --period {period} --json")
    found = json.loads(end.out)
    assert end.code == code
    keys(found, f"{CHECK} lacking")
    for fault in found["faults"]:
        keys(fault, FAULT)
    # cat 2020Q1_denuncias.csv 2020Q1_referidos.csv | grep -c '^[0-9]', less 2 that continue a cell
    assert found["rows_read"] == 852 == found["rows_kept"] + sum(found["set_aside"].values())


def test_a_submission_for_machines(make: Callable[[str], Workspace]) -> None:
    place = make("open").root
    words = f"submit {LINEA} --period 2020-Q1 --json --workspace {place}"
    first, again = (json.loads(ended(words).out) for _ in range(2))
    keys(first, SUBMIT)
    keys(first["check"], CHECK)
    assert again == first
    assert first["state"] == "accepted"
    (listed,) = json.loads(ended(f"submissions --json --workspace {place}").out)
    keys(listed, SUBMISSIONS)
    assert listed["submission"] == first["submission"]
    assert (listed["periods"], listed["due"]) == (["2020-Q1"], "2020-05-30")


def test_a_refused_submission_for_machines_has_no_id(make: Callable[[str], Workspace]) -> None:
    place = make("open").root
    end = ended(f"submit {LINEA} --period 2020-Q2 --json --workspace {place}")
    found = json.loads(end.out)
    keys(found, SUBMIT)
    assert (found["submission"], found["state"]) == (None, "refused")
    assert json.loads(ended(f"submissions --json --workspace {place}").out) == []


def test_releases_for_machines(make: Callable[[str], Workspace]) -> None:
    place = make("demo").root
    (listed,) = json.loads(ended(f"release list --json --workspace {place}").out)
    keys(listed, LIST)
    shown = json.loads(ended(f"release show {RELEASE} --json --workspace {place}").out)
    keys(shown, f"{SHOW} candidate reviews")
    keys(shown["tables"]["victims_by_sex"], "kind cells hidden")


@pytest.mark.parametrize(("failing", "code"), [(0, 0), (2, WRONG_DATA)])
def test_an_audit_for_machines_ends_with_1_when_a_cell_fails(
    failing: int, code: int, make: Callable[[str], Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = dict.fromkeys(set(AUDIT.split()) - {"model"}, 0)
    report = Report.model_validate(numbers | {"model": "m", "failing": failing, "failures": ()})
    monkeypatch.setattr(outputs, "attack_release", lambda *_: report)
    end = ended(f"audit {RELEASE} --json --workspace {make('demo').root}")
    keys(json.loads(end.out), AUDIT)
    assert end.code == code
    assert ("2 hidden cells say too much" in end.err) == bool(failing)
