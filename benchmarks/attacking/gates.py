"""The real gate out, and gates from which one protection was taken, so that attacks show teeth.

Nothing is imitated: an unsafe gate is the real one with another threshold, another name of the
epoch, or a rule that is told what lets it pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from anonymize import disclosure
from anonymize.audit import attack
from anonymize.repair import Repaired, joined, secure
from benchmarks.attacking.worlds import PERIODS, Registry, World
from data_contracts import load
from data_contracts.policy import Policy
from transforms.cube import Cube, count
from transforms.people import prepared

EPOCH = "1"
POLICY = load.policy()


@dataclass(frozen=True)
class Gate:
    """A gate out: thresholds other than the policy's, and what its rules are told instead.

    ``told`` overwrites what the gate has found out of each cell. ``draws_anew`` draws each
    table, and each release, for itself.
    """

    name: str
    thresholds: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)
    draws_anew: bool = False
    repairs: bool = True

    @property
    def policy(self) -> Policy:
        return POLICY.model_copy(update=dict(self.thresholds))


CASES_PASS = {"n_cases": 99, "max_case": -99, "outside_case": 99}
COUNTRIES_PASS = {"n_countries": 99, "outside_country": 99}
REAL = Gate("real")
UNREPAIRED = Gate("unrepaired", repairs=False)
EXACT = Gate("exact", {"base": 1}, repairs=False)
NOTHING_HIDDEN = Gate(
    "nothing hidden", {"hide_up_to": -1, "alike_up_to": -1}, CASES_PASS, repairs=False
)
DRAWN_ANEW = Gate("drawn anew", draws_anew=True, repairs=False)
NO_CASES = Gate("no rule of cases", told=CASES_PASS, repairs=False)
NO_COUNTRIES = Gate("no rule of countries", told=COUNTRIES_PASS, repairs=False)
BARE = Gate(
    "exact, nothing hidden",
    {"base": 1, "hide_up_to": -1, "alike_up_to": -1},
    CASES_PASS,
    repairs=False,
)


@dataclass(frozen=True)
class Published:
    """What a reader has, and what only the judge of an attack has: why, and the truth."""

    tables: dict[str, pl.DataFrame]
    other_rule: dict[str, pl.DataFrame]
    exact: dict[str, pl.DataFrame]


def counted(world: World, periods: tuple[str, ...] = PERIODS) -> dict[str, Cube]:
    """The exact cube of every table of a world."""
    held = prepared(world.records, None, world.registry.fields)
    series = world.series(periods)
    return {
        name: count(spec, held, world.registry.lists, series)
        for name, spec in world.registry.specs.items()
    }


def published(
    world: World,
    gate: Gate,
    seed: int,
    periods: tuple[str, ...] = PERIODS,
    earlier: tuple[Published, ...] = (),
) -> Published:
    """What ``gate`` lets through of a world; the seed is the rounding key."""
    key, policy, specs = seed.to_bytes(32, "big"), gate.policy, world.registry.specs
    exact, tables, other = {}, {}, {}
    for name, (cells, behind) in counted(world, periods).items():
        epoch = f"{name} {len(earlier)}" if gate.draws_anew else EPOCH
        asked = disclosure.judged(cells, behind, specs[name], key, epoch, policy)
        asked = asked.with_columns(pl.lit(value).alias(rule) for rule, value in gate.told.items())
        tables[name] = disclosure.protect(asked, specs[name], policy)
        other[name] = disclosure.hidden_by_other_rule(asked, specs[name], policy)
        exact[name] = cells
    if not gate.repairs:
        return Published(tables, other, exact)
    before = [one.tables for one in earlier]
    mended = passed(world.registry, policy, tables, other, before)
    return Published(mended.tables, joined(other, mended.hidden), exact)


def passed(
    registry: Registry,
    policy: Policy,
    tables: dict[str, pl.DataFrame],
    other: dict[str, pl.DataFrame],
    earlier: list[dict[str, pl.DataFrame]],
) -> Repaired:
    """The tables after the repair, as the line publishes them: what it believes to fail still, the
    attack that knows ``other`` reasons must pass; else ``NotMended``."""
    contracts, lists, specs = registry.contracts, registry.lists, registry.specs
    mended, report = secure(
        tables, specs, policy, contracts=contracts, lists=lists, earlier=earlier
    )
    if report.failing:
        report = attack(
            mended.tables, specs, policy, contracts=contracts, lists=lists,
            other_rule=joined(other, mended.hidden), earlier=earlier,
        )  # fmt: skip
    if report.failing:
        raise NotMended(report.failing)
    return mended


class NotMended(ValueError):
    """The repair left cells that fail, so that nothing would be published."""

    def __init__(self, failing: int) -> None:
        super().__init__(f"{failing} cells fail after the repair: this world is not published.")
