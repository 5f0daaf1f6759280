"""Subtracting published numbers from each other, over all tables and releases.

An attacker knows of a shown number that it is within base - 1 of the truth, and that equal people
have equal numbers. For every two shown cells of which one holds the other, and for every cell less
its shown parts along any fields that a table splits it by, he bounds who is left.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from math import inf, prod
from typing import NamedTuple

from benchmarks.attacking.cells import Cell, Values, by_country
from benchmarks.attacking.gates import Gate, Published
from benchmarks.attacking.worlds import World


class Rest(NamedTuple):
    """Who is in ``whole`` and in none of ``parts``, and between what their number must be."""

    country: str
    whole: Cell
    parts: tuple[Cell, ...]
    lower: float
    upper: float


class Found(NamedTuple):
    """Of so many differences those that tell too much."""

    tried: int
    told: tuple[Rest, ...]


def attack(world: World, gate: Gate, releases: Iterable[Published]) -> Found:
    """Every difference within a country over all ``releases``; a fault is narrow or proves few."""
    tried = 0
    told: list[Rest] = []
    for country, ranges in known(world, gate, releases).items():
        for rest in differences(world, country, ranges):
            tried += 1
            told += [rest] if is_close(rest, gate) else []
    return Found(tried, tuple(told))


def is_close(rest: Rest, gate: Gate) -> bool:
    """Whether the policy calls it too much: bounded closely, or proven to be a few."""
    policy = gate.policy
    narrow = rest.upper - rest.lower < policy.narrowest_interval
    return narrow or (rest.lower >= 1 and rest.upper <= policy.few)


class Known(NamedTuple):
    """What is known of one cell; ``shown`` is its number, none where releases differ."""

    lower: float
    upper: float
    shown: int | None


def known(world: World, gate: Gate, releases: Iterable[Published]) -> dict[str, dict[Cell, Known]]:
    """Ranges of all shown cells of each country, several numbers of one cell taken together."""
    slack = gate.policy.base - 1
    ranges: dict[str, dict[Cell, Known]] = {}
    tables = (
        by_country({name: frame}, world.registry.specs)
        for release in releases
        for name, frame in release.tables.items()
    )
    for country, values in ((one, cells) for table in tables for one, cells in table.items()):
        own = ranges.setdefault(country, {})
        for cell, value in values.items():
            if value is not None:
                was = own.get(cell, Known(0, inf, value))
                same = value if was.shown == value else None
                own[cell] = Known(
                    max(was.lower, value - slack), min(was.upper, value + slack), same
                )
    return ranges


def differences(world: World, country: str, ranges: Mapping[Cell, Known]) -> Iterator[Rest]:
    """All pairs, and all wholes with the parts that a table shows of them.

    A cell by itself is the difference to nobody: numbers drawn twice may bound it.
    """
    yield from (Rest(country, cell, (), of.lower, of.upper) for cell, of in ranges.items())
    for whole in ranges:
        for part in ranges:
            if whole.holds(part):
                yield less(country, ranges, whole, (part,))
    for whole, parts in splits(world, ranges):
        added = {name for name, _ in parts[0].codes - whole.codes} if parts else set()
        # Where all parts are shown nobody is left, and everybody knows it.
        if 1 < len(parts) < prod(len(world.registry.fields[name]) for name in added):
            yield less(country, ranges, whole, parts)


def splits(world: World, ranges: Mapping[Cell, Known]) -> Iterator[tuple[Cell, tuple[Cell, ...]]]:
    """Each shown cell with its shown parts along some fields that it leaves open."""
    fields = {chosen for table in world.registry.tables for chosen in subsets(table)}
    for whole in ranges:
        own = {name for name, _ in whole.codes}
        for chosen in sorted(fields, key=sorted):
            if own < chosen:
                yield (
                    whole,
                    tuple(
                        part
                        for part in ranges
                        if part.period == whole.period
                        and whole.codes < part.codes
                        and {name for name, _ in part.codes} == chosen
                    ),
                )


def subsets(fields: tuple[str, ...]) -> Iterator[frozenset[str]]:
    for number in range(len(fields) + 1):
        yield from map(frozenset, combinations(fields, number))


def less(country: str, ranges: Mapping[Cell, Known], whole: Cell, parts: tuple[Cell, ...]) -> Rest:
    """Who is left of ``whole`` without ``parts``, which share nobody."""
    own, others = ranges[whole], [ranges[part] for part in parts]
    lower = max(0, own.lower - sum(part.upper for part in others))
    upper = own.upper - sum(part.lower for part in others)
    if (
        len(parts) == 1
        and None not in (own.shown, others[0].shown)
        and own.shown != others[0].shown
    ):
        lower = max(lower, 1)
    return Rest(country, whole, parts, lower, upper)


def is_true(rest: Rest, truth: Mapping[str, Values]) -> bool:
    """Whether as many are left as the attacker claims."""
    counts = truth[rest.country]
    left = (counts[rest.whole] or 0) - sum(counts[part] or 0 for part in rest.parts)
    return rest.lower <= left <= rest.upper
