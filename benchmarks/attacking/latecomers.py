"""Somebody who compares two releases to see whether one victim came in late.

In each country a list is sent again, and a coin decides whether it has one victim more; nobody
else came in late, which is the worst case. The attacker knows her codes and looks whether
anything moved in the cells that would hold her. Baseline: the coin. Which list speaks in the
second release is asked of the line itself (``transforms.vintage``).
"""

import numpy as np
import polars as pl

from benchmarks.attacking.cells import by_country
from benchmarks.attacking.gates import Gate, Published, published
from benchmarks.attacking.insiders import Target, cells_of
from benchmarks.attacking.scores import Trial
from benchmarks.attacking.worlds import YEAR, World
from data_contracts import load
from transforms.vintage import Sent, current

LAYOUT = "xad_police"
FIRST, AGAIN = "1", "2"


def attack(world: World, gate: Gate, seed: int, freezes: bool = True) -> Trial:
    """The share of right decisions over all countries; where nothing moved, half a one each.

    ``freezes`` is the line as it is; without, the second list speaks at once.
    """
    lists, targets = sent(world, seed)
    before = published(lists[FIRST], gate, seed)
    after = published(spoken(lists, freezes), gate, seed, earlier=(before,))
    values = [by_country(release.tables, world.registry.specs) for release in (before, after)]
    right = 0.0
    for country, target in targets.items():
        has_moved = any(
            values[0][country][cell] != values[1][country][cell] for cell in target.cells
        )
        # Where nothing can move, nothing that did not move says anything.
        right += 0.5 if freezes and not has_moved else has_moved == target.is_in
    return Trial(len(targets), right, len(targets) / 2)


def sent(world: World, seed: int) -> tuple[dict[str, World], dict[str, Target]]:
    """The lists of all countries as they were sent first and again, and who is looked for."""
    chance = np.random.default_rng([seed, 2])
    one = world.records.group_by("country", maintain_order=True).first()
    targets = {
        row["country"]: Target(cells_of(world, row["period"], row), bool(chance.integers(2)))
        for row in one.iter_rows(named=True)
    }
    absent = [r for c, r in one.select("country", "record").iter_rows() if not targets[c].is_in]
    first = world.records.filter(~pl.col("record").is_in(one["record"].to_list()))
    again = world.records.filter(~pl.col("record").is_in(absent))
    lists = {FIRST: World(world.registry, first), AGAIN: World(world.registry, again)}
    return lists, targets


def spoken(lists: dict[str, World], freezes: bool) -> World:
    """The records of the list that speaks for each country and quarter in the second release."""
    layouts = load.layouts()
    countries = tuple(lists[FIRST].countries)
    first, again = (Sent(name, LAYOUT, ("victims",), countries, (YEAR,)) for name in (FIRST, AGAIN))
    frozen = current([first], layouts, {}) if freezes else {}
    speaking = current([first, again], layouts, frozen)
    places = pl.DataFrame(
        [(piece.country, piece.period, name) for piece, name in speaking.items()],
        schema=["country", "period", "list"],
        orient="row",
    )
    rows = pl.concat(of.records.with_columns(list=pl.lit(name)) for name, of in lists.items())
    kept = rows.join(places, on=["country", "period", "list"], how="semi").drop("list")
    return World(lists[FIRST].registry, kept)


def equal(one: Published, other: Published) -> bool:
    """Whether a reader of both sees no difference at all."""
    return all(one.tables[name].equals(other.tables[name]) for name in one.tables)
