"""Columns that nobody declared: dropped, and reported without showing what nobody should read.

The name of a column can be a person's. It is shown where all its words are words of forms, or
where the source is public, and nothing personal is found in it; else only its number is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from anonymize.text import found
from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.words import spelling
from pipelines.arrivals import Files
from sources.rows import Met

# So many different cells tell what a column holds; what is longer is prose, and cut.
CELLS, LONGEST = 50, 400
WORD = re.compile(r"[^\W\d_]+")
Strangers = Mapping[str, Mapping[str, tuple[str, ...]]]


def undeclared(files: Files, layout: Layout) -> dict[str, dict[str, tuple[str, ...]]]:
    """Each file to its columns that no contract asks for, with what kinds of data are in them.

    The kinds are those found in the first rows, by patterns and lists of names.
    """
    every = {
        name: dict(_strangers(file.asked.met, _declared(layout, name), layout.public))
        for name, file in files.items()
    }
    return {name: columns for name, columns in every.items() if columns}


def _declared(layout: Layout, file: str) -> set[str]:
    """The columns of a file that a feed reads, or says that it does not."""
    feeds = (feed for feed in layout.feeds.values() if feed.file == file)
    return {*layout.columns(file), *(name for feed in feeds for name in feed.ignored or ())}


def _strangers(
    met: Met, declared: set[str], is_public: bool
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if met.header is None:
        return
    cells = met.header.cells
    left = [n for n, name in enumerate(cells) if name not in declared]
    for place in left:
        some = dict.fromkeys(row[place] for row in met.rows if place < len(row) and row[place])
        if cells[place] or some:
            is_shown = showable(cells[place], is_public)
            name = cells[place] if is_shown else f"column {place + 1}"
            yield name, kinds(list(some)[:CELLS])


def kinds(texts: Iterable[str]) -> tuple[str, ...]:
    """The kinds of personal data in some texts."""
    return tuple(sorted({kind for here in kinds_of_each(texts) for kind in here}))


def kinds_of_each(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """For each text the kinds of personal data in it."""
    spans = found([text[:LONGEST] for text in texts])
    return [tuple(sorted({span.kind for span in here})) for here in spans]


def showable(name: str, is_public: bool) -> bool:
    """Whether the name of a column may be shown and kept."""
    return (is_public or of_forms(name)) and has_words(name) and not kinds([name])


def has_words(name: str) -> bool:
    """Whether the name of a column can be printed and has a word."""
    return name.isprintable() and bool(WORD.search(name))


def of_forms(name: str) -> bool:
    """Whether all words of a column's name are words of forms."""
    return all(word in vocabulary() for word in WORD.findall(spelling(name)))


@cache
def vocabulary() -> frozenset[str]:
    """The words of which the names of columns are made, in the languages of files."""
    rows = load.rows("fields", load.HERE / "aliases")
    fields = (field for contract in load.contracts().values() for field in contract.fields)
    titles = (f"{field.name} {field.title}" for field in fields)
    more = (row["word"] for row in load.rows("headers", load.HERE / "aliases"))
    texts = (*(text for row in rows for text in row.values()), *titles, *more)
    return frozenset(w for text in texts for w in WORD.findall(spelling(text)))
