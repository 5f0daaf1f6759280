"""Synthetic rows of a cohort: what they cost is written down before anything is looked at."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from anonymize.microdata import Synthetic, price, synthesised
from anonymize.microdata_noise import system
from data_contracts.microdata import Microdata
from pipelines import budget


def made(
    book: Path,
    pools: Sequence[str],
    year: str,
    rows: pl.DataFrame,
    declared: Microdata,
    seals: Sequence[str] = (),
) -> tuple[Synthetic, str]:
    """Rows of one year's cohorts of ``pools``, and the seal of their line in the ledger ``book``.

    ``rows`` are of the persons of these cohorts alone (``microdata_cohorts.members_of``,
    ``microdata_rows.one_row``). Raises ``Overspent`` and ``Damaged`` before, ``TooFew`` after the
    price was paid: whoever calls has seen from published totals that there are enough.
    """
    cost, cohorts = price(declared), [f"{pool} {year}" for pool in pools]
    line = budget.spend(book, cohorts, cost, cost, "synthetic rows", seals)
    return synthesised(rows, declared, cost, system()), line.seal
