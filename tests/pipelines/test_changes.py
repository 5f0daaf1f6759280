"""What two releases say otherwise, as a person at a terminal or on a page reads it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from data_contracts import load
from pipelines import changes, history, keystore, releases, screen_releases
from pipelines.settings import Workspace
from tests.pipelines.approving import approve
from tests.pipelines.drafting import draft, indicators, promises, victims
from tests.pipelines.releasing import ID, publish
from tests.pipelines.workspaces import TWO, workspace

NEW = ID.replace("-v1", "-v2")
POLICY = (load.HERE / "policy.yaml").read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A release, and a candidate under promises and with numbers that are other ones."""
    made, words = workspace(tmp_path / "region"), promises(tmp_path / "promises")
    releases.write(made.root, draft(), words)
    approve(made.root, ID)
    publish(made.root, key=keystore.signing_key(made), named=TWO)
    (words / "victims.odcs.yaml").write_text("id: victims\nversion: 2.0.0\n")
    (words / "codelists/sex.csv").write_text("code,parent\nF,\nM,F\n")
    (words / "labels/sex.csv").write_text("code,en\nF,Women\nM,Male\n")
    women = words / "indicators/women.yaml"
    women.write_text(women.read_text().replace("Women", "Females"))
    (words / "precedence.yaml").write_text("{}\n")
    lower = POLICY.replace("value: 10", "value: 11", 1)
    assert lower != POLICY
    (words / "policy.yaml").write_text(lower)
    other = victims().with_columns(value=victims()["value"].replace({25: 30}))
    moved = indicators().with_columns(value=indicators()["value"] + 5)
    facts: dict[str, Any] = {"tables": {"victims_by_sex": other}, "indicators": moved}
    releases.write(made.root, draft(**facts, created=dt.datetime(2026, 5, 1, tzinfo=dt.UTC)), words)
    return made


def told(place: Workspace, capsys: pytest.CaptureFixture[str], before: str, after: str) -> str:
    screen_releases.release_diff(history.diff(place, before, after))
    return " ".join(capsys.readouterr().out.split())


def test_cells_indicators_and_every_kind_of_promise_are_told(
    place: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(place, capsys, ID, NEW)
    assert "changed: victims_by_sex XAA 2025-Q4 victim_identified F: 25 \u2192 30" in text
    assert "removed: justice XAA 2024 convicted: 1\u20134 \u2192 \u2013" in text
    assert "removed: justice XAA 2025 convicted: 0 \u2192 \u2013" in text
    assert "thresholds: " in text
    assert ": 10 \u2192 11" in text
    assert "contracts: victims: None \u2192 2.0.0" in text
    assert "code lists: sex" in text
    assert "labels: sex.csv" in text
    assert "indicators declared otherwise: women.yaml" in text
    assert "precedence or ladders: precedence.yaml" in text


def test_between_equal_ones_nothing_is_told(
    place: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(place, capsys, ID, ID)
    assert text == f"From {ID} to {ID} Every number is the same."


def test_a_contract_that_changed_under_the_same_version_is_named(tmp_path: Path) -> None:
    nothing: dict[str, list[str]] = {name: [] for name in ("added", "removed", "changed")}
    folders = dict.fromkeys((*changes.BESIDE, "labels", "indicators"), nothing)
    folders["contracts"] = nothing | {"changed": ["cases.odcs.yaml", "victims.odcs.yaml"]}
    pair = {"victims": {"before": "1.0.0", "after": "1.1.0"}}
    found = {"promises": folders, "policy": {}, "registry": nothing, "codes": {}}
    said = dict(changes.promises(found | {"contracts": pair}))
    assert said["contracts"] == ["victims: 1.0.0 \u2192 1.1.0", "cases"]
    assert [name for name, of in said.items() if of] == ["contracts"]


@pytest.mark.parametrize(
    ("value", "upper", "status", "expected"),
    [
        (0, 0, "A", "0"),
        (None, None, "Q", "[c]"),
        (None, 4, "Q", "1\u20134"),
        (None, None, "O", "[x]"),
        (None, None, None, "\u2013"),
    ],
)
def test_a_cell_is_never_told_as_a_zero_that_it_is_not(
    value: int | None, upper: int | None, status: str | None, expected: str
) -> None:
    cell = {"value": value, "lower": 1, "upper": upper, "obs_status": status}
    assert changes.said(cell) == expected
