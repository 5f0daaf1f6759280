"""The attack on our own tables, before anybody else can make it.

Whatever is published, now or earlier, is written down as linear facts about unknown counts, and
every hidden cell is bounded from below and above. A cell that is bounded too closely fails, and so
does one of which it is proven that somebody is there, but few. The verdict holds for the declared
model (``MODEL``) and for nothing else.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, NamedTuple, TypeAlias

from anonymize.audit_bounds import Contradiction, bounds
from anonymize.audit_facts import Cell
from anonymize.audit_model import HIDDEN, Model, Place, System, Tables, where
from data_contracts.model import Contract, Frozen, Table
from data_contracts.policy import Policy

MODEL = (
    "All tables of kind persons of the release, as linear programs per dataset, country, unit and "
    "year. One unknown per cell, shared between tables; unknowns are zero or more. A total is the "
    "sum of its parts; with several answers a person it is at most their sum, and at least any "
    "part together with those without an answer. A year is at most the sum of its quarters, and "
    "at least each of them unless a code is unknown. A shown number is within base - 1 of the "
    "truth. {hidden} Where this contradicts itself, hidden cells are taken as unbounded. {earlier}"
    "Not covered: regional cells, joint cells of more dimensions than a table has, codes of one "
    "list at different depths, cells of an earlier vintage, numbers that others publish, and "
    "readers who know some of the persons."
)
SIDECAR = (
    "A hidden cell is at most hide_up_to + base - 1, unless another rule than rounding hid it."
)
NO_SIDECAR = (
    "Why a cell is hidden is not known here, so a hidden cell has no upper bound of its own."
)
EARLIER = (
    "Earlier releases add what they show of cells that this one hides or shows with the same "
    "number; a cell with another number is of another vintage and left out. "
)

Widths: TypeAlias = dict[tuple[Place, Cell], tuple[int, int]]
Reason = Literal["narrow", "present", "uncertified"]


class Failure(Frozen):
    """A hidden cell that gives too much away, and between what; no upper end if none is known."""

    table: str
    country: str
    period: str
    unit: str
    dims: dict[str, str]
    lower: int | None
    upper: int | None
    reason: Reason


class Report(Frozen):
    """The outcome of an attack. ``failing`` counts ``failures``, of any reason.

    ``narrow``: closer than the policy's narrowest interval. ``present``: proven not to be zero,
    whether that fails or not. ``uncertified``: no verdict, which fails. ``public_elsewhere``:
    would fail, but the records are public row by row. ``narrowest``: the smallest width of a
    target, the public ones apart; null without targets.
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


class Target(NamedTuple):
    """A hidden cell of a table, by its row's keys, and where the model has it."""

    table: str
    keys: dict[str, str]
    place: Place
    cell: Cell

    @property
    def at(self) -> tuple[Place, Cell]:
        return self.place, self.cell


def attack(
    tables: Tables,
    specs: Mapping[str, Table],
    policy: Policy,
    *,
    contracts: Mapping[str, Contract],
    other_rule: Tables | None,
    public: frozenset[tuple[str, str]] = frozenset(),
    earlier: Sequence[Tables] = (),
    yielding: bool = True,
) -> Report:
    """Bound every hidden cell of the persons tables of a release.

    ``tables`` are in the form of a release; other kinds than persons are passed over.
    ``other_rule`` has, per table, the keys of cells that another rule than rounding hid, or is
    None where nobody knows any more. ``public`` has dataset and country of records that are
    public row by row. ``earlier`` has the tables of earlier releases, the oldest first, and
    ``specs`` all tables of all of them. Where the facts contradict each other a ``yielding``
    reader takes hidden cells as unbounded; else there is no verdict. Cells of the region
    are not in the model, and no targets.
    """
    began = time.perf_counter()
    model = Model(specs, contracts, policy)
    targets = tuple(hidden_cells(model, tables))
    systems = model.systems(tables, other_rule, earlier)
    found = counted(targets, solved(systems, targets, policy, yielding), policy, public)
    return Report(
        **found,
        cells=sum(1 for _ in model.rows(tables)),
        model=described(other_rule, earlier),
        releases=1 + len(earlier),
        seconds=round(time.perf_counter() - began, 3),
    )


def counted(
    targets: Sequence[Target], widths: Widths, policy: Policy, public: frozenset[tuple[str, str]]
) -> dict[str, Any]:
    """The figures of a report that the bounds decide."""
    faults = [(t.place[:2] in public, f) for t in targets if (f := judged(t, widths, policy))]
    ours = tuple(fault for is_public, fault in faults if not is_public)
    known = [widths[at] for t in targets if t.place[:2] not in public and (at := t.at) in widths]
    return {
        "hidden": len(targets),
        "targets": len(targets),
        "failing": len(ours),
        "narrow": sum(fault.reason == "narrow" for fault in ours),
        "present": sum(lower >= 1 for lower, _ in known),
        "uncertified": sum(fault.reason == "uncertified" for fault in ours),
        "public_elsewhere": len(faults) - len(ours),
        "narrowest": min((upper - lower for lower, upper in known), default=None),
        "failures": ours,
    }


def hidden_cells(model: Model, tables: Tables) -> Iterator[Target]:
    """Every hidden cell of every persons table; each is a target."""
    for name, row in model.rows(tables):
        if row["obs_status"] == HIDDEN:
            spec = model.specs[name]
            keys = {key: row[key] for key in ("country", "period", "unit", *spec.dimensions)}
            yield Target(name, keys, *where(spec, row))


def solved(
    systems: Mapping[Place, System], targets: Sequence[Target], policy: Policy, yielding: bool
) -> Widths:
    """The bounds of every target that could be bounded."""
    wanted: dict[Place, dict[Cell, None]] = defaultdict(dict)
    for target in targets:
        wanted[target.place][target.cell] = None
    # Places share no cell, and the solver lets go of the interpreter while it works.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(
            lambda place: bounded(systems[place], list(wanted[place]), policy, yielding), wanted
        )
        return {
            (place, cell): ends
            for place, bounds_of in zip(wanted, found, strict=True)
            for cell, ends in bounds_of.items()
        }


def bounded(
    system: System, cells: Sequence[Cell], policy: Policy, yielding: bool
) -> dict[Cell, tuple[int, int]]:
    """Bounds of ``cells``; none if no numbers at all satisfy what is believed."""
    for believed in (system, system.relaxed())[: 1 + yielding]:
        try:
            return dict(zip(cells, bounds(believed, cells, policy), strict=True))
        except Contradiction:
            continue
    return {}


def judged(target: Target, widths: Widths, policy: Policy) -> Failure | None:
    """What is wrong with a target; None if it is safe."""
    lower, upper = widths.get(target.at, (None, None))
    reason: Reason | None = None
    if lower is None or upper is None:
        reason = "uncertified"
    elif upper - lower < policy.narrowest_interval:
        reason = "narrow"
    elif lower >= 1 and upper <= policy.few:
        reason = "present"
    return None if reason is None else failure(target, lower, upper, reason)


def failure(target: Target, lower: int | None, upper: int | None, reason: Reason) -> Failure:
    keys: dict[str, Any] = dict(target.keys)
    place = {name: keys.pop(name) for name in ("country", "period", "unit")}
    return Failure(table=target.table, **place, dims=keys, lower=lower, upper=upper, reason=reason)


def described(other_rule: Tables | None, earlier: Sequence[Tables]) -> str:
    """The declared model in words."""
    hidden = NO_SIDECAR if other_rule is None else SIDECAR
    return MODEL.format(hidden=hidden, earlier=EARLIER if earlier else "")
