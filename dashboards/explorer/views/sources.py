"""Sources side by side: one figure from several sources, one flow from both of its ends."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboards.explorer import choices
from dashboards.explorer.blocks import how_to_read, plain, table
from dashboards.explorer.marks import Cell
from dashboards.explorer.page import Page, View
from dashboards.explorer.views.comparability import by_age
from dashboards.explorer.views.comparability import sources as titles
from data_contracts.model import TOTAL

ENDS = ("origin", "destination")
# What cannot be true at once is read first.
ORDER = {"differ": 0, "unknown": 1, "agree": 2}
Row = Mapping[str, Any]


def cell(row: Row, side: str = "") -> Cell:
    """The number of one side of a row."""
    parts = ("value", "lower", "upper", "obs_status")
    value, lower, upper, status = (row[f"{side}{part}"] for part in parts)
    return Cell(value, lower, upper, status=status or "O")


def finding(differences: pl.DataFrame, view: View) -> str:
    """How many figures several sources tell, and of how many not both can be true."""
    if differences.is_empty():
        return view.words("finding_one_source")
    apart = differences.filter(agreement="differ").height
    return view.words(
        "finding_sources", figures=view.words.number(differences.height), apart=str(apart)
    )


def of_what(view: View, row: Row) -> str:
    """What a figure counts: its unit, and the breakdowns that are no totals."""
    lists = breakdowns(view)
    broken = [(lists[c], row[c]) for c in lists if c in row and row[c] != TOTAL]
    named = [("unit", row["unit"]), *broken]
    return ", ".join(view.labels.label(codelist, code) for codelist, code in named)


def breakdowns(view: View) -> dict[str, str]:
    """By what the tables of the release are broken down, with the code lists."""
    tables = view.release.tables.values()
    found = {name: codes for one in tables for name, codes in dict(one["dimensions"]).items()}
    return found


def breakdowns_in(view: View, rows: pl.DataFrame) -> list[str]:
    """The breakdowns that some rows have."""
    return [name for name in breakdowns(view) if name in rows.columns]


def signed(view: View, number: int | None) -> str:
    """A change with its sign, in per cent; a dash where one number is not told."""
    if number is None:
        return "\u2013"
    return view.words("percent", n=f"{number:+d}".replace("-", "\u2212"))


def compared(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Each figure with what the source that is taken says, and another."""
    words, called = view.words, titles(view)
    word = pl.col("agreement").replace_strict(ORDER, return_dtype=pl.Int64)
    told = rows.sort(word, *breakdowns_in(view, rows), "unit", "other_source").rows(named=True)
    columns = {
        words("figure"): [of_what(view, row) for row in told],
        words("taken"): [cell(row).text(words) for row in told],
        words("source_title"): [called.get(row["source"], row["source"]) for row in told],
        words("other"): [cell(row, "other_").text(words) for row in told],
        words("other_source"): [
            called.get(row["other_source"], row["other_source"]) for row in told
        ],
        words("apart"): [signed(view, row["difference_pct"]) for row in told],
        words("agreement"): [
            words(f"agreement_{row['agreement']}")
            + (f"; {words('defined_otherwise')}" if row["definitions"] == "differ" else "")
            for row in told
        ],
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def flows(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Each flow with what its destination says, and its origin."""
    words = view.words
    told = rows.sort(*ENDS, "unit", "by").rows(named=True)
    columns = {
        words("origin"): [view.country(row["origin"]) for row in told],
        words("destination"): [view.country(row["destination"]) for row in told],
        words("figure"): [view.labels.label("unit", row["unit"]) for row in told],
        words("found_there"): [cell(row, "destination_").text(words) for row in told],
        words("known_at_home"): [cell(row, "origin_").text(words) for row in told],
        words("asked_by"): [words(f"by_{row['by']}") if row["by"] else "\u2013" for row in told],
        words("ratio"): [
            "\u2013" if row["ratio_pct"] is None else words("percent", n=str(row["ratio_pct"]))
            for row in told
        ],
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def chosen(view: View, differences: pl.DataFrame, mirror: pl.DataFrame) -> tuple[str, str]:
    """The country and period that the reader wants, of those of which anything is said."""
    places = [differences.select("country", "period")]
    places += [mirror.select(pl.col(end).alias("country"), "period") for end in ENDS]
    said = pl.concat(places).unique()
    left, right = st.columns(2)
    with left:
        countries = sorted(said["country"].unique(), key=view.country)
        label = view.words("choose_country")
        country = choices.one(view, "country", label, countries, view.country)
    with right:
        own = said.filter(country=country)["period"].unique()
        label = view.words("choose_period")
        periods = sorted(own, key=by_age, reverse=True)
        period = choices.one(view, "period", label, periods, view.words.period)
    return country, period


def section(view: View, name: str, rows: pl.DataFrame, shown: pl.DataFrame) -> None:
    """A table under its heading and what must be known to read it."""
    st.header(view.words(name), anchor=name)
    st.markdown(plain(view.words(f"{name}_sentence")))
    if rows.is_empty():
        st.markdown(plain(view.words(f"no_{name}")))
        return
    table(shown, view.words(name))


def render(view: View) -> None:
    """What several sources say of a country, then what is said of its flows at both ends."""
    differences, mirror = view.release.beside("differences"), view.release.beside("mirror")
    if differences is None or mirror is None:
        st.markdown(plain(view.words("sources_unknown")))
        return
    st.subheader(plain(finding(differences, view)), anchor=False)
    if differences.is_empty() and mirror.is_empty():
        return
    country, period = chosen(view, differences, mirror)
    own = differences.filter(country=country, period=period)
    either = pl.any_horizontal(pl.col(end) == country for end in ENDS)
    crossing = mirror.filter(either, period=period)
    section(view, "differences", own, compared(view, own))
    section(view, "mirror", crossing, flows(view, crossing))
    sides = [(own, ""), (own, "other_"), *((crossing, f"{end}_") for end in ENDS)]
    cells = [cell(row, side) for rows, side in sides for row in rows.rows(named=True)]
    how_to_read(view, [one for one in cells if one.status != "O"])


PAGE = Page(title="side_by_side", order=50, render=render, url_path="sources")
