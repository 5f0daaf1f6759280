"""Rows of a package are judged as if a stranger had written them, whoever signed it."""

import io
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from pipelines.packages import MANIFEST
from pipelines.settings import Workspace
from tests.pipelines.workspaces import tree
from tests.sealing.country import code, copied, taken
from tests.sealing.test_packages import Files, forged, inside, key_of, to_region

NAME = "0.victims.0.parquet"
ANSWERS = "0.victims_answers.0.parquet"
Change = Callable[[pl.DataFrame], pl.DataFrame]


def rewritten(files: Files, name: str, change: Change) -> Files:
    """The members with other rows, of which the manifest says size and digest as it should."""
    data = io.BytesIO()
    rows = change(pl.read_parquet(io.BytesIO(files[name])))
    rows.write_parquet(data, statistics=False)
    said = json.loads(files[MANIFEST])
    for part in said["parts"]:
        for member in part["members"]:
            if member["name"] == name:
                new = data.getvalue()
                member |= {"size": len(new), "sha256": sha256(new).hexdigest(), "rows": len(rows)}
    return files | {name: data.getvalue(), MANIFEST: json.dumps(said).encode()}


def with_text(column: str, text: str | None) -> Change:
    """All rows with one text in a column."""
    return lambda rows: rows.with_columns(pl.lit(text, pl.String).alias(column))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (NAME, with_text("record", "Zqmarandilo Zqsovelina")),
        (NAME, with_text("case", "Zqmarandilo Zqsovelina")),
        (NAME, with_text("person", "Zqmarandilo Zqsovelina")),
        (NAME, with_text("person", None)),
        (NAME, with_text("inner", "1994-05-17")),
        (NAME, with_text("sex", "Zqsovelina")),
        (NAME, with_text("citizenship", "Zqsovelina")),
        (NAME, with_text("area", "Zqsovelina")),
        (NAME, with_text("period", "2024-05-17")),
        (NAME, with_text("source", "xaa_shelters")),
        (NAME, with_text("country", "XAB")),
        (NAME, with_text("family_name", "Zqmarandilo")),
        (NAME, lambda rows: rows.drop("sex")),
        (NAME, lambda rows: rows.head(1)),
        (ANSWERS, with_text("record", "Zqmarandilo")),
        (ANSWERS, with_text("code", "Zqsovelina")),
        (ANSWERS, with_text("field", "narrative")),
    ],
)
def test_rows_that_no_gate_would_let_out_are_refused_whole(
    regional: Workspace,
    national: Workspace,
    package: Path,
    tmp_path: Path,
    name: str,
    change: Change,
) -> None:
    here = copied(regional, tmp_path / "region")
    files = rewritten(inside(package, national), name, change)
    made = forged(files, tmp_path / "made.tip", to_region(here), key_of(national))
    before = tree(here.root)
    assert code(taken(here, made)) == "SEAL-11"
    assert {name for name in tree(here.root) if name not in before} <= {"safe"}


def test_the_same_rows_written_anew_are_taken(
    regional: Workspace, national: Workspace, package: Path, tmp_path: Path
) -> None:
    here = copied(regional, tmp_path / "region")
    files = rewritten(inside(package, national), NAME, lambda rows: rows)
    made = forged(files, tmp_path / "made.tip", to_region(here), key_of(national))
    assert taken(here, made).verdict != "faults"
