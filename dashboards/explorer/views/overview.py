"""Overview: what the release holds, how much of it is hidden and why, and its main indicators."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboards.explorer import choices
from dashboards.explorer.blocks import how_to_read, plain, table
from dashboards.explorer.marks import Cell
from dashboards.explorer.page import Page, View
from dashboards.explorer.series import fullest
from dashboards.exports.citation import citation

# As many columns as a telephone shows beside the names.
PERIODS = 3


def hidden_sentence(view: View) -> str:
    """How many numbers are hidden, and why."""
    counted = [t for t in view.release.tables.values() if t["kind"] == "persons"]
    cells, hidden = (sum(t[key] for t in counted) for key in ("cells", "hidden"))
    share = round(100 * hidden / cells) if cells else 0
    numbers = {"hidden": view.words.number(hidden), "cells": view.words.number(cells)}
    return view.words("hidden_sentence" if hidden else "nothing_hidden", **numbers, share=share)


def contents(view: View) -> str:
    """Countries, periods and tables in a sentence."""
    manifest, words = view.release.manifest, view.words
    years = sorted(manifest["periods"])
    return words(
        "contents",
        countries=len([code for code in manifest["countries"] if code != "_T"]),
        tables=len(view.release.tables),
        sources=len(manifest["sources"]),
        first=words.period(years[0]),
        last=words.period(years[-1]),
    )


def sources(view: View) -> pl.DataFrame:
    """Who the numbers come from."""
    rows = view.release.manifest["sources"]
    keys = ("title", "publisher", "licence", "origin")
    listed = {view.words(f"source_{key}"): [str(row[key] or "") for row in rows] for key in keys}
    listed[view.words("countries")] = [countries(view, row["countries"]) for row in rows]
    return pl.DataFrame(listed)


def countries(view: View, codes: Sequence[str]) -> str:
    """A few countries by name, many by number."""
    if len(codes) > 5:
        return view.words.number(len(codes))
    return ", ".join(view.country(code) for code in codes)


def tables(view: View) -> pl.DataFrame:
    """What can be looked up, and how much of it is hidden."""
    entries, words = view.release.tables.values(), view.words
    return pl.DataFrame(
        {
            words("table"): [view.title(entry) for entry in entries],
            words("kind"): [words(f"kind_{entry['kind']}") for entry in entries],
            words("cells"): [words.number(entry["cells"]) for entry in entries],
            words("hidden"): [words.number(entry["hidden"]) for entry in entries],
        }
    )


def headlines(view: View) -> None:
    """The indicators of one country, with the newest years as columns."""
    rows = view.release.indicators().filter(~pl.col("period").str.contains("-Q"))
    if not len(rows):
        return
    st.header(view.words("headline_indicators"), anchor="indicators")
    options = view.labels.in_order("country", rows["country"].unique())
    label, default = view.words("choose_country"), fullest(rows, "country")[0]
    country = choices.one(view, "country", label, options, view.country, default)
    found = indicator_cells(view, rows.filter(country=country))
    periods = sorted({period for _, period in found})[-PERIODS:]
    table(indicator_table(view, found, periods), view.words("headline_indicators"))
    how_to_read(view, [cell for (_, period), cell in found.items() if period in periods])
    cautions(view)


IndicatorCells = dict[tuple[str, str], Cell]


def indicator_cells(view: View, rows: pl.DataFrame) -> IndicatorCells:
    """The cells of one country by indicator and period."""
    sheets = view.release.sheets
    return {
        (row["indicator"], row["period"]): Cell.of(row, is_share(sheets[row["indicator"]]))
        for row in rows.iter_rows(named=True)
    }


def is_share(sheet: dict[str, Any]) -> bool:
    """Whether an indicator is a percentage."""
    return bool(sheet["value_type"] == "share")


def indicator_table(view: View, found: IndicatorCells, periods: Sequence[str]) -> pl.DataFrame:
    """Indicators as rows, periods as columns."""
    sheets = view.release.sheets
    columns = {view.words("indicator"): [view.title(sheet) for sheet in sheets.values()]}
    for period in periods:
        cells = [found.get((name, period), Cell()) for name in sheets]
        columns[view.words.period(period)] = [cell.text(view.words) for cell in cells]
    return pl.DataFrame(columns)


def cautions(view: View) -> None:
    """What each indicator measures, for those who want to know."""
    with st.expander(view.words("definitions")):
        for sheet in view.release.sheets.values():
            said = f"{view.said(sheet, 'definition')} {view.said(sheet, 'caution')}"
            st.markdown(f"**{plain(view.title(sheet))}.** {plain(said)}")


def render(view: View) -> None:
    """What is in the release, then its indicators, tables and sources."""
    st.markdown(plain(contents(view)))
    st.markdown(plain(hidden_sentence(view)))
    headlines(view)
    for name, rows in (("tables", tables(view)), ("sources", sources(view))):
        st.header(view.words(name), anchor=name)
        table(rows, view.words(name))
    st.header(view.words("how_to_cite"), anchor="cite")
    every = [source["source"] for source in view.release.manifest["sources"]]
    st.markdown(plain(citation(view.release.manifest, view.words, every)))


PAGE = Page(title="overview", order=10, render=render, url_path="overview")
