"""Profile: one country in one period, a figure for each table that divides its numbers."""

from collections.abc import Sequence
from itertools import product

import polars as pl
import streamlit as st

from dashboards.explorer import charts, choices, findings
from dashboards.explorer.blocks import Figure, figure
from dashboards.explorer.findings import Bar
from dashboards.explorer.marks import Cell
from dashboards.explorer.page import Page, View
from dashboards.explorer.series import choose_code, fullest
from data_contracts.model import TOTAL


def divided(view: View) -> dict[str, pl.DataFrame]:
    """The tables that divide their numbers by at least one dimension."""
    tables = view.release.tables.items()
    return {name: view.release.table(name) for name, table in tables if table["dimensions"]}


def choose_period(view: View, rows: pl.DataFrame) -> str:
    """A year or a quarter, the newest first; at first the newest year with a number."""
    options = sorted(rows["period"].unique(), key=lambda p: (p[:4], "-" not in p, p), reverse=True)
    shown = set(rows.filter(pl.col("value").is_not_null())["period"])
    years = [period for period in options if "-" not in period and period in shown]
    label, default = view.words("choose_period"), next(iter(years), options[0])
    return choices.one(view, "period", label, options, view.words.period, default)


def render(view: View) -> None:
    """The controls, then a figure for each table that has the chosen country, unit and period."""
    tables = divided(view)
    rows = pl.concat([t.select("country", "period", "unit", "value") for t in tables.values()])
    left, middle, right = st.columns(3)
    with left:
        options = view.labels.in_order("country", rows["country"].unique())
        label, default = view.words("choose_country"), fullest(rows, "country")[0]
        country = choices.one(view, "country", label, options, view.country, default)
    rows = rows.filter(country=country)
    with middle:
        unit = choose_code(view, "unit", "unit", fullest(rows, "unit"))
    with right:
        period = choose_period(view, rows.filter(unit=unit))
    for name, table in tables.items():
        chosen = table.filter(country=country, unit=unit, period=period)
        if len(chosen):
            figure(view, comparison(view, name, chosen))


def comparison(view: View, name: str, rows: pl.DataFrame) -> Figure:
    """The figure of one table: bars for each group, and the same as a table."""
    entry, words = view.release.tables[name], view.words
    country, period, unit = rows.select("country", "period", "unit").row(0)
    cells = {
        tuple(row[dimension] for dimension in entry["dimensions"]): Cell.of(row)
        for row in rows.iter_rows(named=True)
    }
    groups = bars(view, entry["dimensions"], cells)
    place = f"{view.country(country)}, {words.period(period)}"
    unit_label = view.labels.label("unit", unit)
    compared = [bar for bar in groups if isinstance(bar, Bar) and TOTAL not in bar.code.split()]
    return Figure(
        name=name,
        finding=findings.comparison(unit_label, place, compared, words),
        subtitle=f"{view.title(entry)}. {words('kind_' + entry['kind'])}",
        chart=charts.bars(groups, words),
        cells=list(cells.values()),
        table=listed(view, entry["dimensions"], cells),
        rows=rows,
        lists=view.lists(name),
        sources=rows["source"].unique().drop_nulls().to_list(),
    )


Cells = dict[tuple[str, ...], Cell]


def orders(view: View, dimensions: dict[str, str], cells: Cells) -> list[list[str]]:
    """The codes of each dimension that occur, in the order of their lists, the total first."""
    return [
        view.labels.in_order(of, {key[place] for key in cells})
        for place, of in enumerate(dimensions.values())
    ]


def bars(view: View, dimensions: dict[str, str], cells: Cells) -> list[Bar | str]:
    """A bar for each cell; with several dimensions, under a heading for each earlier group."""
    *outer, inner = orders(view, dimensions, cells)
    *outer_lists, inner_list = dimensions.values()
    rows: list[Bar | str] = []
    for group in product(*outer):
        heading = named(view, outer_lists, group)
        rows += [heading] if heading else []
        for code in inner:
            if (cell := cells.get((*group, code))) is not None:
                said = f"{heading}: " if heading else ""
                label = view.labels.label(inner_list, code)
                rows.append(Bar(" ".join((*group, code)), label, cell, f"{said}{label}"))
    return rows


def named(view: View, lists: Sequence[str], codes: Sequence[str]) -> str:
    """What readers call a group of one or several dimensions."""
    return ", ".join(view.labels.label(of, code) for of, code in zip(lists, codes, strict=True))


def listed(view: View, dimensions: dict[str, str], cells: Cells) -> pl.DataFrame:
    """One dimension as a list with bounds and reasons, several as a cross table."""
    words = view.words
    *outer, inner = orders(view, dimensions, cells)
    *outer_lists, inner_list = dimensions.values()
    said = {code: view.labels.label(inner_list, code) for code in inner}
    if not outer:
        found = [cells[(code,)] for code in inner]
        return pl.DataFrame(
            {
                words.of("choose", next(iter(dimensions))): list(said.values()),
                words("number"): [cell.text(words) for cell in found],
                words("lies_between"): [cell.between(words) for cell in found],
                words("note"): [cell.reason(words) for cell in found],
            }
        )
    groups = list(product(*outer))
    columns = {" ": [named(view, outer_lists, group) for group in groups]}
    for code in inner:
        found = [cells.get((*group, code), Cell()) for group in groups]
        columns[said[code]] = [cell.text(words) for cell in found]
    return pl.DataFrame(columns)


PAGE = Page(title="profile", order=30, render=render, url_path="profile")
