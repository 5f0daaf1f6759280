"""The list of revisions that a release brings along: what its tables say otherwise, and why.

Beside the release before it, as readers saw it; from published values only, and counted by table,
country and kind of change. Reasons are a closed list, so that nothing of a person is in one.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import polars as pl
import yaml

from data_contracts.model import Table
from pipelines import differences
from transforms import revisions

Tables: TypeAlias = Mapping[str, pl.DataFrame]
Files: TypeAlias = Mapping[str, bytes]
# Why a number is another one than before.
REASONS = {
    "withdrawn": "The release before this one was withdrawn, and this one takes its place.",
    "source": "The source that publishes the number states it otherwise now.",
    "policy": "A threshold of the policy changed.",
    "definition": "What the table counts, or one of its code lists, changed.",
    "protection": "The number is hidden, or shown, so that linked tables stay safe together.",
    "annual_revision": "Corrections that had waited were taken in once for the whole year.",
    "registry": "The table is new, is not made any more, or has other dimensions.",
}


class Before(NamedTuple):
    """The release before: its state now, its tables, and its promises by their path."""

    state: str
    tables: Tables
    promised: Files


def listed(
    before: Before, tables: Tables, registry: Mapping[str, Table], promised: Files, year: str = ""
) -> list[dict[str, Any]]:
    """The revisions of ``tables`` since the release before; ``promised`` are files by path.

    ``year`` is the one that is counted anew, where one is.
    """
    names = sorted({*before.tables, *tables})
    found = []
    for name in names:
        if change := _made(name, before.tables, tables):
            found.append({"table": name, "change": change, "reason": "registry"})
            continue
        for of_year, row in _revised(name, before.tables, tables, year):
            why = reason(registry[name], before, promised, of_year)
            found.append({"table": name, **row, "reason": why})
    return found


def _revised(
    name: str, was: Tables, now: Tables, year: str
) -> Iterator[tuple[bool, dict[str, Any]]]:
    """The changes of a table by country and kind, those of the ``year`` by themselves."""
    changes = differences.compared(name, was, now)
    revised = changes.filter(pl.col("change").is_in(revisions.REVISIONS))
    of_year = pl.lit(bool(year)) & (pl.col("period").str.slice(0, 4) == year)
    by, periods = ["country", "change", "of_year"], pl.col("period").unique().sort()
    grouped = revised.with_columns(of_year=of_year).group_by(by)
    for row in grouped.agg(periods=periods, cells=pl.len()).sort(by).to_dicts():
        yield row.pop("of_year"), row


def _made(name: str, was: Tables, now: Tables) -> str | None:
    """What became of a table as a whole; None where its cells can be compared."""
    if name not in was or name not in now:
        return "removed" if name in was else "added"
    return None if differences.key(was[name]) == differences.key(now[name]) else "reshaped"


def reason(table: Table, before: Before, promised: Files, of_year: bool) -> str:
    """Why cells of a table changed: a key of ``REASONS``. Those ``of_year`` were counted anew.

    Which of these the audit hid is not said apart: it would tell which of them moved.
    """
    if table.kind == "persons" and of_year:
        return "annual_revision"
    if before.state == "withdrawn":
        return "withdrawn"
    if table.kind != "persons":
        return "source"
    if policy(before.promised) != policy(promised):
        return "policy"
    if meaning(table, before.promised) != meaning(table, promised):
        return "definition"
    return "protection"


def policy(promised: Files) -> dict[str, Any]:
    """Every threshold; the words of its reason may change."""
    read = yaml.safe_load(promised["policy.yaml"])
    return {name: one["value"] for name, one in read.items()}


def meaning(table: Table, promised: Files) -> tuple[object, ...]:
    """What decides what a table counts: its entry in the registry, and its code lists."""
    entry = yaml.safe_load(promised["tables.yaml"]).get(table.name)
    lists = sorted({one.codelist for one in table.dimensions.values()})
    return entry, *(promised.get(f"codelists/{name}.csv") for name in lists)
