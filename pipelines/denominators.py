"""Rates that have nothing to divide by, because nobody has submitted it, and what to submit."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.model import Frozen, Table
from transforms import indicators


class Lack(Frozen):
    """An indicator, the table that it lacks, and where; without countries, everywhere."""

    indicator: str
    table: str
    countries: tuple[str, ...]
    periods: tuple[str, ...]
    remedy: str


def says(layout: Layout, table: Table) -> bool | None:
    """Whether files of a layout fill a table; None where only their rows or columns tell it."""
    if table.dataset not in layout.feeds:
        return False
    contract = load.contract(table.dataset)
    told = layout.feeds[table.dataset].fields.get(
        "series" if "series" in contract.by_name else "unit"
    )
    return None if told is None or told.value is None else told.value in table.units


def remedy(table: Table) -> str:
    """What to submit, and in which layouts it is known."""
    every = {name: says(layout, table) for name, layout in load.layouts().items()}
    known = [name for name, said in every.items() if said]
    maybe = [name for name, said in every.items() if said is None]
    layouts = " or ".join(known or maybe) or "NAME (tipstat layout suggest FILE drafts one)"
    return f"Submit a table of it: tipstat submit FILE --layout {layouts}; then run again."


def lacking(tables: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """The rates among protected tables that lack a denominator, and where."""
    registry, specs = load.tables(), load.indicators()
    found = indicators.lacking(specs, tables, registry)
    return [
        Lack(
            indicator=name,
            table=(whole := indicators.whole_table(specs[name])),
            countries=tuple(sorted({country for country, _ in places})),
            periods=tuple(sorted({period for _, period in places})),
            remedy=remedy(registry[whole]),
        ).model_dump(mode="json")
        for name, places in found.items()
    ]


def expected(layout: Layout, sent: Iterable[str]) -> list[dict[str, Any]]:
    """The rates that files of ``layout`` would be counted in, if no layout ``sent`` before has
    what they are divided by."""
    registry, there = load.tables(), [load.layout(name) for name in {*sent, layout.name}]
    found = []
    for name, spec in load.indicators().items():
        whole = registry[indicators.whole_table(spec)]
        counted = registry[spec.table].dataset in layout.feeds and whole.name != spec.table
        if counted and all(says(one, whole) is False for one in there):
            found.append(
                Lack(
                    indicator=name, table=whole.name, countries=(), periods=(), remedy=remedy(whole)
                )
            )
    return [one.model_dump(mode="json") for one in found]
