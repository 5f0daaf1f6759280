"""The release before a candidate, and what the candidate says otherwise than it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts import load
from pipelines import conformity, drafts, releases, revising
from pipelines.settings import Workspace

TABLES = "tables"
PROMISED = ("policy.yaml", "tables.yaml")


def tables_in(folder: Path) -> dict[str, pl.DataFrame]:
    """Every table of a folder by name."""
    return {file.stem: pl.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}


def revisions(workspace: Workspace, tables: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """What ``tables`` say otherwise than the release before, and why; none where there was none."""
    if not (before := releases.ever_published(workspace.root)):
        return []
    last = before[-1]
    folder = releases.kept(workspace.root, last["release"])
    lists = (f"codelists/{file.name}" for file in sorted((folder / "codelists").glob("*.csv")))
    then = {name: (folder / name).read_bytes() for name in (*PROMISED, *lists)}
    own = revising.Before(last["state"], tables_in(folder / TABLES), then)
    now = drafts.promised(load.HERE) | conformity.own_files(workspace)
    return revising.listed(own, tables, load.tables(), now, workspace.revising)
