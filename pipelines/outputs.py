"""From exact counts to a release candidate: protect, attack, measure, write. Without Dagster."""

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from anonymize import audit
from anonymize.repair import joined, secure
from data_contracts import load
from data_contracts.definitions import concepts, definitions
from data_contracts.precedence import precedence
from pipelines import (
    artefacts,
    conformity,
    denominators,
    gating,
    keystore,
    microdata,
    observing,
    origins,
    predecessor,
    releases,
    rungs,
    seen,
    signing,
    speakers,
    standing,
    steps,
    whole,
)
from pipelines.predecessor import tables_in as tables_in
from pipelines.progress import say
from pipelines.settings import Workspace
from pipelines.standing import DRAWN, Gate
from pipelines.standing import OTHER_RULE as OTHER_RULE
from pipelines.standing import TABLES as TABLES
from transforms import comparability
from transforms.indicators import indicators
from transforms.published import programme, published
from transforms.vintage import Slices

REPORT, LACKING, BELIEVED = "report.json", "lacking.json", "believed.json"
# Of what passes, nobody is told more than that it did.
VERDICT = ("failing", "narrow", "uncertified", "public_elsewhere", "failures")


def public_elsewhere(slices: Slices) -> frozenset[tuple[str, str]]:
    """Dataset and country of persons whose records are all public row by row."""
    open_sources = {one.source for one in load.layouts().values() if one.public_records}
    pairs = {(piece.dataset, piece.country) for piece in slices}
    closed = {(p.dataset, p.country) for p in slices if p.source not in open_sources}
    return frozenset(pairs - closed)


def _write(frames: Mapping[str, pl.DataFrame], folder: Path) -> None:
    folder.mkdir()
    for name, frame in frames.items():
        artefacts.parquet(frame, folder / f"{name}.parquet")


def protect(
    workspace: Workspace, cube_folder: Path, cores: Mapping[str, Path], slices: Slices, out: Path
) -> None:
    """All tables as they may leave: persons rounded, hidden and repaired, others as published."""
    say("Rounding and hiding")
    registry, key = load.tables(), keystore.rounding(workspace["keys"])
    counted = [name for name in registry if (cube_folder / f"{name}.parquet").exists()]
    gate = Gate(cube_folder, key, gating.EPOCH)
    drafts = gating.of_persons(counted, cube_folder, slices, key)
    made = {n: standing.settle(workspace, n, draft, gate) for n, draft in drafts.items()}
    persons = {name: frame for name, (frame, _) in made.items()}
    say("Attacking the tables and hiding what gives too much away")
    why = {name: keys for name, (_, keys) in made.items()}
    before = seen.seen(seen.folders(workspace))
    mended, believed = secure(
        persons | others(cores),
        before.registry,
        load.policy(),
        contracts=load.contracts(),
        lists=load.codelists(),
        public=public_elsewhere(slices),
        earlier=before.tables,
    )
    _write(at_breaks(mended.tables), out / TABLES)
    # Laid aside: each release before adds to it, and the same tables make no new candidate.
    (out / artefacts.ASIDE).mkdir()
    (out / artefacts.ASIDE / BELIEVED).write_text(believed.model_dump_json(), encoding="utf-8")
    private = {
        n: keys.unique().sort(keys.columns) for n, keys in joined(why, mended.hidden).items()
    }
    _write(private, out / OTHER_RULE)


def at_breaks(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Tables whose shown cells say where a definition changed; the audit asks for no such mark."""
    registry = load.tables()
    return {
        name: comparability.marked(registry[name], frame, definitions(), concepts())
        for name, frame in tables.items()
    }


def others(cores: Mapping[str, Path]) -> dict[str, pl.DataFrame]:
    """The tables of numbers that somebody has published, and of programme data.

    A table of which no source says anything is not there.
    """
    sent = steps.held(cores)
    passed = {"published": published, "programme": programme}
    made = {
        name: make(table, steps.rows(cores[table.dataset]), precedence().order)
        for kind, make in passed.items()
        for name, table in steps.of_kind(kind, sent).items()
    }
    return {name: frame for name, frame in made.items() if not frame.is_empty()}


def attack(
    tables: dict[str, pl.DataFrame], before: seen.Seen, other_rule: Path, slices: Slices
) -> audit.Report:
    """The audit of protected tables, beside everything published before."""
    return audit.attack(
        tables,
        before.registry,
        load.policy(),
        contracts=load.contracts(),
        lists=load.codelists(),
        other_rule=tables_in(other_rule) if other_rule.exists() else None,
        public=public_elsewhere(slices),
        earlier=before.tables,
    )


def attack_release(workspace: Workspace, release: str) -> audit.Report:
    """The audit of a candidate or release, beside the releases before it."""
    own = workspace[speakers.VINTAGES] / release
    slices = speakers.read_slices(own / speakers.SLICES) if own.exists() else {}
    before = seen.folders(workspace)
    names = [folder.name for folder in before]
    before = before[: names.index(release)] if release in names else before
    every = seen.seen([*before, releases.kept(workspace.root, release)])
    return attack(every.tables.pop(), every, own / OTHER_RULE, slices)


def report(workspace: Workspace, protected: Path, slices: Slices, out: Path) -> None:
    """Write the audit down, without the time it took: the same tables, the same report.

    The verdict is of the attack that knows why each cell is hidden. All other figures go into the
    release, where they would tell that: they are of the repair, which knows only what is published.
    """
    say("Auditing every hidden cell")
    before = seen.seen(seen.folders(workspace))
    found = attack(tables_in(protected / TABLES), before, protected / OTHER_RULE, slices)
    aside = protected / artefacts.ASIDE / BELIEVED
    believed = audit.Report.model_validate_json(aside.read_bytes())
    verdict: dict[str, Any] = {name: getattr(found, name) for name in VERDICT}
    told = believed.model_copy(update=verdict | {"seconds": 0.0})
    (out / REPORT).write_text(told.model_dump_json(indent=1), encoding="utf-8")


def measure(protected: Path, out: Path) -> None:
    """The indicators, from protected tables only."""
    say("Measuring the indicators")
    tables = tables_in(protected / TABLES)
    found = indicators(load.indicators(), tables, load.tables(), load.policy())
    artefacts.parquet(found, out / "indicators.parquet")
    (out / LACKING).write_text(json.dumps(denominators.lacking(tables), indent=1), encoding="utf-8")


def beside(
    tables: Mapping[str, pl.DataFrame], parts: Mapping[str, Path]
) -> dict[str, pl.DataFrame]:
    """What lies beside the tables: where they cannot be compared, and what other sources say."""
    flags = comparability.flags(tables, load.tables(), definitions(), concepts())
    conformed = pl.read_parquet(parts["conformance"] / conformity.FILE)
    return {"flags": flags, "conformance": conformed, **observing.read(parts["observations"])}


def draft(workspace: Workspace, parts: Mapping[str, Path], now: datetime) -> releases.Draft:
    """What a candidate is made of."""
    tables = tables_in(parts["protected"] / TABLES)
    extra = beside(tables, parts)
    return releases.Draft(
        mode=workspace.configuration.mode,
        invented=workspace.invented,
        title=workspace.configuration.title,
        tables=tables,
        registry=load.tables(),
        indicators=pl.read_parquet(parts["indicators"] / "indicators.parquet"),
        beside=extra,
        own=conformity.own_files(workspace),
        audit=json.loads((parts["audit"] / REPORT).read_text(encoding="utf-8")),
        sources=origins.sources([*tables.values(), observing.spoken(extra)], extra["conformance"]),
        countries=sorted({c for t in tables.values() for c in t["country"].unique()}),
        periods=sorted({p for t in tables.values() for p in t["period"].unique()}),
        policy=load.policy(),
        author=workspace.configuration.author,
        created=now,
        ladder=rungs.told(workspace),
        revisions=predecessor.revisions(workspace, tables),
        cohorts=microdata.said(parts["microdata"]),
        synthetic=microdata.files(parts["microdata"]),
    )


def signed(workspace: Workspace) -> dict[str, str]:
    """What a candidate says of itself by the configuration, so that a change makes a new one."""
    return workspace.configuration.model_dump(include={"title", "mode", "author"})


def propose(
    workspace: Workspace,
    parts: Mapping[str, Path],
    slices: Slices,
    out: Path,
) -> None:
    """Write the candidate, and beside it, for ourselves, the slices and keys behind it."""
    say("Writing the release candidate")
    now = datetime.now(UTC)
    folder = releases.write(workspace.root, draft(workspace, parts, now))
    with whole.folder(workspace[speakers.VINTAGES] / folder.name, replace=True) as own:
        speakers.write_slices(own / speakers.SLICES, published_slices(slices, parts["cube"]))
        speakers.write_slices(own / speakers.EVERY_SLICE, slices)
        shutil.copytree(parts["protected"] / OTHER_RULE, own / OTHER_RULE)
        _write(drawn(workspace, parts), own / DRAWN)
        (own / speakers.REVISED).write_text(workspace.revising, encoding="utf-8")
        shutil.copy(parts["links"] / steps.KEYS, own)
    (out / "release").write_text(folder.name, encoding="utf-8")
    shutil.copy(folder / signing.CHECKSUMS, out)


def drawn(workspace: Workspace, parts: Mapping[str, Path]) -> dict[str, pl.DataFrame]:
    """The release in which each cell was drawn that stays as published, by table."""
    gate = Gate(parts["cube"], keystore.rounding(workspace["keys"]), gating.EPOCH)
    persons = tables_in(parts["protected"] / TABLES).items()
    kinds = {name for name, table in load.tables().items() if table.kind == "persons"}
    return {n: standing.drawn(workspace, n, t, gate) for n, t in persons if n in kinds}


def published_slices(slices: Slices, cube_folder: Path) -> Slices:
    """The slices whose quarter or year is counted: they are frozen when published."""
    registry = load.tables()
    counted = {
        (registry[name].dataset, country, period)
        for name, frame in tables_in(cube_folder / steps.AVAILABLE).items()
        for country, period in frame.select("country", "period").unique().iter_rows()
    }
    return {
        p: s
        for p, s in slices.items()
        if {(p.dataset, p.country, part) for part in (p.period, p.period[:4])} & counted
    }
