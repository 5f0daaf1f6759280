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
from dashboards.exports.citation import citation, file_name
from data_contracts.model import TOTAL

# As many columns as a telephone shows beside the names.
PERIODS = 3


def hidden(view: View) -> tuple[int, int]:
    """Of how many numbers counted from records how many are hidden."""
    every = view.release.tables.items()
    counted = [view.release.numbers(name) for name, one in every if one["kind"] == "persons"]
    return sum(few for _, few in counted), sum(all_ for all_, _ in counted)


def share_hidden(view: View) -> str:
    """The hidden part in per cent; never 0% when something is hidden, nor 100% when not all."""
    few, all_ = hidden(view)
    share = min(max(round(100 * few / all_), 1 if few else 0), 99 if few < all_ else 100)
    return view.words("percent", n=share)


def contents(view: View) -> None:
    """What the release holds in four numbers."""
    manifest, words = view.release.manifest, view.words
    years = sorted(period[:4] for period in manifest["periods"])
    countries = [code for code in manifest["countries"] if code != TOTAL]
    shown = {
        "countries": words.number(len(countries)),
        "years": years[0] if years[0] == years[-1] else f"{years[0]}\u2013{years[-1]}",
        "tables_held": words.number(len(view.release.tables)),
        "sources": words.number(len(single_sources(view))),
    }
    # Not as metrics: those cut a span of years off where the page is narrow.
    facts = zip(st.columns(len(shown)), shown.items(), strict=True)
    for column, (name, value) in facts:
        column.caption(plain(words(name)))
        column.markdown(f"##### {plain(value)}")


def finding(view: View) -> None:
    """How many numbers are hidden, and why."""
    few, all_ = hidden(view)
    if not all_:
        st.header(plain(view.words("nothing_counted")), anchor="hidden")
        return
    numbers = {"hidden": view.words.number(few), "cells": view.words.number(all_)}
    title, why = ("finding_share_hidden", "hidden_sentence")
    if not few:
        title, why = ("finding_nothing_hidden", "nothing_hidden_sentence")
    st.header(plain(view.words(title, share=share_hidden(view))), anchor="hidden")
    st.markdown(plain(view.words(why, **numbers)))


def single_sources(view: View) -> list[dict[str, Any]]:
    """The sources one by one; those counted together stand in the release under joined names."""
    return [row for row in view.release.manifest["sources"] if "+" not in row["source"]]


def sources(view: View) -> pl.DataFrame:
    """Who the numbers come from."""
    rows = single_sources(view)
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
    numbers = [view.release.numbers(name) for name in view.release.tables]
    return pl.DataFrame(
        {
            words("table"): [view.title(entry) for entry in entries],
            words("kind"): [words(f"short_{entry['kind']}") for entry in entries],
            words("cells"): [words.number(all_) for all_, _ in numbers],
            words("hidden"): [words.number(few) for _, few in numbers],
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


def order(name: str, sheet: dict[str, Any]) -> tuple[int, str]:
    """Counts before rates before shares before averages."""
    kinds = ("count", "rate", "share", "median", "mean")
    return kinds.index(sheet["value_type"]), name


def indicator_table(view: View, found: IndicatorCells, periods: Sequence[str]) -> pl.DataFrame:
    """Indicators as rows, periods as columns."""
    sheets = dict(sorted(view.release.sheets.items(), key=lambda item: order(*item)))
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


def synthetic(view: View) -> None:
    """Where the synthetic rows are, with the page that says what they are good for."""
    if not (held := view.release.microdata):
        return
    st.header(view.words("rows"), anchor="rows")
    st.markdown(plain(view.words("rows_sentence")))
    for one in held:
        for word, name in (("rows_page", one["page"]), ("rows_download", one["file"])):
            st.download_button(
                f"{view.words(word)}: {one['cohort']}",
                view.release.data(name),
                file_name=file_name(view.release.manifest, name.rpartition("/")[2]),
                key=name,
                on_click="ignore",
            )


def render(view: View) -> None:
    """What is in the release, then its indicators, tables and sources."""
    finding(view)
    contents(view)
    headlines(view)
    for name, rows in (("tables", tables(view)), ("sources", sources(view))):
        st.header(view.words(name), anchor=name)
        table(rows, view.words(name))
    synthetic(view)
    st.header(view.words("how_to_cite"), anchor="cite")
    every = [source["source"] for source in single_sources(view)]
    st.markdown(plain(citation(view.release.manifest, view.words, every)))


PAGE = Page(title="overview", order=10, render=render, url_path="overview")
