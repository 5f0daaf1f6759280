"""How an invented country words its files, and the reader of them."""

from typing import Any

import polars as pl

from data_contracts import load
from data_contracts.layout import Layout
from tests.tables import table
from transforms.conform import Conformed, Reader, conform, named

CONTRACTS, LISTS = load.contracts(), load.codelists()
# As a country words them: labels with commas, one that another list would take for something
# else, one of two codes, one that is no trafficking.
LABELS = {
    "purposes": {
        "Trabajo": {"exploitation": ["P2"]},
        "Trabajo, con o sin retención": {"exploitation": ["P4"], "act": ["A1"]},
        "Niñas, niños": {"exploitation": ["P1"]},
        "Mendicidad": {"exploitation": ["P2", "tipstat:begging"]},
        "Contrabando": "out_of_scope",
        "Trámite, sin más": "out_of_scope",
    },
    "sexes": {"Otro": {"sex": ["tipstat:other_sex"]}, "Varón": {"sex": ["F"]}},
}


def reader(dataset: str = "victims", censored: str | None = None, **fields: Any) -> Reader:
    """How a country writes some fields; a plain text stands for the column of that name."""
    maps = {n: {"from": f} if isinstance(f, str) else f for n, f in fields.items()}
    about = dict.fromkeys(("title", "source", "publisher", "licence", "origin"), "")
    rest = {
        "name": "xaa_list",
        "replaces": "country_period",
        "frequency": "quarter",
        "missing": ("", "N/D", "Sin datos"),
        "censored": censored,
        "files": {"list": {"formats": ["csv"]}},
        "labels": LABELS,
        "feeds": {dataset: {"file": "list", "fields": maps}},
    }
    layout = Layout.model_validate(about | rest)
    return Reader(CONTRACTS[dataset], layout.feeds[dataset], layout, LISTS)


def texts(drawing: str) -> pl.DataFrame:
    """A file as it is read: everything is text."""
    drawn = table(drawing, row=pl.Int64)
    return drawn.with_columns(pl.exclude("row").cast(pl.String).fill_null(""))


def made(drawing: str, how: Reader) -> Conformed:
    """The drawn file in the common schema."""
    return conform(named(texts(drawing), how), how)


def column(cells: list[str], how: Reader, field: str) -> list[object]:
    """One column of a file, under the name of its field, conformed."""
    frame = pl.DataFrame({"row": range(len(cells)), field: cells})
    return conform(named(frame, how), how).rows[field].to_list()


def split() -> dict[str, Any]:
    """A comma list of labels in the column ``Finalidad``."""
    return {"from": "Finalidad", "verb": "split_labels", "labels": "purposes"}
