"""What changed at an annual revision, subtracted from what stood there before.

A year is published, and counted anew when its late records have come and some have been taken
out. By the rule a cell takes its new value only if those who came or left would be shown as a
cell. The attacker says of every number that changed that ten persons at most came or left, and
bounds all differences of the numbers that stand after the revision, of whichever vintage each is.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from anonymize import disclosure
from anonymize.repair import joined
from anonymize.settling import may_move, settled
from benchmarks.attacking import differencing
from benchmarks.attacking.cells import Cell, Values, by_country
from benchmarks.attacking.gates import EPOCH, Gate, Published, counted, passed, published
from benchmarks.attacking.scores import Trial
from benchmarks.attacking.worlds import World, numbered
from transforms.people import prepared
from transforms.turnover import Vintage, turnover

# As many as the attacker says of a change.
MOVERS = 10
# Of the records these come after the year was first published, or are taken out then.
LATE, TAKEN_OUT = 0.15, 0.03


class Told(NamedTuple):
    """Of the numbers that changed, how many by few; of the differences, how many are close."""

    changed: Trial
    differences: Trial


def attack(world: World, gate: Gate, seed: int, has_rule: bool = True) -> Told:
    """A year's first release and its revision; without the rule every cell is counted anew."""
    first, after = vintages(world, seed)
    before = published(first, gate, seed)
    moved = {name: movers(first, after, name) for name in world.registry.specs}
    revision = revised(after, gate, seed, before, moved if has_rule else None)
    specs = world.registry.specs
    values = [by_country(one.tables, specs) for one in (before, revision)]
    many = by_country(moved, specs, "n")
    changed = [
        (many[country].get(cell) or 0) <= MOVERS
        for country, own in values[0].items()
        for cell in changes(own, values[1][country])
    ]
    found = differencing.attack(after, gate, [revision])
    return Told(Trial(len(changed), sum(changed), 0), Trial(found.tried, len(found.told), 0))


def changes(before: Values, after: Values) -> list[Cell]:
    """The cells that show another number than they did."""
    return [
        cell
        for cell, value in after.items()
        if value is not None and before.get(cell) not in (None, value)
    ]


def vintages(world: World, seed: int) -> tuple[World, World]:
    """The records as they were when the year was published, and at its revision."""
    chance = np.random.default_rng([seed, 6])
    draw = pl.Series(chance.random(len(world.records)))
    first, after = (
        World(world.registry, numbered(world.records.filter(is_there)))
        for is_there in (draw >= LATE, draw < 1 - TAKEN_OUT)
    )
    return first, after


def movers(first: World, after: World, name: str) -> pl.DataFrame:
    """Who came into or left each cell of a table."""
    registry = first.registry
    was, now = (
        Vintage(prepared(one.records, None, registry.fields), one.series())
        for one in (first, after)
    )
    return turnover(registry.specs[name], was, now, registry.lists)


def revised(
    world: World,
    gate: Gate,
    seed: int,
    before: Published,
    moved: dict[str, pl.DataFrame] | None,
) -> Published:
    """The release after the revision; every cell moves where nobody asks who ``moved``."""
    key, specs, policy = seed.to_bytes(32, "big"), world.registry.specs, gate.policy
    exact, tables, other = {}, {}, {}
    for name, (cells, behind) in counted(world).items():
        asked = disclosure.judged(cells, behind, specs[name], key, EPOCH, policy)
        fresh = disclosure.protect(asked, specs[name], policy)
        exact[name] = cells
        other[name] = disclosure.hidden_by_other_rule(asked, specs[name], policy)
        tables[name] = fresh
        if moved is not None:
            moving = may_move(moved[name], [*specs[name].dimensions], key, EPOCH, policy)
            source = pl.lit("agency").alias("source")
            was = before.tables[name].with_columns(source)
            tables[name] = settled(fresh.with_columns(source), was, moving).drop("source")
    held = joined(other, before.other_rule)
    if not gate.repairs:
        return Published(tables, held, exact)
    mended = passed(world.registry, gate.policy, tables, held, [before.tables])
    return Published(mended.tables, joined(held, mended.hidden), exact)
