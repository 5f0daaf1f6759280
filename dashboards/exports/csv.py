"""A release as CSV files: codes, labels and intervals, with every written string swept.

Plain UTF-8, RFC 4180. A hidden or missing number is an empty ``value``; ``obs_status`` says why.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from dashboards.exports.citation import file_name
from dashboards.exports.readme import readme
from dashboards.exports.vocabulary import LISTS, Vocabulary, vocabulary
from data_contracts import load
from data_contracts.concordance import STANDARDS
from data_contracts.model import TOTAL

STATUS = ("obs_status", "conf_status")
# What lies beside the tables: its coded columns, its numbers, and words that are no codes.
BESIDE = ("observations", "differences", "mirror", "flags", "conformance")
CODED = {
    "mirror": {"origin": "country", "destination": "country"},
    "flags": {"concept": "concept", "code": "definition"},
}
SHARES = r"(received|exact|lossy|none|unmapped)_(from|to)"
COUNTED = re.compile(
    rf"(other_|origin_|destination_)?(value|lower|upper)|others|difference|\w+_pct|{SHARES}"
)
SAID = {
    "agreement": {"alone", "agree", "differ", "unknown"},
    "definitions": {"same", "differ"},
    "by": {"", "destination", "repatriation"},
    "status": {"both", "only_destination", "only_origin", "hidden"},
    "flag": {"difference", "break", "straddles", ""},
    "standard": set(STANDARDS),
}
# What a spreadsheet would run as a formula.
FORMULA = re.compile(r"^[=+\-@\t\r]")

Allowed = Mapping[str, frozenset[str]]


class ForeignText(ValueError):
    """A release holds a string that its lists do not have; names the column, never the string."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(
            f"Nothing was exported: table {table}, {column} has text that is in none of the"
            " release's code lists, labels, sources or periods. Build the release again."
        )


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


def sweep(table: str, frame: pl.DataFrame, words: Allowed) -> None:
    """Refuse a column, string or formula that the release does not declare.

    Raises ForeignText. A number is only looked for where numbers are declared: a document
    number in a column of codes is foreign text too.
    """
    for place, name in enumerate(frame.columns, 1):
        if COUNTED.fullmatch(name) and frame[name].dtype.is_numeric():
            continue
        if name not in words:
            raise ForeignText(table, f"column {place}")
        written = set(frame[name].cast(pl.String).drop_nulls())
        if written - words[name] or any(map(FORMULA.match, written)):
            raise ForeignText(table, f"column {name}")


def text(frame: pl.DataFrame) -> str:
    """The frame as RFC 4180 text."""
    return frame.write_csv(line_terminator="\r\n")


def read_manifest(release: Path) -> dict[str, Any]:
    """What the release says about itself."""
    manifest: dict[str, Any] = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def tables(release: Path, labels: Vocabulary) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each table of the release by name, labelled and swept, then its indicators."""
    for name, table in read_manifest(release)["tables"].items():
        if not re.fullmatch(r"[a-z0-9_]+", name):
            raise ForeignText("names", "the registry of the release")
        lists = LISTS | table["dimensions"]
        frame = labelled(pl.read_parquet(release / "tables" / f"{name}.parquet"), lists, labels)
        sweep(name, frame, allowed(release, lists, labels))
        yield name, frame
    yield "indicators", indicators(release, labels)
    for name in BESIDE:
        if (release / f"{name}.parquet").exists():
            yield name, beside(release, name, labels)


def beside(release: Path, name: str, labels: Vocabulary) -> pl.DataFrame:
    """What lies beside the tables, labelled and swept; a breakdown that nobody uses is left out."""
    made = read_manifest(release)["tables"]
    broken = {n: codes for table in made.values() for n, codes in table["dimensions"].items()}
    lists = {**LISTS, **broken, **CODED.get(name, {})}
    words = {**allowed(release, lists, labels), **promised(release), "table": frozenset(made)}
    words |= {column: frozenset(said) for column, said in SAID.items()}
    words |= dict.fromkeys(("first", "last"), words["period"])
    # The region's own series has no one source.
    words |= {"source": words["source"] | {""}} if name == "flags" else {}
    for side in ("other_", "origin_", "destination_"):
        words |= {f"{side}{column}": words[column] for column in ("source", "table", *STATUS)}
    read = pl.read_parquet(release / f"{name}.parquet")
    total = [c for c in read.select(pl.col(pl.String)).columns if (read[c] == TOTAL).all()]
    unused = [c for c in total if c not in LISTS and (c in broken or c not in words)]
    frame = labelled(read.drop(unused), lists, labels)
    sweep(name, frame, words)
    return frame


def promised(release: Path) -> Allowed:
    """The datasets that the release has contracts of, and their fields; ``""`` is all of them."""
    files = sorted((release / "contracts").glob("*.odcs.yaml"))
    read = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    fields = {column["name"] for one in read for column in one["schema"][0]["properties"]}
    datasets = frozenset(str(one["name"]) for one in read)
    return {"dataset": datasets, "field": frozenset({*fields, ""})}


def indicators(release: Path, labels: Vocabulary) -> pl.DataFrame:
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
    sweep("indicators", frame, {**allowed(release, lists, labels), **known})
    return frame


def export(release: Path, folder: Path, language: str = "en") -> list[Path]:
    """Write one CSV file a table, the indicators and a README into ``folder``; the files written.

    All or nothing: the files are made beside ``folder`` and moved when every one was swept.
    """
    manifest, labels = read_manifest(release), vocabulary(release, language)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as part:
        for name, frame in tables(release, labels):
            file = Path(part, file_name(manifest, f"{name}.csv"))
            file.write_text(text(frame), encoding="utf-8", newline="")
        file = Path(part, file_name(manifest, "README.txt"))
        file.write_text(readme(manifest, labels.words), encoding="utf-8")
        folder.mkdir(exist_ok=True)
        made = sorted(Path(part).iterdir())
        return [file.replace(folder / file.name) for file in made]
