"""What two countries report of one flow: its destination of those detected, its origin of its own.

The destination counts victims it detected by their citizenship. The origin counts its citizens
who were exploited abroad, by country, or those who came back, by the country of repatriation.
They ask different questions of partly different people: the two sides are never added up, and
neither corrects the other. Only protected tables and published numbers come in.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from data_contracts.model import TOTAL, Table
from data_contracts.precedence import Precedence
from transforms.observations import NUMBERS, SILENT, ranked

UNITS = ("victim_identified", "victim_presumed")
# By which field a country reports of another, and on which side of the flow it stands then.
SIDES = {"citizenship": "destination", "destination": "origin", "repatriation": "origin"}
AXES = ("area", "sex", "age_band", "exploitation", *SIDES)
FLOW = ("origin", "destination", "period", "unit")
TOLD = (*NUMBERS, "obs_status", "source")
REPORT = pl.Schema(
    {
        **dict.fromkeys((*FLOW, "by"), pl.String),
        **dict.fromkeys(NUMBERS, pl.Int64),
        **dict.fromkeys(("obs_status", "source", "kind"), pl.String),
    }
)
BOTH, HIDDEN = "both", "hidden"


def reported(rows: pl.DataFrame, by: str, kind: str) -> pl.DataFrame:
    """What countries say of each other in ``rows``, broken down by the field ``by`` alone.

    What concerns the country itself, no country or several is no flow.
    """
    rest = [pl.col(axis) == TOTAL for axis in AXES if axis in rows.columns and axis != by]
    abroad = (pl.col(by) != pl.col("country")) & pl.col(by).str.contains(r"^[A-Z]{3}$")
    said = rows.filter(
        abroad,
        pl.col("country").str.contains(r"^[A-Z]{3}$"),
        pl.col("unit").is_in(UNITS),
        ~pl.col("obs_status").is_in(SILENT),
        *rest,
    )
    here, there = ("destination", "origin") if SIDES[by] == "destination" else FLOW[:2]
    flow = {here: pl.col("country"), there: pl.col(by), "by": pl.lit(by), "kind": pl.lit(kind)}
    named = said.select("period", "unit", *NUMBERS, "obs_status", "source", **flow)
    return named.select(pl.col(name).cast(of) for name, of in REPORT.items())


def of_tables(
    tables: Mapping[str, pl.DataFrame], registry: Mapping[str, Table]
) -> Iterable[pl.DataFrame]:
    """The reports in protected tables of persons that are broken down by another country."""
    for name, frame in sorted(tables.items()):
        fields = {n: d.field for n, d in registry[name].dimensions.items()}
        for by in SIDES:
            if registry[name].kind == "persons" and by in fields.values():
                yield reported(frame.rename(fields), by, "persons")


def of_aggregates(aggregates: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """The reports in published counts."""
    counts = aggregates.filter(pl.col("value_type") == "count")
    for by in SIDES:
        yield reported(counts, by, "published")


def mirrored(reports: Iterable[pl.DataFrame], precedence: Precedence, least: int) -> pl.DataFrame:
    """Each flow with what either side says of it; of several sources on a side the first is taken.

    A row for each question that the origin answers (``by``), empty where it answers none.
    ``status`` is ``both``, ``only_destination``, ``only_origin``, or ``hidden`` where a number
    is not told. ``ratio_pct`` is the origin's number in per cent of the destination's, of numbers
    of at least ``least`` each: below that, rounding and chance would speak.
    """
    every = pl.concat([REPORT.to_frame(), *reports])
    first = ranked(every, precedence).sort("rank").unique([*FLOW, "by"], keep="first")
    there = first.filter(by="citizenship").select(*FLOW, *_of("destination"))
    home = first.filter(pl.col("by") != "citizenship").select(*FLOW, "by", *_of("origin"))
    pairs = there.join(home, on=FLOW, how="full", coalesce=True)
    sides = [f"{side}_obs_status" for side in ("destination", "origin")]
    status = (
        pl.when(pl.any_horizontal(pl.col(sides) == "Q"))
        .then(pl.lit(HIDDEN))
        .when(pl.col(sides[1]).is_null())
        .then(pl.lit("only_destination"))
        .when(pl.col(sides[0]).is_null())
        .then(pl.lit("only_origin"))
        .otherwise(pl.lit(BOTH))
    )
    told = pairs.with_columns(pl.col("by").fill_null(""), status=status, ratio_pct=_ratio(least))
    return told.sort(*FLOW, "by")


def _of(side: str) -> list[pl.Expr]:
    return [pl.col(name).alias(f"{side}_{name}") for name in TOLD]


def _ratio(least: int) -> pl.Expr:
    here, there = pl.col("origin_value"), pl.col("destination_value")
    enough = (here >= least) & (there >= least)
    return pl.when(enough).then((100 * here / there).round()).cast(pl.Int64)
