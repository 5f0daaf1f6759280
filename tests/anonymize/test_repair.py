"""The repair ends with nothing to find, hides only, and reads nothing that is not published."""

import inspect

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from anonymize import audit_case, repair
from anonymize.audit import Report, attack, made
from anonymize.audit_case import Case
from anonymize.audit_coded import KEYS
from anonymize.audit_search import ATTACKING, REPAIRING, Search
from anonymize.audit_sheets import Reader, Tables
from anonymize.repair import Repaired, mended, secure
from benchmarks.cubes import Register, Size, cubes
from data_contracts.model import Table
from tests.anonymize.drawings import AGE, CONTRACTS, SEX, drawn, spec, specs
from tests.policies import POLICY

KNOWN = specs(spec("total"), spec("by_sex", sex=SEX), spec("by_sex_age", sex=SEX, age_band=AGE))


def repaired(tables: Tables, known: dict[str, Table] = KNOWN) -> tuple[Repaired, Report]:
    return secure(tables, known, POLICY, contracts=CONTRACTS, lists={})


def values(cells: pl.DataFrame, *names: str) -> dict[object, int | None]:
    return {row[:-1]: row[-1] for row in cells.select(*names, "value").iter_rows()}


UNSAFE = """
    period  | sex | value
    2025-Q1 | _T  | 15
    2025-Q1 | F   | 20
    2025-Q1 | M   |
    2025-Q2 | _T  | 60
    2025-Q2 | F   | 60
    2025-Q2 | M   |
"""


def test_the_part_beside_a_failing_cell_is_hidden_and_nothing_else() -> None:
    cells = drawn(UNSAFE)
    mended, report = repaired({"by_sex": cells})
    assert report.failing == 0
    assert mended.hidden["by_sex"].rows() == [("XAA", "2025-Q1", "identified", "F")]
    assert_frame_equal(mended.tables["by_sex"].filter(period="2025-Q2"), cells[3:])


def test_a_cell_is_hidden_in_every_table_in_which_it_stands() -> None:
    ages = drawn("""
        sex | age_band | value
        _T  | _T       | 15
        F   | _T       | 20
        M   | _T       |
        _T  | child    |
        F   | child    |
        M   | child    |
        _T  | adult    |
        F   | adult    |
        M   | adult    |
    """)
    mended, _ = repaired({"by_sex": drawn(UNSAFE)[:3], "by_sex_age": ages})
    assert values(mended.tables["by_sex"], "sex")[("F",)] is None
    assert values(mended.tables["by_sex_age"], "sex", "age_band")[("F", "_T")] is None


def test_tables_of_other_kinds_pass_unchanged() -> None:
    office = KNOWN["by_sex"].model_copy(update={"kind": "published"})
    cells = drawn(UNSAFE)
    mended, _ = repaired({"by_sex": cells}, specs(office))
    assert_frame_equal(mended.tables["by_sex"], cells)
    assert mended.hidden == {}


def test_where_nothing_can_be_hidden_the_repair_tries_as_hard_as_the_audit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is hidden beside nothing shown is safe, though it may take long to see that."""
    go = Search.go

    def lazily(search: Search, efforts: tuple[int, ...]) -> None:
        if efforts == ATTACKING:
            go(search, efforts)

    monkeypatch.setattr(Search, "go", lazily)
    for program in ("widen", "ends"):
        monkeypatch.setattr(audit_case, program, lambda *_: None)
    hidden = drawn("sex | value\n_T |\nF |\nM |")
    mended, report = repaired({"by_sex": hidden})
    assert (report.failing, report.hidden) == (0, 3)
    assert mended.hidden["by_sex"].is_empty()


def test_when_nothing_is_left_to_hide_the_repair_ends_and_still_fails() -> None:
    now = drawn("""
        sex | value
        _T  |
        M   |
        F   |
    """)
    before = {"by_sex": drawn(UNSAFE)[:3]}
    mended, report = secure(
        {"by_sex": now}, KNOWN, POLICY, contracts=CONTRACTS, lists={}, earlier=[before]
    )
    assert_frame_equal(mended.tables["by_sex"], now)
    assert report.failing > 0


def test_a_hidden_cell_that_is_proven_large_is_no_reason_to_hide_more() -> None:
    cells = drawn("""
        sex | value
        _T  | 90
        F   |
        M   | 40
    """)
    mended, report = repaired({"by_sex": cells})
    assert (report.failing, mended.hidden["by_sex"].height) == (0, 0)


def test_where_all_hidden_cells_cannot_be_small_none_of_them_is_believed_to_be() -> None:
    cells = drawn("""
        sex | value
        _T  | 60
        F   |
        M   |
    """)
    mended, report = repaired({"by_sex": cells})
    assert (report.failing, mended.hidden["by_sex"].height) == (0, 0)
    # Whoever knows which of the two is not small learns no more than the model allows.
    for sex in ("F", "M"):
        other = {"by_sex": cells.filter(sex=sex).select(*KEYS, "sex")}
        known = attack(
            mended.tables, KNOWN, POLICY, contracts=CONTRACTS, lists={}, other_rule=other
        )
        assert known.failing == 0


def test_a_belief_that_cannot_hold_is_given_up_before_anything_shown_is_hidden() -> None:
    """A year that is proven large and hidden proves that some of its hidden quarters is, too."""
    cells = drawn("""
        period  | sex | value
        2025    | _T  |
        2025    | F   | 50
        2025    | M   | 45
        2025-Q1 | _T  |
        2025-Q1 | F   |
        2025-Q1 | M   |
        2025-Q2 | _T  |
        2025-Q2 | F   |
        2025-Q2 | M   |
        2025-Q3 | _T  |
        2025-Q3 | F   |
        2025-Q3 | M   |
        2025-Q4 | _T  |
        2025-Q4 | F   |
        2025-Q4 | M   |
    """)
    mended, report = repaired({"by_sex": cells})
    assert (report.failing, mended.hidden["by_sex"].height) == (0, 0)
    # What was published before is hidden no more, and still it gets a verdict.
    again, report = secure(
        {"by_sex": cells}, KNOWN, POLICY,
        contracts=CONTRACTS, lists={}, earlier=[{"by_sex": cells}],
    )  # fmt: skip
    assert (report.failing, again.hidden["by_sex"].height) == (0, 0)


@pytest.mark.parametrize("private", ["other_rule", "cube", "n_cases"])
def test_the_repair_cannot_be_given_what_is_private(private: str) -> None:
    assert private not in inspect.signature(secure).parameters


REGISTER = Register(
    single={"sex": ("F", "M", "_U"), "age": ("child", "adult", "_U")},
    many={"form": ("P1", "P2", "_U")},
    tables=(("sex", "age"), ("form", "sex")),
)


@pytest.mark.parametrize(
    "size", [Size(most=80), Size(least=200, most=600)], ids=["sparse", "dense"]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_fails_after_the_repair_whatever_rule_hid_the_cells(size: Size, seed: int) -> None:
    made = cubes(REGISTER, size, POLICY, seed)
    mended, report = secure(
        made.tables, REGISTER.specs, POLICY, contracts=REGISTER.contracts, lists=REGISTER.lists
    )
    assert report.failing == 0
    other = {name: pl.concat([made.other_rule[name], keys]) for name, keys in mended.hidden.items()}
    again = attack(
        mended.tables, REGISTER.specs, POLICY,
        contracts=REGISTER.contracts, lists=REGISTER.lists, other_rule=other,
    )  # fmt: skip
    assert again.failing == 0
    for name, before in made.tables.items():
        after = mended.tables[name]
        kept = after["value"].is_not_null()
        assert_frame_equal(after.filter(kept), before.filter(kept))
        fields = [*KEYS, *REGISTER.specs[name].dimensions]
        lost = before.filter(~kept).drop_nulls("value").select(fields)
        assert_frame_equal(lost, mended.hidden[name].select(fields), check_row_order=False)


@pytest.mark.parametrize(
    ("total", "women", "goes"),
    [("", 15, True), ("", 20, False), (30, 15, False)],
)
def test_a_part_of_what_may_be_small_after_all_is_hidden(
    total: int | str, women: int, goes: bool
) -> None:
    """The belief that hidden means small was given up; of the total it may be true."""
    reader = Reader(KNOWN, CONTRACTS, POLICY, {})
    cells = drawn(f"sex | value\n_T | {total}\nF | {women}\nM |")
    (case,) = made(reader, {"by_sex": cells}, {}, (), REPAIRING)
    case.open_all()
    assert case.attempt()
    assert mended(case) == ([(0, shown(case, "F"))] if goes else [])


def test_what_is_hidden_of_people_counted_anew_is_no_belief_that_was_given_up() -> None:
    """Of them nobody knows that a cell that stays hidden is small; so nothing shown tells it."""
    before, now = (drawn(f"sex | value\n_T |\nF | {women}\nM |") for women in (60, 15))
    mended, report = secure(
        {"by_sex": now}, KNOWN, POLICY,
        contracts=CONTRACTS, lists={}, earlier=[{"by_sex": before}],
    )  # fmt: skip
    assert (report.failing, mended.hidden["by_sex"].height) == (0, 0)


def test_giving_up_beliefs_takes_no_rounds_of_hiding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without case numbers: each shown year proves that its hidden quarters are large."""
    monkeypatch.setattr(repair, "ROUNDS", 1)
    quarters = [f"2025-Q{number}" for number in range(1, 5)]
    years = "_T | 300", "F | 100", "M | 200"
    rows = [f"2025 | {one}" for one in years]
    rows += [f"{quarter} | {sex} |" for quarter in quarters for sex in ("_T", "F", "M")]
    mended, report = repaired({"by_sex": drawn("\n".join(["period | sex | value", *rows]))})
    assert (report.failing, mended.hidden["by_sex"].height) == (0, 0)


def shown(case: Case, sex: str) -> int:
    """The number of a cell of the first sheet."""
    return int(case.system.sheets[0].shape.places["by_sex"][sex,])
