"""The parts that pages are made of; every figure comes with legend, table, file and citation."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboards.explorer import charts
from dashboards.explorer.marks import Cell, Sign, legend
from dashboards.explorer.page import View
from dashboards.exports import csv
from dashboards.exports.citation import citation, file_name
from dashboards.exports.words import Words

MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$<>:-])")


@dataclass(frozen=True)
class Figure:
    """A figure and all that goes with it; ``rows`` are the released rows that it shows."""

    name: str
    finding: str
    subtitle: str
    chart: go.Figure
    cells: Sequence[Cell]
    table: pl.DataFrame
    rows: pl.DataFrame
    lists: Mapping[str, str]
    notes: Sequence[str] = ()
    sources: Sequence[str] = ()


def plain(text: str) -> str:
    """Text that Streamlit shows as it is: labels are not markdown."""
    return MARKDOWN.sub(r"\\\1", text)


def figure(view: View, shown: Figure) -> None:
    """A figure with its legend beside it and its table below it."""
    with st.container(border=True):
        st.subheader(plain(shown.finding), anchor=shown.name)
        st.caption(plain(shown.subtitle))
        left, right = st.columns([5, 2], gap="medium")
        with left:
            _chart(view, shown)
        with right:
            how_to_read(view, shown.cells, drawn=True)
        for note in shown.notes:
            st.markdown(plain(note))
        table(shown.table, view.words("table_of", finding=shown.finding))
        _drafts(view, shown)
        download(view, shown)
        st.caption(plain(citation(view.release.manifest, view.words, shown.sources)))


def _chart(view: View, shown: Figure) -> None:
    st.plotly_chart(
        shown.chart,
        theme=None,
        config=charts.CONFIG,
        key=f"chart_{shown.name}",
        alt=alt(view, shown),
    )


def alt(view: View, shown: Figure) -> str:
    """The chart in words, for those who hear the page."""
    said = "; ".join(": ".join(str(cell) for cell in row[:2]) for row in shown.table.iter_rows())
    return f"{shown.finding}. {view.words('alt_chart')} {said}."


def how_to_read(view: View, cells: Sequence[Cell], drawn: bool = False) -> None:
    """What the signs of a table mean, and of a chart that has ``drawn`` them; only those used."""
    lines = [signed(sign, drawn) for sign in legend(cells, view.words)]
    if any(cell.is_uncertain for cell in cells):
        lines.append(plain(view.words("legend_interval" if drawn else "legend_rounded")))
    if lines:
        st.caption("  \n".join([f"**{view.words('how_to_read')}**", *lines]))


def signed(sign: Sign, drawn: bool) -> str:
    """A line of a legend."""
    shape = f" ({sign.drawn})" if drawn and sign.drawn else ""
    return f"**{plain(sign.sign)}**{plain(shape)} {plain(sign.meaning)}"


def table(frame: pl.DataFrame, alt: str) -> None:
    """A table of finished texts; a wide one scrolls in its own frame, never the page."""
    escaped = frame.select(pl.all().map_elements(plain, return_dtype=pl.String))
    st.table(escaped, hide_index=True, border="horizontal", alt=alt)


def cell_table(cells: Mapping[str, Cell], heading: str, words: Words) -> pl.DataFrame:
    """Named cells as texts: number or mark; bounds and reasons where there are any."""
    columns = {
        heading: list(cells),
        words("number"): [cell.text(words) for cell in cells.values()],
        words("lies_between"): [cell.between(words) for cell in cells.values()],
        words("note"): [cell.reason(words) for cell in cells.values()],
    }
    needed = {
        name: texts
        for place, (name, texts) in enumerate(columns.items())
        if place < 2 or any(texts)
    }
    return pl.DataFrame(needed, schema=dict.fromkeys(needed, pl.String))


def download(view: View, shown: Figure) -> None:
    """The rows of a figure as CSV, with codes, labels and intervals."""
    rows = csv.labelled(shown.rows, shown.lists, view.labels)
    rows = rows.with_columns(release=pl.lit(view.release.id))
    st.download_button(
        view.words("download"),
        csv.text(rows).encode(),
        file_name=file_name(view.release.manifest, f"{view.release.id}_{shown.name}.csv"),
        mime="text/csv",
        key=f"download_{shown.name}",
        on_click="ignore",
    )


def _drafts(view: View, shown: Figure) -> None:
    """A note when the reader's language has labels that nobody has reviewed."""
    used = [
        view.labels.label(of, code)
        for column, of in shown.lists.items()
        for code in view.labels.in_order(of, shown.rows[column].unique().to_list())
        if view.labels.is_draft(of, code)
    ]
    if used:
        st.caption(plain(view.words("draft_labels", labels=", ".join(dict.fromkeys(used)))))
