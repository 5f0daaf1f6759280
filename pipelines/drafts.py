"""What a release candidate is made of, and its files as bytes: nothing is written here.

The same draft gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.model import Table
from data_contracts.policy import Policy
from pipelines import beside, datapackage, frames, review, signing, sweeping

MANIFEST = "manifest.json"
# The promises that a release brings along, and where they lie in it.
PROMISES = {
    "codelists/*.csv": "codelists",
    "labels/*.csv": "labels",
    "definitions/*.csv": "definitions",
    "concordances/*.csv": "concordances",
    "*.odcs.yaml": "contracts",
    "indicators/*.yaml": "indicators",
    "tables.yaml": ".",
    "policy.yaml": ".",
    "precedence.yaml": ".",
    "ladders.yaml": ".",
    "microdata.yaml": "contracts",
}
SOURCE = ("source", "title", "publisher", "licence", "origin", "countries", "public")
FACTS = (
    *("release", "title", "mode", "invented", "state", "created", "published", "author"),
    *("reviewers", "tables", "countries", "periods", "policy", "sources", "audit"),
    *("ladder", "revisions", "microdata", "files"),
)
UNLISTED = {MANIFEST, signing.CHECKSUMS, signing.SIGNATURE, signing.PUBLIC}


@dataclass(frozen=True)
class Draft:
    """All that a release is made of.

    ``beside`` are the frames that lie beside its tables, ``own`` the files of the workspace that
    take the place of promised ones, ``revisions`` the list of ``revising``. ``sources`` say
    ``public: True`` when their layout does. ``cohorts`` is what is said of synthetic rows,
    ``synthetic`` their files, by their path, as they were made once.
    """

    mode: str
    invented: bool
    title: str
    tables: Mapping[str, pl.DataFrame]
    registry: Mapping[str, Table]
    indicators: pl.DataFrame
    beside: Mapping[str, pl.DataFrame]
    own: Mapping[str, bytes]
    audit: Mapping[str, Any]
    sources: Sequence[Mapping[str, Any]]
    countries: Sequence[str]
    periods: Sequence[str]
    policy: Policy
    author: str
    created: datetime
    ladder: Sequence[Mapping[str, Any]] = ()
    revisions: Sequence[Mapping[str, Any]] = ()
    cohorts: Sequence[Mapping[str, Any]] = ()
    synthetic: Mapping[str, bytes] = field(default_factory=dict)


def candidate(release: str, draft: Draft, promises: Path) -> dict[str, bytes]:
    """The files of the candidate that may become ``release``; raises when it must not.

    ``promises`` is the folder of contracts, code lists and labels, copied into it.
    """
    if unknown := sorted(set(draft.tables) - set(draft.registry)):
        raise frames.Unfit(f"Not registered in tables.yaml: {', '.join(unknown)}.")
    tables = frames.of_tables(draft.registry, draft.tables)
    manifest = _manifest(release, draft, tables)
    review.fits_mode(manifest)
    own = {**promised(promises), **draft.own}
    files = {**own, **_data(draft, tables), **draft.synthetic}
    files["datapackage.json"] = datapackage.descriptor(manifest, draft.registry, files)
    described = _described(files, manifest)
    sweeping.sweep(described, own, (draft.title, draft.author, draft.mode))
    return {**described, signing.CHECKSUMS: signing.checksums(described)}


def published(
    files: Mapping[str, bytes], manifest: Mapping[str, Any], reviewers: Sequence[str], now: datetime
) -> dict[str, bytes]:
    """The files of a candidate as those of the release; the data are the same bytes."""
    approved = {"state": "published", "published": stamp(now), "reviewers": list(reviewers)}
    return _described(files, {**manifest, **approved})


def _manifest(release: str, draft: Draft, tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    return {
        "release": release,
        "title": _title(draft),
        "mode": draft.mode,
        "invented": draft.invented,
        "state": "candidate",
        "created": stamp(draft.created),
        "published": None,
        "author": draft.author,
        "reviewers": [],
        "tables": {name: _facts(draft.registry[name], frame) for name, frame in tables.items()},
        "countries": sorted(draft.countries),
        "periods": sorted(draft.periods),
        "policy": draft.policy.model_dump(),
        # Named one by one, so that a row count or a checksum of what came in cannot slip along.
        "sources": [{fact: source[fact] for fact in SOURCE} for source in draft.sources],
        "audit": {name: draft.audit[name] for name in review.AUDITED if name in draft.audit},
        # On which rung of detail each country stands since its last annual revision, and why.
        "ladder": [dict(one) for one in draft.ladder],
        "revisions": list(draft.revisions),
        "microdata": [dict(one) for one in draft.cohorts],
    }


def _title(draft: Draft) -> str:
    silent = draft.invented and "invent" not in draft.title.lower()
    return f"{draft.title} ({datapackage.INVENTED})" if silent else draft.title


def _facts(table: Table, frame: pl.DataFrame) -> dict[str, Any]:
    return {
        "kind": table.kind,
        "title": table.title,
        "units": list(table.units),
        "dimensions": {name: of.codelist for name, of in table.dimensions.items()},
        "cells": frame.height,
        "hidden": frame.filter(pl.col("obs_status") == "Q").height,
    }


def _data(draft: Draft, tables: Mapping[str, pl.DataFrame]) -> dict[str, bytes]:
    note = {"note": datapackage.INVENTED} if draft.invented else {}
    titles = {name: draft.registry[name].title["en"] for name in tables}
    made = {
        f"tables/{name}.parquet": frames.parquet(frame, {"title": titles[name], **note})
        for name, frame in tables.items()
    }
    indicators = frames.parquet(frames.of_indicators(draft.indicators), note)
    around = {
        f"{name}.parquet": frames.parquet(beside.of_beside(name, frame), note)
        for name, frame in draft.beside.items()
    }
    return {**made, **around, "indicators.parquet": indicators}


def promised(folder: Path) -> dict[str, bytes]:
    """The contracts, lists, labels and thresholds in a folder, by their path in a release."""
    return {
        (Path(place) / path.name).as_posix(): path.read_bytes()
        for pattern, place in PROMISES.items()
        for path in sorted(folder.glob(pattern))
    }


def _described(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """``files`` with a README and a manifest that lists them all."""
    told = {**files, "README.md": datapackage.readme(manifest)}
    listed = {name: signing.sha256(told[name]) for name in sorted(set(told) - UNLISTED)}
    return {**told, MANIFEST: datapackage.as_json({**manifest, "files": listed})}


def stamp(moment: datetime) -> str:
    """A moment as releases say it, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
