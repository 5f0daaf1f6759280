"""Which pairs of records are looked at at all: those that share a block.

All pairs of a register grow with the square of its size, so a pair is looked at only when it
shares something that few people share. Each rule asks enough that its blocks stay small in a
large register; a block that is larger still is left out, because whoever shares no more than
that cannot be told from a namesake anyway.
"""

from collections.abc import Sequence

import polars as pl

# What the records of a block have in common, by name. A name's first and last bones serve where
# one of its letters is wrong.
KEYS = {
    "document": ("document",),
    "born_first": ("born", "family1_first", "given1_first"),
    "born_first_crosswise": ("born", "given1_first", "family1_first"),
    "born_last": ("born", "family1_last", "given1_last"),
    "born_last_crosswise": ("born", "given1_last", "family1_last"),
    "family_born": ("family1_bones", "born"),
    "given_born": ("given1_bones", "born"),
    "names": ("family1_bones", "given1_bones"),
    "names_crosswise": ("given1_bones", "family1_bones"),
    "family_year_first": ("family1_bones", "given1_first", "year"),
    "given_year_first": ("given1_bones", "family1_first", "year"),
    "family_year_last": ("family1_bones", "given1_last", "year"),
    "given_year_last": ("given1_bones", "family1_last", "year"),
    "family_day": ("family1_bones", "given1_first", "day"),
    "given_day": ("given1_bones", "family1_first", "day"),
}
STRAIGHT = tuple((name, name) for name in KEYS if not name.endswith("crosswise"))
# Of two records one has the first and the other the second key, its names the other way round.
CROSSWISE = (
    ("born_first", "born_first_crosswise"),
    ("born_last", "born_last_crosswise"),
    ("names", "names_crosswise"),
    ("family_born", "given_born"),
    ("given_born", "family_born"),
    ("family_year_first", "given_year_first"),
    ("given_year_first", "family_year_first"),
)
RULES = (*STRAIGHT, *CROSSWISE)
WORDS = ("family1", "given1")


def columns() -> list[str]:
    """The columns of blocks."""
    return [f"{name}_block" for name in KEYS]


def sql() -> list[str]:
    """The rules as Splink reads them."""
    return [f"l.{one}_block = r.{other}_block" for one, other in RULES]


def blocked(words: pl.DataFrame, most: int) -> pl.DataFrame:
    """``words`` with the block of each record by each key; null where it has more than ``most``."""
    first = [pl.col(f"{word}_bones").str.head(1).alias(f"{word}_first") for word in WORDS]
    last = [pl.col(f"{word}_bones").str.tail(1).alias(f"{word}_last") for word in WORDS]
    known = words.with_columns(*first, *last).select(_block(*key) for key in KEYS.items())
    small = known.select(pl.when(pl.len().over(c) <= most).then(c).alias(c) for c in known.columns)
    return words.hstack(small)


def _block(name: str, parts: Sequence[str]) -> pl.Expr:
    """A number for what the parts say together: small, and equal where they are.

    Two blocks with one number would only make more pairs to look at.
    """
    said = pl.concat_str(parts, separator=" ")
    return pl.when(said.is_not_null()).then(said.hash()).alias(f"{name}_block")


def pairs(blocked: pl.DataFrame) -> int:
    """How many pairs the rules look at; one that several find is counted each time."""
    return sum(_both_ways(blocked, f"{one}_block", f"{other}_block") for one, other in RULES) // 2


def _both_ways(blocked: pl.DataFrame, one: str, other: str) -> int:
    """How many records have the first key where another one has the second."""
    left, right = (
        blocked.drop_nulls(column).group_by(block=column).agg(pl.len().cast(pl.Int64).alias(side))
        for column, side in ((one, "left"), (other, "right"))
    )
    met = left.join(right, on="block").select(pl.col("left") * pl.col("right")).sum().item()
    return int(met) - int((blocked[one] == blocked[other]).sum())
