"""The rules of cases and perpetrators: stages in order, outcomes and sentences in their place."""

import datetime as dt

import polars as pl
import pytest

from anonymize.generalise import MONTHS, PERSONS, persons_band, sentence_band
from data_contracts import checks, load
from data_contracts.model import UNKNOWN, Contract
from data_contracts.rules import STAGES, Context
from tests.tables import table

LISTS, POLICY = load.codelists(), load.policy()
CASES, PERPETRATORS = load.contract("cases"), load.contract("perpetrators")
DATES = ("registered_on", "investigated_on", "prosecuted_on", "concluded_on")


def found(frame: pl.DataFrame, contract: Contract) -> list[tuple[int, str, str, str]]:
    """Row, code, column and reason of what conformed rows break."""
    rules = checks.rules(contract, LISTS, "related", Context(POLICY))
    broken = checks.broken(frame, rules).select("row", "code", "column", "reason")
    return broken.unique().sort("row", "code", "column").rows()


def cases(drawing: str) -> pl.DataFrame:
    """Conformed rows of cases; dates are days of January 2025, what is not drawn is null."""
    drawn = table(drawing)
    texts = [name for name in ("proceedings", "outcome") if name not in drawn.columns]
    days = [pl.col(name) if name in drawn.columns else pl.lit(None) for name in DATES]
    january = [
        pl.date(2025, 1, day.cast(pl.Int64)).alias(name)
        for name, day in zip(DATES, days, strict=True)
    ]
    nothing = (pl.lit(None, pl.String).alias(name) for name in texts)
    return drawn.with_columns(*january, *nothing, case=pl.col("row").cast(pl.String))


def test_the_stages_of_a_case_follow_each_other() -> None:
    frame = cases("""
        row | registered_on | investigated_on | prosecuted_on | concluded_on
        1   | 1             | 2               | 3             | 4
        2   | 1             | 1               | 1             | 1
        3   | 5             | 4               |               |
        4   | 5             |                 |               | 4
        5   | 1             | 9               | 8             | 10
        6   |               | 3               |               | 2
    """)
    early = {(row, column) for row, code, column, _ in found(frame, CASES) if code == "STAGES-01"}
    assert early == {
        (3, "investigated_on"),
        (4, "concluded_on"),
        (5, "prosecuted_on"),
        (6, "concluded_on"),
    }


def test_no_stage_is_dated_that_the_case_has_not_reached() -> None:
    frame = cases("""
        row | proceedings          | investigated_on | prosecuted_on | concluded_on
        1   | tipstat:concluded    | 1               | 2             | 3
        2   | tipstat:investigated | 1               | 2             |
        3   | tipstat:reported     | 1               |               |
        4   | tipstat:prosecuted   |                 |               | 3
        5   | _U                   | 1               | 2             | 3
        6   |                      | 1               | 2             | 3
    """)
    assert found(frame, CASES) == [
        (2, "STAGES-02", "prosecuted_on", "conflict"),
        (3, "STAGES-02", "investigated_on", "conflict"),
        (4, "STAGES-02", "concluded_on", "conflict"),
    ]


def test_only_a_concluded_case_has_an_outcome() -> None:
    frame = cases("""
        row | proceedings        | outcome
        1   | tipstat:concluded  | tipstat:acquitted
        2   | tipstat:prosecuted | tipstat:acquitted
        3   | tipstat:prosecuted | _U
        4   | tipstat:prosecuted |
        5   |                    | tipstat:dismissed
    """)
    assert found(frame, CASES) == [(2, "STAGES-03", "outcome", "conflict")]


def test_the_stages_are_those_of_the_code_list_in_its_order() -> None:
    assert (*STAGES, UNKNOWN) == LISTS["proceedings"].codes
    assert list(STAGES.values()) == [1, 2, 3, 4]


def test_only_the_convicted_have_a_sentence_and_none_longer_than_a_life() -> None:
    longest = 12 * POLICY.max_sentence_years
    frame = table(f"""
        row | record | unit       | sentence_months
        1   | R1     | convicted  | {longest}
        2   | R2     | convicted  | {longest + 1}
        3   | R3     | suspect    | 6
        4   | R4     | prosecuted |
    """)
    assert found(frame, PERPETRATORS) == [
        (2, "SENTENCE-02", "sentence_months", "implausible"),
        (3, "SENTENCE-01", "sentence_months", "conflict"),
    ]


BANDS = table("""
number | persons | months
0      | N0      | S_LT12
1      | N1      | S_LT12
2      | N2T4    | S_LT12
4      | N2T4    | S_LT12
5      | N5T9    | S_LT12
9      | N5T9    | S_LT12
10     | N_GE10  | S_LT12
11     | N_GE10  | S_LT12
12     | N_GE10  | S12T59
59     | N_GE10  | S12T59
60     | N_GE10  | S60T119
119    | N_GE10  | S60T119
120    | N_GE10  | S_GE120
       | _U      | _U
""")


@pytest.mark.parametrize(("number", "persons", "months"), BANDS.rows())
def test_numbers_of_persons_and_months_leave_the_gate_as_bands(
    number: int | None, persons: str, months: str
) -> None:
    frame = pl.DataFrame({"n": [number]}, schema={"n": pl.Int64})
    made = frame.select(persons=persons_band(pl.col("n")), months=sentence_band(pl.col("n")))
    assert made.row(0) == (persons, months)


def test_the_bands_are_those_of_their_code_lists() -> None:
    assert (*(code for _, code in PERSONS), "N_GE10", UNKNOWN) == LISTS["persons_band"].codes
    assert (*(code for _, code in MONTHS), "S_GE120", UNKNOWN) == LISTS["sentence_band"].codes


def test_of_a_case_s_dates_only_quarters_leave_the_gate() -> None:
    leaving = {name: CASES.by_name[name] for name in DATES}
    assert {field.treatment for field in leaving.values()} == {"generalise:quarter"}
    names = [leaving[name].safe for name in DATES]
    assert names == ["period", "investigated", "prosecuted", "concluded"]
    days = pl.DataFrame({"row": [1, 2], "investigated": ["2025-Q1", str(dt.date(2025, 1, 3))]})
    rules = checks.rules(CASES, LISTS, "safe", Context(POLICY))
    judged = [rule for rule in rules if rule.column == "investigated"]
    assert checks.broken(days, judged)["row"].to_list() == [2]
