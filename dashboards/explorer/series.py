"""One number over time: which rows of a release it is made of, and what readers call it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from dashboards.explorer import choices, comparing
from dashboards.explorer.findings import Point
from dashboards.explorer.marks import Cell
from dashboards.explorer.page import View
from data_contracts.model import TOTAL


@dataclass(frozen=True)
class Series:
    """The rows of one number for all countries; ``what`` names it in a sentence."""

    name: str
    what: str
    subtitle: str
    rows: pl.DataFrame
    lists: Mapping[str, str]
    flags: pl.DataFrame
    about: str = ""
    is_share: bool = False


def table(view: View, name: str) -> Series:
    """One unit and one group of a table, as the reader chooses them."""
    entry = view.release.tables[name]
    rows = view.table(name)
    lists = view.lists(name)
    unit = choose_code(view, "unit", "unit", rows)
    chosen = {
        dimension: choose_code(view, dimension, of, rows)
        for dimension, of in entry["dimensions"].items()
    }
    groups = [view.labels.label(lists[key], code) for key, code in chosen.items() if code != TOTAL]
    unit_label = view.labels.label("unit", unit)
    what = f"{unit_label} ({', '.join(groups)})" if groups else unit_label
    selected = rows.filter(unit=unit, **chosen)
    title = view.title(entry)
    flags = comparing.of_series(view, name, unit)
    return Series(name, what, title, selected, lists, flags, view.words(f"kind_{entry['kind']}"))


def choose_code(view: View, column: str, of: str, rows: pl.DataFrame) -> str:
    """One code of a column by its label; the total, or else the fullest, to begin with."""
    options = view.labels.in_order(of, rows[column].unique().to_list())
    label = view.words.of("choose", column)
    start = TOTAL if TOTAL in options else fullest(rows, column)[0]
    return choices.one(
        view, column, label, options, lambda code: view.labels.label(of, code), start
    )


def indicator(view: View, name: str) -> Series:
    """An indicator with its definition and its cautions."""
    sheet = view.release.sheets[name]
    rows = view.release.indicators().filter(indicator=name)
    said = (view.said(sheet, "definition"), view.said(sheet, "caution"))
    is_share = sheet["value_type"] == "share"
    lists = {"country": "country"}
    what, flags = view.title(sheet), comparing.of_series(view, sheet["table"], sheet["unit"])
    about = " ".join(said)
    return Series(name, what, view.words("indicator"), rows, lists, flags, about, is_share)


def of_frequency(view: View, series: Series) -> Series:
    """The series by quarter or by year; years to begin with. Years to date make no line."""
    is_quarter = pl.col("period").str.contains("-Q")
    series = replace(series, rows=series.rows.filter(~pl.col("period").str.contains("-P")))
    present = series.rows.select(is_quarter.unique()).to_series().to_list()
    options = [name for name, quarter in (("year", False), ("quarter", True)) if quarter in present]
    label = view.words("choose_frequency")
    chosen = choices.one(view, "frequency", label, options, lambda name: view.words(f"by_{name}"))
    rows = series.rows.filter(is_quarter if chosen == "quarter" else ~is_quarter)
    subtitle = f"{series.subtitle}, {view.words(f'by_{chosen}')}"
    return replace(series, rows=rows, subtitle=subtitle)


def calendar(periods: Sequence[str]) -> list[str]:
    """Every period from the first to the last: a period that nobody reported is a gap too."""
    first, last = min(periods), max(periods)
    years = range(int(first[:4]), int(last[:4]) + 1)
    if "-Q" not in first:
        return [str(year) for year in years]
    quarters = (f"{year}-Q{quarter}" for year in years for quarter in range(1, 5))
    return [quarter for quarter in quarters if first <= quarter <= last]


def points(series: Series, country: str) -> list[Point]:
    """The cells of a country over the whole calendar of the series."""
    rows = series.rows.filter(country=country).iter_rows(named=True)
    cells = {row["period"]: Cell.of(row, series.is_share) for row in rows}
    absent = Cell(is_share=series.is_share)
    periods = calendar(series.rows["period"].to_list())
    return [Point(period, cells.get(period, absent)) for period in periods]


def fullest(rows: pl.DataFrame, column: str) -> list[str]:
    """The codes of ``column`` by how many numbers they have to show, most first."""
    shown = rows.group_by(column).agg(pl.col("value").count())
    ranked = shown.sort("value", column, descending=[True, False])
    return [code for code in ranked[column].to_list() if code != TOTAL]
