"""Synthetic rows of a cohort: what they cost is written down before anything is looked at."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from anonymize.microdata import Synthetic, price, synthesised
from anonymize.microdata_noise import system
from data_contracts.microdata import Microdata
from pipelines import ledger


def made(
    book: Path,
    cohorts: Sequence[str],
    rows: pl.DataFrame,
    declared: Microdata,
    seals: Sequence[str] = (),
) -> tuple[Synthetic, str]:
    """Rows of the persons of ``cohorts``, and the seal of their line in the ledger ``book``.

    ``cohorts`` are named by pool and year, ``rows`` are theirs alone (``microdata_rows.one_row``).
    Raises ``Overspent`` and ``Damaged`` before, ``TooFew`` after the price was paid.
    """
    cost = price(declared)
    line = ledger.spend(book, cohorts, cost, cost, "synthetic rows", seals)
    return synthesised(rows, declared, cost, system()), line.seal
