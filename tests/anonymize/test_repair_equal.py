"""Data sets of which the same is published are repaired alike, whatever their exact counts are.

All persons are invented.
"""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from anonymize.repair import secure
from benchmarks.cubes import Cubes, Size, gated, records
from tests.anonymize.test_repair import REGISTER
from tests.policies import POLICY

SIZE = Size(least=70, most=80)


def pair(seed: int) -> tuple[Cubes, Cubes]:
    """Two data sets that differ in the age of one person, which no published number tells."""
    core, answers = records(REGISTER, SIZE, seed)
    one = gated(REGISTER, SIZE, POLICY, core, answers, seed)
    other_age = pl.when(pl.col("age") == "child").then(pl.lit("adult")).otherwise(pl.lit("child"))
    for record in core["record"]:
        age = pl.when(pl.col("record") == record).then(other_age).otherwise("age")
        other = gated(REGISTER, SIZE, POLICY, core.with_columns(age=age), answers, seed)
        if all(one.tables[name].equals(other.tables[name]) for name in one.tables):
            return one, other
    raise LookupError("every person is told by some published number")


@pytest.mark.parametrize("seed", [2, 5])
def test_equal_published_values_get_equal_repairs(seed: int) -> None:
    one, other = pair(seed)
    assert not one.exact["by_sex_age"].equals(other.exact["by_sex_age"])
    contracts, lists = REGISTER.contracts, REGISTER.lists
    (mended, report), (also, told) = (
        secure(made.tables, REGISTER.specs, POLICY, contracts=contracts, lists=lists)
        for made in (one, other)
    )
    assert report.failing == told.failing == 0
    assert any(keys.height for keys in mended.hidden.values())
    for name in one.tables:
        assert_frame_equal(mended.tables[name], also.tables[name])
        assert_frame_equal(mended.hidden[name], also.hidden[name])
