"""Layouts, submissions and slices, drawn as tables."""

import polars as pl

from data_contracts import load
from data_contracts.layout import Layout
from tests.tables import table
from transforms.vintage import Sent, Slice

VICTIMS = load.contract("victims")
UNIT = {"unit": {"from": "Estado"}}


def layout(source: str, replaces: str = "country_period", **fields: object) -> Layout:
    """A layout of one list of victims."""
    feeds = {"victims": {"file": "list", "fields": {**UNIT, **fields}}}
    about = dict.fromkeys(("title", "publisher", "licence", "origin"), "")
    rest = {"frequency": "quarter", "files": {"list": {"formats": ["csv"]}}, "feeds": feeds}
    named = {"name": source, "source": source, "replaces": replaces}
    return Layout.model_validate(about | rest | named)


LAYOUTS = {
    **{name: layout(name) for name in ("police", "shelters")},
    "office": layout("office", "source", country={"from": "País"}),
    "platform": layout("platform", "source"),
    "union": layout("union").model_copy(update={"frequency": "year"}),
    "world": layout("world", "source", country={"from": "País"}).model_copy(
        update={"frequency": "year", "person": "row"}
    ),
}


def sent(drawing: str) -> list[Sent]:
    """Accepted submissions in the order of receipt; several of a kind stand in one cell."""
    drawn = table(drawing).cast(pl.String).fill_null("")
    return [
        Sent(submission, name, tuple(d.split()), tuple(c.split()), tuple(p.split()))
        for submission, name, d, c, p in drawn.rows()
    ]


def slices(drawing: str) -> dict[Slice, str]:
    """Slices and the submission that speaks for each."""
    drawn = table(drawing).cast(pl.String).fill_null("")
    return {Slice(*row[:4]): row[4] for row in drawn.rows()}


def reported(drawing: str) -> list[Slice]:
    """Slices of victims, by source a list of periods."""
    return [
        Slice("victims", source, country, period)
        for source, country, periods in table(drawing).rows()
        for period in periods.split()
    ]
