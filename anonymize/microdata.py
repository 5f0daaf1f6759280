"""Synthetic microdata: rows that no person stands behind, drawn from noisy tables of pairs.

What is promised about one person, and what is not, stands in docs/methods-microdata.md. Frames in,
frames out: the ledger that allows the cost is kept by whoever calls, and is written first.
"""

from dataclasses import dataclass

import polars as pl

from anonymize.microdata_budget import Promise, affordable, promise
from anonymize.microdata_model import drawn, fitted
from anonymize.microdata_noise import Uniform
from anonymize.microdata_report import Pairs, errors
from anonymize.microdata_rows import capped
from anonymize.microdata_tables import Tables, measured
from data_contracts.microdata import Microdata


class TooFew(ValueError):
    """By the noisy count there are too few persons for rows."""

    def __init__(self, least: int) -> None:
        super().__init__(
            f"By the noisy count there are fewer than {least:,} persons: too few for rows. "
            "Publish tables of them, or join pools."
        )


@dataclass(frozen=True)
class Synthetic:
    """``rows`` as they may leave, and what may be told of them: all of it follows from noise."""

    rows: pl.DataFrame
    persons: int
    uncertainty: int
    promise: Promise
    pairs: Pairs


def price(declared: Microdata) -> int:
    """The millionths of rho that rows of a cohort cost each of its persons: all she has."""
    limits = declared.thresholds
    return affordable(limits.epsilon.value, limits.delta.value)


def looked(rows: pl.DataFrame, declared: Microdata, millionths: int, bits: Uniform) -> Tables:
    """The one look at persons, for so many millionths of rho; see ``microdata_rows.one_row``.

    ``bits`` is the generator of the operating system except in tests.
    """
    people = capped(rows, declared.thresholds.persons_per_case.value)
    return measured(people.select(*declared.domains), declared.domains, millionths, bits)


def made(tables: Tables, declared: Microdata, millionths: int, bits: Uniform) -> Synthetic:
    """Everything after the noise: nothing here has seen a person.

    Raises ``TooFew``, when the price was paid all the same: that was learnt by looking.
    """
    limits = declared.thresholds
    if tables.persons < limits.min_persons.value:
        raise TooFew(limits.min_persons.value)
    seeds = [bits.randrange(2**63) for _ in range(3)]
    model, persons = fitted(tables, seeds[0]), round(tables.persons)
    kept = promise(millionths, limits.delta.value, limits.persons_per_case.value, limits.raid.value)
    return Synthetic(
        drawn(model, persons, seeds[1]),
        persons,
        round(tables.uncertainty),
        kept,
        errors(model, tables, seeds[2]),
    )
