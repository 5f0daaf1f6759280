"""The last look at a candidate: every string in its files is one that somebody declared.

Declared are the promises (contracts, code lists, labels, reference sheets), the layouts, the
settings, and what our own modules say. A promise must be the very bytes that it is, a cell of a
table a code, name or period as a whole; of what a release says about itself every word must be
declared. What is found is told by file, row and column, never by what it is.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from data_contracts import load
from data_contracts.microdata import NO, YES
from data_contracts.model import TOTAL
from data_contracts.said import SAID
from pipelines import beside, datapackage, frames, review, revising, signing
from pipelines.errors import OUR_FAULT, Refusal
from transforms.revisions import REVISIONS

Files = Mapping[str, bytes]

WORD = re.compile(r"[^\W_]+")
TOKEN = re.compile(r"[\w:.-]*\w")
PERIOD = re.compile(r"\d{4}(-Q[1-4]|-P[69]M|-P\d{1,2}Y)?")
# What is coarser in the number that contains a hidden one, as ``period=2025;sex=_T``.
POINTER = re.compile(r"[a-z_]+=[^=;]+(;[a-z_]+=[^=;]+)*")
# What is no word: moments, ids of releases, periods, checksums, versions and sizes.
FORMS = re.compile(
    r"\b([0-9a-f]{64}|\d{4}-\d{2}-\d{2}(T[\d:]{8}Z)?|(invented|tip)-\d{4}(q[1-4])?-v\d+"
    r"|\d{4}(-Q[1-4]|-P[69]M|-P\d{1,2}Y)?|v?\d{1,3}(\.\d+)*)\b",
    re.IGNORECASE,
)
# What manifest and data package say beside the meanings below, in keys and in words.
KEYS = """
    schema name title version created keywords licenses sources resources path format mediatype
    encoding bytes hash fields type primaryKey constraints enum description table text csv json
    application vnd apache parquet utf sha256 string integer number https datapackage org profiles
    dataresource tableschema Indicators release mode invented state candidate published author
    reviewers tables countries periods files kind units dimensions cells hidden source publisher
    licence origin public en es fr codelists labels definitions concordances and more trafficking
    in persons code Invented Not for use as evidence No country person or event here is real
    README md audit ladder frequency reason start enough coarsest
"""
# What the list of revisions says of a table and of its cells.
REVISED = ("revisions", "table", "change", "reason", "country", "added", "reshaped", *REVISIONS)
# What is said of synthetic rows; their page is one of ours, their columns and codes are declared.
SYNTHETIC = """
    microdata cohort state made too_few file page rows epsilon delta case_epsilon raid raid_epsilon
    sure persons_per_case pairs good rough unfit seal read it first what is promised about these
"""
# Polars keeps the types of the columns under this name.
TYPES, ABOUT = "ARROW:schema", {"title", "note"}


class Foreign(Refusal):
    """A candidate holds a string that nobody declared; nothing was written."""

    exit_code = OUR_FAULT

    def __init__(self, file: str, row: int, column: str) -> None:
        super().__init__(
            f"No candidate was written: {file}, row {row}, {column} has text that is in none of "
            "the code lists, labels, contracts, layouts or settings. Report this to whoever "
            "maintains tipstat; what was published before still stands."
        )


class Declared(NamedTuple):
    """What cells of tables may be, and which words a release may say of itself."""

    cells: frozenset[str]
    words: frozenset[str]


def words(texts: Iterable[str]) -> frozenset[str]:
    """The words of some texts, in small letters."""
    return frozenset(word for text in texts for word in WORD.findall(text.lower()))


@cache
def of_layouts() -> tuple[frozenset[str], frozenset[str]]:
    """The names of all sources, and the words of what their layouts say of them."""
    every = load.layouts().values()
    told = (f"{x.source} {x.title} {x.publisher} {x.licence} {x.origin}" for x in every)
    return frozenset(layout.source for layout in every), words(told)


def declared(promised: Files, settings: Iterable[str]) -> Declared:
    """What the promises, the layouts, the ``settings`` and our own modules declare."""
    # These bring what solves linear programs, and numpy.
    from anonymize import audit_model, microdata_report

    texts = {name: data.decode("utf-8-sig") for name, data in promised.items()}
    lists = (text for name, text in texts.items() if name.endswith(".csv"))
    codes = {row[0] for text in lists for row in csv.reader(io.StringIO(text)) if row}
    tokens = {
        t for name, text in texts.items() if name.endswith("aml") for t in TOKEN.findall(text)
    }
    named = {Path(name).name.split(".")[0] for name in promised}
    sources, told = of_layouts()
    said = frozenset(word for column in SAID.values() for word in column)
    own = [*datapackage.MEANING, *datapackage.MEANING.values(), *datapackage.BESIDE_TITLES.values()]
    own += [KEYS, datapackage.README.read_text(encoding="utf-8"), *datapackage.MODES.values()]
    own += [audit_model.MODEL, audit_model.COALITION, *audit_model.SAID, *review.AUDITED]
    own += [*revising.REASONS, *REVISED]
    own += [
        SYNTHETIC,
        datapackage.SYNTHETIC,
        microdata_report.PAGE,
        load.microdata().thresholds.pool.value,
    ]
    own += [signing.CHECKSUMS, signing.SIGNATURE, signing.PUBLIC]
    spoken = words([*texts.values(), *promised, *own, *_columns(), *settings])
    cells = frozenset({TOTAL, YES, NO, *codes, *tokens, *named, *sources}) | said
    return Declared(cells, spoken | told)


def in_tables(data: bytes, cells: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Row and column of each cell, and of each column's name, that is not declared."""
    for place, (name, column) in enumerate(pl.read_parquet(io.BytesIO(data)).to_dict().items(), 1):
        if name not in cells | _columns():
            yield 1, f"column {place}"
        elif not column.dtype.is_numeric() and column.dtype != pl.Null:
            texts = column.cast(pl.String)
            foreign = [x for x in texts.drop_nulls().unique() if not _is_known(x, cells)]
            yield from ((int(row) + 2, f"column {name}") for row in texts.is_in(foreign).arg_true())


@cache
def _columns() -> frozenset[str]:
    every = (column for name in beside.BESIDE for column in beside.columns(name))
    ours = (*frames.MEASURES, *frames.FLAGS, frames.WITHIN, *frames.INDICATOR_KEY)
    return frozenset({*every, *ours, *load.microdata().domains})


def _is_known(cell: str, cells: frozenset[str]) -> bool:
    """Whether a cell is a period, a code or a name; or several in one of our own forms.

    These are names of sources counted together, and what is coarser in a whole.
    """
    if POINTER.fullmatch(cell):
        return all(_is_known(part, cells) for part in re.split("[=;]", cell))
    return bool(PERIOD.fullmatch(cell)) or cells.issuperset(cell.split("+"))


def in_words(texts: Iterable[str], known: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The place of each text of which a word is not declared."""
    for row, text in enumerate(texts, 1):
        if words([FORMS.sub(" ", text)]) - known:
            yield row, "a text"


def leaves(value: Any) -> Iterator[str]:
    """Every key and every string of a JSON document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str):
        yield value


def foreign(name: str, data: bytes, known: Declared) -> Iterator[tuple[int, str]]:
    """Row and column of everything in a file of a candidate that nobody declared."""
    if name.endswith(".parquet"):
        about = {k: v for k, v in pl.read_parquet_metadata(io.BytesIO(data)).items() if k != TYPES}
        yield from ((0, "the footer") for key in set(about) - ABOUT)
        yield from in_words(about.values(), known.words)
        yield from in_tables(data, known.cells)
    elif name.endswith(".json"):
        yield from in_words(leaves(json.loads(data)), known.words)
    else:
        yield from in_words(data.decode().splitlines(), known.words)


def sweep(files: Files, promised: Files, settings: Iterable[str]) -> None:
    """Raise ``Foreign`` unless everything in ``files`` is promised or declared.

    ``settings`` are the words of the operator: title, author and mode.
    """
    known = declared(promised, settings)
    for name, data in files.items():
        for row, column in [] if promised.get(name) == data else foreign(name, data, known):
            raise Foreign(name, row, column)
