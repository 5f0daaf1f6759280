"""Which submission speaks for which slice, and of which periods a country's series are complete.

A slice is dataset x source x country x period. The latest accepted submission of a slice is
its current vintage; what has been published is frozen, and later submissions wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import polars as pl

from data_contracts.layout import Layout
from data_contracts.model import UNKNOWN, Contract, Table
from data_contracts.periods import frequency, overlap, quarters, to_date

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
Places = set[tuple[str, str]]


def slices_of(sent: Sent, layout: Layout) -> Iterable[Slice]:
    """The slices that a submission fills: its country's quarters, or years where it is annual.

    A publisher's figures are one slice a dataset, one of each country where it publishes country
    by country; its records are of each country and period.
    """
    if layout.replaces == "source" and layout.person is None:
        whose = sent.countries if layout.asks_country else ("",)
        return [Slice(d, layout.source, country, "") for d in sent.datasets for country in whose]
    return [
        Slice(dataset, layout.source, country, part)
        for dataset in sent.datasets
        for country in sent.countries
        for period in sent.periods
        for part in ((period,) if layout.frequency == "year" else quarters(period))
    ]


def publishers(layouts: Mapping[str, Layout]) -> frozenset[str]:
    """The sources that bring the records of many countries as one whole."""
    whole = (one for one in layouts.values() if one.replaces == "source" and one.person)
    return frozenset(one.source for one in whole)


def current(
    sent: Sequence[Sent], layouts: Mapping[str, Layout], frozen: Slices
) -> dict[Slice, str]:
    """Each slice's submission: the frozen one where it is published, else the latest.

    A dataset x country x period that is published takes no further slices, neither of its
    quarters nor of its year: a source that reports late waits for the annual revision. A
    publisher's submission replaces all that it sent before.
    """
    taken = closed(frozen)
    latest: dict[Slice, str] = {}
    for one in sent:
        layout = layouts[one.layout]
        if layout.replaces == "source" and not layout.asks_country:
            whole = {(dataset, layout.source) for dataset in one.datasets}
            latest = {p: s for p, s in latest.items() if (p.dataset, p.source) not in whole}
        latest |= {p: one.submission for p in slices_of(one, layout) if not is_shut(p, taken)}
    return dict(sorted(_nearest(latest | dict(frozen), layouts).items()))


def closed(slices: Iterable[Slice]) -> dict[tuple[str, str], set[str]]:
    """The periods of ``slices``, by dataset and country."""
    found: dict[tuple[str, str], set[str]] = {}
    for piece in slices:
        found.setdefault((piece.dataset, piece.country), set()).add(piece.period)
    return found


def is_shut(piece: Slice, taken: Mapping[tuple[str, str], set[str]]) -> bool:
    """Whether a period of its dataset and country that is ``taken`` overlaps a slice."""
    own = taken.get((piece.dataset, piece.country), ())
    return any(overlap(piece.period, period) for period in own)


def _nearest(slices: dict[Slice, str], layouts: Mapping[str, Layout]) -> dict[Slice, str]:
    """Without a publisher's slices of the years in which a country speaks for itself.

    What a publisher collected in the country is there already: counted together, the same
    people would be counted twice.
    """
    others = publishers(layouts)
    own = {(p.dataset, p.country, p.period[:4]) for p in slices if p.source not in others}
    return {
        p: s
        for p, s in slices.items()
        if p.source not in others or (p.dataset, p.country, p.period[:4]) not in own
    }


def complete(slices: Iterable[Slice]) -> Places:
    """Countries and the periods in which every source reported that had begun to report by then.

    One silent agency makes a total that is none: its absence would look like a fall. An annual
    report covers the quarters of its year without filling them: the year can be complete, its
    quarters cannot.
    """
    reported: dict[str, dict[str, set[str]]] = {}
    for piece in slices:
        reported.setdefault(piece.country, {}).setdefault(piece.source, set()).add(piece.period)
    return {
        (country, period)
        for country, sources in reported.items()
        for period in _complete(list(sources.values()))
    }


def _complete(sources: Sequence[set[str]]) -> set[str]:
    """The complete quarters, and the years all of whose quarters are covered, of one country."""
    covered = [set(chain.from_iterable(map(quarters, periods))) for periods in sources]
    began = [min(each) for each in covered]

    def whole(quarter: str, by_source: Sequence[set[str]]) -> bool:
        due = [own for own, first in zip(by_source, began, strict=True) if first <= quarter]
        return bool(due) and all(quarter in own for own in due)

    every = set().union(*covered)
    years = {
        quarter[:4]
        for quarter in every
        if all(whole(part, covered) for part in quarters(quarter[:4]))
    }
    return {quarter for quarter in every if whole(quarter, sources)} | years


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
    row would tell a zero. Of a publisher every country and period that it covers is there.
    """
    of_dataset = [p for p in slices if p.dataset == table.dataset and p.country != UNKNOWN]
    by_source: dict[str, set[str]] = {}
    for layout in layouts.values():
        by_source.setdefault(layout.source, set()).update(supplied(table, layout, contract))
    spoken = speakers(of_dataset)
    rows = sorted(
        (country, unit, period)
        for country, period in _countable(of_dataset, publishers(layouts))
        if frequency(period) in table.frequencies and country in (table.countries or {country})
        for unit in set().union(*(by_source.get(s, ()) for s in spoken[country, period]))
    )
    return pl.DataFrame(rows, schema=SERIES, orient="row")


def _countable(slices: Iterable[Slice], others: frozenset[str]) -> Places:
    """The complete periods of those who report, and all that a publisher covers."""
    own = [piece for piece in slices if piece.source not in others]
    found = complete(own) | {(p.country, p.period) for p in slices if p.source in others}
    years = {(country, period[:4]) for country, period in found}
    return found | {
        (country, period)
        for country, year in years
        for period in to_date(year)
        if all((country, part) in found for part in quarters(period))
    }


def speakers(slices: Iterable[Slice]) -> dict[tuple[str, str], set[str]]:
    """The sources that report each country and period: a year with its quarters, and both ways."""
    found: dict[tuple[str, str], set[str]] = {}
    for piece in slices:
        if piece.period:
            own = quarters(piece.period)
            begun = {p for p in to_date(piece.period[:4]) if set(own) & set(quarters(p))}
            for part in {piece.period, piece.period[:4], *own, *begun}:
                found.setdefault((piece.country, part), set()).add(piece.source)
    return found


def core(parts: Mapping[str, pl.LazyFrame], slices: Slices, dataset: str) -> pl.LazyFrame:
    """The current vintage of a dataset: of each submission the rows of the slices it speaks for.

    ``parts`` has the safe rows of each submission.
    """
    frames = []
    for submission in sorted({s for piece, s in slices.items() if piece.dataset == dataset}):
        own = [p for p, s in slices.items() if s == submission and p.dataset == dataset]
        rows = parts[submission].with_columns(submission=pl.lit(submission))
        if all(piece.period for piece in own):
            rows = _spoken(rows, own)
        frames.append(rows)
    # Rows stored before a field was added have it last.
    return pl.concat(frames, how="diagonal")


def _spoken(rows: pl.LazyFrame, own: Sequence[Slice]) -> pl.LazyFrame:
    """The rows of the slices; those of an annual slice are of the year, whenever they are dated."""
    counted = {
        f"{piece.country}/{part}": piece.period
        for piece in own
        for part in (piece.period, *quarters(piece.period))
    }
    counted |= {f"{country}/{year}": year for country, year in _whole_years(own)}
    period = pl.concat_str("country", "period", separator="/").replace_strict(
        counted, default=None, return_dtype=pl.String
    )
    return rows.with_columns(period=period).filter(pl.col("period").is_not_null())


def _whole_years(own: Sequence[Slice]) -> Places:
    """The years of which all four quarters are among the slices."""
    spoken = {(piece.country, piece.period) for piece in own}
    years = {(country, period[:4]) for country, period in spoken}
    return {
        (country, year)
        for country, year in years
        if all((country, quarter) in spoken for quarter in quarters(year))
    }
