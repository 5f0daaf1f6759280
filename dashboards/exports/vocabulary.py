"""The code lists and labels that lie inside a release: what a code is called, and in which order.

A release is read with its own words, so that it says the same after a label has changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboards.exports.words import Words, words
from data_contracts import load
from data_contracts.model import TOTAL

# Columns of every table, and the code list that each is coded by; dimensions are in the manifest.
LISTS = {"country": "country", "unit": "unit"}


@dataclass(frozen=True)
class Vocabulary:
    """The labels of one release in one language."""

    words: Words
    labels: Mapping[str, Mapping[str, str]]
    drafts: Mapping[str, frozenset[str]]

    def label(self, of: str, code: str) -> str:
        """What readers see for ``code`` of the list ``of``; a code without a label stays itself."""
        total = self.words("all_countries" if of == "country" else "total")
        return self.labels.get(of, {}).get(code) or (total if code == TOTAL else code)

    def is_draft(self, of: str, code: str) -> bool:
        """Whether nobody has reviewed the translation of this label yet."""
        return code in self.drafts.get(of, ())

    def in_order(self, of: str, codes: Iterable[str]) -> list[str]:
        """``codes`` in the order of their list, the total first."""
        place = {code: number for number, code in enumerate(self.labels.get(of, ()))}
        return sorted(
            codes, key=lambda code: (code != TOTAL, place.get(code, len(place)), str(code))
        )


def shown(cell: str) -> str:
    """The spelling that is shown; the others are accepted when files are read."""
    return cell.split("|")[0].strip()


@cache
def vocabulary(release: Path, language: str) -> Vocabulary:
    """The labels in ``language`` of the release in the folder ``release``."""
    lists = {
        file.stem: load.rows(file.stem, file.parent)
        for file in sorted((release / "labels").glob("*.csv"))
    }
    labels = {
        name: {row["code"]: shown(row[language]) or shown(row["en"]) for row in rows}
        for name, rows in lists.items()
    }
    drafts = {
        name: frozenset(row["code"] for row in rows if row[f"{language}_state"] == "draft")
        for name, rows in lists.items()
    }
    return Vocabulary(words(language), labels, drafts)
