"""The same person twice: one key for all her records, marks, never removes.

Records of one exact identity come out of the gate in under one key of their own. Here these keys
become one where the sealed process found that they are one person, or where two countries have
the same link token. What is published never moves: a person's key stays as it was, who joins her
takes it, and two published persons who turn out to be one stay two until the annual revision.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from data_contracts.layout import Layout

WHO = ("dataset", "submission", "record")
KEYS = {"own": pl.Int64, "person_key": pl.Int64}
LAST = 9
PENDING = {"person_key": pl.Int64, "other": pl.Int64}
Edges = Iterable[tuple[int, int]]


@dataclass(frozen=True)
class Persons:
    """``keys``: ``own`` and ``person_key`` of whoever is counted under another key than her own.

    ``pending``: ``person_key`` and ``other`` of published persons who are one, and wait.
    """

    keys: pl.DataFrame
    pending: pl.DataFrame


def persons(
    rows: pl.DataFrame, groups: pl.DataFrame, before: pl.DataFrame, published: frozenset[int]
) -> Persons:
    """Who is who among ``rows``: one key a person, the own key of her first accepted record.

    ``rows`` has ``dataset``, ``submission``, ``record``, ``period``, ``person_key``,
    ``link_token`` and ``order``, the place of the submission in the order of receipt; ``groups``
    has the first three and ``group``. ``before`` are the keys that the last release was counted
    with, and ``published`` the own keys of all who are in a published slice.
    """
    was = dict(before.select("own", "person_key").iter_rows())
    frozen = {own: was.get(own, own) for own in published}
    # A name that is destroyed cannot be compared again: what was found of the published stays.
    shown = set(frozen.values())
    known = set(rows["person_key"])
    kept = [(own, key) for own, key in was.items() if key in shown and own in known]
    edges = [*kept, *_within(rows, groups), *_abroad(rows)]
    found, waiting = settled(edges, first(rows, edges), frozen)
    changed = sorted((own, key) for own, key in found.items() if own != key)
    return Persons(
        pl.DataFrame(changed, schema=KEYS, orient="row"),
        pl.DataFrame(sorted(waiting), schema=PENDING, orient="row"),
    )


def _within(rows: pl.DataFrame, groups: pl.DataFrame) -> Edges:
    """The own keys of records that the sealed process put into one group."""
    owned = groups.join(rows.select(*WHO, "person_key"), on=WHO)
    return _joined(owned.select("person_key", by="group"))


def _abroad(rows: pl.DataFrame) -> Edges:
    """The own keys of different countries with the same link token."""
    return _joined(rows.select("person_key", by="link_token").drop_nulls().unique())


def _joined(pairs: pl.DataFrame) -> Edges:
    """Each key beside the smallest of its ``by``."""
    least = pl.col("person_key").min().over("by").alias("least")
    apart = pairs.select("person_key", least).filter(pl.col("person_key") != pl.col("least"))
    return apart.unique().sort(apart.columns).iter_rows()


def first(rows: pl.DataFrame, edges: Edges) -> dict[int, int]:
    """The place of each key of ``edges`` by its first accepted record."""
    asked = pl.Series("person_key", sorted({key for edge in edges for key in edge}), pl.Int64)
    placed = (
        rows.filter(pl.col("person_key").is_in(asked.implode()))
        .sort("order", "period", "dataset", "record")
        .with_row_index("place")
    )
    earliest = placed.group_by("person_key").agg(pl.col("place").min())
    # A key of the last release whose records were replaced comes after all that are there.
    return {key: len(placed) for key in asked} | dict(earliest.iter_rows())


def settled(
    edges: Edges, place: Mapping[int, int], frozen: Mapping[int, int]
) -> tuple[dict[int, int], set[tuple[int, int]]]:
    """The key under which each own key is counted, and the published keys that have to wait.

    ``frozen`` has the keys that must not change.
    """
    found: dict[int, int] = dict(frozen)
    waiting: set[tuple[int, int]] = set()
    for members in connected(edges):
        order = sorted(members, key=lambda own: (place[own], own))
        shown = list(dict.fromkeys(frozen[own] for own in order if own in frozen))
        chosen = shown[0] if shown else order[0]
        found |= {own: frozen.get(own, chosen) for own in order}
        waiting |= {(chosen, other) for other in shown[1:]}
    return found, waiting


def connected(edges: Edges) -> list[list[int]]:
    """The keys that hang together, in any order."""
    group: dict[int, list[int]] = {}
    for one, two in edges:
        left, right = group.setdefault(one, [one]), group.setdefault(two, [two])
        if left is not right:
            few, many = sorted((left, right), key=len)
            many += few
            group |= dict.fromkeys(few, many)
    return list({id(keys): keys for keys in group.values()}.values())


def applied(rows: Any, keys: Any) -> Any:
    """``rows`` with each person under her one key; both frames of the same engine."""
    own = nw.from_native(rows).lazy()
    found = nw.from_native(keys).lazy().rename({"person_key": "found"})
    joined = own.join(found, left_on="person_key", right_on="own", how="left")
    key = nw.coalesce("found", "person_key")
    return joined.with_columns(person_key=key).drop("found").select(*_names(own)).to_native()


def marked(rows: Any) -> Any:
    """``rows`` with ``is_duplicate``: the person stands in an earlier row of the same country.

    Earlier is by period, then source, then record, so the mark does not depend on row order.
    """
    frame = nw.from_native(rows).lazy()
    # No field has a name with a blank in it: "place" is where a victim was identified.
    order = nw.concat_str("period", "source", "record", separator="\x1f").alias("row order")
    placed = frame.with_columns(order)
    person = ["country", "person_key"]
    earliest = placed.group_by(person).agg(nw.col("row order").min().alias("earliest row"))
    joined = placed.join(earliest, on=person, how="left")
    repeated = joined.with_columns(is_duplicate=nw.col("row order") != nw.col("earliest row"))
    return repeated.select(*_names(frame), "is_duplicate").to_native()


def ranked(rows: pl.LazyFrame, layouts: Mapping[str, Layout]) -> pl.LazyFrame:
    """``rows`` with ``rank``: whose answer counts where sources contradict each other.

    A source whose layout is gone comes last.
    """
    declared = {layout.source: layout.rank for layout in layouts.values()}
    rank = pl.col("source").replace_strict(declared, default=LAST, return_dtype=pl.Int64)
    return rows.with_columns(rank=rank)


def _names(frame: Any) -> list[str]:
    return list(frame.collect_schema().names())
