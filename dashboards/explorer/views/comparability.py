"""Comparability: whose definitions differ, where series break, how much fits a standard."""

import polars as pl
import streamlit as st

from dashboards.explorer import choices
from dashboards.explorer.blocks import plain, table
from dashboards.explorer.comparing import FLAG
from dashboards.explorer.page import Page, View
from data_contracts.model import TOTAL

SHARES = ("received", "exact", "lossy", "none", "unmapped")
NAMES = {
    **{"ictip": "IC-TIP", "htcds": "HTCDS", "ctdc": "CTDC", "glotip": "GLOTIP"},
    **{"eurostat": "Eurostat", "iccs": "ICCS", "sdmx": "SDMX"},
}


def sources(view: View) -> dict[str, str]:
    """What readers call each source, or several together."""
    return {str(one["source"]): str(one["title"]) for one in view.release.manifest["sources"]}


def finding(flags: pl.DataFrame, view: View) -> str:
    """How many countries differ, and how many series break."""
    own = flags.filter(pl.col("country") != TOTAL)
    differ = own.filter(flag="difference")["country"].n_unique()
    broken = own.filter(flag="break").select("country", "concept", "first").n_unique()
    if not differ and not broken:
        return view.words("finding_comparable")
    return view.words("finding_flags", countries=differ, breaks=broken)


def flagged(view: View, flags: pl.DataFrame) -> pl.DataFrame:
    """Each difference and each break once, with the tables that it touches."""
    words, labels, called = view.words, view.labels, sources(view)
    own = (
        flags.filter(pl.col("country") != TOTAL)
        .group_by(FLAG)
        .agg(pl.col("first").min(), pl.col("last").max(), pl.col("table").n_unique())
    )
    rows = own.sort("country", "flag", "concept", "code").rows(named=True)
    return pl.DataFrame(
        {
            words("country"): [view.country(row["country"]) for row in rows],
            words("source_title"): [called.get(row["source"], row["source"]) for row in rows],
            words("flag"): [words(f"flag_{row['flag']}") for row in rows],
            words("concept"): [labels.label("concept", row["concept"]) for row in rows],
            words("definition"): [labels.label("definition", row["code"]) for row in rows],
            words("periods"): [spanned(view, row["first"], row["last"]) for row in rows],
            words("tables_held"): [words.number(row["table"]) for row in rows],
        },
        schema_overrides={words("country"): pl.String},
    )


def spanned(view: View, first: str, last: str) -> str:
    """One period, or the first and the last of several."""
    said = [view.words.period(period) for period in dict.fromkeys((first, last))]
    return "\u2013".join(said)


def percent(view: View, low: int | None, high: int | None) -> str:
    """A share as whole per cent, as a band, or not said."""
    if low is None or high is None:
        return "\u2013"
    return view.words("percent", n=str(low) if low == high else f"{low}\u2013{high}")


def core(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Which part of each standard's core fields a source has, by dataset; the newest period."""
    called = sources(view)
    newest = (
        rows.filter(field="").sort("period").unique(["source", "dataset", "standard"], keep="last")
    )
    found = {
        (row["source"], row["dataset"], row["standard"]): row for row in newest.rows(named=True)
    }
    pairs = sorted({key[:2] for key in found})
    columns = {
        view.words("source_title"): [called.get(source, source) for source, _ in pairs],
        view.words("dataset"): [view.words.of("dataset", dataset) for _, dataset in pairs],
    }
    for standard, name in NAMES.items():
        cells = [found.get((*pair, standard), {}) for pair in pairs]
        columns[name] = [
            percent(view, cell.get("received_from"), cell.get("received_to")) for cell in cells
        ]
    return pl.DataFrame(columns)


def fields(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """How the values of each field map to the chosen standard."""
    own = rows.filter(pl.col("field") != "").sort("dataset", "field").rows(named=True)
    several = len({row["dataset"] for row in own}) > 1
    columns = {
        view.words("field"): [
            (f"{view.words.of('dataset', row['dataset'])}: " if several else "")
            + view.words.of("choose", row["field"])
            for row in own
        ]
    }
    for name in SHARES:
        bounds = [(row[f"{name}_from"], row[f"{name}_to"]) for row in own]
        columns[view.words(f"share_{name}")] = [percent(view, *pair) for pair in bounds]
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def chosen(view: View, rows: pl.DataFrame) -> tuple[str, pl.DataFrame]:
    """The standard, source and period that the reader wants, and their rows."""
    called = sources(view)
    left, middle, right = st.columns(3)
    with left:
        options = [name for name in NAMES if name in set(rows["standard"])]
        label = view.words("choose_standard")
        standard = choices.one(view, "standard", label, options, NAMES.__getitem__)
    rows = rows.filter(standard=standard)
    with middle:
        names = sorted(rows["source"].unique())
        label = view.words("choose_source")
        source = choices.one(view, "source", label, names, lambda name: called.get(name, name))
    rows = rows.filter(source=source)
    with right:
        periods = sorted(rows["period"].unique(), key=by_age, reverse=True)
        label = view.words("choose_period")
        period = choices.one(view, "period", label, periods, view.words.period)
    return f"{NAMES[standard]}: {called.get(source, source)}", rows.filter(period=period)


def by_age(period: str) -> tuple[str, bool, str]:
    """A year after its quarters."""
    return period[:4], "-" not in period, period


def conforming(view: View, rows: pl.DataFrame) -> None:
    """The core fields of all sources, then the fields of one."""
    st.header(view.words("conformance"), anchor="conformance")
    if not len(rows):
        st.markdown(plain(view.words("nothing_conforms")))
        return
    st.markdown(plain(view.words("core_sentence")))
    table(core(view, rows), view.words("conformance"))
    title, own = chosen(view, rows)
    st.subheader(plain(title), anchor="fields")
    st.markdown(plain(view.words("shares_sentence")))
    table(fields(view, own), title)
    if across := own.filter(flag="straddles")["field"].unique().sort().to_list():
        named = ", ".join(view.words.of("choose", name) for name in across)
        st.caption(plain(view.words("straddles_sentence", fields=named)))


def render(view: View) -> None:
    """Flags first, because they say which comparisons are wrong; then conformance."""
    flags, rows = view.release.beside("flags"), view.release.beside("conformance")
    if flags is None or rows is None:
        st.markdown(plain(view.words("comparability_unknown")))
        return
    st.header(plain(finding(flags, view)), anchor="flags")
    st.markdown(plain(view.words("flags_sentence")))
    if len(flags):
        table(flagged(view, flags), view.words("comparability"))
    conforming(view, rows)


PAGE = Page(title="comparability", order=40, render=render, url_path="comparability")
