"""Trends: one number over time, for one country or several side by side on the same scale."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboards.explorer import charts, choices, comparing, findings
from dashboards.explorer.blocks import Figure, cell_table, figure, plain
from dashboards.explorer.findings import Point
from dashboards.explorer.page import Page, View
from dashboards.explorer.series import Series, fullest, indicator, of_frequency, points, table

INDICATOR = "indicator."


def choose(view: View) -> Series:
    """What is shown: a table with a unit and a group, or an indicator."""
    titles = {name: view.title(table) for name, table in view.release.tables.items()}
    titles |= {
        f"{INDICATOR}{name}": f"{view.words('indicator')}: {view.title(sheet)}"
        for name, sheet in view.release.sheets.items()
    }
    label = view.words("choose_table")
    name = choices.one(view, "table", label, list(titles), titles.__getitem__)
    if name.startswith(INDICATOR):
        return indicator(view, name.removeprefix(INDICATOR))
    return table(view, name)


def choose_countries(view: View, rows: pl.DataFrame) -> list[str]:
    """Those that the reader wants; at first both of two, else the one with the most numbers."""
    options = view.labels.in_order("country", rows["country"].unique())
    most = fullest(rows, "country")
    start = most if len(most) <= 2 else most[:1]
    label = view.words("choose_countries")
    return choices.several(view, "country", label, options, view.country, start)


def render(view: View) -> None:
    """The controls, then a figure for each country on one scale."""
    left, right = st.columns(2)
    with left:
        series = choose(view)
    with right:
        series = of_frequency(view, series)
        countries = choose_countries(view, series.rows)
    if series.about:
        st.markdown(plain(series.about))
    if caution := comparing.warning(view, series.flags, countries):
        st.warning(plain(caution))
    drawn = {country: points(series, country) for country in countries}
    end = charts.top([point.cell for line in drawn.values() for point in line])
    for country, line in drawn.items():
        figure(view, trend(view, series, country, line, end))


def trend(view: View, series: Series, country: str, line: Sequence[Point], end: float) -> Figure:
    """The figure of one country, on the scale that all share."""
    place = view.country(country)
    rows = series.rows.filter(country=country)
    named = {view.words.period(point.period): point.cell for point in line}
    return Figure(
        name=f"{series.name}_{country}",
        finding=findings.trend(series.what, place, line, view.words),
        subtitle=series.subtitle,
        chart=charts.trend(line, view.words, end),
        cells=[point.cell for point in line],
        table=cell_table(named, view.words("period"), view.words),
        rows=rows,
        lists=series.lists,
        notes=[
            *findings.trend_notes(line, view.words),
            *comparing.notes(view, series.flags, country),
        ],
        sources=rows["source"].unique().drop_nulls().to_list(),
    )


PAGE = Page(title="trends", order=20, render=render, url_path="trends")
