"""The rules of services: what a step, a duration, a follow-up and an outcome may say."""

import polars as pl
import pytest

from anonymize.generalise import DAYS, days_band
from data_contracts import checks, load
from data_contracts.model import UNKNOWN
from data_contracts.rules import Context
from tests.tables import table

SERVICES, LISTS, POLICY = load.contract("services"), load.codelists(), load.policy()


def steps(drawing: str) -> pl.DataFrame:
    """Conformed rows of services; what the drawing leaves out is null."""
    drawn = table(drawing)
    missing = [n for n in ("client", "outcome", "consent", "case") if n not in drawn.columns]
    numbers = [n for n in ("days", "waiting_days") if n not in drawn.columns]
    day = pl.col("taken_on") if "taken_on" in drawn.columns else pl.lit("2025-01-01")
    return drawn.with_columns(
        *(pl.lit(None, pl.String).alias(name) for name in missing),
        *(pl.lit(None, pl.Int64).alias(name) for name in numbers),
        record=pl.col("row").cast(pl.String),
        taken_on=day.str.to_date(),
    )


def found(frame: pl.DataFrame) -> list[tuple[int, str, str]]:
    """Row, code and reason of what conformed rows break."""
    rules = checks.rules(SERVICES, LISTS, "related", Context(POLICY))
    return checks.broken(frame, rules).select("row", "code", "reason").sort("row", "code").rows()


def test_no_service_and_no_wait_lasts_longer_than_policy_calls_possible() -> None:
    most = POLICY.max_service_days
    frame = steps(f"""
        row | unit   | days       | waiting_days
        1   | served | {most}     | 0
        2   | served | {most + 1} | 0
        3   | served |            | {most + 1}
        4   | served | 1          |
    """)
    reason = ("PLAUSIBLE_DAYS-01", "implausible")
    assert found(frame) == [(2, *reason), (3, *reason)]


def test_a_follow_up_is_not_dated_before_the_first_service_of_its_client() -> None:
    frame = steps("""
        row | client | unit         | taken_on
        1   | A      | served       | 2025-02-10
        2   | A      | follow_up_3  | 2025-02-09
        3   | A      | follow_up_6  | 2025-02-10
        4   | B      | follow_up_12 | 2025-01-05
        5   | C      | follow_up_3  | 2025-01-05
        6   | C      | referred     | 2025-03-01
        7   | C      | accepted     | 2025-03-02
        8   |        | served       | 2025-03-31
        9   |        | follow_up_24 | 2025-01-01
    """)
    assert found(frame) == [(2, "FOLLOW_UP-01", "conflict"), (5, "FOLLOW_UP-01", "conflict")]


def test_an_outcome_stands_beside_follow_ups_and_closures_only() -> None:
    frame = steps("""
        row | unit        | outcome
        1   | referred    | tipstat:lost
        2   | follow_up_3 | tipstat:lost
        3   | closed      | tipstat:independent
        4   | served      | _U
        5   | served      |
    """)
    assert found(frame) == [(1, "OUTCOME_STEP-01", "conflict")]


BANDS = table("""
days | band
0    | D0T7
7    | D0T7
8    | D8T30
30   | D8T30
31   | D31T90
90   | D31T90
91   | D91T180
180  | D91T180
181  | D181T365
365  | D181T365
366  | D_GE366
3650 | D_GE366
-1   | _U
     | _U
""")


@pytest.mark.parametrize(("days", "band"), BANDS.rows())
def test_a_duration_leaves_the_gate_as_a_band_only(days: int | None, band: str) -> None:
    frame = pl.DataFrame({"days": [days]}, schema={"days": pl.Int64})
    assert frame.select(days_band(pl.col("days"))).item() == band


def test_the_bands_are_those_of_the_code_list() -> None:
    bands = [code for _, code in DAYS]
    assert LISTS["days_band"].codes == (*bands, "D_GE366", UNKNOWN)


def test_a_step_is_none_of_the_units_of_other_datasets() -> None:
    rules = checks.rules(SERVICES, LISTS, "safe", Context(POLICY))
    judged = [rule for rule in rules if rule.column == "unit"]
    units = pl.DataFrame({"row": [1, 2], "unit": ["served", "victim_identified"]})
    assert checks.broken(units, judged)["row"].to_list() == [2]


def test_lost_to_follow_up_is_neither_unknown_nor_a_part_of_another_outcome() -> None:
    outcomes = LISTS["service_outcome"]
    assert {"tipstat:lost", UNKNOWN} <= set(outcomes.codes)
    assert "tipstat:lost" not in outcomes.parents


def test_days_leave_the_gate_under_the_names_of_their_bands() -> None:
    names = {name: SERVICES.by_name[name].safe for name in ("days", "waiting_days", "taken_on")}
    assert names == {"days": "days_band", "waiting_days": "waiting_band", "taken_on": "period"}


def test_a_step_missing_between_two_of_a_client_is_asked_about_where_the_source_records_it() -> (
    None
):
    frame = steps("""
        row | client | unit        | taken_on
        1   | A      | referred    | 2025-01-02
        2   | A      | served      | 2025-01-09
        3   | B      | accepted    | 2025-01-03
        4   | B      | served      | 2025-01-04
        5   | C      | closed      | 2025-02-01
        6   | D      | screened    | 2025-01-01
        7   | D      | identified  | 2025-01-02
        8   | E      | referred    | 2025-01-05
        9   | E      | closed      | 2025-03-01
        10  |        | referred    | 2025-01-01
        11  |        | served      | 2025-01-01
        12  | F      | served      | 2025-01-02
        13  | F      | closed      | 2025-01-03
        14  | F      | follow_up_3 | 2025-03-30
    """)
    # C began before; nobody is presumed here, so D's way is this source's; B, F show their part.
    assert found(frame) == [(2, "STEPS-01", "comment"), (9, "STEPS-01", "comment")]


def test_a_step_dated_before_the_one_that_it_follows_is_asked_about() -> None:
    frame = steps("""
        row | client | unit     | taken_on
        1   | A      | referred | 2025-01-09
        2   | A      | accepted | 2025-01-08
        3   | A      | served   | 2025-01-08
        4   | B      | referred | 2025-01-01
        5   | B      | refused  | 2025-01-01
        6   | B      | referred | 2025-02-01
        7   | C      | accepted | 2025-01-08
    """)
    assert found(frame) == [(2, "STEPS-02", "comment")]
    assert "STEPS-02" not in {code for _, code, _ in found(frame.filter(pl.col("row") != 1))}


def test_rules_that_compare_rows_name_the_columns_by_which_they_do() -> None:
    made = checks.rules(SERVICES, LISTS, "related", Context(POLICY))
    assert all(rule.over for rule in made if ".over(" in str(rule.holds))
    assert {rule.over for rule in made if rule.reason == "comment"} == {("client",)}
