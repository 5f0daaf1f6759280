"""Hides more, until the attack finds nothing.

A function of published values, the registry and the policy only: which cells rounding hid and
which another rule is private, so the repair does not ask, and believes of every hidden cell that
it is small. A repair that knew better would tell what it knows by the cells it chooses.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import polars as pl

from anonymize.audit import Failure, Report, attack
from anonymize.audit_facts import Cell, order
from anonymize.audit_model import Model, Place, System, Tables, where
from anonymize.disclosure import hide
from data_contracts.model import TOTAL, Contract, Table
from data_contracts.policy import Policy

KEYS = ["country", "period", "unit"]
ROUNDS = 200


class Repaired(NamedTuple):
    """The tables, and per table the keys of what was hidden in addition."""

    tables: dict[str, pl.DataFrame]
    hidden: dict[str, pl.DataFrame]


def secure(
    tables: Tables,
    specs: Mapping[str, Table],
    policy: Policy,
    *,
    contracts: Mapping[str, Contract],
    other_rule: Tables,
    public: frozenset[tuple[str, str]] = frozenset(),
    earlier: Sequence[Tables] = (),
) -> tuple[Repaired, Report]:
    """Repair, and the verdict of the attack that knows why each cell is hidden.

    A release may only be made of tables whose report has no failing cell. The strict repair is
    tried where the other is not enough; which of the two it was is all that the private list of
    ``other_rule`` can decide. Arguments as ``attack``.
    """
    attacked = partial(attack, specs=specs, policy=policy, contracts=contracts, public=public)
    for strict in (False, True):
        mended = repair(
            tables, specs, policy,
            contracts=contracts, public=public, earlier=earlier, strict=strict,
        )  # fmt: skip
        private = joined(other_rule, mended.hidden)
        report = attacked(mended.tables, other_rule=private, earlier=earlier)
        if not report.failing:
            break
    return mended, report


def joined(one: Tables, other: Tables) -> dict[str, pl.DataFrame]:
    """The keys of both, per table."""
    names = sorted({*one, *other})
    return {
        name: pl.concat([side[name] for side in (one, other) if name in side]) for name in names
    }


def repair(
    tables: Tables,
    specs: Mapping[str, Table],
    policy: Policy,
    *,
    contracts: Mapping[str, Contract],
    public: frozenset[tuple[str, str]] = frozenset(),
    earlier: Sequence[Tables] = (),
    strict: bool = False,
) -> Repaired:
    """Attack and hide until nothing fails, or nothing is left to hide; arguments as ``attack``.

    ``strict`` also hides until all hidden cells together can be small. Then whoever knows why
    each is hidden knows less than the attack supposed, so that no such knowledge makes it fail.
    """
    model = Model(specs, contracts, policy)
    persons = {name: frame for name, frame in tables.items() if specs[name].kind == "persons"}
    more = {
        name: frame.select(*KEYS, *specs[name].dimensions).clear()
        for name, frame in persons.items()
    }
    suspects = persons
    for _ in range(ROUNDS):
        report = attack(
            suspects, specs, policy, contracts=contracts, other_rule=more,
            public=public, earlier=earlier, yielding=not strict,
        )  # fmt: skip
        systems = model.systems(suspects, more, earlier)
        chosen = choices(report.failures, systems, shown_cells(suspects, specs), specs)
        if not chosen:
            break
        for name, frame in persons.items():
            marked = pl.DataFrame(rows(specs[name], chosen), schema=more[name].schema)
            persons[name], more[name] = hide(frame, marked), pl.concat([more[name], marked])
        suspects = {name: within(persons[name], chosen) for name in persons}
    return Repaired(dict(tables) | persons, more)


Shown = defaultdict[Place, set[tuple[Cell, int]]]


def choices(
    failures: Sequence[Failure],
    systems: Mapping[Place, System],
    shown: Shown,
    specs: Mapping[str, Table],
) -> list[tuple[Place, Cell]]:
    """For each place with failures one shown cell to hide, for the sake of its first failure."""
    chosen: dict[Place, Cell] = {}
    for fault in failures:
        keys = fault.dims | {"country": fault.country, "period": fault.period, "unit": fault.unit}
        place, cell = where(specs[fault.table], keys)
        if place in chosen or not shown[place]:
            continue
        if fault.reason == "uncertified":
            chosen[place] = blamed(systems[place], shown[place])
        else:
            chosen[place], _ = min(shown[place], key=lambda item: distance(cell, *item))
    return list(chosen.items())


def blamed(system: System, shown: set[tuple[Cell, int]]) -> Cell:
    """The largest shown cell of the facts that cannot hold; if each alone can, the largest."""
    broken = [fact for fact in system.facts if not fact.can_hold(system.ranges)]
    cells = {cell for fact in broken for cell, _ in fact.terms}
    found = [item for item in shown if item[0] in cells] or shown
    return max(found, key=lambda item: (item[1], order(item[0])))[0]


def shown_cells(persons: Tables, specs: Mapping[str, Table]) -> Shown:
    """Cells with a published value, by place."""
    shown: Shown = defaultdict(set)
    for name, frame in persons.items():
        for row in frame.drop_nulls("value").iter_rows(named=True):
            place, cell = where(specs[name], row)
            shown[place].add((cell, row["value"]))
    return shown


def distance(failed: Cell, cell: Cell, value: int) -> tuple[Any, ...]:
    """The order in which cells are hidden: same period, same row or column, parts before totals,
    small before large, then by code."""
    differing = {field for field, _ in failed.codes ^ cell.codes}
    return (
        cell.period != failed.period,
        len(differing),
        -len(cell.codes),
        value,
        cell.period,
        sorted(cell.codes),
    )


def rows(spec: Table, chosen: Sequence[tuple[Place, Cell]]) -> list[dict[str, str]]:
    """The keys that the chosen cells have in a table; a cell is hidden wherever it stands."""
    return [
        {"country": place.country, "period": cell.period, "unit": place.unit}
        | {name: codes.get(known.field, TOTAL) for name, known in spec.dimensions.items()}
        for place, cell in chosen
        if spec.dataset == place.dataset
        and set(codes := dict(cell.codes)) <= {known.field for known in spec.dimensions.values()}
    ]


def within(frame: pl.DataFrame, chosen: Sequence[tuple[Place, Cell]]) -> pl.DataFrame:
    """The rows of a table in the places of the chosen cells."""
    places = {(place.country, place.unit, place.year) for place, _ in chosen}
    wanted = pl.DataFrame(list(places), schema=["country", "unit", "year"], orient="row")
    year = pl.col("period").str.head(4)
    return frame.join(
        wanted, left_on=["country", "unit", year], right_on=["country", "unit", "year"], how="semi"
    )
