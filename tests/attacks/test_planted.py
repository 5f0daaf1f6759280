"""A release that gives a cell away is rejected, and the cell is named."""

import numpy as np
import polars as pl

from anonymize.audit import attack as audited
from benchmarks.attacking.cells import Cell, by_country
from benchmarks.attacking.differencing import attack, is_true
from benchmarks.attacking.gates import POLICY, REAL, UNREPAIRED, Published, published
from benchmarks.attacking.worlds import PLAIN, QUARTERS, UNIT, World, numbered

QUARTER = QUARTERS[0]
WHOLE, WOMEN = Cell(QUARTER, frozenset()), Cell(QUARTER, frozenset({("sex", "F")}))


def planted() -> tuple[World, Published, int]:
    """Sixteen women and three men, and the first key by which the women are shown as more."""
    rows = {
        "country": "XAA",
        "period": QUARTER,
        "person_key": np.random.default_rng(1).integers(0, 2**32, 19),
        "case": [str(number) for number in range(19)],
        "sex": ["F"] * 16 + ["M"] * 3,
        "age": "Y_GE30",
    }
    seen = World(PLAIN, numbered(pl.DataFrame(rows)))
    for seed in range(2_000):
        release = published(seen, UNREPAIRED, seed, periods=QUARTERS[:1])
        shown = by_country(release.tables, PLAIN.specs)["XAA"]
        if (shown[WHOLE], shown[WOMEN]) == (15, 20):
            return seen, release, seed
    raise LookupError("no key shows the women as more than all")


def test_a_release_whose_numbers_leave_three_at_most_is_rejected_by_the_name_of_the_cell() -> None:
    seen, release, _ = planted()
    report = audited(
        release.tables,
        PLAIN.specs,
        POLICY,
        contracts=PLAIN.contracts,
        lists=PLAIN.lists,
        other_rule=release.other_rule,
    )
    named = {(f.table, f.country, f.period, f.unit, f.dims["sex"]) for f in report.failures}
    assert ("by_sex_age", "XAA", QUARTER, UNIT, "M") in named
    men = next(f for f in report.failures if f.dims == {"sex": "M", "age": "_T"})
    assert (men.lower, men.upper) == (0, 3)
    told = attack(seen, UNREPAIRED, [release]).told
    assert any((rest.whole, rest.parts) == (WHOLE, (WOMEN,)) for rest in told)
    truth = by_country(release.exact, PLAIN.specs, "n")
    assert all(is_true(rest, truth) for rest in told)


def test_the_real_gate_publishes_of_the_same_persons_and_key_nothing_that_tells() -> None:
    seen, _, seed = planted()
    release = published(seen, REAL, seed, periods=QUARTERS[:1])
    assert attack(seen, REAL, [release]).told == ()
