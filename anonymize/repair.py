"""Hides more, until the attack finds nothing.

A function of published values, the registry, the policy and a fixed seed only: which cells
rounding hid and which another rule is private, so the repair believes of every hidden cell that
it is small, unless published numbers prove otherwise. Whoever knows why each is hidden knows less
than that: every true list only relaxes what the repair has certified. So there is no second
try that private facts decide, and equal tables get equal repairs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from anonymize.audit import Report, is_public, made, report
from anonymize.audit_beliefs import relaxed, tempered
from anonymize.audit_case import STARTS, Case
from anonymize.audit_coded import KEYS, Place, close, rows_of
from anonymize.audit_others import Told, second, told
from anonymize.audit_overlaps import Year
from anonymize.audit_search import ATTACKING, REPAIRING
from anonymize.audit_sheets import OTHER, Reader, Sheet, Tables
from anonymize.audit_spans import Said, Target, attacked, longest, said, unfit
from anonymize.audit_targets import SHOWN_CELL
from anonymize.disclosure import hide
from data_contracts.model import TOTAL, CodeList, Contract, Table
from data_contracts.policy import Policy

ROUNDS = 400
# After so many cells of its own country were hidden for one target in vain, one of the region goes.
STUBBORN = 12


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
    lists: Mapping[str, CodeList],
    public: frozenset[tuple[str, str]] = frozenset(),
    earlier: Sequence[Tables] = (),
) -> tuple[Repaired, Report]:
    """Attack and hide until nothing fails, or nothing is left to hide; and the last verdict.

    Arguments as ``audit.attack``.
    """
    reader = Reader(specs, contracts, policy, lists)
    nothing_known: Tables = {}
    below = list(unfit(reader, tables, said(reader, tables, earlier)))
    tables, gone = covered(reader, tables, below)
    cases = made(reader, tables, nothing_known, earlier, REPAIRING)
    others = told(reader, tables, earlier)
    chosen = []
    for case in cases:
        if is_public(case, public):
            case.run(yielding=True)
            continue
        case.run(yielding=False)
        hidden = [*mended(case), *mended_beside(case, others)]
        chosen += [(case.system.sheets[number], cell) for number, cell in hidden]
    persons = {name: frame for name, frame in tables.items() if specs[name].kind == "persons"}
    more = {name: marked(specs[name], frame, chosen) for name, frame in persons.items()}
    after = {name: hide(frame, more[name]) for name, frame in persons.items()}
    after, failing, targets = spanned(reader, after, cases, earlier, public)
    for name, keys in joined(gone, failing).items():
        more[name] = pl.concat([more[name], keys.select(more[name].columns)])
    found = report(cases, targets, reader, after, public, True, 1 + len(earlier))
    return Repaired(dict(tables) | after, more), found


def spanned(
    reader: Reader,
    tables: dict[str, pl.DataFrame],
    cases: Sequence[Case],
    earlier: Sequence[Tables],
    public: frozenset[tuple[str, str]],
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame], list[Target]]:
    """Hide spans of years until none fails; the tables, what was hidden, and the last verdicts."""
    hidden: dict[str, pl.DataFrame] = {}
    known: dict[Place, Year | None] = {}
    while True:
        spans = said(reader, tables, earlier)
        targets = attacked(reader, spans, cases, known, is_careful=True)
        own = [one for one in targets if (one.dataset(reader), one.said.country) not in public]
        if not (more := longest((one for one in own if not one.is_safe), spans)):
            return tables, hidden, targets
        tables, keys = covered(reader, tables, more)
        hidden = joined(hidden, keys)
        close(cases, [one.where(reader) for one in more])


def covered(
    reader: Reader, tables: Tables, spans: Sequence[Said]
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """The tables with these spans hidden, whatever their codes; and the keys of what was hidden."""
    keys = rows_of(reader, tables, [one.where(reader) for one in spans])
    return dict(tables) | {name: hide(tables[name], own) for name, own in keys.items()}, keys


def joined(one: Tables, other: Tables) -> dict[str, pl.DataFrame]:
    """The keys of both, per table."""
    names = sorted({*one, *other})
    return {
        name: pl.concat([side[name] for side in (one, other) if name in side]) for name in names
    }


def mended(case: Case) -> list[tuple[int, int]]:
    """Hide in a system that was attacked until nothing fails; sheet and cell of each hidden."""
    tempered(case)
    hidden: list[tuple[int, int]] = []
    has_looked, tried = False, Counter[int]()
    for _ in range(ROUNDS):
        relaxed(case)
        has_looked = has_looked or case.look_around(STARTS)
        chosen = blamed(case) if case.blamed else beside(case, tried) or exposed(case)
        if not chosen and case.blamed and case.open_all():
            case.attempt()
            continue
        # What nothing can be hidden for may be safe all the same.
        if not chosen and case.try_harder(ATTACKING):
            continue
        if not chosen:
            break
        was_blamed = bool(case.blamed)
        case.hide(chosen)
        hidden += chosen
        if was_blamed:
            case.attempt()
        else:
            case.again()
    return hidden


def mended_beside(case: Case, others: Told) -> list[tuple[int, int]]:
    """Hide until nothing fails for a reader who knows the numbers of others, too.

    What is hidden for her sake relaxes the attack without them. It may make more of their numbers
    fit, so that they are looked at anew.
    """
    hidden: list[tuple[int, int]] = []
    while True:
        case.second = None if case.blamed else second(case, others, yielding=False)
        chosen = [] if case.second is None else mended(case.second)
        if not chosen:
            return hidden
        hidden += chosen
        case.hide(chosen)
        case.again()


def blamed(case: Case) -> list[tuple[int, int]]:
    """The largest shown cell of what cannot hold; if none is shown there, the largest of all."""
    sheets = case.system.sheets
    every = [
        (number, cell)
        for number, sheet in enumerate(sheets)
        for cell in sheet.can_be_hidden.tolist()
    ]
    every = sorted(set(every) & set(case.blamed)) or every
    return sorted(every, key=lambda one: (-int(sheets[one[0]].value[one[1]]), one))[:1]


def beside(case: Case, tried: Counter[int]) -> list[tuple[int, int]]:
    """For each sheet with failing targets a shown cell to hide, for the sake of the first.

    ``tried`` counts how often that was done for each target, so that whom it does not help is
    helped otherwise.
    """
    found, start = case.targets, case.search.walker.population.start
    chosen: dict[int, tuple[int, int]] = {}
    failing = np.flatnonzero(~case.is_safe)
    # A shown cell fails for the sake of a hidden one beside it, which says better what to hide.
    for number in failing[np.argsort(found.kind[failing] == SHOWN_CELL, kind="stable")].tolist():
        ends = [int(found.whole[number]), int(found.part[number])]
        places = [place for end in ends if (place := at(start, end)) is not None]
        if places[-1][0] in chosen:
            continue
        if one := nearest(case, places, tried[number] >= STUBBORN):
            chosen[places[-1][0]] = one
            tried[number] += 1
    return sorted(set(chosen.values()))


def exposed(case: Case) -> list[tuple[int, int]]:
    """Shown cells inside a hidden one that may be small after all, as whoever knows why would see.

    Where not all hidden cells can be small, that was believed of none of them; of some it is true.
    """
    system, policy = case.system, case.policy
    limit, start = policy.small_up_to, system.start
    may_be_small = case.search.lower <= limit
    within = [sheet.shape.nested.T + start[n] for n, sheet in enumerate(system.sheets)]
    found = set()
    for ends in np.concatenate([*within, system.larger(True)[:2]], axis=1).T.tolist():
        whole, part = (at(start, end) for end in ends)
        if whole is None or part is None or not may_be_small[ends[0]]:
            continue
        around, inside = (system.sheets[number] for number, _ in (whole, part))
        was_hidden = around.state[whole[1]] == OTHER and case.at_first[whole[0]][whole[1]]
        is_close = limit - int(inside.lower[part[1]]) < policy.narrowest_interval
        if was_hidden and is_close and part[1] in inside.can_be_hidden:
            found.add(part)
    return sorted(found)


def at(start: Any, cell: int) -> tuple[int, int] | None:
    """Sheet and cell of a cell of the population; None of nowhere."""
    if cell == start[-1]:
        return None
    sheet = int(np.searchsorted(start, cell, side="right")) - 1
    return sheet, cell - int(start[sheet])


def nearest(
    case: Case, places: Sequence[tuple[int, int]], is_stubborn: bool
) -> tuple[int, int] | None:
    """The part of a difference if it is shown, else the shown cell next to it.

    For the sake of a ``stubborn`` one a cell of the region is next, as that is what holds it.
    """
    sheets = case.system.sheets
    for number, cell in reversed(places):
        if cell in sheets[number].can_be_hidden:
            return number, cell
    number, cell = places[-1]
    every = [
        (
            is_stubborn and sheet.place.country != TOTAL,
            distance(sheets[number], cell, sheet, other),
            (index, other),
        )
        for index, sheet in enumerate(sheets)
        for other in sheet.can_be_hidden.tolist()
    ]
    return min(every)[-1] if every else None


def distance(failed: Sheet, cell: int, sheet: Sheet, other: int) -> tuple[Any, ...]:
    """The order in which cells are hidden: same country, same period, same row or column, parts
    before totals, small before large, then by code."""
    mine, its = failed.shape.codes[cell], sheet.shape.codes[other]
    return (
        sheet.place.country != failed.place.country,
        sheet.place.period != failed.place.period,
        len({field for field, _ in mine ^ its}),
        -len(its),
        int(sheet.value[other]),
        sheet.place.period,
        sorted(its),
    )


def marked(spec: Table, frame: pl.DataFrame, chosen: Sequence[tuple[Sheet, int]]) -> pl.DataFrame:
    """The keys of the chosen cells in a table; a cell is hidden wherever it stands."""
    rows = [
        {"country": sheet.place.country, "period": sheet.place.period, "unit": sheet.place.unit}
        | dict(zip(spec.dimensions, codes, strict=True))
        for sheet, cell in chosen
        if spec.name in sheet.shape.places
        for codes, number in sheet.shape.places[spec.name].items()
        if number == cell
    ]
    empty = frame.select(*KEYS, *spec.dimensions).clear()
    return pl.DataFrame(rows, schema=empty.schema).unique(maintain_order=True)
