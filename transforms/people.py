"""Persons of a dataset, ready to be counted: who has one record a year, and who has several.

Nearly everybody is recorded once in a year by one agency; her codes are those of her record. Who
has several records has one code per single-answer dimension all the same, so that parts add up to
their total: the first known answer of the year up to the end of the period, by quarter, then by
the rank that layouts declare, then by source. A later quarter therefore never changes an earlier
one, and a year never contradicts its quarters. Both kinds are counted in ``cube``.

A *family* is a country, a period and a unit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import polars as pl

from data_contracts.model import TOTAL, UNKNOWN
from data_contracts.periods import quarters, to_date
from data_contracts.questions import FOREIGN, NATIONAL
from transforms.engine import POLARS, Engine, Frame, fetched

FAMILY = ["country", "period", "unit"]
PERSON = [*FAMILY, "person_key"]
RECORD = ["home", "source", "record"]
SINCE = {"country": pl.String, "source": pl.String, "period": pl.String, "since": pl.Int64}
# Later than every release.
NEVER = 2**31


@dataclass(frozen=True)
class People:
    """The records of a dataset: ``once`` of persons with one a year, ``again`` of the others.

    Both have ``home``, ``quarter``, ``year``, ``case_key``, ``is_alone`` (nobody else is in the
    case), and the columns of the core. ``answers`` has ``home``, ``source``, ``record``,
    ``field``, ``code``; ``periods`` are those of the records. ``homes`` has, per field of
    countries, the one that tells only whether it is the one that reports.
    """

    once: Frame
    again: Frame
    answers: Frame | None
    fields: frozenset[str]
    periods: tuple[str, ...]
    engine: Engine
    since: pl.DataFrame
    homes: Mapping[str, str]

    @property
    def one_by_one(self) -> "People":
        """The same persons, each of them looked at as those with several records are."""
        every = self.engine.keep(nw.concat([self.once, self.again]))
        return replace(self, once=self.once.head(0), again=every)


def prepared(
    core: Any,
    answers: Any | None,
    fields: Iterable[str],
    engine: Engine = POLARS,
    since: pl.DataFrame | None = None,
    homes: Mapping[str, str] | None = None,
) -> People:
    """The persons of ``core``, of which ``fields`` will be counted.

    ``core`` and ``answers`` are native frames of the engine. ``core`` has ``country``, ``period``,
    ``source``, ``record``, ``person_key``, ``unit``, a column per field with one answer and,
    where they are known, ``case`` and ``rank``; ``answers`` has ``country``, ``source``,
    ``record``, ``field``, ``code``. ``since`` has the ``country``, ``source`` and ``period`` of
    published slices and, in ``since``, the number of the release that first showed them.
    ``homes`` as in ``People``.
    """
    told = at_home(nw.from_native(core).lazy(), homes or {})
    rows = engine.keep(told_apart(told, frozenset(fields)))
    given = None
    if answers is not None:
        given = nw.from_native(answers).lazy().rename({"country": "home"})
        given = given.select(*RECORD, "field", "code")
    return People(
        rows.filter("is_once"),
        engine.keep(rows.filter(~nw.col("is_once"))),
        given,
        frozenset(rows.collect_schema().names()),
        tuple(sorted(fetched(rows.select("quarter").unique())["quarter"])),
        engine,
        pl.DataFrame(schema=SINCE) if since is None else since,
        homes or {},
    )


def at_home(core: Frame, homes: Mapping[str, str]) -> Frame:
    """Records that say of each known country whether it is their own, whatever else they say."""
    there = set(core.collect_schema().names())
    for field, group in homes.items():
        if {field, group} <= there:
            is_known = ~nw.col(field).is_null() & (nw.col(field) != UNKNOWN)
            home = nw.when(nw.col(field) == nw.col("country")).then(nw.lit(NATIONAL))
            told = nw.when(is_known).then(home.otherwise(nw.lit(FOREIGN)))
            core = core.with_columns(told.otherwise(nw.col(group)).alias(group))
    return core


def told_apart(core: Frame, fields: frozenset[str]) -> Frame:
    """The columns that are counted, with the key of each case, and who stands once and alone.

    Persons without a case count as one case per country and quarter; in a dataset without
    cases every record is one.
    """
    names = core.collect_schema().names()
    case = nw.concat_str("home", nw.lit("case"), "case" if "case" in names else "record")
    nobody = nw.concat_str("home", nw.lit("none"), "quarter")
    kept = ["home", "quarter", "source", "record", "unit", "person_key"]
    # Where nothing is declared all sources rank alike, and their names decide.
    rank = nw.col("rank") if "rank" in names else nw.lit(0)
    year = nw.col("quarter").str.slice(0, 4)
    rows = core.rename({"country": "home", "period": "quarter"}).with_columns(
        case_key=nw.coalesce(case, nobody), year=year
    )
    return rows.select(
        *kept,
        "year",
        "case_key",
        *sorted(fields & set(names)),
        rank=rank.cast(nw.String),
        # Not by country: who is known to two countries stands once in the region.
        is_once=nw.len().over("year", "unit", "person_key") == 1,
        is_alone=nw.len().over("year", "unit", "case_key") == 1,
    )


def calendar(found: Iterable[str]) -> pl.DataFrame:
    """Per quarter the periods on which its rows bear: its year, to date, itself, later quarters.

    ``is_own`` marks the periods in which a row is counted; in later quarters of its year it is
    only evidence of what is known about the person by then. A row of a year bears on that alone.
    """
    rows = [
        {"quarter": quarter, "period": period, "is_own": period in (year, quarter)}
        for quarter, year in ((quarter, quarter[:4]) for quarter in sorted(found))
        for period in (year, *(q for q in quarters(year) if year < quarter <= q))
    ]
    rows += [
        {"quarter": quarter, "period": period, "is_own": True}
        for quarter in sorted(found)
        for period in to_date(quarter[:4])
        if quarter in quarters(period)
    ]
    schema = {"quarter": pl.String, "period": pl.String, "is_own": pl.Boolean}
    return pl.DataFrame(rows, schema=schema)


def evidence(people: People, regional: bool) -> Frame:
    """The records of persons with several, in every period on which they bear.

    What came in after a period was published says nothing about it: its cells would move.
    """
    reached = people.again.join(
        people.engine.lift(calendar(people.periods)), on="quarter", how="inner"
    ).with_columns(country=nw.col("home"))
    if not people.since.is_empty():
        reached = in_time(reached, people)
    everywhere = reached.with_columns(country=nw.lit(TOTAL))
    return nw.concat([reached, everywhere]) if regional else reached


def in_time(reached: Frame, people: People) -> Frame:
    """Records that were published no later than the period on which they bear."""
    rows = people.since.select(home="country", source="source", quarter="period", shown="since")
    slices = people.since.group_by("country", "period").agg(pl.col("since").min())
    periods = slices.select(home="country", period="period", closed="since")
    told = reached.join(
        people.engine.lift(rows), on=["home", "source", "quarter"], how="left"
    ).join(people.engine.lift(periods), on=["home", "period"], how="left")
    early = nw.col("shown").fill_null(NEVER) <= nw.col("closed").fill_null(NEVER)
    return told.filter(early).drop("shown", "closed")


def answered(evidence: Frame, people: People, field: str) -> Frame:
    """Per family and person the ``code`` of ``field``, or the codes where several are allowed."""
    if field in people.fields:
        told = in_keeping(evidence, people, field).with_columns(code=nw.col(field))
        return preferred(told)
    return united(evidence.join(known(people, field), on=RECORD, how="left"))


def in_keeping(evidence: Frame, people: People, field: str) -> Frame:
    """The records, without countries that deny what their person is counted as, at home or not.

    That is settled first: a year by country comes after quarters that only told so much.
    """
    group = people.homes.get(field)
    if group not in people.fields:
        return evidence
    mine = preferred(evidence.with_columns(code=nw.col(group))).rename({"code": "whose"})
    told = evidence.join(mine, on=PERSON, how="left")
    agrees = (nw.col(group) == nw.col("whose")) | (nw.col("country") == TOTAL)
    return told.with_columns(nw.when(agrees).then(nw.col(field)).alias(field))


def known(people: People, field: str) -> Frame:
    """The known answers to a question that allows several; raises KeyError where none has it."""
    if people.answers is None:
        raise KeyError(field)
    given = people.answers.filter((nw.col("field") == field) & (nw.col("code") != UNKNOWN))
    return given.select(*RECORD, "code")


def preferred(evidence: Frame) -> Frame:
    """One code a person: a known one before unknown, then the first by quarter, rank and source."""
    filled = evidence.with_columns(code=nw.col("code").fill_null(UNKNOWN))
    unknown = nw.when(nw.col("code") == UNKNOWN).then(nw.lit("1")).otherwise(nw.lit("0"))
    record = nw.col("record").cast(nw.String)
    order = nw.concat_str(unknown, "quarter", "rank", "source", record, "code", separator="\x1f")
    ranked = filled.with_columns(order=order).select(*PERSON, "order", "code").unique()
    best = ranked.group_by(PERSON).agg(nw.col("order").min())
    return ranked.join(best, on=[*PERSON, "order"], how="inner").drop("order")


def united(evidence: Frame) -> Frame:
    """All known codes of a person; unknown only where there is none."""
    pairs = evidence.select(*PERSON, "code").unique()
    found = pairs.filter(~nw.col("code").is_null())
    others = pairs.filter(nw.col("code").is_null()).join(found, on=PERSON, how="anti")
    return nw.concat([found, others.with_columns(code=nw.lit(UNKNOWN))])
