"""Which submission speaks for which slice, and of which periods a country's series are complete.

A slice is dataset x source x country x period. The latest accepted submission of a slice is
its current vintage; what has been published is frozen, and later submissions wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data_contracts.layout import Layout
from data_contracts.model import Contract, Table
from data_contracts.periods import quarters

SLICE = ("dataset", "source", "country", "period")
SERIES = {"country": pl.String, "unit": pl.String, "period": pl.String}


@dataclass(frozen=True, order=True)
class Slice:
    """One dataset of one source for one country and period."""

    dataset: str
    source: str
    country: str
    period: str


@dataclass(frozen=True)
class Sent:
    """An accepted submission as the vintage sees it, in the order of receipt."""

    submission: str
    layout: str
    datasets: tuple[str, ...]
    countries: tuple[str, ...]
    periods: tuple[str, ...]


Slices = Mapping[Slice, str]


def slices_of(sent: Sent, layout: Layout) -> Iterable[Slice]:
    """The slices that a submission fills; a publisher's whole table is one per dataset."""
    if layout.replaces == "source":
        return [Slice(dataset, layout.source, "", "") for dataset in sent.datasets]
    return [
        Slice(dataset, layout.source, country, quarter)
        for dataset in sent.datasets
        for country in sent.countries
        for period in sent.periods
        for quarter in quarters(period)
    ]


def current(
    sent: Sequence[Sent], layouts: Mapping[str, Layout], frozen: Slices
) -> dict[Slice, str]:
    """Each slice's submission: the frozen one where it is published, else the latest.

    A dataset x country x period that is published takes no further slices: a source that
    reports late waits for the annual revision.
    """
    closed = {(s.dataset, s.country, s.period) for s in frozen}
    latest = {
        piece: one.submission
        for one in sent
        for piece in slices_of(one, layouts[one.layout])
        if (piece.dataset, piece.country, piece.period) not in closed
    }
    return dict(sorted((latest | dict(frozen)).items()))


def waiting(sent: Sequence[Sent], layouts: Mapping[str, Layout], chosen: Slices) -> set[str]:
    """Submissions all of whose slices another one speaks for."""
    speaking = set(chosen.values())
    return {one.submission for one in sent if one.submission not in speaking}


def complete(slices: Iterable[Slice]) -> set[tuple[str, str]]:
    """Country and quarter in which every source reported that had begun to report by then.

    One silent agency makes a total that is none: its absence would look like a fall.
    """
    reported: dict[tuple[str, str], set[str]] = {}
    for piece in slices:
        reported.setdefault((piece.country, piece.source), set()).add(piece.period)
    countries = {country for country, _ in reported}
    done = set()
    for country in countries:
        sources = [periods for (where, _), periods in reported.items() if where == country]
        for period in set().union(*sources):
            if all(period in periods for periods in sources if min(periods) <= period):
                done.add((country, period))
    return done


def with_years(done: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The quarters, and the years all of whose quarters are complete."""
    years = {(country, period[:4]) for country, period in done}
    return done | {
        (country, year)
        for country, year in years
        if all((country, quarter) in done for quarter in quarters(year))
    }


def supplied(table: Table, layout: Layout, contract: Contract) -> tuple[str, ...]:
    """The units of a table that a layout supplies with all of the table's dimensions.

    Dimensions are over safe columns, layouts fill fields: an age fills the age band. A column of
    units may hold any of them, because the words of the code list are always understood.
    """
    feed = layout.feeds.get(table.dataset)
    if feed is None:
        return ()
    filled = {f.safe for f in contract.fields if f.name in feed.fields}
    if not {dimension.field for dimension in table.dimensions.values()} <= filled:
        return ()
    unit = feed.fields["unit"]
    if unit.value is not None:
        return tuple(u for u in table.units if u == unit.value)
    return table.units


def available(
    table: Table, slices: Slices, layouts: Mapping[str, Layout], contract: Contract
) -> pl.DataFrame:
    """``country``, ``unit``, ``period`` of the series of a table that can be counted.

    From declarations and from who reported only, never from what the records hold: an absent
    row would tell a zero.
    """
    of_dataset = [piece for piece in slices if piece.dataset == table.dataset]
    done = with_years(complete(of_dataset))
    by_source: dict[str, set[str]] = {}
    for layout in layouts.values():
        by_source.setdefault(layout.source, set()).update(supplied(table, layout, contract))
    units = {(p.country, unit) for p in of_dataset for unit in by_source.get(p.source, ())}
    rows = sorted(
        (country, unit, period)
        for country, unit in units
        for where, period in done
        if where == country and ("quarter" if "-Q" in period else "year") in table.frequencies
    )
    return pl.DataFrame(rows, schema=SERIES, orient="row")


def core(parts: Mapping[str, pl.LazyFrame], slices: Slices, dataset: str) -> pl.LazyFrame:
    """The current vintage of a dataset: of each submission the rows of the slices it speaks for.

    ``parts`` has the safe rows of each submission.
    """
    frames = []
    for submission in sorted({s for piece, s in slices.items() if piece.dataset == dataset}):
        own = [p for p, s in slices.items() if s == submission and p.dataset == dataset]
        rows = parts[submission].with_columns(submission=pl.lit(submission))
        if all(piece.period for piece in own):
            spoken = with_years({(piece.country, piece.period) for piece in own})
            of = pl.concat_str("country", "period", separator="/")
            rows = rows.filter(of.is_in(sorted(map("/".join, spoken))))
        frames.append(rows)
    return pl.concat(frames, how="vertical")
