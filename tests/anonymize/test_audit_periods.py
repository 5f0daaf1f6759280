"""What periods and vintages tell of each other. All data are invented."""

import pytest

from anonymize.audit_links import contains, revised
from anonymize.audit_sheets import Reader
from tests.anonymize.drawings import CONTRACTS, drawn
from tests.anonymize.test_audit import BY_SEX, TOTAL, attacked, found
from tests.policies import POLICY

TO_DATE = """
    period    | value
    2025-Q1   | 15
    {period} |
"""


@pytest.mark.parametrize(
    ("whole", "part", "is_inside"),
    [
        ("2025-P6M", "2025-Q1", True),
        ("2025-P6M", "2025-Q2", True),
        ("2025-P6M", "2025-Q3", False),
        ("2025-P9M", "2025-P6M", True),
        ("2025", "2025-P9M", True),
        ("2025-P6M", "2025", False),
        ("2026-P6M", "2025-Q1", False),
    ],
)
def test_a_year_to_date_holds_its_quarters_and_the_year_holds_it(
    whole: str, part: str, is_inside: bool
) -> None:
    assert contains(whole, part) is is_inside


def test_a_small_number_to_date_beside_a_shown_quarter_is_found() -> None:
    """Whoever is in the quarter is in both: at most three came after it, and at least one."""
    beside = attacked({"total": drawn(TO_DATE.format(period="2025-Q2"))}, TOTAL)
    assert beside.failing == 0
    inside = attacked({"total": drawn(TO_DATE.format(period="2025-P6M"))}, TOTAL)
    assert "2025-P6M" in {period for _, period, *_ in found(inside)}


def test_who_moved_is_known_to_be_more_in_a_part_than_in_the_total() -> None:
    before = drawn("sex | value\n_T | 40\nF | 20\nM | 20")
    now = drawn("sex | value\n_T | 90\nF | 65\nM | 20")
    sheets = Reader(BY_SEX, CONTRACTS, POLICY, {}).sheets({"by_sex": now}, {}, [{"by_sex": before}])
    least = {}
    for link in revised(sheets, POLICY):
        (sheet, cell, _), _ = link.terms
        least[tuple(sorted(sheets[sheet].shape.codes[cell]))] = link.lower
    assert least[()] == POLICY.hide_up_to + 1
    assert least[(("sex", "F"),)] == POLICY.move_details_above + 1
