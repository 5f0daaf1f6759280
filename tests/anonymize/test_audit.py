"""The attack finds what is planted, bounds what enumeration bounds, and never denies the truth."""

from itertools import product
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.audit import Report, Target, attack, judged
from anonymize.audit_bounds import Contradiction, bounds
from anonymize.audit_model import Cell, Model, NotModelled, Place, Tables, where
from anonymize.disclosure import hidden_by_other_rule, protect
from data_contracts.model import CodeList, Policy, Table
from tests.anonymize.drawings import (
    AGE,
    CONTRACTS,
    FORM,
    POLICY,
    SEX,
    TINY,
    drawn,
    published,
    spec,
    specs,
)
from transforms.cube import count

BY_SEX = specs(spec("by_sex", sex=SEX))
NOBODY_KNOWS = None


def attacked(tables: Tables, known: dict[str, Table] = BY_SEX, **options: Any) -> Report:
    given = {"contracts": CONTRACTS, "other_rule": {}} | options
    return attack(tables, known, POLICY, **given)


def keys_of(cells: pl.DataFrame, **where_: str) -> pl.DataFrame:
    return cells.filter(**where_).select("country", "period", "unit", "sex")


# 15 is 19 at most, 20 is 16 at least: whoever is left is one of none to three persons.
UNSAFE = """
    sex | value
    _T  | 15
    F   | 20
    M   |
"""


def test_a_planted_unsafe_cell_is_found_by_name() -> None:
    report = attacked({"by_sex": drawn(UNSAFE)})
    (fault,) = report.failures
    assert (fault.table, fault.country, fault.period, fault.unit, fault.dims) == (
        "by_sex",
        "XAA",
        "2025-Q1",
        "identified",
        {"sex": "M"},
    )
    assert (fault.lower, fault.upper, fault.reason) == (0, 3, "narrow")
    assert (report.failing, report.narrow, report.present, report.narrowest) == (1, 1, 0, 3)


def test_every_hidden_cell_is_a_target_and_missing_ones_are_not() -> None:
    cells = drawn("""
        period  | sex | value
        2025-Q1 | _T  |
        2025-Q1 | F   |
        2025-Q1 | M   |
        2025-Q2 | _T  | x
        2025-Q2 | F   | x
        2025-Q2 | M   | x
        2025-Q3 | _T  | 50
        2025-Q3 | F   | 40
        2025-Q3 | M   |
    """)
    report = attacked({"by_sex": cells})
    assert (report.cells, report.hidden, report.targets) == (9, 4, 4)
    assert (report.failing, report.narrowest) == (0, 12)


def test_what_is_not_counted_from_persons_is_passed_over() -> None:
    published_kind = BY_SEX["by_sex"].model_copy(update={"kind": "published"})
    assert attacked({"by_sex": drawn(UNSAFE)}, specs(published_kind)).cells == 0


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        ((0, 4), "narrow"),
        ((20, 24), "narrow"),
        ((0, 5), None),
        ((0, 10), None),
        ((1, 10), "present"),
        ((1, 11), None),
        (None, "uncertified"),
    ],
)
def test_a_cell_fails_when_it_is_narrow_or_proven_to_be_a_few_or_has_no_verdict(
    ends: tuple[int, int] | None, reason: str | None
) -> None:
    place, cell = Place("victims", "XAA", "identified", "2025"), Cell("2025", frozenset())
    keys = {"country": "XAA", "period": "2025", "unit": "identified"}
    widths = {} if ends is None else {(place, cell): ends}
    fault = judged(Target("victims", keys, place, cell), widths, POLICY)
    assert (fault and fault.reason) == reason


def test_cells_share_an_unknown_over_tables() -> None:
    total = drawn("""
        value
        15
    """)
    parts = drawn(UNSAFE).filter(pl.col("sex") != "_T")
    known = BY_SEX | specs(spec("total"))
    assert attacked({"by_sex": parts}, known).failing == 0
    assert attacked({"by_sex": parts, "total": total}, known).failing == 1


def test_a_year_is_at_least_each_quarter_and_at_most_their_sum() -> None:
    years = """
        period  | value
        2025    | {year}
        2025-Q1 | {first}
        2025-Q2 |
        2025-Q3 |
        2025-Q4 | {last}
    """
    known = specs(spec("total"))

    def ends(year: str, first: str, last: str) -> dict[str, tuple[int, int]]:
        cells = drawn(years.format(year=year, first=first, last=last))
        model = Model(known, CONTRACTS, POLICY.model_copy(update={"narrowest_interval": 1_000}))
        ((_, system),) = model.systems({"total": cells}, {}, ()).items()
        hidden = sorted(system.hidden)
        return dict(
            zip([c.period for c in hidden], bounds(system, hidden, model.policy), strict=True)
        )

    assert ends("", "15", "") == {
        "2025": (11, 14),
        "2025-Q2": (0, 14),
        "2025-Q3": (0, 14),
        "2025-Q4": (0, 14),
    }
    assert ends("55", "15", "15")["2025-Q2"] == (0, 14)
    assert ends("70", "15", "15")["2025-Q2"] == (14, 14)


def test_an_unknown_of_a_quarter_may_be_known_by_the_end_of_the_year() -> None:
    cells = drawn("""
        period  | exploitation | value
        2025    | _U           |
        2025-Q1 | _U           | 15
    """)
    assert attacked({"forms": cells}, specs(spec("forms", exploitation=FORM))).failing == 0


def test_of_several_answers_no_part_exceeds_those_with_an_answer() -> None:
    cells = drawn("""
        exploitation | value
        _T           | 20
        _U           | 25
        P1           |
        P2           |
    """)
    report = attacked({"forms": cells}, specs(spec("forms", exploitation=FORM)))
    assert [(fault.lower, fault.upper) for fault in report.failures] == [(0, 3), (0, 3)]


def test_several_answers_may_sum_to_more_than_their_total() -> None:
    cells = drawn("""
        exploitation | value
        _T           | 20
        _U           |
        P1           | 20
        P2           | 20
    """)
    report = attacked({"forms": cells}, specs(spec("forms", exploitation=FORM)))
    assert (report.failing, report.narrowest) == (0, 8)


def test_a_cell_that_another_rule_hid_has_no_upper_end_of_its_own() -> None:
    cells = drawn("""
        sex | value
        _T  | 60
        F   |
        M   |
    """)
    one = {"by_sex": keys_of(cells, sex="F")}
    assert attacked({"by_sex": cells}, other_rule=one).narrowest == 14
    assert attacked({"by_sex": cells}, other_rule=NOBODY_KNOWS).narrowest == 64
    assert attacked({"by_sex": cells}, other_rule=one).present == 1


def test_a_reader_gives_up_the_belief_that_hidden_means_small_when_it_cannot_be() -> None:
    cells = drawn("""
        sex | value
        _T  | 60
        F   |
        M   |
    """)
    report = attacked({"by_sex": cells}, other_rule={})
    assert (report.uncertified, report.failing, report.narrowest) == (0, 0, 64)


def test_tables_that_contradict_themselves_get_no_verdict_and_fail() -> None:
    cells = drawn("""
        sex | value
        _T  | 20
        F   | 40
        M   |
    """)
    report = attacked({"by_sex": cells})
    assert (report.uncertified, report.failing, report.narrowest) == (1, 1, None)


def test_records_that_are_public_row_by_row_are_counted_apart() -> None:
    report = attacked({"by_sex": drawn(UNSAFE)}, public=frozenset({("victims", "XAA")}))
    assert (report.failing, report.public_elsewhere, report.hidden) == (0, 1, 1)
    elsewhere = attacked({"by_sex": drawn(UNSAFE)}, public=frozenset({("cases", "XAA")}))
    assert (elsewhere.failing, elsewhere.public_elsewhere) == (1, 0)


def test_an_earlier_release_tells_what_this_one_hides_but_not_another_vintage() -> None:
    now = drawn("""
        sex | value
        _T  |
        F   | 20
        M   |
    """)
    other = {"by_sex": keys_of(now, sex="_T")}
    before = {"by_sex": drawn(UNSAFE)}
    assert attacked({"by_sex": now}, other_rule=other).failing == 0
    report = attacked({"by_sex": now}, other_rule=other, earlier=[before])
    assert ([fault.dims for fault in report.failures], report.releases) == (
        [{"sex": "_T"}, {"sex": "M"}],
        2,
    )
    # Hidden by rounding now, shown then: the people are not the same.
    assert attacked({"by_sex": now}, other_rule={}, earlier=[before]).failing == 0
    again = {"by_sex": drawn(UNSAFE).with_columns(value=pl.col("value").replace(20, 25))}
    assert attacked({"by_sex": now}, other_rule={}, earlier=[again]).uncertified == 0


def test_of_earlier_releases_the_last_one_counts() -> None:
    now = drawn(UNSAFE).with_columns(value=None, obs_status=pl.lit("Q")).cast({"value": pl.Int64})
    total = {"by_sex": drawn(UNSAFE).filter(sex="_T")}
    older = {"by_sex": total["by_sex"].with_columns(value=pl.col("value") + 100)}
    report = attacked({"by_sex": now}, other_rule=NOBODY_KNOWS, earlier=[older, total])
    assert report.narrowest == 8


def test_regional_cells_are_refused_because_the_model_does_not_cover_them() -> None:
    with pytest.raises(NotModelled, match="by_sex"):
        attacked({"by_sex": drawn(UNSAFE, country="_T")})


def test_the_report_names_its_model() -> None:
    assert "unless another rule" in attacked({"by_sex": drawn(UNSAFE)}).model
    unknown = attacked({"by_sex": drawn(UNSAFE)}, other_rule=NOBODY_KNOWS).model
    assert "not known here" in unknown
    assert "Earlier releases" not in unknown


# Enumeration, apart from the audit: all persons of a small world, then the tables they make.

Counts = dict[tuple[str, ...], int]
SMALL = st.integers(0, 5)


def shown_or_hidden(n: int, up: bool) -> int | None:
    """Base 2, hidden up to 2, in plain words."""
    rounded = n if n % 2 == 0 else n + 1 if up else n - 1
    return rounded if rounded > 2 else None


def fits(n: int, value: int | None) -> bool:
    return n <= 3 if value is None else abs(n - value) <= 1


def enumerated(
    worlds: list[Counts], shown: dict[tuple[str, ...], int | None]
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Per hidden cell the least and the greatest count over the worlds that fit what is shown."""
    fitting = [world for world in worlds if all(fits(world[c], v) for c, v in shown.items())]
    hidden = [cell for cell, value in shown.items() if value is None]
    return {c: (min(w[c] for w in fitting), max(w[c] for w in fitting)) for c in hidden}


def by_audit(cells: pl.DataFrame, known: Table) -> dict[tuple[str, ...], tuple[int, int]]:
    """The same from the audit, by the codes of the row."""
    model = Model(specs(known), CONTRACTS, TINY)
    ((_, system),) = model.systems({known.name: cells}, {}, ()).items()
    names = ["period", *known.dimensions]
    rows = [row for row in cells.iter_rows(named=True) if row["value"] is None]
    targets = [where(known, row)[1] for row in rows]
    found = bounds(system, targets, TINY) if targets else []
    return {tuple(row[n] for n in names): e for row, e in zip(rows, found, strict=True)}


def release(names: list[str], shown: dict[tuple[str, ...], int | None]) -> pl.DataFrame:
    rows = [(*cell, None if value is None else str(value)) for cell, value in shown.items()]
    cells = pl.DataFrame(rows, schema=dict.fromkeys([*names, "value"], pl.String), orient="row")
    return published(cells.with_columns(country=pl.lit("XAA"), unit=pl.lit("identified")))


def crossed(inner: tuple[int, ...]) -> Counts:
    """Sex by age with margins, from the four inner cells."""
    numbers = dict(zip(product("FM", ("child", "adult")), inner, strict=True))
    sexes, ages = ("F", "M", "_T"), ("child", "adult", "_T")
    return {
        ("2025-Q1", s, a): sum(
            n for (x, y), n in numbers.items() if s in (x, "_T") and a in (y, "_T")
        )
        for s, a in product(sexes, ages)
    }


def answered(none: int, one: int, two: int, both: int) -> Counts:
    """Two possible answers: persons with none, either and both."""
    cells = {"_T": none + one + two + both, "_U": none, "P1": one + both, "P2": two + both}
    return {("2025-Q1", code): n for code, n in cells.items()}


CROSSED = [crossed(inner) for inner in product(range(8), repeat=4)]
ANSWERED = [answered(*inner) for inner in product(range(8), range(12), range(12), range(12))]


@settings(max_examples=25, deadline=None)
@given(st.tuples(SMALL, SMALL, SMALL, SMALL), st.lists(st.booleans(), min_size=9, max_size=9))
def test_bounds_of_a_cross_equal_enumeration(inner: tuple[int, ...], ups: list[bool]) -> None:
    truth = crossed(inner)
    shown = {c: shown_or_hidden(n, up) for (c, n), up in zip(truth.items(), ups, strict=True)}
    cells = release(["period", "sex", "age_band"], shown)
    assert by_audit(cells, spec("cross", sex=SEX, age_band=AGE)) == enumerated(CROSSED, shown)


@settings(max_examples=25, deadline=None)
@given(st.tuples(SMALL, SMALL, SMALL, SMALL), st.lists(st.booleans(), min_size=4, max_size=4))
def test_bounds_of_several_answers_equal_enumeration(
    inner: tuple[int, int, int, int], ups: list[bool]
) -> None:
    truth = answered(*inner)
    shown = {c: shown_or_hidden(n, up) for (c, n), up in zip(truth.items(), ups, strict=True)}
    cells = release(["period", "exploitation"], shown)
    assert by_audit(cells, spec("forms", exploitation=FORM)) == enumerated(ANSWERED, shown)


# The truth: persons at random, counted, protected, and looked for in every fact of the model.

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
        st.integers(0, 12),
        st.sampled_from(["agency", "police"]),
        st.sampled_from(["F", "M", None]),
        st.sampled_from(["P1", "P2", None]),
        st.sampled_from(["a", "b", "c", None]),
    ),
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
    return {n: count(k, here.drop("code"), answers, LISTS, available) for n, k in KNOWN.items()}


@settings(max_examples=40, deadline=None)
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
    exact = {n: c.with_columns(draw=drawing % policy.base) for n, c in counted.items()}
    tables = {name: protect(cube, policy) for name, cube in exact.items()}
    other = {name: hidden_by_other_rule(cube, policy) for name, cube in exact.items()}
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


def test_a_contradiction_is_said_not_bounded() -> None:
    cells = drawn("""
        sex | value
        _T  | 20
        F   | 40
        M   |
    """)
    ((_, system),) = Model(BY_SEX, CONTRACTS, POLICY).systems({"by_sex": cells}, {}, ()).items()
    with pytest.raises(Contradiction):
        bounds(system, list(system.hidden), POLICY)
