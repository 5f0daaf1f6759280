"""Which records are of one person: names compared in clear, inside the sealed process only.

Splink weighs the likenesses of each pair; records are then grouped so that everyone in a group
may be the same person as everyone else in it. Only groups leave, never a name or a score.
"""

import logging
import math
from collections.abc import Iterator
from typing import TypeAlias

import polars as pl

from anonymize import blocks
from anonymize.identity import ROLES
from anonymize.likeness import compared, rarity, settings
from data_contracts.matching import Matching
from data_contracts.policy import Policy

WHO = ("dataset", "submission", "record")
# What it compares stays in memory, within these bounds: nothing is spilled to a disk.
DUCKDB: dict[str, str | bool | int | float | list[str]] = {
    "temp_directory": "",
    "memory_limit": "2GB",
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# So many pairs fit into that memory; of more, the records are compared in lots, two at a time.
AT_ONCE = 1_000_000
# DuckDB sets memory aside for each rule of a query, so not all of them are asked at once.
RULES_AT_ONCE = 4
Scores: TypeAlias = dict[tuple[int, int], float]


def scores(frame: pl.DataFrame, matching: Matching, least: float) -> Scores:
    """Pairs of keys, each in order, that are of one person with a probability of ``least``."""
    import duckdb
    import splink

    # It would tell its progress, and quote values in warnings.
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    with duckdb.connect(":memory:", config=DUCKDB) as connection:
        api = splink.DuckDBAPI(connection)
        table = api.register(frame.to_arrow(), table_name="compared")
        shares = {
            column: api.register(each.to_arrow(), table_name=f"shares_{column}")
            for column, each in rarity(frame, matching).items()
        }
        lots = math.isqrt(blocks.pairs(frame) // AT_ONCE) + 1
        found: Scores = {}
        for start in range(0, len(blocks.RULES), RULES_AT_ONCE):
            rules = blocks.sql()[start : start + RULES_AT_ONCE]
            asked = settings(matching, len(frame), rules)
            linker = splink.Linker(table, asked, log_level=None)
            for column, told in shares.items():
                linker.table_management.register_term_frequency_lookup(told, column)
            made = linker.inference.predict(least, num_chunks_left=lots, num_chunks_right=lots)
            pairs = made.as_duckdbpyrelation().select("key_l", "key_r", "match_probability")
            found |= {(min(one, two), max(one, two)): p for one, two, p in pairs.fetchall()}
            made.drop_table_from_database_and_remove_from_cache()
        return found


def grouped(found: Scores, link: float, kin: float) -> Iterator[list[int]]:
    """Groups of two keys or more, the likeliest pairs joined first.

    Two groups become one when a pair reaches ``link`` and every other pair between them ``kin``.
    """
    group: dict[int, list[int]] = {}
    for (one, two), probability in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        if probability < link:
            break
        left, right = group.setdefault(one, [one]), group.setdefault(two, [two])
        between = ((min(a, b), max(a, b)) for a in left for b in right)
        if left is right or not all(found.get(pair, 0) >= kin for pair in between):
            continue
        left += right
        group |= dict.fromkeys(right, left)
    once = {id(keys): sorted(keys) for keys in group.values() if len(keys) > 1}
    yield from sorted(once.values())


def keyed(known: pl.DataFrame) -> pl.DataFrame:
    """``known`` by ``WHO``, with ``key``: numbers in the order of the first record that has each.

    Records that tell the same of somebody have one key, so that a person who was helped a hundred
    times is compared once. Where what they tell makes nobody out (no birth date and no document),
    each record has its own.
    """
    is_told = pl.all_horizontal(pl.col("family_name", "given_name", "birth_date").is_not_null())
    own = pl.concat_str(WHO, separator="\x1f")
    alone = pl.when(~(is_told | pl.col("document").is_not_null())).then(own)
    rows = known.sort(WHO).with_columns(alone=alone)
    told = [*ROLES, "sex", "alone"]
    keys = rows.select(told).unique(maintain_order=True).with_row_index("key")
    found = rows.join(keys, on=told, nulls_equal=True, maintain_order="left").drop("alone")
    return found.cast({"key": pl.Int64})


def groups(known: pl.DataFrame, matching: Matching, policy: Policy) -> pl.DataFrame:
    """``dataset``, ``submission``, ``record``, ``group`` of records of persons with several.

    ``known`` has the same three and what persons are recognised by, each record once. Groups
    are numbered in the order of their first record, so the same records give the same numbers.
    """
    rows = keyed(known)
    once, found = rows.unique("key", keep="first", maintain_order=True), Scores()
    if len(once) > 1:
        words = blocks.blocked(compared(once), matching.largest_block.value)
        found = scores(words, matching, policy.min_kin_probability)
    many = grouped(found, policy.min_link_probability, policy.min_kin_probability)
    first = {key: keys[0] for keys in many for key in keys}
    joined = rows.with_columns(group=pl.col("key").replace(first))
    several = joined.filter(pl.len().over("group") > 1)
    numbered = several.with_columns(pl.col("group").rank("dense").cast(pl.Int64) - 1)
    return numbered.select(*WHO, "group").sort("group", *WHO)
