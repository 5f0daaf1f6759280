"""What synthetic rows are good for, told from what was measured with noise and nothing else.

The errors are found by doing all of it again on the model: its own tables get the same noise,
another model is fitted, rows are drawn, and how far these are from the first model is known
exactly. That costs nothing, because no person is looked at again. It does not see what the first
model itself could not hold; ``benchmarks/microdata.py`` measures how much that is.
"""

import math
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import polars as pl

from anonymize.microdata_budget import Promise, sure
from anonymize.microdata_model import Model, drawn, fitted
from anonymize.microdata_tables import Pair, Tables, counted

# Share of rows in a wrong cell, up to which a pair is said to be good, or rough.
GOOD, ROUGH = 0.02, 0.05
REPEATS = 3
PAGE = """\
# Synthetic rows: {name}

{persons:,} rows. None is of a person: all were drawn from a model of how answers go together, and
the model was made of tables to which chance had been added. How many rows there are is itself
uncertain, by about {either_way:,} either way.

## What is promised

About one person: whatever anybody concludes from these rows, they would have concluded about as
easily had she never been recorded. Who holds it for even that she is among the persons behind them
is at most {sure} in 100 sure after seeing them, whatever else they know. That this fails has a
chance of one in {one_in:,}. (Differential privacy, for one person added or removed: epsilon
{epsilon:.2f}, delta {as_digits}.)

## What is not promised

A group is protected less than a person. For all persons of one case together epsilon is
{case_epsilon:.1f}. For {raid} persons who were found in one raid and recorded without a common case
number it is {raid_epsilon:.0f}, which is no protection: that there was a raid, and what its persons
have in common, may show. What holds for people in general (that those of one sector are mostly
men, say) is no secret of one of them, and can be concluded about her. The tables of a release are
protected in another way; they spend nothing of this promise, and are not covered by it.

## What the rows are good for

Of {pairs} pairs of columns {good} are good (at most 2 rows in 100 in a wrong cell), {rough} rough
(at most 5) and {unfit} unfit. These are expectations, told from the noisy tables alone. Use the
rows to plan an analysis, to teach, and for what two columns have to do with each other. Do not
count rare combinations or zeros with them, nor combinations of three columns and more, and do not
add them up with the tables. Where a table says something else, the table is right.

| column | column | rows in a wrong cell, in 100 | use |
| --- | --- | --- | --- |
{lines}
"""
Pairs = Mapping[Pair, float]


def errors(model: Model, tables: Tables, seed: int, repeats: int = REPEATS) -> Pairs:
    """For each pair the share of rows that must be expected in a wrong cell, from 0 to 1.

    Half the sum of absolute differences between shares (total variation), the mean of
    ``repeats`` repetitions on the model itself.
    """
    generator = np.random.default_rng(seed)
    truth = {pair: model.shares(pair) for pair in tables.counts}
    sums = dict.fromkeys(truth, 0.0)
    for _ in range(repeats):
        counts = {
            pair: np.rint(
                shares * tables.persons
                + generator.normal(0, tables.variance[pair] ** 0.5, shares.shape)
            ).astype(np.int64)
            for pair, shares in truth.items()
        }
        again = fitted(Tables(tables.domains, counts, tables.variance), _seed(generator))
        rows = drawn(again, round(tables.persons), _seed(generator))
        for pair, found in counted(rows, tables.domains).items():
            sums[pair] += float(np.abs(found / len(rows) - truth[pair]).sum()) / 2
    return {pair: total / repeats for pair, total in sums.items()}


def _seed(generator: np.random.Generator) -> int:
    return int(generator.integers(2**63))


def verdict(error: float) -> str:
    """How a pair may be used."""
    return "good" if error <= GOOD else "rough" if error <= ROUGH else "unfit"


def listed(pairs: Pairs) -> pl.DataFrame:
    """``left``, ``right``, ``error`` in per cent and ``use`` of every pair, the worst first."""
    rows = [(a, b, round(100 * e, 1), verdict(e)) for (a, b), e in pairs.items()]
    schema = {"left": pl.String, "right": pl.String, "error": pl.Float64, "use": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.sort("error", "left", "right", descending=[True, False, False])


def words(name: str, persons: int, uncertainty: int, kept: Promise, pairs: Pairs) -> str:
    """The page that goes with the rows, as Markdown."""
    table = listed(pairs)
    count = {use: table.filter(pl.col("use") == use).height for use in ("good", "rough", "unfit")}
    return PAGE.format(
        name=name,
        persons=persons,
        either_way=2 * uncertainty,
        sure=math.ceil(100 * sure(kept.epsilon)),
        one_in=round(1 / kept.delta),
        as_digits=format(Decimal(str(kept.delta)), "f"),
        pairs=len(pairs),
        lines="\n".join(f"| {a} | {b} | {e} | {u} |" for a, b, e, u in table.iter_rows()),
        **kept._asdict(),
        **count,
    )
