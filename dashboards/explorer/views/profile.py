"""Profile: one country in one period, a figure for each table that divides its numbers."""

from collections.abc import Mapping, Sequence
from itertools import product

import polars as pl
import streamlit as st

from dashboards.explorer import charts, choices, findings
from dashboards.explorer.blocks import Figure, cell_table, figure, plain
from dashboards.explorer.findings import Bar
from dashboards.explorer.marks import Cell
from dashboards.explorer.page import Page, View
from dashboards.explorer.series import choose_code, fullest
from data_contracts.model import TOTAL

Key = tuple[str, ...]
Cells = dict[Key, Cell]
Dimensions = Mapping[str, str]


def divided(view: View) -> dict[str, pl.DataFrame]:
    """The tables that divide their numbers by at least one dimension."""
    tables = view.release.tables.items()
    return {name: view.table(name) for name, table in tables if table["dimensions"]}


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
    if not tables:
        st.markdown(plain(view.words("nothing_divided")))
        return
    rows = pl.concat([t.select("country", "period", "unit", "value") for t in tables.values()])
    left, middle, right = st.columns(3)
    with left:
        options = view.labels.in_order("country", rows["country"].unique())
        label, default = view.words("choose_country"), fullest(rows, "country")[0]
        country = choices.one(view, "country", label, options, view.country, default)
    rows = rows.filter(country=country)
    with middle:
        unit = choose_code(view, "unit", "unit", rows)
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
    compared = [bar for bar in groups if isinstance(bar, Bar) and not bar.is_total]
    return Figure(
        name=name,
        finding=findings.comparison(unit_label, place, compared, words),
        subtitle=f"{view.title(entry)}. {words('kind_' + entry['kind'])}",
        chart=charts.bars(groups, words),
        cells=list(cells.values()),
        table=listed(view, entry["dimensions"], cells),
        rows=rows,
        lists=view.lists(name),
        notes=[words("note_parts")] if entry["kind"] == "persons" else [],
        sources=rows["source"].unique().drop_nulls().to_list(),
    )


def orders(view: View, dimensions: Dimensions, cells: Cells) -> list[list[str]]:
    """The codes of each dimension that occur, in the order of their lists, the total first."""
    return [
        view.labels.in_order(of, {key[place] for key in cells})
        for place, of in enumerate(dimensions.values())
    ]


def bars(view: View, dimensions: Dimensions, cells: Cells) -> list[Bar | str]:
    """A bar for each cell; with several dimensions, under a heading for each earlier group."""
    *outer, inner = orders(view, dimensions, cells)
    rows: list[Bar | str] = []
    for group in product(*outer):
        heading = named(view, dimensions, group)
        rows += [heading] if heading else []
        rows += [bar(view, dimensions, (*group, code), cells, heading) for code in inner]
    return rows


def bar(view: View, dimensions: Dimensions, key: Key, cells: Cells, heading: str) -> Bar:
    """One bar; its name says its group, which its label leaves to the heading."""
    label = innermost(view, dimensions, key[-1])
    name = f"{heading}, {label}" if heading else label
    return Bar(" ".join(key), label, cells.get(key, Cell()), name)


def innermost(view: View, dimensions: Dimensions, code: str) -> str:
    """What readers call a code of the last dimension; the total of a single one is the total."""
    (*outer, (dimension, of)) = dimensions.items()
    return called(view, dimension, of, code) if outer else view.labels.label(of, code)


def called(view: View, dimension: str, of: str, code: str) -> str:
    """What readers call a code; a total says of what."""
    everything = view.words("all_of", dimension=view.words.of("choose", dimension))
    return everything if code == TOTAL else view.labels.label(of, code)


def named(view: View, dimensions: Dimensions, codes: Sequence[str]) -> str:
    """What readers call a group of the first dimensions."""
    pairs = zip(dimensions.items(), codes, strict=False)
    return ", ".join(called(view, dimension, of, code) for (dimension, of), code in pairs)


def listed(view: View, dimensions: Dimensions, cells: Cells) -> pl.DataFrame:
    """One dimension as a list with bounds and reasons, several as a cross table."""
    *outer, inner = orders(view, dimensions, cells)
    said = {code: innermost(view, dimensions, code) for code in inner}
    if not outer:
        found = {said[code]: cells[(code,)] for code in inner}
        return cell_table(found, view.words.of("choose", *dimensions), view.words)
    groups = list(product(*outer))
    columns = {" ": [named(view, dimensions, group) for group in groups]}
    for code in inner:
        row = [cells.get((*group, code), Cell()) for group in groups]
        columns[said[code]] = [cell.text(view.words) for cell in row]
    return pl.DataFrame(columns)


PAGE = Page(title="profile", order=30, render=render, url_path="profile")
