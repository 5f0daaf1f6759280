"""Counts that span years: distinct persons of three years, and since the baseline.

They are counted in the annual revision of their last year, from the people behind the published
total of each year, so that nobody is in a span who waits in a year. Once a span is published its
years are final, and no later number is of other people than it is.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import polars as pl

from anonymize.audit_overlaps import MOST_YEARS
from anonymize.settling import ABSENT
from data_contracts import load, periods
from data_contracts.model import TOTAL, Table
from data_contracts.questions import homes, question
from pipelines import artefacts, blocks, gating, keystore, releases, speakers, steps
from pipelines.engines import Counter
from pipelines.settings import Workspace
from pipelines.standing import TABLES, Gate, said
from transforms import cube
from transforms.people import prepared
from transforms.vintage import Slices

Series: TypeAlias = tuple[str, str, str]
SPAN = "span"
IS_SPAN = pl.col("period").str.contains(f"^{periods.SPAN.pattern}$")
KEY = ["country", "unit", "year"]
SERIES = ["country", "unit", "period"]


class Behind(NamedTuple):
    """Records, each in its ``year``, and their answers to questions that take several, if any."""

    rows: pl.DataFrame
    answers: pl.DataFrame | None


class Past(NamedTuple):
    """The rows of years: those of the present vintage, and those of a release and year before."""

    core: Path
    slices: Slices
    then: Callable[[str, str], Path]


def registered() -> dict[str, Table]:
    """The tables that are counted over several years."""
    return {name: one for name, one in load.tables().items() if SPAN in one.frequencies}


def totals() -> dict[str, Table]:
    """Those of them that are of everybody."""
    return {name: one for name, one in registered().items() if not one.dimensions}


def known(workspace: Workspace) -> dict[str, list[str]]:
    """The spans of which some release says something, by table."""
    return {name: sorted(set(told(workspace, name)["period"])) for name in registered()}


def told(workspace: Workspace, name: str) -> pl.DataFrame:
    """Every row of a span that a release ever said, the withdrawn ones too."""
    empty = pl.DataFrame(schema=dict.fromkeys(SERIES, pl.String) | {"value": pl.Int64})
    found = [empty]
    for one in speakers.published(workspace):
        file = releases.kept(workspace.root, one.release) / TABLES / f"{name}.parquet"
        if file.exists():
            cells = pl.read_parquet(file)
            there = cells.filter(IS_SPAN, ~pl.col("obs_status").is_in(ABSENT))
            found.append(there.select(empty.columns).cast(empty.schema))
    return pl.concat(found)


def final(workspace: Workspace, year: str) -> str | None:
    """A span with a published number in which a year lies, if there is one."""
    for name in registered():
        shown = told(workspace, name).drop_nulls("value")["period"]
        for span in map(str, sorted(set(shown))):
            if year in periods.years(span):
                return span
    return None


def note(workspace: Workspace, out: Path) -> None:
    """Say in a cube which spans were published: they are said again, in every release."""
    (out / gating.SPANS).write_text(json.dumps(known(workspace)), encoding="utf-8")


def add(
    workspace: Workspace, tables: Mapping[str, Table], past: Past, out: Path, engine: Counter
) -> None:
    """Add to the cube of a dataset the spans that end in the year that is revised.

    Those of countries that have every year of them; a span that was said is said again as it was.
    Numbers by code are of the same people as the total of their span.
    """
    for name, table in totals().items():
        if name not in tables:
            continue
        series = pl.read_parquet(out / steps.AVAILABLE / f"{name}.parquet")
        asked = {name: asked_for(workspace, name, series)}
        whole = pl.concat([asked[name].select(SERIES), told(workspace, name).select(SERIES)])
        for other in (other for other, one in tables.items() if blocks.goes_with(one, table)):
            asked[other] = blocks.asked_for(workspace, other, whole, out)
        every = pl.concat(asked.values())
        if every.is_empty():
            continue
        dims = [d for other in asked for d in tables[other].dimensions.values()]
        fields = {field for d in dims for field in (d.field, question(d))}
        people = behind(workspace, name, past, out, every, sorted(fields))
        for other, own in asked.items():
            made = [counted(tables[other], people, *one, engine) for one in own.group_by("period")]
            put(out, other, own, made)


def put(out: Path, name: str, asked: pl.DataFrame, made: Sequence[cube.Cube]) -> None:
    """Add cells to the cube of a table, and ``asked`` to its series."""
    for part, frames in (
        ("", [one.cells for one in made]),
        (steps.BEHIND, [one.behind for one in made]),
        (steps.AVAILABLE, [asked] if made else []),
    ):
        file = out / part / f"{name}.parquet"
        before = pl.read_parquet(file)
        more = [frame.select(before.columns).cast(before.schema) for frame in frames]
        artefacts.parquet(pl.concat([before, *more]).sort(before.columns), file)


def asked_for(workspace: Workspace, name: str, series: pl.DataFrame) -> pl.DataFrame:
    """``country``, ``unit`` and ``period`` of the spans to be counted."""
    last, length = int(workspace.revising), load.policy().span_years
    there = {row for row in series.select(SERIES).iter_rows() if len(row[2]) == 4}
    first = firsts(workspace, name)
    done = set(told(workspace, name).select(SERIES).iter_rows())
    found = [
        (country, unit, periods.span(begin, last))
        for country, unit, year in sorted(there)
        if year == workspace.revising and country != TOTAL
        for begin in sorted({last - length + 1, first.get(country, last)}, reverse=True)
        if begin < last and {(country, unit, str(y)) for y in range(begin, last + 1)} <= there
    ]
    kept: list[Series] = []
    for one in (new for new in found if new not in done):
        # Of more years that hang together no audit can say that they are safe.
        if len(chain(one, {*done, *kept})) <= MOST_YEARS:
            kept.append(one)
    return pl.DataFrame(kept, schema=dict.fromkeys(SERIES, pl.String), orient="row")


def chain(span: Series, others: set[Series]) -> set[str]:
    """The years that hang together with those of a span, by other spans of its country and unit."""
    own = [set(periods.years(one[2])) for one in others if one[:2] == span[:2]]
    reached = set(periods.years(span[2]))
    while more := [years for years in own if years & reached and not years <= reached]:
        reached = reached.union(*more)
    return reached


def firsts(workspace: Workspace, name: str) -> dict[str, int]:
    """The baseline of each country: the declared one, or its first published year."""
    before = said(workspace, name, load.tables()[name].key)
    years = before.cells.filter(pl.col("period").str.len_chars() == 4) if before else None
    if years is None:
        return {}
    found = years.group_by("country").agg(pl.col("period").min())
    declared = workspace.configuration.baseline
    return {country: declared or int(year) for country, year in found.iter_rows()}


def behind(
    workspace: Workspace,
    name: str,
    past: Past,
    out: Path,
    asked: pl.DataFrame,
    fields: Sequence[str],
) -> Behind:
    """The records behind the total of every year that is asked for, as it is published."""
    years = {
        (country, unit, year)
        for country, unit, span in asked.select(SERIES).unique().iter_rows()
        for year in periods.years(span)
    }
    sources: dict[Path, set[tuple[str, str, str]]] = {}
    for place, core in cores(workspace, name, past, out, years):
        sources.setdefault(core, set()).add(place)
    every = [
        records(core, number, places, fields)
        for number, (core, places) in enumerate(sorted(sources.items()))
    ]
    answers = [one.answers for one in every if one.answers is not None]
    return Behind(pl.concat([one.rows for one in every]), pl.concat(answers) if answers else None)


def cores(
    workspace: Workspace, name: str, past: Past, out: Path, years: set[tuple[str, str, str]]
) -> Iterator[tuple[tuple[str, str, str], Path]]:
    """For each country, unit and year the core from which its total was drawn.

    A total that stays was drawn in a release before; whoever came since is in no span either.
    """
    keys = load.tables()[name].key
    gate = Gate(out, keystore.rounding(workspace["keys"]), gating.EPOCH)
    moves = {(row[0], row[2], row[1]) for row in gate.moving(name, keys).select(keys).iter_rows()}
    before = said(workspace, name, keys)
    columns = ["country", "unit", "period", "drawn"]
    rows = before.drawn.select(columns).iter_rows() if before else ()
    drawn = {row[:3]: row[3] for row in rows}
    for place in sorted(years):
        release = drawn.get(place)
        stays = release is not None and place not in moves
        if stays and not _spoke(workspace, name, past.slices, place, str(release)):
            yield place, past.then(place[2], str(release))
        else:
            yield place, past.core


def _spoke(
    workspace: Workspace, name: str, slices: Slices, place: tuple[str, str, str], release: str
) -> bool:
    """Whether who speaks now for a country's year spoke for it in a release."""
    own = workspace[speakers.VINTAGES] / release / speakers.SLICES
    then = speakers.read_slices(own)
    dataset, (country, _, year) = load.tables()[name].dataset, place

    def of_place(every: Slices) -> dict[Any, str]:
        return {
            p: s
            for p, s in every.items()
            if (p.dataset, p.country, p.period[:4]) == (dataset, country, year)
        }

    return of_place(then) == of_place(slices)


def records(
    core: Path, number: int, places: set[tuple[str, str, str]], fields: Sequence[str]
) -> Behind:
    """The records of a core that are counted in places, with their codes.

    Persons without a case are one case per quarter, in a span too. Of two codes of a person the
    earlier one counts, as within a year. ``number`` tells records of several cores apart.
    """
    apart = pl.concat_str(pl.lit(number), "record", separator=" ").alias("record")
    rows: pl.DataFrame = steps.own(steps.countable(pl.scan_parquet(core / steps.ROWS))).collect()
    wanted = pl.DataFrame(sorted(places), schema=dict.fromkeys(KEY, pl.String), orient="row")
    of_year = rows.with_columns(year=pl.col("period").str.slice(0, 4)).join(wanted, on=KEY)
    case = pl.col("case" if "case" in rows.columns else "record")
    nobody = pl.concat_str(pl.lit("none "), "period")
    rank = pl.col("rank") if "rank" in rows.columns else pl.lit(0)
    found = of_year.select(
        *KEY, "period", "source", apart, "person_key",
        *(field for field in fields if field in rows.columns),
        case=pl.coalesce(case, nobody),
        rank=pl.concat_str("period", rank.cast(pl.String), separator=" "),
    )  # fmt: skip
    if not (core / steps.ANSWERS).exists():
        return Behind(found, None)
    given: pl.DataFrame = steps.own(pl.scan_parquet(core / steps.ANSWERS)).collect()
    answers = given.select("country", "source", apart, "field", "code")
    return Behind(found, answers.join(found, on=["country", "source", "record"], how="semi"))


def counted(
    table: Table, people: Behind, span: tuple[Any, ...], series: pl.DataFrame, engine: Counter
) -> cube.Cube:
    """The cells of one span: as if all its records were of one year."""
    (period,) = span
    last = periods.years(period)[-1]
    own = people.rows.filter(pl.col("year").is_in(periods.years(period)))
    one = engine.lift(own.drop("year").with_columns(period=pl.lit(last))).to_native()
    given = None if people.answers is None else engine.lift(people.answers).to_native()
    fields = {field for d in table.dimensions.values() for field in (d.field, question(d))}
    as_year = table.model_copy(update={"frequencies": ("year",), "regional": ()})
    found = cube.count(
        as_year,
        prepared(one, given, fields, engine, homes=homes([table])),
        load.codelists(),
        series.with_columns(period=pl.lit(last)),
    )
    named = pl.lit(period).alias("period")
    return cube.Cube(*(part.with_columns(named) for part in found))
