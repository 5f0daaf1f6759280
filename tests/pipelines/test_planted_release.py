"""A gate that forgot one cell makes a real candidate: its audit names the cell, nobody publishes.

The people are invented; what is shown of a cell too small to be shown is made up as well.
"""

import contextlib
import io
import shlex
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from anonymize.repair import secure
from pipelines import cli, outputs
from pipelines.errors import WRONG_DATA
from pipelines.settings import Workspace
from tests.pipelines.corrections import RELEASE
from tests.pipelines.test_release_life import approve, typed

pytestmark = pytest.mark.xdist_group("tiny")
TABLE = "victims_by_sex_age"
CELL = {"country": "XAB", "period": "2023-Q1", "unit": "victim_identified"}
CELL |= {"sex": "M", "age_band": "Y0T17"}


def forgetful(*given: Any, **named: Any) -> Any:
    """The repair, after which one small cell is shown."""
    mended, believed = secure(*given, **named)
    table = mended.tables[TABLE]
    asked = pl.all_horizontal(pl.col(name) == code for name, code in CELL.items())
    assert table.filter(asked)["obs_status"].to_list() == ["Q"]
    few = {"value": 5, "lower": 1, "upper": 9, "obs_status": "A", "conf_status": "F"}
    told = [pl.when(asked).then(pl.lit(v)).otherwise(n).alias(n) for n, v in few.items()]
    shown = table.with_columns(told).select(table.columns).cast(table.schema)
    return mended._replace(tables={**mended.tables, TABLE: shown}), believed


def said(words: str) -> tuple[int, str]:
    """The exit code of a command as a person types it, and what it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as end:
        cli.main(shlex.split(words))
    return int(end.value.code or 0), " ".join(out.getvalue().split())


def test_a_planted_unsafe_release_is_rejected_by_the_name_of_the_cell(
    ran: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = ran.root
    for made in (root / "assets").glob("protected*"):
        shutil.rmtree(made)
    monkeypatch.setattr(outputs, "secure", forgetful)
    assert typed(f"run --workspace {root}")["release"] == RELEASE
    monkeypatch.undo()
    code, told = said(f"audit {RELEASE} --workspace {root}")
    assert code == WRONG_DATA
    assert f"fails: {TABLE}: {' '.join(CELL.values())} (" in told
    assert typed(f"audit {RELEASE} --workspace {root}", WRONG_DATA)["failing"] > 0
    approve(root, tmp_path, RELEASE)
    refused = typed(f"release publish {RELEASE} --workspace {root}", WRONG_DATA)
    assert "say too much about a few people: `tipstat audit` names them" in refused
    assert not (root / "releases" / RELEASE).exists()
