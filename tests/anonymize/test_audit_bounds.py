"""The bounds of the audit against an enumeration written apart from it. All data are invented."""

from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.audit_bounds import Contradiction, bounds
from anonymize.audit_facts import order
from anonymize.audit_model import Model, where
from data_contracts.model import Table
from tests.anonymize.drawings import (
    AGE,
    CONTRACTS,
    FORM,
    SEX,
    TINY,
    drawn,
    published,
    spec,
    specs,
)
from tests.policies import POLICY

# All persons of a small world, then the tables they make.
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


EXACT = POLICY.model_copy(update={"narrowest_interval": 1_000})


def five(n: int, draw: int) -> str | None:
    rounded = n - n % 5 + 5 * (draw < n % 5)
    return str(rounded) if rounded > 10 else None


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.integers(0, 30)] * 4), st.lists(st.integers(0, 4), min_size=9, max_size=9))
def test_without_any_search_what_fails_and_the_narrowest_are_still_exact(
    inner: tuple[int, ...], draws: list[int]
) -> None:
    rows = [(*c, five(n, d)) for (c, n), d in zip(crossed(inner).items(), draws, strict=True)]
    columns = dict.fromkeys(["period", "sex", "age_band", "value"], pl.String)
    cells = pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        country=pl.lit("XAA"), unit=pl.lit("identified")
    )
    known = specs(spec("cross", sex=SEX, age_band=AGE))
    ((_, system),) = (
        Model(known, CONTRACTS, POLICY).systems({"cross": published(cells)}, {}, ()).items()
    )
    targets = sorted(system.hidden, key=order)
    if not targets:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anonymize.audit_bounds.DIRECTIONS", 0)
        found, exact = bounds(system, targets, POLICY), bounds(system, targets, EXACT)
    for (low, high), (least, most) in zip(found, exact, strict=True):
        assert least <= low <= high <= most
        assert (low, high) == (least, most) or (low == 0 and high >= POLICY.narrowest_interval)
    assert min(high - low for low, high in found) == min(most - least for least, most in exact)


def test_a_contradiction_is_said_not_bounded() -> None:
    cells = drawn("""
        sex | value
        _T  | 20
        F   | 40
        M   |
    """)
    ((_, system),) = (
        Model(specs(spec("by_sex", sex=SEX)), CONTRACTS, POLICY)
        .systems({"by_sex": cells}, {}, ())
        .items()
    )
    with pytest.raises(Contradiction):
        bounds(system, list(system.hidden), POLICY)
