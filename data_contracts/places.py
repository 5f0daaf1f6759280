"""Names of places to the first-level area that holds them; a place that two areas have is in none.

The names are those of the areas themselves, and localities whose origin is declared in
``localities.csv``. Whatever is not there is unknown: nothing is guessed from the look of a name.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

from data_contracts import load
from data_contracts.model import UNKNOWN
from data_contracts.reading import spelt
from data_contracts.words import spelling


@cache
def areas(country: str, folder: Path = load.HERE) -> Mapping[str, str]:
    """Each name of a place in a country, in its normal form, to the code of its area."""
    own = [row for row in load.rows("localities", folder) if row["country"] == country]
    codes = {row["area"] for row in own}
    listed = load.codelist("area", folder).spellings
    named = {word: code for word, code in listed.items() if code in codes}
    return {spelling(row["locality"]): row["area"] for row in own} | named | {UNKNOWN: UNKNOWN}


def area(place: pl.Expr, country: str) -> pl.Expr:
    """The area of a place's name; unknown where no list has it, null where there is no name."""
    known = areas(country)
    code = spelt(place).replace_strict(known, default=UNKNOWN, return_dtype=pl.String)
    return pl.when(place.is_not_null()).then(code)
