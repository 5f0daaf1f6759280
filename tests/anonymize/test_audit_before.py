"""What a release proves of cells that were hidden already. All data are invented."""

from collections.abc import Sequence

import polars as pl
import pytest

from anonymize.audit import Report
from anonymize.repair import secure
from data_contracts.periods import quarters
from tests.anonymize.drawings import CONTRACTS, drawn
from tests.anonymize.test_audit import TOTAL, attacked, found, keys_of
from tests.policies import POLICY

# Of four hidden quarters at most 14 each, so that a year of at least 46 has somebody in each.
QUARTERS = "\n".join(["period | value", *(f"{quarter} |" for quarter in quarters("2025"))])
YEAR = f"{QUARTERS}\n2025 | 50"


def release(drawing: str) -> dict[str, pl.DataFrame]:
    return {"total": drawn(drawing)}


def before(*drawings: str) -> list[dict[str, pl.DataFrame]]:
    return [release(drawing) for drawing in drawings]


def failing(now: str, *earlier: str) -> list[tuple[str, ...]]:
    report: Report = attacked(release(now), TOTAL, earlier=before(*earlier))
    assert {one.reason for one in report.failures} <= {"present"}
    assert report.present >= 4
    return found(report)


THREE = QUARTERS.removesuffix("\n2025-Q4 |")


def test_a_year_must_not_fill_quarters_that_were_hidden_before_it() -> None:
    assert failing(YEAR) == []
    assert failing(YEAR, THREE) == [("hidden", f"2025-Q{number}") for number in (1, 2, 3)]


@pytest.mark.parametrize("known", [(YEAR,), (YEAR, QUARTERS), (YEAR, YEAR)])
def test_what_was_proven_before_is_held_against_no_release(known: Sequence[str]) -> None:
    assert failing(YEAR, *known) == []


def test_what_was_shown_before_was_no_secret() -> None:
    """Hidden by another rule now, it is still at least eleven."""
    now = release(YEAR.replace("50", "60"))
    other = {"total": now["total"].filter(period="2025-Q1").select("country", "period", "unit")}
    shown = before(THREE.replace("Q1 |", "Q1 | 15"))
    report = attacked(now, TOTAL, earlier=shown, other_rule=other)
    assert found(report) == [("hidden", "2025-Q2"), ("hidden", "2025-Q3")]


def test_what_was_proven_before_is_so_with_the_same_beliefs_as_now() -> None:
    """Not all hidden numbers are small: who knows which are knew before that two are filled."""
    cells = drawn("""
        period  | sex | value
        2025    | _T  | 100
        2025    | F   | x
        2025    | M   | x
        2025-Q1 | _T  | 60
        2025-Q1 | F   | 20
        2025-Q1 | M   |
        2025-Q2 | _T  | 25
        2025-Q2 | F   |
        2025-Q2 | M   |
    """)
    other = {"by_sex": keys_of(cells, period="2025-Q1", sex="M")}
    report = attacked({"by_sex": cells}, earlier=[{"by_sex": cells}], other_rule=other)
    assert (report.failing, report.present) == (0, 3)


def test_the_repair_hides_the_year_then_and_only_then() -> None:
    def hidden(earlier: list[dict[str, pl.DataFrame]]) -> list[str]:
        made, report = secure(
            release(YEAR), TOTAL, POLICY, contracts=CONTRACTS, lists={}, earlier=earlier
        )
        assert report.failing == 0
        periods: list[str] = made.hidden["total"]["period"].to_list()
        return periods

    assert hidden([]) == []
    assert hidden(before(THREE)) == ["2025"]
