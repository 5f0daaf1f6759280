"""A release as CSV files: codes, labels and intervals, with every written string swept.

Plain UTF-8, RFC 4180. A hidden or missing number is an empty ``value``; ``obs_status`` says why.
"""

import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import yaml

from dashboards.exports.citation import file_name
from dashboards.exports.readme import readme, said
from dashboards.exports.sweep import Allowed, ForeignText, prose, sweep
from dashboards.exports.tiers import PUBLIC, seen
from dashboards.exports.vocabulary import LISTS, Vocabulary, vocabulary
from data_contracts import load
from data_contracts.model import TOTAL
from data_contracts.said import SAID

STATUS = ("obs_status", "conf_status")
# What lies beside the tables: its coded columns, its numbers, and words that are no codes.
BESIDE = ("observations", "differences", "mirror", "flags", "conformance")
CODED = {
    "mirror": {"origin": "country", "destination": "country"},
    "flags": {"concept": "concept", "code": "definition"},
}


class Sheet(NamedTuple):
    """One file to be: its name, its rows, and the strings that each column may hold."""

    name: str
    frame: pl.DataFrame
    words: Allowed


def labelled(frame: pl.DataFrame, lists: Mapping[str, str], labels: Vocabulary) -> pl.DataFrame:
    """``frame`` with a column ``<name>_label`` right after each coded column."""
    columns: list[pl.Expr] = []
    for name in frame.columns:
        columns.append(pl.col(name))
        if name in lists:
            found = {code: labels.label(lists[name], code) for code in frame[name].unique()}
            columns.append(_spoken(name, found))
    return frame.select(columns)


def _spoken(name: str, found: Mapping[str, str]) -> pl.Expr:
    spoken = pl.col(name).replace_strict(dict(found), default=None, return_dtype=pl.String)
    return spoken.alias(f"{name}_label")


def allowed(release: Path, lists: Mapping[str, str], labels: Vocabulary) -> Allowed:
    """Per column, every string that the release itself declares for it."""
    manifest = read_manifest(release)
    words: dict[str, frozenset[str]] = {
        "period": frozenset(manifest["periods"]),
        "source": frozenset(source["source"] for source in manifest["sources"]),
    }
    for column, name in {**lists, **dict.fromkeys(STATUS)}.items():
        codes = {row["code"] for row in load.rows(name or column, release / "codelists")}
        words[column] = frozenset({*codes, TOTAL} if name else codes)
        if name:
            spoken = {labels.label(name, code) for code in words[column]}
            words[f"{column}_label"] = frozenset(spoken)
    return words


def wholes(frame: pl.DataFrame, words: Allowed) -> frozenset[str]:
    """What is coarser in the numbers that contain hidden ones, where columns and codes are known.

    As a release writes it: ``period=2025;sex=_T``, with ``table=`` where it is another table's.
    """

    def is_known(part: str) -> bool:
        column, _, code = part.partition("=")
        return code in words.get(column, ())

    every = frame["within"].drop_nulls().unique() if "within" in frame.columns else ()
    return frozenset(text for text in every if all(map(is_known, text.split(";"))))


def text(frame: pl.DataFrame) -> str:
    """The frame as RFC 4180 text."""
    return frame.write_csv(line_terminator="\r\n")


def read(data: bytes) -> pl.DataFrame:
    """The rows of an exported file as the text that stands in it."""
    return pl.read_csv(io.BytesIO(data), infer_schema=False)


def read_manifest(release: Path) -> dict[str, Any]:
    """What the release says about itself."""
    manifest: dict[str, Any] = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def registry(release: Path) -> dict[str, dict[str, Any]]:
    """The tables as the registry inside the release describes them."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((release / "tables.yaml").read_bytes())
    return found


def tables(release: Path, labels: Vocabulary, tier: str = PUBLIC) -> Iterator[Sheet]:
    """Each table that a tier sees, labelled, then indicators and what lies beside the tables."""
    registered = registry(release)
    for place, (name, table) in enumerate(read_manifest(release)["tables"].items(), 1):
        if name not in registered:
            raise ForeignText("manifest.json", place, "the names of tables")
        if not seen(tier, registered[name]):
            continue
        lists = LISTS | table["dimensions"]
        frame = labelled(pl.read_parquet(release / "tables" / f"{name}.parquet"), lists, labels)
        there = frozenset(n for n, one in registered.items() if seen(tier, one))
        words = {**allowed(release, lists, labels), "table": there}
        yield Sheet(name, frame, {**words, "within": wholes(frame, words)})
    yield indicators(release, labels)
    for name in BESIDE:
        if (release / f"{name}.parquet").exists():
            yield beside(release, name, labels)


def beside(release: Path, name: str, labels: Vocabulary) -> Sheet:
    """What lies beside the tables, labelled; a breakdown that nobody uses is left out."""
    made = read_manifest(release)["tables"]
    broken = {n: codes for table in made.values() for n, codes in table["dimensions"].items()}
    lists = {**LISTS, **broken, **CODED.get(name, {})}
    words = {**allowed(release, lists, labels), **promised(release), "table": frozenset(made)}
    words |= SAID
    words |= dict.fromkeys(("first", "last"), words["period"])
    # The region's own series has no one source.
    words |= {"source": words["source"] | {""}} if name == "flags" else {}
    for side in ("other_", "origin_", "destination_"):
        words |= {f"{side}{column}": words[column] for column in ("source", "table", *STATUS)}
    read = pl.read_parquet(release / f"{name}.parquet")
    total = [c for c in read.select(pl.col(pl.String)).columns if (read[c] == TOTAL).all()]
    unused = [c for c in total if c not in LISTS and (c in broken or c not in words)]
    return Sheet(name, labelled(read.drop(unused), lists, labels), words)


def promised(release: Path) -> Allowed:
    """The datasets that the release has contracts of, and their fields; ``""`` is all of them."""
    files = sorted((release / "contracts").glob("*.odcs.yaml"))
    read = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    fields = {column["name"] for one in read for column in one["schema"][0]["properties"]}
    datasets = frozenset(str(one["name"]) for one in read)
    return {"dataset": datasets, "field": frozenset({*fields, ""})}


def indicators(release: Path, labels: Vocabulary) -> Sheet:
    """The indicators, each with its title from the release's own reference sheets."""
    lists = {"country": "country"}
    titles = {
        file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))["title"][labels.words.language]
        for file in (release / "indicators").glob("*.yaml")
    }
    frame = labelled(pl.read_parquet(release / "indicators.parquet"), lists, labels)
    frame = frame.insert_column(
        frame.columns.index("indicator") + 1, frame.select(_spoken("indicator", titles)).to_series()
    )
    known = {"indicator": frozenset(titles), "indicator_label": frozenset(titles.values())}
    return Sheet("indicators", frame, {**allowed(release, lists, labels), **known})


def export(release: Path, folder: Path, language: str = "en", tier: str = PUBLIC) -> list[Path]:
    """Write one CSV file a table, the indicators and a README into ``folder``; the files written.

    All or nothing: the files are made beside ``folder`` and moved when every one was swept.
    """
    manifest, labels = read_manifest(release), vocabulary(release, language)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as part:
        written = set()
        for name, frame, declared in tables(release, labels, tier):
            written.add(name)
            file = Path(part, file_name(manifest, f"{name}.csv"))
            file.write_text(text(frame), encoding="utf-8", newline="")
            sweep(f"{name}.csv", read(file.read_bytes()), declared)
        file = Path(part, file_name(manifest, "README.txt"))
        file.write_text(readme(manifest, labels.words, written), encoding="utf-8")
        prose("README.txt", file.read_text(encoding="utf-8"), said(release, manifest, labels.words))
        folder.mkdir(exist_ok=True)
        made = sorted(Path(part).iterdir())
        return [file.replace(folder / file.name) for file in made]
