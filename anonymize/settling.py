"""What is published stays: a cell takes another value only if who came and left makes a cell too.

A reader who compares two releases subtracts one number from the other. What is left are those who
came in late or were taken out, and they are as few as a quarter's correction brings. How many are
enough is drawn by key: a limit that everybody knows would tell on which side of it they are.
"""

import hmac
from collections.abc import Sequence

import polars as pl

from anonymize.disclosure import COUNTED, draws, rounded
from data_contracts.model import TOTAL
from data_contracts.policy import Policy

SAID = ("value", "lower", "upper", "obs_status", "conf_status")
# A break is marked anew in each release, from the definitions.
BREAK, NORMAL, REVISED = "B", "A", "R"
STATUS, ABSENT = ("obs_status",), ("O", "M")
OF_LIMIT = ("unit", "country", "year")


def steps_more(told: bytes, policy: Policy) -> int:
    """How many steps of the base a limit lies above the least one, drawn by a digest.

    Each further step is taken unless a chance of one in ``move_step_one_in`` ends them: k steps or
    more have the probability (1 - 1/many)^k, in integers, of the first 64 bits.
    """
    drawn, many = int.from_bytes(told[:8], "big") + 1, policy.move_step_one_in
    steps, among, taken = 0, many, many - 1
    while drawn * among <= taken << 64:
        steps, among, taken = steps + 1, among * many, taken * (many - 1)
    return steps


def limits(turnover: pl.DataFrame, key: bytes, epoch: str, policy: Policy) -> pl.DataFrame:
    """By how many persons the limits of each unit, country and year lie above the least ones.

    One for all tables and periods of a year, so that many numbers of the same people are not as
    many looks at a limit; and for good, or a limit drawn anew would be another look.
    """
    year = pl.col("period").str.slice(0, 4).alias("year")
    places = turnover.select("unit", "country", year).unique().sort(OF_LIMIT)

    def drawn(place: tuple[str, ...]) -> int:
        told = "|".join(("limit", epoch, *place))
        return policy.base * steps_more(hmac.digest(key, told.encode(), "sha256"), policy)

    return places.with_columns(
        pl.Series("more", [drawn(place) for place in places.iter_rows()], dtype=pl.Int64)
    )


def may_move(
    turnover: pl.DataFrame, dimensions: Sequence[str], key: bytes, epoch: str, policy: Policy
) -> pl.DataFrame:
    """The keys of the cells whose entrants and leavers would themselves be shown as a cell.

    ``turnover`` has the keys of cells and, of the persons in one of two vintages alone, the counts
    of a cube. Their number is rounded by their own people. Nothing is asked of the cells. A cell
    of some of a country's people asks for more: each that moves is one more look at those who came.
    """
    year = pl.col("period").str.slice(0, 4)
    drawn = draws(turnover, key, epoch, policy).with_columns(year=year)
    own = limits(turnover, key, epoch, policy)
    drawn = drawn.join(own, on=OF_LIMIT, how="left", maintain_order="left")
    is_total = pl.all_horizontal(pl.lit(True), *(pl.col(name) == TOTAL for name in dimensions))
    least = pl.when(is_total).then(policy.hide_up_to).otherwise(policy.move_details_above)
    enough = (
        (rounded(policy) > least + pl.col("more"))
        & (pl.col("n_cases") >= policy.min_cases)
        & (pl.col("n") - pl.col("max_case") >= policy.min_outside_largest_case)
    )
    of_one = pl.col("max_country") > policy.max_share_of_a_country * pl.col("n")
    found = drawn.filter(enough & ~((pl.col("country") == TOTAL) & of_one))
    return found.select(pl.exclude(*COUNTED, "draw", "year", "more"))


def settled(now: pl.DataFrame, before: pl.DataFrame, moving: pl.DataFrame) -> pl.DataFrame:
    """``now``, where what was said ``before`` stays except in the cells of ``moving``.

    Both frames are a table in the form of a release, ``moving`` has the keys of cells. A shown
    cell that moved to another value is marked as revised; one that stayed is not marked, and has
    the sources of the present vintage: they would tell which cells did.
    """
    keys = moving.columns
    said = before.filter(~pl.col("obs_status").is_in(ABSENT)).select(
        *keys, *(pl.col(name).alias(f"{name}_before") for name in (*SAID, "source"))
    )
    marked = moving.unique().with_columns(moves=pl.lit(True))
    both = now.join(said, on=keys, how="left", maintain_order="left").join(
        marked, on=keys, how="left", maintain_order="left"
    )
    was = pl.col("obs_status_before").is_not_null()
    # A cell that nobody fills any more stays too.
    stays = was & ~(pl.col("moves").fill_null(False) & ~pl.col("obs_status").is_in(ABSENT))
    revised = was & ~stays & pl.col("value").is_not_null() & (_other() | _was_revised())
    status = pl.when(revised).then(pl.lit(REVISED)).otherwise("obs_status")
    kept = {
        name: pl.when(stays).then(f"{name}_before").otherwise(status if name in STATUS else name)
        for name in SAID
    }
    source = pl.when(stays).then(pl.coalesce("source", "source_before")).otherwise("source")
    found = both.with_columns(**kept, source=source).with_columns(
        pl.col("obs_status").replace(BREAK, NORMAL)
    )
    return found.select(now.columns)


def _other() -> pl.Expr:
    return pl.col("value").ne_missing(pl.col("value_before"))


def _was_revised() -> pl.Expr:
    return (pl.col("obs_status_before") == REVISED).fill_null(False)
