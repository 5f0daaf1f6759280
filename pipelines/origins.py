"""Who stands behind what a release says: each source as its layout names it."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from data_contracts import load
from data_contracts.layout import Layout


def described(layouts: Sequence[Layout], countries: Sequence[str]) -> dict[str, Any]:
    """One source, or several whose records were counted together, as a release names them."""
    return {
        "source": "+".join(layout.source for layout in layouts),
        "title": "; ".join(layout.title for layout in layouts),
        "publisher": "; ".join(dict.fromkeys(layout.publisher for layout in layouts)),
        "licence": "; ".join(dict.fromkeys(layout.licence for layout in layouts)),
        "origin": "; ".join(dict.fromkeys(layout.origin for layout in layouts)),
        "countries": list(countries),
        "public": all(layout.public for layout in layouts),
    }


def sources(frames: Iterable[pl.DataFrame], conformed: pl.DataFrame) -> list[dict[str, Any]]:
    """Who stands behind the released numbers, singly and together, with their countries.

    ``conformed`` names those too of whom no number is shown.
    """
    by_source = {layout.source: layout for layout in load.layouts().values()}
    pairs = {p for t in frames for p in t.select("source", "country").unique().rows()}
    behind: dict[str, set[str]] = {}
    for names, country in pairs:
        for name in {*(names or "").split("+"), names} - {"", None}:
            behind.setdefault(name, set()).add(country)
    shown = set(behind)
    for name, country in conformed.select("source", "country").unique().rows():
        if name not in shown:
            behind.setdefault(name, set()).add(country)
    return [
        described([by_source[one] for one in name.split("+")], sorted(countries))
        for name, countries in sorted(behind.items())
    ]
