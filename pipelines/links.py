"""Who is who: one sealed child per country, then one key per person, for all datasets at once.

The keys that a release was counted with are kept beside it; what is published stays under them.
"""

import datetime as dt
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from data_contracts import load
from data_contracts.model import UNKNOWN
from pipelines import (
    artefacts,
    inbox,
    keystore,
    matching,
    releases,
    speakers,
    steps,
    submissions,
    takings,
)
from pipelines.progress import say
from pipelines.settings import Workspace
from transforms import link, vintage
from transforms.vintage import Slices

PENDING, WAITING = "pending.parquet", "waiting.json"
ROWS = (
    *("dataset", "submission", "record", "country", "period"),
    *("person_key", "link_token", "order"),
)
TYPES = dict.fromkeys(ROWS, pl.String) | {"person_key": pl.Int64, "order": pl.Int64}
GROUPS = dict.fromkeys(link.WHO, pl.String) | {"group": pl.Int64}


def persons_of(slices: Slices) -> list[str]:
    """The datasets of persons that anybody sent."""
    kinds = {name: contract.kind for name, contract in load.contracts().items()}
    return sorted({p.dataset for p in slices if kinds[p.dataset] == "persons"})


def recorded(workspace: Workspace, slices: Slices) -> pl.DataFrame:
    """The records of persons in ``slices``, with the place of their taking by receipt."""
    order = {one.submission: n for n, one in enumerate(submissions.accepted(workspace))}
    frames = [pl.LazyFrame(schema=TYPES)]
    for dataset in persons_of(slices):
        files = steps.safe_files(workspace, slices, dataset, dataset)
        parts = {one: pl.scan_parquet(file) for one, file in files.items()}
        rows = vintage.core(parts, slices, dataset)
        place = pl.col("submission").replace_strict(order, return_dtype=pl.Int64)
        frames.append(rows.with_columns(dataset=pl.lit(dataset), order=place).select(ROWS))
    return pl.concat(frames).collect()


def before(workspace: Workspace, by: dt.datetime | None = None) -> Path | None:
    """The keys that the last published release was counted with; ``by`` a moment or now.

    Whoever was published earlier is in it too: what is published stays in the core.
    """
    root = workspace.root
    every = [one["release"] for one in releases.listed(root)]
    names = [name for name in every if releases.is_published(root, name, by)]
    kept = [workspace[speakers.VINTAGES] / name / steps.KEYS for name in names]
    return next((file for file in reversed(kept) if file.exists()), None)


def content(workspace: Workspace) -> dict[str, str]:
    """What the keys depend on beside the safe rows: earlier keys, and what can be compared."""
    earlier = before(workspace)
    return {
        "before": artefacts.hashed([earlier]) if earlier else "",
        "published": str(sorted(speakers.shown(workspace))),
        "readable": str(sorted(one for job in jobs(workspace).values() for one in job)),
    }


def jobs(workspace: Workspace) -> dict[str, dict[str, tuple[Path, ...]]]:
    """Each country, its accepted takings and what is sealed of their persons."""
    sent = {one.submission: one for one in inbox.received(workspace)}
    found: dict[str, dict[str, tuple[Path, ...]]] = {}
    for taking in submissions.accepted(workspace):
        one = sent[takings.submission_of(taking.submission)]
        files = one.sealed_persons(workspace)
        if files and one.country:
            found.setdefault(one.country, {})[taking.submission] = files
    return found


def compared(workspace: Workspace, slices: Slices, out: Path) -> pl.DataFrame:
    """The groups that the sealed children find among the records that count."""
    speaking = set(slices.values())
    asked = {
        country: {one: files for one, files in sent.items() if one in speaking}
        for country, sent in sorted(jobs(workspace).items())
    }
    asked = {country: sent for country, sent in asked.items() if sent}
    if asked:
        say(f"Comparing the persons of {', '.join(asked)}, each country in a sealed process")
    with ThreadPoolExecutor(workspace.children) as pool:
        works = [pool.submit(_compared, workspace, *pair, out) for pair in asked.items()]
    return one_after_another(work.result() for work in works)


def _compared(
    workspace: Workspace, country: str, sent: dict[str, tuple[Path, ...]], out: Path
) -> Path:
    secrets = keystore.ready(workspace["keys"], country)
    target, keys = out / f"{country}.parquet", workspace["keys"]
    job = matching.Job(submissions=sent, keys=keys, out=target, secrets=secrets)
    matching.start(job, country)
    return job.out


def one_after_another(files: Iterable[Path]) -> pl.DataFrame:
    """The groups of all countries, numbered on."""
    found, number = [pl.DataFrame(schema=GROUPS)], 0
    for file in files:
        own = pl.read_parquet(file)
        found.append(own.with_columns(pl.col("group") + number))
        number += own["group"].n_unique()
    return pl.concat(found)


def make(workspace: Workspace, slices: Slices, out: Path) -> None:
    """Write the keys of who has another than her own, who waits, and how many of each country."""
    rows = recorded(workspace, slices)
    with TemporaryDirectory(dir=out) as place:
        groups = compared(workspace, slices, Path(place))
    earlier = before(workspace)
    was = pl.read_parquet(earlier) if earlier else pl.DataFrame(schema=link.KEYS)
    published = frozenset(recorded(workspace, speakers.shown(workspace))["person_key"])
    found = link.persons(rows, groups, was, published)
    artefacts.parquet(found.keys, out / steps.KEYS)
    artefacts.parquet(found.pending, out / PENDING)
    counted = waiting(rows, found.pending)
    (out / WAITING).write_text(json.dumps(counted, indent=1), encoding="utf-8")


def waiting(rows: pl.DataFrame, pending: pl.DataFrame) -> dict[str, int]:
    """Persons counted although another published person is the same one, by their country.

    For the operator alone: whoever knows such a number knows more of a cell than its release says.
    """
    home = rows.group_by("person_key").agg(pl.col("country").min())
    known = pending.select(person_key="other").unique().join(home, on="person_key", how="left")
    counted = known.with_columns(pl.col("country").fill_null(UNKNOWN)).group_by("country").len()
    return dict(counted.sort("country").iter_rows())
