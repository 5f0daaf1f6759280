"""Spans of years that have numbers by code: periods of their own, which years meet in one total.

A span's system is attacked like that of a year. If its total can be each number that its cells
leave open, while years and other spans have totals that they were seen to have, then its people
go together with theirs as they are (``audit_overlaps``), and nothing in it is narrowed. That
holds only where its codes say nothing of its years: a question whose answers stand in a span and
in one of its years, too, is not attacked, and fails.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import polars as pl

from anonymize.audit_case import Case
from anonymize.audit_sheets import NOW, SHOWN, Reader, Sheet, Tables
from data_contracts.model import TOTAL
from data_contracts.periods import frequency, is_span, years
from data_contracts.questions import question

# Dataset, country, unit and period.
Place: TypeAlias = tuple[str, str, str, str]
# The case, the sheet and the cell of a total.
Total: TypeAlias = tuple[Case, int, int]
KEYS = ["country", "period", "unit"]


def totals(cases: Sequence[Case]) -> dict[Place, Total]:
    """The totals of years and of spans with shown numbers by code, in the release under audit."""
    found: dict[Place, Total] = {}
    for case in cases:
        for number, sheet in enumerate(case.system.sheets):
            place, cell = sheet.place, sheet.shape.number.get(frozenset(), -1)
            if place.country == TOTAL or cell < 0 or not sheet.is_now[cell] & NOW:
                continue
            if sheet.state[cell] if frequency(place.period) == "year" else is_coded(sheet):
                found[(*place[:3], place.period)] = case, number, cell
    return found


def is_coded(sheet: Sheet) -> bool:
    """Whether a sheet is of a span with a shown number."""
    return is_span(sheet.place.period) and bool((sheet.state == SHOWN).any())


def clashing(reader: Reader, cases: Sequence[Case]) -> set[Place]:
    """The spans with numbers by code that share a question with one of their years."""
    sheets = [sheet for case in cases for sheet in case.system.sheets]
    fields: dict[Place, set[str]] = {}
    for sheet in sheets:
        for table in sheet.shape.places:
            own = {question(one) for one in reader.specs[table].dimensions.values()}
            fields.setdefault(sheet.place.year, set()).update(own)
    return {
        sheet.place[:4]
        for sheet in filter(is_coded, sheets)
        for year in years(sheet.place.period)
        if fields[sheet.place.year] & fields.get((*sheet.place[:3], year), set())
    }


def rows_of(reader: Reader, tables: Tables, places: Iterable[Place]) -> dict[str, pl.DataFrame]:
    """The keys of the shown cells of spans, by table: those by code go with their total."""
    wanted = set(places)
    found: dict[str, list[tuple[str, ...]]] = {}
    for name, dataset in spanned(reader, tables).items():
        columns = [*KEYS, *reader.specs[name].dimensions]
        for row in tables[name].drop_nulls("value").select(columns).iter_rows():
            country, period, unit = row[:3]
            if (dataset, country, unit, period) in wanted:
                found.setdefault(name, []).append(row)
    keys = {name: [*KEYS, *reader.specs[name].dimensions] for name in found}
    return {
        name: pl.DataFrame(rows, schema=dict.fromkeys(keys[name], pl.String), orient="row")
        for name, rows in found.items()
    }


def spanned(reader: Reader, tables: Tables) -> Mapping[str, str]:
    """The tables that have spans and their datasets, those with the fewest questions first."""
    own = [name for name in tables if "span" in reader.specs[name].frequencies]
    ordered = sorted(own, key=lambda name: (len(reader.specs[name].dimensions), name))
    return {name: reader.specs[name].dataset for name in ordered}


def close(cases: Sequence[Case], places: Iterable[Place]) -> None:
    """Spans are shown no longer, in their systems too."""
    wanted = set(places)
    for case in cases:
        every = [
            (number, cell)
            for number, sheet in enumerate(case.system.sheets)
            if is_span(sheet.place.period) and sheet.place[:4] in wanted
            for cell in sheet.can_be_hidden.tolist()
        ]
        if every and not case.blamed:
            case.hide(every)
            case.again()
