"""What one release says otherwise than another, cell by cell, from published values only.

A number that is said for the first time is no revision, nor is a cell that nobody could fill yet.
Nothing here sees a record or an exact count, so nothing here can say more than the releases do.
"""

from collections.abc import Mapping, Sequence

import polars as pl

MEASURES = ("value", "lower", "upper")
SAID = (*MEASURES, "obs_status")
# In words that a reader of two releases would use; every cell that differs has exactly one.
CHANGES = ("added", "removed", "shown", "hidden", "changed", "flagged")
REVISIONS = ("removed", "shown", "hidden", "changed")
ABSENT, HIDDEN, BREAK = ("O", "M"), "Q", "B"


def compared(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The cells that differ: ``key``, ``change``, ``is_break``, and what was and is said.

    Both frames are one table in the form of a release, in two releases; ``key`` names a cell.
    ``added`` was absent before, ``removed`` is absent now, ``shown`` and ``hidden`` went from one
    to the other, ``changed`` has another number or interval, ``flagged`` only another status.
    ``is_break`` marks a cell at which a break of the series is declared now and was not before.
    """
    ordered = [*key, *SAID]
    joined = before.select(ordered).join(
        after.select(ordered), on=list(key), how="full", coalesce=True, suffix="_after"
    )
    joined = joined.rename({name: f"{name}_before" for name in SAID})
    status = {when: pl.col(f"obs_status_{when}").fill_null("O") for when in ("before", "after")}
    is_break = (status["after"] == BREAK) & (status["before"] != BREAK)
    found = joined.with_columns(change=_change(status), is_break=is_break)
    columns = [*key, "change", "is_break", *(f"{n}_{w}" for n in SAID for w in ("before", "after"))]
    return found.filter(pl.col("change").is_not_null()).select(columns).sort(key)


def _change(status: Mapping[str, pl.Expr]) -> pl.Expr:
    """The kind of a cell's change; null where the cell is the same."""
    was, now = (status[when].is_in(ABSENT) for when in ("before", "after"))
    hid, hides = (status[when] == HIDDEN for when in ("before", "after"))
    other = pl.any_horizontal(
        pl.col(f"{m}_before").ne_missing(pl.col(f"{m}_after")) for m in MEASURES
    )
    return (
        pl.when(was & ~now)
        .then(pl.lit("added"))
        .when(~was & now)
        .then(pl.lit("removed"))
        .when(hid & ~hides)
        .then(pl.lit("shown"))
        .when(~hid & hides)
        .then(pl.lit("hidden"))
        .when(other)
        .then(pl.lit("changed"))
        .when(status["before"] != status["after"])
        .then(pl.lit("flagged"))
    )


def earlier(
    now: pl.DataFrame, before: Mapping[str, pl.DataFrame], key: Sequence[str]
) -> pl.DataFrame:
    """What earlier releases said of the cells of which ``now`` says something else.

    ``before`` has the table in each earlier release by its id, the oldest first. A row is a cell
    and a release: ``key``, ``release``, ``value``, ``lower``, ``upper``, ``obs_status``. The last
    of a cell's rows and ``now`` make its vintages; a cell without rows was never revised.
    """
    said = [pl.col(f"{name}_before").alias(name) for name in SAID]
    parts = [
        compared(table, now, key)
        .filter(pl.col("change").is_in(REVISIONS))
        .select(*key, pl.lit(release).alias("release"), *said)
        for release, table in before.items()
    ]
    schema = dict.fromkeys((*key, "release"), pl.String) | {n: now.schema[n] for n in SAID}
    order = {release: place for place, release in enumerate(before)}
    place = pl.col("release").replace_strict(order, default=None, return_dtype=pl.Int64)
    return pl.concat([pl.DataFrame(schema=schema), *parts]).sort(*key, place)


def counted(changes: pl.DataFrame) -> dict[str, int]:
    """How many cells changed in which way, every way named, and how many breaks there are."""
    found = dict(changes["change"].value_counts().iter_rows())
    return {way: found.get(way, 0) for way in CHANGES} | {"breaks": int(changes["is_break"].sum())}
