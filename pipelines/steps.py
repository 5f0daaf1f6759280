"""What each asset does, without Dagster: from finished folders to a folder.

Every function here opens Parquet, calls one pure function of ``transforms`` or ``anonymize``,
and writes Parquet. Nothing of a person is in a name, a message or a return value.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import astuple
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from anonymize.consent import releasable
from data_contracts import load
from data_contracts.model import Contract, Table
from data_contracts.policy import Use
from data_contracts.questions import homes
from pipelines import (
    artefacts,
    children,
    engines,
    inbox,
    promises,
    speakers,
    submissions,
    takings,
)
from pipelines.engines import Counter
from pipelines.progress import say
from pipelines.settings import Workspace
from transforms import cube, link, regions, vintage
from transforms.people import People, prepared
from transforms.vintage import Slices

ROWS, ANSWERS, AVAILABLE, BROKEN = "rows.parquet", "answers.parquet", "available", "broken.json"
BEHIND = "behind"
# Who is counted under which key; beside a release, under which it was counted.
KEYS = "keys.parquet"


def take_in(workspace: Workspace) -> int:
    """One sealed child per submission that is due, as many at once as there are cores; how many.

    Raises ``PromiseBroken`` before any, where the contracts no longer fit what is stored.
    """
    submissions.swept(workspace)
    received = inbox.received(workspace)
    promises.unbroken(workspace, {one.submission: one.layout for one in received})
    new = [one for one in received if submissions.is_due(workspace, one)]
    if new:
        say(f"Taking in {len(new)} submissions, each in a sealed process")
    # Where they work one at a time, the next gets ready meanwhile.
    row = children.in_a_row() if workspace.children == 1 < len(new) else nullcontext()
    with row, ThreadPoolExecutor(workspace.children) as pool:
        for _ in pool.map(lambda one: submissions.take_in(workspace, one), new):
            pass
    return len(new)


def safe_files(workspace: Workspace, slices: Slices, dataset: str, name: str) -> dict[str, Path]:
    """The safe Parquet of each submission that speaks for a slice of ``dataset``.

    ``name`` is the dataset itself or the table of its answers.
    """
    spoken = sorted({s for piece, s in slices.items() if piece.dataset == dataset})
    return {one: workspace[takings.SAFE] / name / f"{one}.parquet" for one in spoken}


def safe_content(workspace: Workspace, contract: Contract, slices: Slices) -> dict[str, str]:
    """The content of each safe file of a dataset, and the slices that it speaks for."""
    own = {piece: s for piece, s in slices.items() if piece.dataset == contract.name}
    files = {
        f"{name}/{one}": artefacts.hashed([file])
        for name in filter(None, (contract.name, contract.answers))
        for one, file in safe_files(workspace, slices, contract.name, name).items()
    }
    return files | {"slices": str(sorted((astuple(piece), s) for piece, s in own.items()))}


def index(workspace: Workspace, contract: Contract, slices: Slices, out: Path) -> None:
    """What the core of a dataset is made of: its slices, and the content of its safe files."""
    speakers.write_slices(
        out / speakers.SLICES, {p: s for p, s in slices.items() if p.dataset == contract.name}
    )
    (out / "index.json").write_text(
        json.dumps(safe_content(workspace, contract, slices), indent=1), encoding="utf-8"
    )


def judge(workspace: Workspace, contract: Contract, safe: Path, out: Path) -> None:
    """Great Expectations' opinion of the safe rows: the columns and rules that are broken."""
    files = safe_files(
        workspace, speakers.read_slices(safe / speakers.SLICES), contract.name, contract.name
    )
    frames = [stored(file, contract).collect() for file in files.values()]
    (out / BROKEN).write_text(json.dumps(_second_opinion(frames, contract)), encoding="utf-8")


def _second_opinion(frames: Sequence[pl.DataFrame], contract: Contract) -> list[tuple[str, str]]:
    if not frames:
        return []
    # Importing it takes seconds.
    from data_contracts.expectations import broken

    say(f"Checking {contract.name} a second time, with Great Expectations")
    return broken(pl.concat(frames, how="diagonal"), contract, load.codelists())


def stored(file: Path, contract: Contract) -> pl.LazyFrame:
    """Stored rows with every column of the contract; what was not asked yet is null."""
    return promises.filled(pl.scan_parquet(file), contract)


def core(
    workspace: Workspace, contract: Contract, slices: Slices, keys: Path | None, out: Path
) -> None:
    """The current vintage of a dataset, with its answers; nothing where nobody sent it.

    Of persons, ``keys`` says who is counted under another key than her own; without, nobody is.
    """
    files = safe_files(workspace, slices, contract.name, contract.name)
    if not files:
        return
    parts = {one: stored(file, contract) for one, file in files.items()}
    rows = vintage.core(parts, slices, contract.name)
    if contract.kind == "persons":
        known = pl.scan_parquet(keys) if keys else pl.LazyFrame(schema=link.KEYS)
        rows = link.ranked(link.marked(link.applied(rows, known)), load.layouts())
    kept = rows.collect()
    artefacts.parquet(kept, out / ROWS)
    if contract.answers:
        named = safe_files(workspace, slices, contract.name, contract.answers)
        read = [pl.read_parquet(f).with_columns(submission=pl.lit(s)) for s, f in named.items()]
        own = kept.select("submission", "record").unique()
        answers = pl.concat(read).join(own, on=["submission", "record"], how="semi")
        artefacts.parquet(answers, out / ANSWERS)


def rows(core: Path) -> pl.DataFrame:
    """The rows of a core folder."""
    return pl.read_parquet(core / ROWS)


def countable(native: Any) -> Any:
    """The records that consent lets us count, also where a scope allowed more when they came."""
    return agreed(native, "counts")


def agreed(native: Any, use: Use) -> Any:
    """The records that consent lets us put to a use."""
    asked = {one.source: one.unknown_consent for one in load.layouts().values()}
    unknown = {source: said.code for source, said in asked.items() if said}
    return releasable(native, use, load.consent(), unknown)


def own(native: Any) -> Any:
    """A core frame with records that are told apart between submissions.

    An agency may use a record's number again in a later quarter; what it answered there says
    nothing about the earlier one, which may be published.
    """
    record = nw.concat_str("submission", "record", separator=":")
    return nw.from_native(native).lazy().with_columns(record=record).to_native()


def frames(cores: Mapping[str, Path], contracts: Mapping[str, Contract]) -> dict[str, Path]:
    """The Parquet of each table of the core, answers among them."""
    found = {name: path / ROWS for name, path in cores.items()}
    found |= {str(c.answers): cores[n] / ANSWERS for n, c in contracts.items() if c.answers}
    return {name: file for name, file in found.items() if file.exists()}


def held(cores: Mapping[str, Path]) -> dict[str, Path]:
    """The datasets that anybody sent."""
    return {name: path for name, path in cores.items() if (path / ROWS).exists()}


def of_kind(kind: str, datasets: Iterable[str]) -> dict[str, Table]:
    """The registered tables of a kind whose dataset is among ``datasets``."""
    known = set(datasets)
    return {n: t for n, t in load.tables().items() if t.kind == kind and t.dataset in known}


def count(
    workspace: Workspace,
    cores: Mapping[str, Path],
    slices: Slices,
    out: Path,
    before: str | None = None,
) -> None:
    """The cube: exact counts of every registered table of persons, and what is available.

    Beside each lies who stands behind its cells, as ``transforms.cube`` has it.

    ``before`` names a release: the cube as it was counted for it.
    """
    say("Counting the registered tables")
    for part in (AVAILABLE, BEHIND):
        (out / part).mkdir()
    with engines.opened(workspace.configuration) as engine:
        for dataset, tables in sorted(by_dataset(of_kind("persons", held(cores))).items()):
            shown = speakers.since(workspace, dataset, before)
            counted = tables_of(cores[dataset], tables, slices, engine, shown)
            for name, (made, series) in counted.items():
                artefacts.parquet(made.cells, out / f"{name}.parquet")
                artefacts.parquet(made.behind, out / BEHIND / f"{name}.parquet")
                artefacts.parquet(series, out / AVAILABLE / f"{name}.parquet")


def by_dataset(tables: Mapping[str, Table]) -> dict[str, dict[str, Table]]:
    """The tables of each dataset."""
    datasets = {table.dataset for table in tables.values()}
    return {d: {n: t for n, t in tables.items() if t.dataset == d} for d in datasets}


def tables_of(
    core: Path, tables: Mapping[str, Table], slices: Slices, engine: Counter, since: pl.DataFrame
) -> dict[str, tuple[cube.Cube, pl.DataFrame]]:
    """The cube and the available series of each table of one dataset that has any."""
    series = {name: series_of(table, slices) for name, table in tables.items()}
    shown = {name: found for name, found in series.items() if not found.is_empty()}
    if not shown:
        return {}
    places = pl.concat([found.select("country", "period") for found in shown.values()]).unique()
    people = people_of(core, tables.values(), engine, places, since)
    return {
        name: (cube.count(tables[name], people, load.codelists(), found), found)
        for name, found in shown.items()
    }


def series_of(table: Table, slices: Slices) -> pl.DataFrame:
    """The series of a table that can be counted, those of the region among them."""
    contract = load.contract(table.dataset)
    own = vintage.available(table, slices, load.layouts(), contract)
    return regions.with_region(table, own, load.policy().min_countries)


def people_of(
    core: Path,
    tables: Collection[Table],
    engine: Counter,
    places: pl.DataFrame | None = None,
    since: pl.DataFrame | None = None,
) -> People:
    """The persons of a core folder, where the engine counts them for ``tables``.

    Only of ``places`` (``country``, ``period``) that some table shows: what is not shown yet may
    still be replaced, and would take back what it said about a person elsewhere.
    """
    answers = core / ANSWERS
    given = own(engine.scan(answers)) if answers.exists() else None
    rows = nw.from_native(own(countable(engine.scan(core / ROWS)))).lazy()
    if places is not None:
        rows = rows.join(engine.lift(places), on=["country", "period"], how="semi")
    fields = {d.field for table in tables for d in table.dimensions.values()}
    return prepared(rows.to_native(), given, fields, engine, since, homes(tables))
