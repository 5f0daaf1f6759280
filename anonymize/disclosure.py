"""The gate out: exact cells to publishable ones.

A number shown is rounded at random, the same for the same people in every table and release; a
number that is small, or has too few cases or countries behind it, is hidden. Zeros are hidden like
a few. What cannot be judged is hidden too. Every threshold is in ``policy.yaml``.
"""

import hmac
from collections.abc import Mapping

import polars as pl

from data_contracts.model import TOTAL
from data_contracts.policy import Policy

EXACT = ("n", "cell_key", "n_cases", "max_case", "n_countries", "max_country", "draw")
HIDDEN = {"value": None, "lower": 0, "upper": None, "obs_status": "Q", "conf_status": "C"}
MISSING = {"value": None, "lower": None, "upper": None, "obs_status": "O", "conf_status": "F"}


def draws(cube: pl.DataFrame, rounding_key: bytes, epoch: str, policy: Policy) -> pl.DataFrame:
    """Add ``draw``, a number below the base that the people of the cell alone decide.

    It is the keyed hash of unit, epoch and cell key: without the rounding key nobody can tell
    it, and no generator is asked, so a cell is never drawn again.
    """

    def draw(unit: str, cell_key: int) -> int:
        told = hmac.digest(rounding_key, f"{unit}|{epoch}|{cell_key}".encode(), "sha256")
        return int.from_bytes(told[:8], "big") * policy.base >> 64

    drawn = [draw(unit, key) for unit, key in cube.select("unit", "cell_key").iter_rows()]
    return cube.with_columns(pl.Series("draw", drawn, dtype=pl.Int64))


def rounded(policy: Policy) -> pl.Expr:
    """``n`` to a multiple of the base next to it, up with probability remainder/base: unbiased."""
    rest = pl.col("n") % policy.base
    up = pl.col("draw") < rest
    return pl.col("n") - rest + up.cast(pl.Int64) * policy.base


def too_few_persons(policy: Policy) -> pl.Expr:
    """The rounded number is small; a zero is as telling as a one."""
    return (rounded(policy) <= policy.hide_up_to).fill_null(True)


def too_few_behind(policy: Policy) -> pl.Expr:
    """Enough persons, but from too few cases or, in a regional cell, too few countries."""
    cases = pl.col("n_cases") < policy.min_cases
    one_case = pl.col("n") - pl.col("max_case") < policy.min_outside_largest_case
    countries = pl.col("n_countries") < policy.min_countries
    one_country = pl.col("n") - pl.col("max_country") < policy.hide_up_to + policy.base
    regional = pl.col("country") == TOTAL
    return (cases | one_case | (regional & (countries | one_country))).fill_null(True)


def protect(cube: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The columns that may leave: the dimensions, an interval, and why it is one.

    ``cube`` has its dimensions and the columns of ``EXACT``. A hidden cell looks the same
    whatever hid it: a bound or a status would tell the reason, and the reason is about people.
    """
    shown = rounded(policy)
    hidden = too_few_persons(policy) | too_few_behind(policy)
    slack = policy.base - 1
    return cube.select(
        pl.exclude(EXACT),
        value=pl.when(~hidden).then(shown),
        lower=pl.when(hidden).then(0).otherwise(shown - slack),
        upper=pl.when(~hidden).then(shown + slack),
        obs_status=pl.when(hidden).then(pl.lit("Q")).otherwise(pl.lit("A")),
        conf_status=pl.when(hidden).then(pl.lit("C")).otherwise(pl.lit("F")),
    )


def hidden_by_other_rule(cube: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The keys of cells that cases or countries alone hide. Private: never part of a release.

    The audit needs them, because only a cell that rounding hid is known to be small.
    """
    other = too_few_behind(policy) & ~too_few_persons(policy)
    return cube.filter(other).select(pl.exclude(EXACT))


def missing(keys: pl.DataFrame) -> pl.DataFrame:
    """Cells of series that are not available, in the form of ``protect``."""
    return keys.with_columns(**marks(MISSING))


def hide(table: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """``table`` with the cells of ``keys`` hidden as ``protect`` hides."""
    marked = keys.unique().with_columns(chosen=pl.lit(True))
    joined = table.join(marked, on=keys.columns, how="left", maintain_order="left")
    chosen = pl.col("chosen").fill_null(False)
    covered = [
        pl.when(chosen).then(mark).otherwise(name).alias(name)
        for name, mark in marks(HIDDEN).items()
    ]
    return joined.with_columns(covered).drop("chosen")


def marks(values: Mapping[str, int | str | None]) -> dict[str, pl.Expr]:
    """Literal columns with the types of a release table."""
    text = {"obs_status", "conf_status"}
    return {
        name: pl.lit(value, dtype=pl.String if name in text else pl.Int64)
        for name, value in values.items()
    }
