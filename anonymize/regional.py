"""The region's half of the gate in: what comes from a country becomes what is stored."""

import polars as pl

from anonymize import identity
from anonymize.identity import RegionKeys


def stored(rows: pl.DataFrame, keys: RegionKeys) -> pl.DataFrame:
    """The country's rows as the region stores them: ``person_key`` and ``link_token`` instead.

    ``person`` and ``inner`` are gone with this call, and so is every way to make them again.
    """
    if "inner" not in rows.columns:
        return rows
    made = {
        "person": identity.person_key(pl.col("person"), keys).alias("person_key"),
        "inner": identity.link_token(pl.col("inner"), keys).alias("link_token"),
    }
    return rows.select(made.get(name, pl.col(name)) for name in rows.columns)
