"""What readers have seen: the tables of published releases, each as its own release registers it.

Whoever has an old release has its numbers, also of tables that are not made any more or are made
otherwise now. They are attacked with the new ones, under a name of their own.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from data_contracts import load
from data_contracts.model import Table
from pipelines import artefacts, releases
from pipelines.errors import WRONG_DATA, Refusal
from pipelines.predecessor import tables_in
from pipelines.settings import Workspace
from pipelines.standing import TABLES


class NotUnderstood(Refusal):
    """An earlier release registers its tables in a way that this version does not know."""

    exit_code = WRONG_DATA


class Seen(NamedTuple):
    """The tables of releases, the oldest first, and all tables that they or we register."""

    tables: list[dict[str, pl.DataFrame]]
    registry: dict[str, Table]


def published(workspace: Workspace) -> list[dict[str, Any]]:
    """The releases that readers have seen, withdrawn ones too, the oldest first."""
    return releases.ever_published(workspace.root)


def folders(workspace: Workspace) -> list[Path]:
    """Where they lie, the oldest first."""
    return [releases.kept(workspace.root, one["release"]) for one in published(workspace)]


def content(workspace: Workspace) -> dict[str, str]:
    """The content of each published release, by its id."""
    return {
        folder.name: artefacts.hashed(sorted((folder / TABLES).glob("*.parquet")))
        for folder in folders(workspace)
    }


def seen(releases_in: Iterable[Path]) -> Seen:
    """The tables of releases in these folders; raises ``NotUnderstood``."""
    found = Seen([], dict(load.tables()))
    for folder in releases_in:
        tables = tables_in(folder / TABLES)
        own = registered(folder, tables)
        names = {name: named(spec, found.registry, folder.name) for name, spec in own.items()}
        for name, spec in own.items():
            found.registry[names[name]] = _both(found.registry.get(names[name]), spec, names)
        found.tables.append({names[name]: frame for name, frame in tables.items()})
    return found


def registered(folder: Path, tables: Collection[str]) -> Mapping[str, Table]:
    """Of the registry that a release brings along these tables, and what they are taken for."""
    try:
        every = load.tables(folder)
    except load.ContractInvalid:
        raise NotUnderstood(
            f"tables.yaml of {folder.name} is written in a way that this version does not know, so "
            "that its numbers cannot be attacked along with new ones: use a later version."
        ) from None
    others = {every[name].taken_for for name in tables}
    found = {name: spec for name, spec in every.items() if name in tables or name in others}
    if gone := sorted(set(_gone(found))):
        raise NotUnderstood(
            f"Of {folder.name} readers know numbers by what is no longer there, so that they "
            f"cannot be attacked along with new ones: {', '.join(gone[:8])}. Put that back: what "
            "was published once stays in its list, also where no table has it any more."
        )
    return found


def _gone(registry: Mapping[str, Table]) -> Iterator[str]:
    """What tables of persons are made of and what is in no contract or code list of ours."""
    lists, contracts = load.codelists(), load.contracts()
    for spec in (one for one in registry.values() if one.kind == "persons"):
        if spec.dataset not in contracts:
            yield f"the contract {spec.dataset}"
        for one in spec.dimensions.values():
            known = lists[one.codelist].codes if one.codelist in lists else ()
            yield from (f"{one.codelist} {code}" for code in one.codes if code not in known)


def named(spec: Table, registry: Mapping[str, Table], release: str) -> str:
    """The name of a registered table with the same cells, or a new one for it."""
    for name in (spec.name, *(one for one in registry if one.startswith(f"{spec.name} "))):
        if name in registry and _cells(registry[name]) == _cells(spec):
            return name
    return f"{spec.name} of {release}"


def _cells(spec: Table) -> tuple[object, ...]:
    """What a table's cells are, whatever its series."""
    return spec.kind, spec.dataset, spec.dimensions


def _both(ours: Table | None, then: Table, names: Mapping[str, str]) -> Table:
    """A table with the series that it has now and had then."""
    if ours is None:
        whose = names.get(then.taken_for or "")
        return then.model_copy(update={"name": names[then.name], "taken_for": whose})
    more = (one for one in then.frequencies if one not in ours.frequencies)
    return ours.model_copy(update={"frequencies": (*ours.frequencies, *more)})
