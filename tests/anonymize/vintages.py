"""Invented registers that are published, and counted anew when late records have come."""

from typing import NamedTuple

import numpy as np
import polars as pl

from anonymize.audit_sheets import Reader
from anonymize.settling import may_move, settled
from benchmarks.cubes import EPOCH, Cubes, Register, Size, gated, records, series
from tests.policies import POLICY
from transforms.people import prepared
from transforms.turnover import Vintage, turnover

Records = tuple[pl.DataFrame, pl.DataFrame | None]
# At most so many of a country's records come late; and so many of all are taken out.
LATE, TAKEN_OUT = 0.4, 0.04
SOURCE = pl.lit("agency").alias("source")


class Revised(NamedTuple):
    """The first release of a year, everything counted anew, and what is published of that."""

    first: Cubes
    anew: Cubes
    tables: dict[str, pl.DataFrame]
    other_rule: dict[str, pl.DataFrame]


def reader(register: Register) -> Reader:
    return Reader(register.specs, register.contracts, POLICY, register.lists)


def revised(register: Register, size: Size, seed: int) -> Revised:
    """Two releases by the real gate; the seed is the rounding key, too."""
    then, now = vintages(*records(register, size, seed), seed)
    first, anew = (gated(register, size, POLICY, *one, seed) for one in (then, now))
    tables, other = {}, {}
    for name, spec in register.specs.items():
        before, after = (counted(register, size, name, one) for one in (then, now))
        key = seed.to_bytes(32, "big")
        moved = turnover(spec, before, after, register.lists)
        moving = may_move(moved, [*spec.dimensions], key, EPOCH, POLICY).select(spec.key)
        was, fresh = (one.tables[name].with_columns(SOURCE) for one in (first, anew))
        tables[name] = settled(fresh, was, moving)
        # What stayed hidden is hidden for the reason that it had.
        reasons = (
            anew.other_rule[name].join(moving, on=spec.key, how="semi"),
            first.other_rule[name].join(moving, on=spec.key, how="anti"),
        )
        other[name] = pl.concat(one.select(spec.key) for one in reasons)
    return Revised(first, anew, tables, other)


def vintages(core: pl.DataFrame, answers: pl.DataFrame | None, seed: int) -> tuple[Records, ...]:
    """The records as they were first, and at the revision; in some countries hardly any is late."""
    chance = np.random.default_rng([seed, 1])
    draw = pl.Series(chance.random(len(core)))
    countries = core["country"].unique().sort()
    share = dict(zip(countries, chance.uniform(0, LATE, len(countries)), strict=True))
    late = core["country"].replace_strict(share)
    return tuple(kept(core.filter(own), answers) for own in (draw >= late, draw < 1 - TAKEN_OUT))


def kept(core: pl.DataFrame, answers: pl.DataFrame | None) -> Records:
    """Records with the answers that are theirs."""
    keys = ["country", "source", "record"]
    return core, None if answers is None else answers.join(core, on=keys, how="semi")


def counted(register: Register, size: Size, name: str, own: Records) -> Vintage:
    """The persons of a vintage and the series of a table."""
    people = prepared(*own, register.codes)
    return Vintage(people, series(own[0], size, is_regional=name in register.regional))
