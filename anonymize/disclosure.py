"""The gate out: exact cells to publishable ones.

A number shown is rounded at random, the same for the same people in every table and release; a
number that is small, or has too few cases or countries behind it, or leaves nobody out, is hidden.
Zeros are hidden like a few, unless the registry says that nobody can be there. What cannot be
judged is hidden too. Every threshold is in ``policy.yaml``.
"""

import hmac
from collections.abc import Mapping
from functools import reduce
from operator import or_

import polars as pl

from data_contracts.model import TOTAL, Table
from data_contracts.policy import Policy

COUNTED = ("n", "cell_key", "n_cases", "max_case", "n_countries", "max_country")
JUDGED = ("draw", "outside_case", "outside_country", "beside")
EXACT = (*COUNTED, *JUDGED)
ZERO: dict[str, int | str | None] = {
    "value": 0,
    "lower": 0,
    "upper": 0,
    "obs_status": "A",
    "conf_status": "F",
}
HIDDEN: dict[str, int | str | None] = {
    "value": None,
    "lower": 0,
    "upper": None,
    "obs_status": "Q",
    "conf_status": "C",
}
MISSING: dict[str, int | str | None] = {
    "value": None,
    "lower": None,
    "upper": None,
    "obs_status": "O",
    "conf_status": "F",
}


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


def judged(
    cells: pl.DataFrame,
    behind: pl.DataFrame,
    table: Table,
    rounding_key: bytes,
    epoch: str,
    policy: Policy,
) -> pl.DataFrame:
    """``cells`` with all that the rules ask of them, every number rounded by its own people.

    ``cells`` and ``behind`` are those of a cube. ``outside_case`` and ``outside_country`` are the
    smallest number of persons outside a largest case, and outside a country. ``beside`` is the
    smallest number that a sensitive code leaves of all who could have it.
    """
    drawn = draws(cells, rounding_key, epoch, policy)
    keys = [name for name in cells.columns if name not in COUNTED]
    left = draws(behind, rounding_key, epoch, policy).with_columns(left=rounded(policy))
    for kind in ("case", "country"):
        least = left.filter(pl.col("kind") == kind).group_by(keys).agg(pl.col("left").min())
        drawn = drawn.join(least, on=keys, how="left", maintain_order="left").rename(
            {"left": f"outside_{kind}"}
        )
    # Where every case is one person, each is a largest one, and one of their rests rounds down.
    rest = pl.col("n") - pl.col("max_case")
    alone = pl.when(pl.col("max_case") <= 1).then(rest - rest % policy.base)
    asked = drawn.with_columns(outside_case=pl.coalesce("outside_case", alone))
    return asked.with_columns(beside=beside(asked, table, policy))


def beside(cells: pl.DataFrame, table: Table, policy: Policy) -> pl.Series:
    """How many, by rounded numbers, do not have the sensitive code of a cell; null without one."""
    counted = cells.with_columns(rounded=rounded(policy))
    found = pl.select(pl.repeat(None, counted.height, dtype=pl.Int64)).to_series()
    for name in (name for name, known in table.dimensions.items() if known.sensitive):
        others = ["country", "period", "unit", *(n for n in table.dimensions if n != name)]
        whole = counted.filter(pl.col(name) == TOTAL).select(*others, whole="rounded")
        both = counted.join(whole, on=others, how="left", maintain_order="left")
        # Without a whole to compare with, nobody is left: what cannot be judged is hidden.
        rest = (pl.col("whole") - pl.col("rounded")).fill_null(0)
        apart = both.select(pl.when(pl.col(name) != TOTAL).then(rest)).to_series()
        found = pl.select(pl.min_horizontal(found, apart)).to_series()
    return found.alias("beside")


def impossible(table: Table) -> pl.Expr:
    """Whether the registry says that nobody can be in a cell."""
    zeros = (
        pl.all_horizontal(pl.col(name) == code for name, code in zero.items())
        for zero in table.impossible
    )
    return reduce(or_, zeros, pl.lit(False))


def sensitive(table: Table) -> pl.Expr:
    """Whether a cell says of its persons what is held more closely."""
    units = pl.col("unit").is_in(table.sensitive_units)
    told = (pl.col(n) != TOTAL for n, known in table.dimensions.items() if known.sensitive)
    return reduce(or_, told, units)


def too_few_persons(policy: Policy) -> pl.Expr:
    """The rounded number is small; a zero is as telling as a one."""
    return (rounded(policy) <= policy.hide_up_to).fill_null(True)


def too_few_behind(table: Table, policy: Policy) -> pl.Expr:
    """Enough persons, but from too few cases or countries, or all of them alike.

    Who is behind the largest case, or a country, subtracts it: what is left must be enough too.
    """
    cases = pl.col("n_cases") < policy.min_cases
    one_case = pl.col("n") - pl.col("max_case") < policy.min_outside_largest_case
    closely = sensitive(table) & (pl.col("outside_case") <= policy.hide_up_to)
    countries = pl.col("n_countries") < policy.min_countries
    one_country = pl.col("outside_country") <= policy.hide_up_to
    regional = (pl.col("country") == TOTAL) & (countries | one_country)
    alike = pl.col("beside").is_not_null() & (pl.col("beside") <= policy.alike_up_to)
    return reduce(
        or_, (rule.fill_null(True) for rule in (cases, one_case, closely, regional)), alike
    )


def protect(cube: pl.DataFrame, table: Table, policy: Policy) -> pl.DataFrame:
    """The columns that may leave: the dimensions, an interval, and why it is one.

    ``cube`` has its dimensions and the columns of ``EXACT``. A hidden cell looks the same
    whatever hid it: a bound or a status would tell the reason, and the reason is about people.
    A declared zero is shown only while nobody is in any of the table's.
    """
    shown = rounded(policy)
    hidden = too_few_persons(policy) | too_few_behind(table, policy)
    slack = policy.base - 1
    found = cube.select(
        pl.exclude(EXACT),
        value=pl.when(~hidden).then(shown),
        lower=pl.when(hidden).then(0).otherwise(shown - slack),
        upper=pl.when(~hidden).then(shown + slack),
        obs_status=pl.when(hidden).then(pl.lit("Q")).otherwise(pl.lit("A")),
        conf_status=pl.when(hidden).then(pl.lit("C")).otherwise(pl.lit("F")),
    )
    return covered(found, impossible(table), ZERO) if holds(cube, table) else found


def holds(cube: pl.DataFrame, table: Table) -> bool:
    """Whether nobody is where the registry says that nobody can be."""
    return cube.filter(impossible(table), pl.col("n").fill_null(1) > 0).is_empty()


def hidden_by_other_rule(cube: pl.DataFrame, table: Table, policy: Policy) -> pl.DataFrame:
    """The keys of cells that cases, countries or likeness alone hide. Private: never released.

    The audit needs them, because only a cell that rounding hid is known to be small.
    """
    other = too_few_behind(table, policy) & ~too_few_persons(policy)
    return cube.filter(other).select(pl.exclude(EXACT))


def missing(keys: pl.DataFrame) -> pl.DataFrame:
    """Cells of series that are not available, in the form of ``protect``."""
    return keys.with_columns(**marks(MISSING))


def hide(table: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """``table`` with the cells of ``keys`` hidden as ``protect`` hides."""
    marked = keys.unique().with_columns(chosen=pl.lit(True))
    joined = table.join(marked, on=keys.columns, how="left", maintain_order="left")
    return covered(joined, pl.col("chosen").fill_null(False), HIDDEN).drop("chosen")


def covered(
    table: pl.DataFrame, chosen: pl.Expr, values: Mapping[str, int | str | None]
) -> pl.DataFrame:
    """``table`` with ``values`` in place of what its ``chosen`` rows say."""
    said = marks(values).items()
    return table.with_columns(
        pl.when(chosen).then(mark).otherwise(name).alias(name) for name, mark in said
    )


def marks(values: Mapping[str, int | str | None]) -> dict[str, pl.Expr]:
    """Literal columns with the types of a release table."""
    text = {"obs_status", "conf_status"}
    return {
        name: pl.lit(value, dtype=pl.String if name in text else pl.Int64)
        for name, value in values.items()
    }
