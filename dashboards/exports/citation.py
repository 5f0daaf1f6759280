"""How a release and its figures are cited, the same on a page, in a file and in a document."""

from collections.abc import Iterable, Mapping
from typing import Any

from dashboards.exports.words import Words


def release_line(manifest: Mapping[str, Any], words: Words) -> str:
    """The release by title, id and date; an invented one says so first."""
    published = str(manifest.get("published") or manifest.get("created") or "")[:10]
    line = words(
        "cite", title=manifest["title"], release=manifest["release"], date=published
    ).replace(" ()", "")
    return f"{words('invented_mark')} {line}" if manifest["invented"] else line


def source_line(source: Mapping[str, Any], words: Words) -> str:
    """One source with its publisher and licence."""
    return words("cite_source", **{key: source[key] for key in ("title", "publisher", "licence")})


def citation(manifest: Mapping[str, Any], words: Words, sources: Iterable[str]) -> str:
    """What to write under a figure made of ``sources``."""
    wanted = set(sources)
    lines = [source_line(s, words) for s in manifest["sources"] if s["source"] in wanted]
    return " ".join(
        [release_line(manifest, words), *([words("cite_sources")] if lines else [])]
    ) + (" " + "; ".join(lines) + "." if lines else "")


def file_name(manifest: Mapping[str, Any], name: str) -> str:
    """The name of a file made from the release; one of invented data says so."""
    return f"invented_{name}" if manifest["invented"] else name
