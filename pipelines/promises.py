"""Which contracts and mappings the stored rows were written under, and whether they still hold.

The promises of each contract are kept in ``contracts/`` under the hash of what they say, so that
a run can tell what a change would break before it makes anything.
"""

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from data_contracts import load, places
from data_contracts.keywords import keywords
from data_contracts.layout import Layout
from data_contracts.model import UNKNOWN, Contract, Field
from data_contracts.promise import Break, Promise, breaks
from data_contracts.verdict import Verdict
from pipelines import takings, whole
from pipelines.errors import ENVIRONMENT, Refusal
from pipelines.settings import Workspace

FOLDER = "contracts"
# What a layout says about itself, not about how its files are read.
ABOUT = {"title", "publisher", "licence", "origin"}
MOST = 20
ONE_WRITES = threading.Lock()
STORED = {"integer": pl.Int64(), "number": pl.Float64(), "date": pl.Date()}


class PromiseBroken(Refusal):
    """Stored rows no longer keep what the present contracts promise; lists what and the remedy."""

    exit_code = ENVIRONMENT


def present() -> dict[str, Promise]:
    """What each contract promises now."""
    lists = load.codelists()
    return {name: Promise.of(contract, lists) for name, contract in load.contracts().items()}


def remember(workspace: Workspace, datasets: Iterable[str]) -> dict[str, str]:
    """Keep the present promises of ``datasets``, once each; the name that each is kept under."""
    now = present()
    for dataset in datasets:
        file = workspace[FOLDER] / f"{now[dataset].content}.json"
        # Submissions are taken in side by side: each would clear the draft of the other.
        with ONE_WRITES:
            if not file.exists():
                whole.write(file, now[dataset].model_dump_json(indent=1).encode())
    return {dataset: now[dataset].content for dataset in datasets}


def mapping(layout: Layout) -> str:
    """The hash of how a layout's files become codes: its columns and words, and the lists' words.

    Neither code nor thresholds are part of it: only what a statistician would call the mapping.
    """
    fields = {name: load.contract(name).by_name for name in layout.feeds}
    named = {fields[n][field].codelist for n, feed in layout.feeds.items() for field in feed.fields}
    scoped = {name for feed in layout.feeds.values() for name in feed.scope.values()}
    words = {name: load.codelist(name).spellings for name in {*named, *scoped} if name}
    words |= _declared(
        layout, [fields[n][f] for n, feed in layout.feeds.items() for f in feed.fields]
    )
    read = layout.model_dump(mode="json", exclude=ABOUT, exclude_defaults=True)
    return hashlib.sha256(json.dumps([read, words], sort_keys=True).encode()).hexdigest()[:32]


def _declared(layout: Layout, fields: Sequence[Field]) -> dict[str, dict[str, str]]:
    """The words of texts that the gate in reads: of places to areas, and keywords to codes."""
    found: dict[str, dict[str, str]] = {}
    if any(field.treatment == "generalise:area" for field in fields):
        found["places"] = dict(places.areas(layout.country or UNKNOWN))
    for name in sorted({field.codelist or "" for field in fields if field.is_told}):
        found[f"keywords {name}"] = dict(keywords(name, layout.language, [("", "")]).codes)
    return found


def unbroken(workspace: Workspace, sent: Mapping[str, str]) -> None:
    """Raise ``PromiseBroken`` unless all stored rows keep what the present contracts promise.

    ``sent`` has the layout of each submission.
    """
    known = load.layouts()
    gone = sorted(set(sent.values()) - set(known))
    found = [f"The layout {name} is gone, and submissions were read by it." for name in gone]
    found += [str(one) for one in broken(workspace, sent)]
    if found:
        more = [f"and {len(found) - MOST} more."] if len(found) > MOST else []
        listed = "\n".join(f"  - {one}" for one in [*found[:MOST], *more])
        raise PromiseBroken(
            f"The contracts no longer fit what is stored; nothing was made or changed.\n{listed}\n"
            "Correct the contract or the list as said beside each, and run again."
        )


def broken(workspace: Workspace, submissions: Iterable[str]) -> Iterator[Break]:
    """Everything that the present contracts break of the stored rows, each once."""
    now = present()
    older: dict[tuple[str, str], list[str]] = {}
    for taking, verdict in _accepted(workspace, submissions):
        for dataset, content in verdict.promises.items():
            if dataset not in now or content != now[dataset].content:
                older.setdefault((dataset, content), []).append(taking)
    listed: set[Break] = set()
    for (dataset, content), rows in sorted(older.items()):
        file = workspace[FOLDER] / f"{content}.json"
        before = Promise.model_validate_json(file.read_bytes())
        listed.update(breaks(before, now.get(dataset), partial(_held, workspace, before, rows)))
    yield from sorted(listed, key=str)


def _accepted(workspace: Workspace, submissions: Iterable[str]) -> Iterator[tuple[str, Verdict]]:
    for submission in submissions:
        for taking in takings.of(workspace, submission):
            found = takings.verdict(workspace, taking)
            if found and not takings.refused(found):
                yield taking, found


def _held(
    workspace: Workspace, before: Promise, rows: Iterable[str], column: str
) -> frozenset[str | None]:
    """What the stored rows of some takings hold in a column; a lacking column holds nothing."""
    many = any(old.many for old in before.fields.values() if old.safe == column)
    tables = _answers(before.dataset) if many else before.dataset
    found: set[str | None] = set()
    for taking in rows:
        file = workspace[takings.SAFE] / tables / f"{taking}.parquet"
        if file.exists():
            found |= _answered(file, column) if many else _values(file, column)
    return frozenset(found)


def _answers(dataset: str) -> str:
    known = load.contracts().get(dataset)
    return (known.answers if known else None) or f"{dataset}_answers"


def _answered(file: Path, field: str) -> set[str | None]:
    return set(pl.read_parquet(file, columns=["field", "code"]).filter(field=field)["code"])


def _values(file: Path, column: str) -> set[str | None]:
    """The codes in a column; of a column of something else only whether it is filled."""
    if column not in pl.read_parquet_schema(file):
        return {None}
    held = pl.read_parquet(file, columns=[column])[column]
    return set(held.unique().cast(pl.String, strict=False))


def filled(rows: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """Stored rows with every column of the contract; what was not asked then is null."""
    there = rows.collect_schema().names()
    leaving = {field.safe: field for field in contract.single if field.leaves}
    added = {name: stored_as(field) for name, field in leaving.items() if name not in there}
    return rows.with_columns(pl.lit(None, of).alias(name) for name, of in added.items())


def stored_as(field: Field) -> pl.DataType:
    """The type of the column that a field fills in the stored rows."""
    return STORED.get(field.type, pl.String()) if field.treatment == "keep" else pl.String()
