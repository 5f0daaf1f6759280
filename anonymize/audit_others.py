"""What others publish of the same people: a second attack that takes their numbers as exact.

``taken_for`` in ``tables.yaml`` says of which persons table somebody may believe a published table
to count the people. Whatever of it fits what we show is a fact then, within the ends that its
publisher gives. What theirs alone give away nobody can hide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import polars as pl

from anonymize.audit_beliefs import relaxed
from anonymize.audit_case import Case
from anonymize.audit_sheets import SMALL, Ends, Reader, Sheet, Tables
from anonymize.audit_system import System, unequal
from anonymize.audit_theirs import Fact, Theirs
from data_contracts.model import TOTAL, Table

# Dataset, country, unit and period.
Spot: TypeAlias = tuple[str, str, str, str]
# Of each spot the cells of persons tables that somebody else tells: table and codes.
Told: TypeAlias = Mapping[Spot, Mapping[tuple[str, tuple[str, ...]], Ends]]


def told(reader: Reader, tables: Tables, earlier: Sequence[Tables]) -> Told:
    """What others say in a release and the ones before it; the newest number of each cell."""
    found: dict[Spot, dict[tuple[str, tuple[str, ...]], Ends]] = {}
    for release in (*earlier[-reader.policy.remembered_releases :], tables):
        for name, frame in sorted(release.items()):
            spec = reader.specs[name]
            if spec.taken_for is not None:
                for spot, cell, ends in said(spec, reader.specs[spec.taken_for], frame):
                    found.setdefault(spot, {})[cell] = ends
    return found


def said(
    spec: Table, ours: Table, frame: pl.DataFrame
) -> list[tuple[Spot, tuple[str, tuple[str, ...]], Ends]]:
    """The numbers of a published table as cells of ours; a gap says nothing."""
    ends = {name: pl.coalesce(name, "value") for name in ("lower", "upper")}
    there = frame.with_columns(**ends).drop_nulls(list(ends))
    codes = [
        pl.col(name) if name in spec.dimensions else pl.lit(TOTAL).alias(name)
        for name in ours.dimensions
    ]
    rows = there.select("country", "unit", "period", "lower", "upper", *codes)
    return [
        ((ours.dataset, country, unit, period), (ours.name, tuple(own)), (int(low), int(high)))
        for country, unit, period, low, high, *own in rows.iter_rows()
    ]


def facts(system: System, every: Told) -> list[Fact]:
    """What others tell of the cells of which we say something, of the newest vintage."""
    newest = {sheet.place._replace(vintage=0): n for n, sheet in enumerate(system.sheets)}
    found = []
    for place, number in newest.items():
        sheet = system.sheets[number]
        spot = place.dataset, place.country, place.unit, place.period
        for (table, codes), ends in every.get(spot, {}).items():
            # A total stands in every table, whichever of them a country has.
            others = sheet.shape.number[frozenset()] if set(codes) <= {TOTAL} else None
            cell = sheet.shape.places.get(table, {}).get(codes, others)
            if cell is not None and sheet.state[cell] > 0:
                found.append(Fact(number, cell, ends))
    return found


def knowing(case: Case, known: Sequence[Fact]) -> Case:
    """A case of a reader who takes all of these for exact; what denies a belief ends it."""
    own: list[dict[int, Ends]] = [{} for _ in case.system.sheets]
    for fact in known:
        own[fact.sheet][fact.cell] = fact.ends
    pairs = zip(case.system.sheets, own, strict=True)
    sheets = tuple(narrower(sheet, ends) for sheet, ends in pairs)
    system = System(sheets, case.system.links, tuple(map(unequal, sheets)))
    return replace(case, system=system, blamed=[], theirs=Theirs(system, known), second=None)


def narrower(sheet: Sheet, ends: Mapping[int, Ends]) -> Sheet:
    """A sheet of which some cells lie within ends that are told."""
    made = replace(
        sheet, lower=sheet.lower.copy(), upper=sheet.upper.copy(), state=sheet.state.copy(),
        is_now=sheet.is_now.copy(), told=ends,
    )  # fmt: skip
    for cell, (low, high) in ends.items():
        if made.state[cell] == SMALL and low > made.upper[cell]:
            made.hide(cell)
        made.lower[cell] = max(made.lower[cell], low)
        made.upper[cell] = min(made.upper[cell], high)
    return made


def second(case: Case, every: Told, yielding: bool) -> Case | None:
    """The case of a reader who knows the numbers of others too, attacked; None if nothing fits.

    What we believe of hidden cells gives way to what others say, and then those numbers of theirs
    that cannot be numbers of the same people.
    """
    known = facts(case.system, every)
    while known:
        made = knowing(case, known)
        made.run(yielding)
        relaxed(made)
        if not made.blamed:
            return made
        wrong = [fact for fact in known if (fact.sheet, fact.cell) in made.blamed]
        known = [fact for fact in known if fact not in wrong] if wrong else []
    return None
