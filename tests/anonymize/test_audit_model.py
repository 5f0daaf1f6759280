"""The truth satisfies whatever the model says: persons at random, counted and protected.

All persons are invented.
"""

from typing import Any

import polars as pl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from anonymize.audit_model import Model, where
from anonymize.disclosure import hidden_by_other_rule, protect
from data_contracts.model import CodeList
from data_contracts.policy import Policy
from tests.anonymize.drawings import CONTRACTS, FORM, SEX, TINY, spec, specs
from tests.policies import POLICY
from transforms.cube import count
from transforms.people import prepared

LISTS = {
    "sex": CodeList(name="sex", codes=("F", "M", "_U")),
    "form": CodeList(name="form", codes=("P1", "P2", "_U")),
}
KNOWN = specs(
    spec("total"),
    spec("by_sex", sex=SEX | {"codes": ("F", "M", "_U")}),
    spec("forms", exploitation=FORM),
    spec("forms_sex", exploitation=FORM, sex=SEX | {"codes": ("F", "M", "_U")}),
)
QUARTERS = [f"2025-Q{number}" for number in range(1, 5)]
RECORDS = st.lists(
    st.tuples(
        st.sampled_from(QUARTERS),
        st.integers(0, 30),
        st.sampled_from(["agency", "police"]),
        st.sampled_from(["F", "M", None]),
        st.sampled_from(["P1", "P2", None]),
        st.sampled_from([*"abcdefg", None]),
    ),
    min_size=10,
    max_size=60,
)


def cubes(records: list[tuple[Any, ...]]) -> dict[str, pl.DataFrame]:
    names = ["period", "person_key", "source", "sex", "code", "case"]
    types = dict.fromkeys(names, pl.String) | {"person_key": pl.Int64}
    rows = pl.DataFrame(records, schema=types, orient="row").with_row_index("record")
    here = rows.with_columns(
        pl.col("record").cast(pl.String), country=pl.lit("XAA"), unit=pl.lit("identified")
    )
    answers = here.drop_nulls("code").with_columns(field=pl.lit("exploitation"))
    places = {"country": "XAA", "unit": "identified"}
    available = pl.DataFrame([places | {"period": p} for p in ("2025", *QUARTERS)])
    fields = {d.field for table in KNOWN.values() for d in table.dimensions.values()}
    people = prepared(here.drop("code"), answers, fields)
    return {n: count(k, people, LISTS, available).cells for n, k in KNOWN.items()}


# Without shrinking: sixty records are counted anew at each step, and any counterexample will do.
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    RECORDS, st.lists(st.integers(0, 4), min_size=13, max_size=13), st.sampled_from([POLICY, TINY])
)
def test_the_truth_satisfies_every_range_and_fact(
    records: list[tuple[Any, ...]], chances: list[int], policy: Policy
) -> None:
    counted = cubes(records)
    drawing = (pl.col("cell_key") % 13).replace_strict(
        dict(enumerate(chances)), return_dtype=pl.Int64
    )
    nobody = pl.lit(None, pl.Int64)
    rests = pl.col("n").alias("outside_case"), pl.col("n").alias("outside_country")
    exact = {
        n: c.with_columns(*rests, draw=drawing % policy.base, beside=nobody)
        for n, c in counted.items()
    }
    tables = {name: protect(cube, KNOWN[name], policy) for name, cube in exact.items()}
    other = {n: hidden_by_other_rule(cube, KNOWN[n], policy) for n, cube in exact.items()}
    truth = {
        where(KNOWN[name], row)[1]: row["n"]
        for name, cube in exact.items()
        for row in cube.iter_rows(named=True)
    }
    ((_, system),) = Model(KNOWN, CONTRACTS, policy).systems(tables, other, ()).items()
    assert set(system.ranges) == set(truth)
    assert all(known.lower <= truth[c] <= known.upper for c, known in system.ranges.items())
    for fact in system.facts:
        assert fact.lower <= sum(times * truth[cell] for cell, times in fact.terms) <= fact.upper
