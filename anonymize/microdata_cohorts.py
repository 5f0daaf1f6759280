"""Who is in which cohort: decided once, by when a person was first accepted, never again.

A cohort is a pool (a country) and the year in which the intake first accepted a record of a person,
whatever year the record speaks of. A late record is therefore accepted into a later cohort, and
rows of a cohort that is out are never made again: two versions of one, with one person between
them, would cost her twice and could be compared.
"""

import polars as pl

COHORT = ["pool", "year"]
MEMBERS = {"person": pl.Int64, "pool": pl.String, "year": pl.String}
MEMBER, OPEN, LATE = "member", "open", "late"


def assigned(accepted: pl.DataFrame, members: pl.DataFrame, closed: pl.DataFrame) -> pl.DataFrame:
    """``person``, ``pool``, ``year`` and ``standing`` of everybody who was ever accepted.

    ``accepted`` has ``person``, ``pool`` and ``year`` of every acceptance of a record; ``members``
    the same of those in cohorts that were closed, as they were then; ``closed`` has ``pool`` and
    ``year`` of these. ``member`` is in a closed cohort, ``open`` in one that can still be
    released, ``late`` in none and never will be: she belongs to a cohort that closed without
    her. What is decided about one person follows from her own records and from what is closed.
    """
    first = accepted.select(*MEMBERS).sort("year", "pool").unique("person", keep="first")
    own = members.select(*MEMBERS).with_columns(standing=pl.lit(MEMBER))
    others = first.join(own, on="person", how="anti")
    shut = closed.select(*COHORT).unique().with_columns(is_closed=True)
    is_late = pl.col("is_closed").fill_null(False)
    standing = pl.when(is_late).then(pl.lit(LATE)).otherwise(pl.lit(OPEN))
    judged = others.join(shut, on=COHORT, how="left").with_columns(standing=standing)
    return pl.concat([own, judged.select(own.columns)]).sort("person")


def members_of(assigned: pl.DataFrame, pools: list[str], year: str) -> pl.DataFrame:
    """The persons of one year's open cohorts of some pools: whose rows may be made, once."""
    mine = pl.col("pool").is_in(pools) & (pl.col("year") == year)
    return assigned.filter(mine & (pl.col("standing") == OPEN)).select(*MEMBERS)
