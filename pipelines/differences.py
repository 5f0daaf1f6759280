"""What one release says otherwise than another: tables, contracts, lists, labels, thresholds.

Read from what both brought along, never from what is here now.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines import frames
from transforms import revisions

# Folders of files, and files, that are compared as wholes.
FOLDERS = (
    *("codelists", "labels", "contracts", "indicators", "definitions", "concordances"),
    *("precedence.yaml", "ladders.yaml"),
)
EVERY_CELL = [*frames.MEASURES, *frames.FLAGS, frames.WITHIN]
POLICY, REGISTRY, INDICATORS = "policy.yaml", "tables.yaml", "indicators.parquet"


def between(before: Path, after: Path) -> dict[str, Any]:
    """What two release folders say otherwise beside their tables: names, never texts."""
    return {
        "indicators": indicators(before, after),
        "policy": policy(before, after),
        "registry": named(_yaml(before / REGISTRY), _yaml(after / REGISTRY)),
        "promises": {
            folder: named(_bytes(before / folder), _bytes(after / folder)) for folder in FOLDERS
        },
        "contracts": _pairs({f: _versions(f) for f in (before, after)}, before, after),
        "codes": codes(before, after),
    }


def named(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names that are new, gone, or mean something else."""
    both = before.keys() & after.keys()
    return {
        "added": sorted(after.keys() - before.keys()),
        "removed": sorted(before.keys() - after.keys()),
        "changed": sorted(name for name in both if before[name] != after[name]),
    }


def policy(before: Path, after: Path) -> dict[str, dict[str, Any]]:
    """Each threshold that is another one, with what it was and is; None where it was or is not."""
    values = {f: {n: _value(v) for n, v in _yaml(f / POLICY).items()} for f in (before, after)}
    return _pairs(values, before, after)


def codes(before: Path, after: Path) -> dict[str, dict[str, list[str]]]:
    """The codes of each list that are new or gone, or have another parent or validity."""
    was, now = (
        {file.stem: _codes(file) for file in (folder / "codelists").glob("*.csv")}
        for folder in (before, after)
    )
    found = {name: named(was.get(name, {}), now.get(name, {})) for name in sorted({*was, *now})}
    return {name: changes for name, changes in found.items() if any(changes.values())}


def indicators(before: Path, after: Path) -> dict[str, int]:
    """How many values of indicators changed in which way."""
    key = list(frames.INDICATOR_KEY)
    was, now = (pl.read_parquet(folder / INDICATORS) for folder in (before, after))
    return revisions.counted(revisions.compared(was, now, key))


def key(table: pl.DataFrame) -> list[str]:
    """The columns that name a cell of a released table."""
    return [column for column in table.columns if column not in EVERY_CELL]


def compared(
    name: str, was: Mapping[str, pl.DataFrame], now: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """One table in two releases; a table that one of them has not is empty there."""
    one = was[name] if name in was else now[name].clear()
    other = now[name] if name in now else was[name].clear()
    return revisions.compared(one, other, key(one))


def _pairs(values: Mapping[Path, Mapping[str, Any]], before: Path, after: Path) -> dict[str, Any]:
    was, now = values[before], values[after]
    return {
        name: {"before": was.get(name), "after": now.get(name)}
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    }


def _value(threshold: Any) -> Any:
    return threshold.get("value", threshold) if isinstance(threshold, dict) else threshold


def _versions(folder: Path) -> dict[str, str]:
    """The version of each contract."""
    files = sorted((folder / "contracts").glob("*.yaml"))
    return {f.name.partition(".")[0]: str(_yaml(f).get("version")) for f in files}


def _codes(file: Path) -> dict[str, list[str]]:
    rows = csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig")))
    return {row[0]: row[1:] for row in rows if row}


def _yaml(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.exists() else {}


def _bytes(place: Path) -> dict[str, bytes]:
    """The files of a folder, or the one file, by name."""
    files = sorted(place.iterdir()) if place.is_dir() else [place] if place.exists() else []
    return {file.name: file.read_bytes() for file in files if file.is_file()}
