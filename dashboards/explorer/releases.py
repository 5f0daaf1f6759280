"""The one module that opens data: release folders, read through an in-memory DuckDB.

Nothing outside the release can be read through the connection, and nothing can be written.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from dashboards.explorer.wholes import with_wholes
from dashboards.exports.tiers import PUBLIC, seen

# Not available, not applicable.
ABSENT = ("O", "M")


class NoRelease(LookupError):
    """None of the folders that the explorer was started with holds a release."""


@dataclass(frozen=True)
class Release:
    """A release folder and what it says about itself."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.manifest["release"])

    @property
    def line(self) -> tuple[bool, str]:
        """What the release is a version of; invented ones come after real ones."""
        return bool(self.manifest["invented"]), self.id.split("-")[0]

    @property
    def age(self) -> tuple[str, str]:
        """Sorts releases of a line from old to new."""
        made = self.manifest.get("published") or self.manifest.get("created") or ""
        return str(made), self.id

    @property
    def tables(self) -> Mapping[str, Mapping[str, Any]]:
        """The public tables as the manifest describes them, in the order of the registry."""
        found: Mapping[str, Mapping[str, Any]] = self.manifest["tables"]
        registry = _registry(self.folder).items()
        return {name: found[name] for name, t in registry if name in found and seen(PUBLIC, t)}

    @property
    def sheets(self) -> dict[str, dict[str, Any]]:
        """The reference sheets by name, of the indicators that the release has."""
        present = set(self.indicators()["indicator"])
        return {name: sheet for name, sheet in _sheets(self.folder).items() if name in present}

    def table(self, name: str) -> pl.DataFrame:
        """All cells of a table that the manifest names; KeyError for any other."""
        dimensions = self.tables[name]["dimensions"]
        return with_wholes(self._cells(name), list(dimensions), self._cells)

    def _cells(self, name: str) -> pl.DataFrame:
        return _read(self.folder, f"tables/{name}.parquet")

    def numbers(self, name: str) -> tuple[int, int]:
        """How many cells of a table say a number or hide one, and how many of them hide it.

        What is not available, or not applicable, is no number of which a part could be hidden.
        """
        status = self._cells(name)["obs_status"]
        return len(status) - int(status.is_in(ABSENT).sum()), int((status == "Q").sum())

    def indicators(self) -> pl.DataFrame:
        """All indicator values."""
        return _read(self.folder, "indicators.parquet")

    @property
    def microdata(self) -> list[Mapping[str, Any]]:
        """What the release says of the synthetic rows that it holds."""
        return [one for one in self.manifest.get("microdata", ()) if "file" in one]

    def data(self, name: str) -> bytes:
        """A file that the manifest lists, as it was signed; KeyError for any other."""
        if name not in self.manifest["files"]:
            raise KeyError(name)
        return (self.folder / name).read_bytes()

    def beside(self, name: str) -> pl.DataFrame | None:
        """What lies beside the tables, ``flags`` or ``conformance``; None in older releases."""
        file = f"{name}.parquet"
        return _read(self.folder, file) if (self.folder / file).exists() else None


@lru_cache(maxsize=64)
def _read(folder: Path, file: str) -> pl.DataFrame:
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET allowed_directories = [?]", [str(folder)])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        path = str(folder / file)
        arrow = connection.sql("FROM read_parquet(?)", params=[path]).to_arrow_table()
    frame = pl.from_arrow(arrow)
    return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()


@lru_cache(maxsize=16)
def _registry(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((folder / "tables.yaml").read_bytes())
    return found


@lru_cache(maxsize=16)
def _sheets(folder: Path) -> dict[str, dict[str, Any]]:
    files = sorted((folder / "indicators").glob("*.yaml"))
    return {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}


def find(folders: Sequence[Path]) -> list[Release]:
    """The releases in ``folders``, each one or holding several; the newest of each line first."""
    found = [_open(folder) for given in folders for folder in _within(given)]
    if not (shown := [r for r in found if r.manifest.get("state") != "withdrawn"]):
        raise NoRelease
    newest_first = sorted(shown, key=lambda release: release.age, reverse=True)
    newest = {release.line: release for release in reversed(newest_first)}
    heads = [newest[line] for line in sorted(newest)]
    return heads + [release for release in newest_first if release not in heads]


def withdrawn(folders: Sequence[Path]) -> dict[str, Mapping[str, Any]]:
    """What stands in the place of withdrawn releases, by their id."""
    every = [_open(folder) for given in folders for folder in _within(given)]
    return {r.id: r.manifest for r in every if r.manifest.get("state") == "withdrawn"}


def _within(folder: Path) -> Iterable[Path]:
    folder = folder.resolve()
    if (folder / "manifest.json").exists():
        return [folder]
    return [file.parent for file in sorted(folder.glob("*/manifest.json"))]


def _open(folder: Path) -> Release:
    return Release(folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
