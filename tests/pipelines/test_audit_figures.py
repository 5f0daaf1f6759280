"""What a release says of its audit does not tell why a cell is hidden. All data are invented."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from anonymize.audit import Report
from anonymize.repair import secure
from data_contracts import load
from pipelines import artefacts, outputs, seen
from pipelines.settings import Workspace
from tests.anonymize.drawings import CONTRACTS, SEX, drawn, spec, specs
from tests.pipelines.workspaces import workspace
from tests.policies import POLICY

REGISTRY = specs(spec("by_sex", sex=SEX))
LINES = "sex | value\n_T | {}\nF |\nM |"
# Why they are hidden: women, men, both or none by another rule than their number.
REASONS: tuple[list[str], ...] = ([], ["F"], ["M"], ["F", "M"])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    made = workspace(tmp_path / "region")
    monkeypatch.setattr(load, "tables", lambda: REGISTRY)
    monkeypatch.setattr(load, "contracts", lambda: CONTRACTS)
    monkeypatch.setattr(load, "policy", lambda: POLICY)
    return made


def lay_aside(folder: Path, believed: Report) -> None:
    """What the repair believed, where a run leaves it."""
    (folder / artefacts.ASIDE).mkdir()
    (folder / artefacts.ASIDE / outputs.BELIEVED).write_text(believed.model_dump_json())


def reported(place: Workspace, folder: Path, total: int, by_other: list[str]) -> str:
    """The audit's figures of women and men who are hidden beside a shown total."""
    table = drawn(LINES.format(total))
    given: dict[str, Any] = {"contracts": CONTRACTS, "lists": {}}
    mended, believed = secure({"by_sex": table}, REGISTRY, POLICY, **given)
    assert mended.tables["by_sex"].equals(table)
    keys = table.filter(pl.col("sex").is_in(by_other)).select(REGISTRY["by_sex"].key)
    for part, frame in ((outputs.TABLES, table), (outputs.OTHER_RULE, keys)):
        (folder / part).mkdir(parents=True)
        artefacts.parquet(frame, folder / part / "by_sex.parquet")
    lay_aside(folder, believed)
    outputs.report(place, folder, {}, folder)
    return (folder / outputs.REPORT).read_text()


@pytest.mark.parametrize("total", [20, 25])
def test_the_figures_do_not_tell_why_a_cell_is_hidden(
    place: Workspace, tmp_path: Path, total: int
) -> None:
    made = [reported(place, tmp_path / str(n), total, why) for n, why in enumerate(REASONS)]
    assert len(set(made)) == 1
    own = [
        outputs.attack(outputs.tables_in(part / "tables"), seen.seen([]), part / "other_rule", {})
        for part in (tmp_path / str(n) for n in range(len(REASONS)))
    ]
    assert len({one.present for one in own}) > 1


def test_what_fails_for_the_attack_is_in_the_report(place: Workspace, tmp_path: Path) -> None:
    """Whatever the repair believed: twenty women among fifteen persons, and hidden men."""
    unsafe = drawn("sex | value\n_T | 15\nF | 20\nM |")
    given: dict[str, Any] = {"contracts": CONTRACTS, "lists": {}}
    _, believed = secure({"by_sex": unsafe}, REGISTRY, POLICY, **given)
    assert believed.failing == 0
    (tmp_path / outputs.TABLES).mkdir()
    artefacts.parquet(unsafe, tmp_path / outputs.TABLES / "by_sex.parquet")
    lay_aside(tmp_path, believed)
    outputs.report(place, tmp_path, {}, tmp_path)
    told = Report.model_validate_json((tmp_path / outputs.REPORT).read_bytes())
    assert told.failing == len(told.failures) > 0
