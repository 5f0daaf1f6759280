"""The truth satisfies what the audit says of spans of years, and beside true numbers of others.

All persons are invented.
"""

from itertools import combinations, pairwise

import numpy as np
import polars as pl
import pytest

from anonymize.audit import made
from anonymize.audit_links import links
from anonymize.audit_others import facts, knowing, told
from anonymize.audit_overlaps import Overlaps, Span, Year
from anonymize.audit_program import satisfies
from anonymize.audit_propagation import narrowed
from anonymize.audit_rows import Integers
from anonymize.audit_sheets import SHOWN, SMALL, Reader, Sheet, Tables
from anonymize.audit_spans import bound, over, said
from anonymize.audit_system import systems
from benchmarks.cubes import Cubes, Register, Size, gated, records
from data_contracts.periods import years
from tests.anonymize.test_audit_truth import fits, truth
from tests.anonymize.vintages import reader, revised
from tests.policies import POLICY

REGISTER = Register(
    single={"sex": ("F", "M", "_U"), "age": ("child", "adult", "_U")},
    many={},
    tables=((), ("sex",), ("sex", "age")),
)
YEARS, SPANS = ("2020", "2021", "2022"), ("2020-P3Y", "2021-P2Y")
SIZE = Size(years=3, least=30, most=200)
# So many of a year's persons are met again in the next.
MET_AGAIN = 0.4
SEEDS = range(10)


def met_again(core: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Records in which some of a year's persons are those of the year before."""
    chance = np.random.default_rng([seed, 2])
    year = pl.col("period").str.slice(0, 4)
    for before, after in pairwise(YEARS):
        old, new = (core.filter(year == one)["person_key"].unique(maintain_order=True)
                    for one in (before, after))  # fmt: skip
        many = min(int(MET_AGAIN * len(new)), len(old))
        same = dict(zip(new.head(many), chance.permutation(old)[:many].tolist(), strict=True))
        core = core.with_columns(pl.col("person_key").replace(same))
    return core


def spanned(seed: int) -> tuple[Reader, Tables, Cubes, pl.DataFrame]:
    """A register whose totals are counted over several years, its release, and its records."""
    core = met_again(records(REGISTER, SIZE, seed)[0], seed)
    found = gated(REGISTER, SIZE, POLICY, core, None, seed)
    total = found.tables["by"]
    for span in SPANS:
        own = core.filter(pl.col("period").str.slice(0, 4).is_in(years(span)))
        once = own.with_columns(period=pl.lit("2020-Q1"))
        counted = gated(REGISTER, Size(), POLICY, once, None, seed).tables["by"]
        row = counted.filter(period="2020").with_columns(period=pl.lit(span))
        total = total.vstack(row.select(total.columns))
    known = reader(REGISTER)
    specs = dict(known.specs)
    specs["by"] = specs["by"].model_copy(update={"frequencies": ("quarter", "year", "span")})
    return (
        Reader(specs, known.contracts, POLICY, known.lists),
        found.tables | {"by": total},
        found,
        core,
    )


def persons(core: pl.DataFrame, periods: tuple[str, ...]) -> set[int]:
    year = pl.col("period").str.slice(0, 4)
    return set(core.filter(year.is_in(periods))["person_key"])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_truth_satisfies_what_spans_say_of_their_years(seed: int) -> None:
    known, tables, found, _ = spanned(seed)
    sheets = known.sheets(tables, found.other_rule, ())
    most = over(known, said(known, tables, ()))
    bound(sheets, most)
    bounded = [one for one in sheets if one.place.period in YEARS and one.most in most.values()]
    assert len(bounded) == len(YEARS)
    for system in systems(sheets, links(sheets, POLICY)):
        assert fits(system, truth(known, system, found))


@pytest.mark.parametrize("seed", SEEDS)
def test_who_was_met_in_which_years_satisfies_what_spans_are_attacked_with(seed: int) -> None:
    known, tables, found, core = spanned(seed)
    cases = made(known, tables, found.other_rule, (), (1,))
    ends: dict[str, Year] = {}
    for system in (case.system for case in cases):
        lower, upper = narrowed(system.whole(True), system.lower, system.upper)
        for number, sheet in enumerate(system.sheets):
            cell = int(system.offset[number]) + sheet.shape.number[frozenset()]
            ends[sheet.place.period] = ended(sheet, int(lower[cell]), int(upper[cell]))
    shown = {one.period: one.value for one in said(known, tables, ())}
    places = [[YEARS.index(year) for year in years(span)] for span in SPANS]
    spans = [Span(own[0], own[-1], shown[s]) for own, s in zip(places, SPANS, strict=True)]
    program = Overlaps([ends[year] for year in YEARS], spans, POLICY.base - 1)
    rows, lower, upper = program.program(False, {})
    world = met(program, core)
    assert satisfies(world, rows, lower, upper)
    for unknown in range(program.year, program.sum + len(spans)):
        wrong = world.copy()
        wrong[unknown] += 1
        assert not satisfies(wrong, rows, lower, upper)


def ended(sheet: Sheet, low: int, high: int) -> Year:
    """What is known of a year's total by intervals alone."""
    cell = sheet.shape.number[frozenset()]
    value = int(sheet.value[cell]) if sheet.state[cell] == SHOWN else None
    return Year(low, high, low, high, value, bool(sheet.state[cell] == SMALL))


def met(program: Overlaps, core: pl.DataFrame) -> Integers:
    """The true world: persons by the set of their years, of years, of spans, of years added up."""
    of_year = [persons(core, (year,)) for year in YEARS]
    found: Integers = np.zeros(program.choice + len(program.known), dtype=np.int64)
    for place, one in enumerate(program.sets):
        inside = [own for number, own in enumerate(of_year) if one >> number & 1]
        outside = [own for number, own in enumerate(of_year) if not one >> number & 1]
        found[place] = len(set.intersection(*inside) - set[int]().union(*outside))
    for number, own in enumerate(of_year):
        found[program.year + number] = len(own)
    for number, span in enumerate(SPANS):
        found[program.span + number] = len(persons(core, tuple(years(span))))
        found[program.sum + number] = sum(len(persons(core, (year,))) for year in years(span))
    return found


def test_some_are_met_in_several_years_and_spans_are_shown() -> None:
    """Else the tests above would say little of spans."""
    *_, core = spanned(0)
    assert all(persons(core, (a,)) & persons(core, (b,)) for a, b in combinations(YEARS[:2], 2))
    known, tables, *_ = spanned(0)
    assert all(one.value is not None for one in said(known, tables, ()))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_span_of_fewer_than_its_year_does_not_fit(seed: int) -> None:
    known, tables, found, _ = spanned(seed)
    sheets = known.sheets(tables, found.other_rule, ())
    most = over(known, said(known, tables, ()))
    true = {s.place.period: total_of(found, s.place.period) for s in sheets}
    bound(sheets, {place: true[place[3]] - 1 for place in most})
    every = systems(sheets, links(sheets, POLICY))
    assert not all(fits(system, truth(known, system, found)) for system in every)


def total_of(found: Cubes, period: str) -> int:
    (number,) = found.exact["by"].filter(period=period)["n"]
    return int(number)


OTHERS = {"kind": "published", "taken_for": "by_sex_age"}


def others(seed: int, found: Cubes, wrong: int) -> tuple[Reader, Tables]:
    """What others publish of half of the cells: the truth, but for ``wrong``, within ends."""
    chance, known = np.random.default_rng([seed, 3]), reader(REGISTER)
    office = known.specs["by_sex_age"].model_copy(update=OTHERS | {"name": "office"})
    exact = found.exact["by_sex_age"].select(*office.key, "n")
    low, high = (pl.Series(chance.integers(0, 4, len(exact))) for _ in range(2))
    frame = exact.with_columns(
        value=pl.lit(None, dtype=pl.Int64),
        obs_status=pl.lit("A"),
        lower=pl.col("n") + wrong - low,
        upper=pl.col("n") + wrong + high,
    )
    half = frame.filter(pl.Series(chance.random(len(exact)) < 0.5))
    specs = {**known.specs, "office": office}
    return Reader(specs, known.contracts, POLICY, known.lists), {"office": half.drop("n")}


@pytest.mark.parametrize(("wrong", "is_true"), [(0, True), (4, False)])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_truth_satisfies_what_is_known_beside_true_numbers_of_others(
    seed: int, wrong: int, is_true: bool
) -> None:
    """True of the people of the newest vintage that a reader has seen."""
    found = revised(REGISTER, Size(least=300, most=600), seed)
    earlier = [found.first.tables]
    sheets = reader(REGISTER).sheets(found.tables, found.other_rule, earlier)
    has_moved = any(sheet.place.vintage for sheet in sheets)
    known, theirs = others(seed, found.anew if has_moved else found.first, wrong)
    tables = {**found.tables, **theirs}
    every = told(known, tables, earlier)
    many = 0
    for case in made(known, tables, found.other_rule, earlier, (1,)):
        own = facts(case.system, every)
        many += len(own)
        cells = truth(reader(REGISTER), case.system, found.first, found.anew)
        if is_true:
            assert fits(case.system, cells)
        beside = knowing(case, own)
        assert fits(beside.system, cells) is (is_true or not own)
        assert beside.theirs is not None
        lower, upper = beside.theirs.lower, beside.theirs.upper
        assert ((lower <= cells) & (cells <= upper)).all() or not is_true
    assert many
