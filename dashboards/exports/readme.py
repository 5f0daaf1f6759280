"""The README beside exported files: what they hold, what empty cells mean, how to cite them."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from dashboards.exports.citation import citation
from dashboards.exports.words import Words

# In the order in which readers ask: why is it empty, then what is special about a number.
STATUSES = ("A", "Q", "O", "M", "P", "B", "E")
BESIDE = ("observations", "differences", "mirror", "flags", "conformance")
SOURCE = ("title", "publisher", "licence")


def readme(manifest: Mapping[str, Any], words: Words, written: Collection[str]) -> str:
    """The text of README.txt for the tables of a release that were ``written``."""
    language = words.language
    tables = (
        f"  {name}.csv: {table['title'][language]}"
        for name, table in manifest["tables"].items()
        if name in written
    )
    beside = (
        f"  {name}.csv: {words(name)}" for name in BESIDE if f"{name}.parquet" in manifest["files"]
    )
    paragraphs = [
        manifest["title"],
        *([words("invented_banner")] if manifest["invented"] else []),
        "\n".join(
            [words("readme_files"), *tables, f"  indicators.csv: {words('indicators')}", *beside]
        ),
        "\n".join([words("readme_status"), *(_status(code, words) for code in STATUSES)]),
        words("readme_interval"),
        words("readme_units"),
        citation(manifest, words, (source["source"] for source in manifest["sources"])),
    ]
    return "\n\n".join(paragraphs) + "\n"


def _status(code: str, words: Words) -> str:
    return f"  {code}: {words(f'status_{code}')}"


def said(release: Path, manifest: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Every phrase that the README of ``release`` may say: its own, and our catalogue's."""
    registry = yaml.safe_load((release / "tables.yaml").read_text(encoding="utf-8"))
    for name, table in registry.items():
        yield from (f"{name}.csv", (table.get("title") or {}).get(words.language, ""))
    yield from (f"{name}.csv" for name in ("indicators", *BESIDE))
    for key, message in words.messages.items():
        if key.startswith(("readme_", "status_", "cite", "invented_")) or key in BESIDE:
            yield from re.split(r"\{\w+\}", message)
    yield from (words("indicators"), *STATUSES, manifest["title"], manifest["release"])
    yield from (source[what] for source in manifest["sources"] for what in SOURCE)
