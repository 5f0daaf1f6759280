"""The README beside exported files: what they hold, what empty cells mean, how to cite them."""

from collections.abc import Mapping
from typing import Any

from dashboards.exports.citation import citation
from dashboards.exports.words import Words

# In the order in which readers ask: why is it empty, then what is special about a number.
STATUSES = ("A", "Q", "O", "M", "P", "B", "E")


def readme(manifest: Mapping[str, Any], words: Words) -> str:
    """The text of README.txt for all files of a release."""
    language = words.language
    tables = (
        f"  {name}.csv: {table['title'][language]}" for name, table in manifest["tables"].items()
    )
    beside = (
        f"  {name}.csv: {words(name)}"
        for name in ("observations", "differences", "mirror", "flags", "conformance")
        if f"{name}.parquet" in manifest["files"]
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
