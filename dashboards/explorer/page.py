"""What a page is, and what it is given to render."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from dashboards.explorer.releases import Release
from dashboards.exports.vocabulary import LISTS, Vocabulary
from dashboards.exports.words import Words


@dataclass(frozen=True)
class View:
    """A release in a language; ``address`` collects what the page's link must hold."""

    release: Release
    labels: Vocabulary
    address: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        return self.labels.words

    def country(self, code: str) -> str:
        """What readers call a country."""
        return self.labels.label("country", code)

    def title(self, of: Mapping[str, Any]) -> str:
        """The title of a table or of a reference sheet in this language."""
        return str(of["title"].get(self.words.language) or of["title"]["en"])

    def table(self, name: str) -> pl.DataFrame:
        """All cells of a table; ``whole_in`` has titles in this language."""
        cells = self.release.table(name)
        if "whole_in" not in cells.columns:
            return cells
        titles = {other: self.title(one) for other, one in self.release.tables.items()}
        return cells.with_columns(pl.col("whole_in").replace(titles))

    def said(self, of: Mapping[str, Any], key: str) -> str:
        """A text of a reference sheet in this language."""
        texts = of.get(key) or {}
        return str(texts.get(self.words.language) or texts.get("en") or "")

    def lists(self, table: str) -> dict[str, str]:
        """The coded columns of a table and their code lists."""
        return LISTS | dict(self.release.tables[table]["dimensions"])


@dataclass(frozen=True)
class Page:
    """A page of the explorer; ``title`` is a message key, ``order`` its place in the menu."""

    title: str
    order: int
    render: Callable[[View], None]
    url_path: str
