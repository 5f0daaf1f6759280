"""Where numbers cannot be compared: breaks in time, and differences between countries.

Everything here follows from dated definitions and from which series a table has, never from what
records hold: a flag says nothing about a person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import polars as pl

from data_contracts.definitions import Break, Concept, Definition, breaks
from data_contracts.model import TOTAL, Table
from data_contracts.periods import frequency, window

SHOWN, BROKEN, ABSENT = "A", "B", "O"
FLAGS = pl.Schema(
    dict.fromkeys(
        ("table", "country", "unit", "source", "concept", "flag", "code", "first", "last"),
        pl.String(),
    )
)
SERIES = ("country", "unit", "source")


def touches(table: Table, unit: str, concept: Concept) -> bool:
    """Whether a concept concerns the series of a unit in a table; institutional data never."""
    if table.kind == "programme":
        return False
    units = not concept.units or unit in concept.units
    return units and (not concept.dimension or concept.dimension in table.dimensions)


def _speaks(of: Definition | Break, country: str, source: str | None, countries: set[str]) -> bool:
    """Whether a definition is one of a series' own; the region has those of all its countries.

    A publisher's own definition, for the figures of every country, has the total as its country.
    """
    here = of.country in (country, TOTAL) or (country == TOTAL and of.country in countries)
    named = not of.source or country == TOTAL or of.source in (source or "").split("+")
    return here and named


def _before(periods: Iterable[str]) -> dict[str, str]:
    """Each period to the one before it of its kind, where the table has one.

    A year to date stands beside as many months of the year before.
    """
    kinds: dict[str, list[str]] = {}
    for period in sorted(periods):
        of = frequency(period)
        kinds.setdefault(period[4:] if of in ("ytd", "span") else of, []).append(period)
    return {now: then for of in sorted(kinds) for then, now in pairwise(kinds[of])}


def changed(periods: Iterable[str], found: Sequence[Break]) -> dict[str, list[Break]]:
    """The periods that are counted otherwise than the one before, and the breaks that did it.

    A change within a period makes it unlike the one before, and the next unlike it. The first
    period of a table has nothing before it.
    """
    before = _before(set(periods))
    marked: dict[str, list[Break]] = {}
    for period, earlier in before.items():
        start, end = window(earlier).start, window(period).end
        own = [one for one in found if start < one.day <= end]
        if own:
            marked[period] = own
    return marked


def _series(table: Table, frame: pl.DataFrame) -> Iterator[tuple[tuple[str, str, str], list[str]]]:
    """Each series of a table, by country, unit and source, with its periods."""
    rows = frame.group_by(SERIES).agg(pl.col("period").unique()).sort(SERIES)
    yield from (((c, u, s or ""), sorted(p)) for c, u, s, p in rows.iter_rows())


def marked(
    table: Table,
    frame: pl.DataFrame,
    found: Sequence[Definition],
    concepts: Mapping[str, Concept],
) -> pl.DataFrame:
    """The cells of a table with ``B`` where a shown number is not comparable with the one before.

    Hidden, missing, provisional and estimated cells keep their status.
    """
    keys = [(*series, period) for series, period, _ in _breaks(table, frame, found, concepts)]
    if not keys:
        return frame
    schema = dict.fromkeys((*SERIES, "period"), pl.String)
    at = pl.DataFrame(keys, schema=schema, orient="row").unique()
    joined = frame.with_columns(pl.col("source").fill_null("").alias("of")).join(
        at.rename({"source": "of"}).with_columns(at_break=pl.lit(True)),
        on=["country", "unit", "of", "period"],
        how="left",
        maintain_order="left",
    )
    hit = pl.col("at_break").fill_null(False) & (pl.col("obs_status") == SHOWN)
    status = pl.when(hit).then(pl.lit(BROKEN)).otherwise("obs_status").alias("obs_status")
    return joined.with_columns(status).select(frame.columns)


def _breaks(
    table: Table,
    frame: pl.DataFrame,
    found: Sequence[Definition],
    concepts: Mapping[str, Concept],
) -> Iterator[tuple[tuple[str, str, str], str, Break]]:
    countries, all_breaks = set(frame["country"]), breaks(tuple(found))
    for (country, unit, source), periods in _series(table, frame):
        own = [
            one
            for one in all_breaks
            if touches(table, unit, concepts[one.concept])
            and _speaks(one, country, source, countries)
        ]
        for period, at in changed(periods, own).items():
            yield from (((country, unit, source), period, one) for one in at)


def _differences(
    table: Table,
    frame: pl.DataFrame,
    found: Sequence[Definition],
    concepts: Mapping[str, Concept],
) -> Iterator[tuple[tuple[str, str, str], Definition, list[str]]]:
    countries = set(frame["country"])
    for (country, unit, source), periods in _series(table, frame):
        for one in found:
            if not (one.differs and touches(table, unit, concepts[one.concept])):
                continue
            if not _speaks(one, country, source, countries):
                continue
            if inside := [period for period in periods if one.holds(window(period))]:
                yield (country, unit, source), one, inside


def flags(
    tables: Mapping[str, pl.DataFrame],
    registry: Mapping[str, Table],
    found: Sequence[Definition],
    concepts: Mapping[str, Concept],
) -> pl.DataFrame:
    """Every flag of every series: a row for each difference and each break.

    ``first`` and ``last`` are the periods of the series to which it applies.
    """
    rows = []
    for name, every in sorted(tables.items()):
        # What no source supplies is no series; who supplies what is declared, not counted.
        table, frame = registry[name], every.filter(pl.col("obs_status") != ABSENT)
        rows += [
            (name, *series, one.concept, "difference", one.code, min(inside), max(inside))
            for series, one, inside in _differences(table, frame, found, concepts)
        ]
        rows += [
            (name, *series, one.concept, "break", code, period, period)
            for series, period, one in _breaks(table, frame, found, concepts)
            for code in one.codes
        ]
    return pl.DataFrame(rows, schema=FLAGS, orient="row").unique().sort(FLAGS.names())
