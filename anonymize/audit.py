"""The attack on our own tables, before anybody else can make it.

Whatever is published, now or earlier, is a set of constraints on unknown whole numbers of people.
A target is safe only if two populations that satisfy all of them differ in it far enough; whatever
has no such proof fails. The verdict holds for the declared model (``audit_model``) and for
nothing else.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from anonymize.audit_case import Case
from anonymize.audit_fields import Codes
from anonymize.audit_links import links
from anonymize.audit_model import described
from anonymize.audit_others import second, told
from anonymize.audit_search import ATTACKING
from anonymize.audit_sheets import HIDDEN, Reader, Sheet, Tables
from anonymize.audit_spans import Target, attacked, bound, is_wide, over, said
from anonymize.audit_system import systems
from anonymize.audit_targets import HIDDEN_CELL, KINDS, Bools, Kind, Targets
from data_contracts.model import CodeList, Contract, Frozen, Table
from data_contracts.policy import Policy

SEED = 20_260_101

Reason = Literal["narrow", "present", "uncertified"]


class Failure(Frozen):
    """A target that gives too much away, and between what it must be; without ends if unknown.

    ``without`` has country, period and codes of the cell that a difference leaves out.
    """

    table: str
    country: str
    period: str
    unit: str
    dims: dict[str, str]
    kind: Kind
    without: dict[str, str] | None
    lower: int | None
    upper: int | None
    reason: Reason


class Report(Frozen):
    """The outcome of an attack. ``failing`` counts ``failures``, of any reason.

    ``narrow``: proven closer than the policy's narrowest interval. ``present``: hidden cells not
    shown to be possibly empty, whether they fail or not; one that the release before hides too
    fails where it is proven for the first time. ``uncertified``: not proven wide, which
    fails. ``public_elsewhere``: would fail, but the records are public row by row.
    ``narrowest``: the smallest width shown to be possible of a target, the public ones apart; null
    without targets.
    """

    cells: int
    hidden: int
    targets: int
    failing: int
    narrow: int
    present: int
    uncertified: int
    public_elsewhere: int
    narrowest: int | None
    model: str
    releases: int
    seconds: float
    failures: tuple[Failure, ...]


def attack(
    tables: Tables,
    specs: Mapping[str, Table],
    policy: Policy,
    *,
    contracts: Mapping[str, Contract],
    lists: Mapping[str, CodeList],
    other_rule: Tables | None,
    public: frozenset[tuple[str, str]] = frozenset(),
    earlier: Sequence[Tables] = (),
) -> Report:
    """Attack the persons tables of a release.

    ``tables`` are in the form of a release; other kinds than persons are passed over.
    ``other_rule`` has, per table, the keys of cells that another rule than rounding hid, or is
    None where nobody knows any more. ``public`` has dataset and country of records that are
    public row by row. ``earlier`` has the tables of earlier releases, the oldest first, and
    ``specs`` all tables of all of them.
    """
    began = time.perf_counter()
    reader = Reader(specs, contracts, policy, lists)
    cases = made(reader, tables, other_rule, earlier, ATTACKING)
    others = told(reader, tables, earlier)
    for case in cases:
        case.run(yielding=True)
        case.second = None if is_public(case, public) else second(case, others, yielding=True)
    spans = attacked(reader, said(reader, tables, earlier), cases, {}, is_careful=False)
    known = other_rule is not None
    counted = report(cases, spans, reader, tables, public, known, 1 + len(earlier))
    return counted.model_copy(update={"seconds": round(time.perf_counter() - began, 3)})


def made(
    reader: Reader,
    tables: Tables,
    other_rule: Tables | None,
    earlier: Sequence[Tables],
    efforts: tuple[int, ...],
) -> list[Case]:
    """The systems of a release, not yet attacked."""
    sheets = reader.sheets(tables, other_rule, earlier)
    bound(sheets, over(reader, said(reader, tables, earlier)))
    return [
        Case(system, reader.policy, SEED, efforts)
        for system in systems(sheets, links(sheets, reader.policy))
    ]


def report(
    cases: Sequence[Case],
    spans: Sequence[Target],
    reader: Reader,
    tables: Tables,
    public: frozenset[tuple[str, str]],
    is_known: bool,
    releases: int,
) -> Report:
    """The figures, once every case has run and the ``spans`` of years were attacked."""
    persons = [frame for name, frame in tables.items() if reader.specs[name].kind == "persons"]
    secret = [case for case in cases if not is_public(case, public)]
    own = [one for one in spans if (one.dataset(reader), one.said.country) not in public]
    ours = tuple(fault for case in secret for fault in failures(case))
    ours += tuple(of_span(one, reader.policy) for one in own if not one.is_safe)
    others = sum(1 for case in cases if is_public(case, public) for _ in failures(case))
    others += sum(map(given_away, secret))
    others += sum(not one.is_safe for one in spans) - sum(not one.is_safe for one in own)
    every = [width for case in secret for width in widths(case)]
    every += [one.seen.most - one.seen.least for one in own if one.seen]
    return Report(
        cells=sum(map(len, persons)),
        hidden=sum(frame.filter(obs_status=HIDDEN).height for frame in persons),
        targets=sum(len(case.targets) for case in cases) + len(spans),
        failing=len(ours),
        narrow=sum(fault.reason == "narrow" for fault in ours),
        present=sum(map(present, secret)) + sum(one.is_present for one in own),
        uncertified=sum(fault.reason == "uncertified" for fault in ours),
        public_elsewhere=others,
        narrowest=min(every, default=None),
        model=described(cases, is_known, reader.policy),
        releases=releases,
        seconds=0,
        failures=ours,
    )


def is_public(case: Case, public: frozenset[tuple[str, str]]) -> bool:
    """Whether all records behind a system are public row by row."""
    return all((sheet.place.dataset, sheet.place.country) in public for sheet in case.system.sheets)


def present(case: Case) -> int:
    """How many hidden cells were not shown to be possibly empty."""
    found = case.targets
    least = np.where(found.least > found.most, found.lowest, found.least)
    return 0 if case.blamed else int(((found.kind == HIDDEN_CELL) & (least >= 1)).sum())


def widths(case: Case) -> Iterator[int]:
    """The smallest width of a case, if it has any."""
    found = case.targets
    if len(found) and not case.blamed:
        proven, possible = found.highest - found.lowest, found.most - found.least
        yield int(np.where(possible < 0, proven, possible).min())


def given_away(case: Case) -> int:
    """How many targets that are safe from ours alone others alone give away."""
    return 0 if case.second is None else int((case.is_safe & case.second.is_public_elsewhere).sum())


def failures(case: Case) -> Iterator[Failure]:
    """What is wrong with each target that is not safe, from ours alone or beside what others say.

    Both attacks have the same targets in the same order.
    """
    yield from named(case, ~case.is_safe)
    if case.second is not None:
        yield from named(case.second, case.is_safe & ~case.second.is_safe)


def named(case: Case, chosen: Bools) -> Iterator[Failure]:
    """What is wrong with the chosen targets."""
    found, policy = case.targets, case.policy
    narrow = found.is_narrow(policy)
    there = found.tells_a_few(policy) | case.is_newly_filled
    for number in chosen.nonzero()[0].tolist():
        reason: Reason = "uncertified"
        if not case.blamed and (narrow[number] or there[number]):
            reason = "narrow" if narrow[number] else "present"
        yield failure(case, found, number, reason)


def failure(case: Case, found: Targets, number: int, reason: Reason) -> Failure:
    sheet, cell = located(case, int(found.whole[number]))
    table, dims = row_of(sheet, cell)
    part = located(case, int(found.part[number]))
    ends = (
        (None, None)
        if reason == "uncertified"
        else (int(found.lowest[number]), int(found.highest[number]))
    )
    without = None
    if part[0] is not None:
        own = part[0].place
        without = {"country": own.country, "period": own.period} | row_of(*part)[1]
    return Failure(
        table=table, country=sheet.place.country, period=sheet.place.period, unit=sheet.place.unit,
        dims=dims, kind=KINDS[found.kind[number]], without=without,
        lower=ends[0], upper=ends[1], reason=reason,
    )  # fmt: skip


def of_span(target: Target, policy: Policy) -> Failure:
    """What is wrong with a target of a span of years that is not safe."""
    said, proven = target.said, target.proven
    reason: Reason = "uncertified"
    if proven and not is_wide(proven, policy):
        is_narrow = proven.most - proven.least < policy.narrowest_interval
        reason = "narrow" if is_narrow else "present"
    without = target.without and {"country": said.country, "period": target.without}
    return Failure(
        table=said.table, country=said.country, period=target.period, unit=said.unit, dims={},
        kind=target.kind, without=without or None,
        lower=None if reason == "uncertified" or not proven else proven.least,
        upper=None if reason == "uncertified" or not proven else proven.most, reason=reason,
    )  # fmt: skip


def located(case: Case, cell: int) -> tuple[Any, int]:
    """The sheet of a cell of the population, and its number there; no sheet is nowhere."""
    for sheet in case.system.sheets:
        if cell < sheet.shape.published:
            return sheet, cell
        cell -= sheet.shape.published
    return None, 0


def row_of(sheet: Sheet, cell: int) -> tuple[str, dict[str, str]]:
    """The first table in which a cell stands, and its codes there by field."""
    codes: Codes = sheet.shape.codes[cell]
    for table, rows in sheet.shape.places.items():
        for row, number in rows.items():
            if number == cell:
                return table, dict(zip(sheet.shape.dimensions[table], row, strict=True))
    return "", dict(codes)
