"""Titles say what the shown numbers show, and no more."""

import pytest

from dashboards.explorer.findings import Bar, Point, comparison, trend, trend_notes
from dashboards.explorer.marks import Cell
from dashboards.exports.words import words
from tests.tables import table

ENGLISH = words("en")


def points(drawing: str) -> list[Point]:
    """A drawn series."""
    drawn = table(drawing).iter_rows(named=True)
    return [Point(str(row.pop("period")), Cell(**row)) for row in drawn]


@pytest.mark.parametrize(
    ("drawing", "title"),
    [
        (
            """
            period | value | lower | upper | status
            2023   | 380   | 376   | 384   | A
            2024   | 400   | 396   | 404   | A
            2025   | 455   | 451   | 459   | A
            """,
            "Victims in Aranda rose from about 380 in 2023 to about 455 in 2025",
        ),
        (
            """
            period | value | lower | upper | status
            2023   | 380   | 376   | 384   | A
            2025   | 375   | 371   | 379   | A
            """,
            "Victims in Aranda: no clear change between 2023 (about 380) and 2025 (about 375)",
        ),
        (
            """
            period | value | lower | upper | status
            2023   | 1234  | 1234  | 1234  | A
            2025   | 900   | 900   | 900   | A
            """,
            "Victims in Aranda fell from about 1,230 in 2023 to 900 in 2025",
        ),
        (
            """
            period | value | lower | upper | status
            2023   |       | 0     |       | Q
            2024   | 20    | 16    | 24    | A
            2025   |       | 0     |       | Q
            """,
            "Victims in Aranda: about 20 in 2024",
        ),
        (
            """
            period | value | lower | upper | status
            2023   | 900   | 896   | 904   | A
            2024   | 100   | 96    | 104   | B
            2025   | 130   | 126   | 134   | A
            """,
            "Victims in Aranda rose from about 100 in 2024 to about 130 in 2025",
        ),
        (
            """
            period  | value | lower | upper | status
            2023-Q1 | 900   | 896   | 904   | A
            2023-Q2 | 100   | 96    | 104   | A
            2024-Q1 | 930   | 926   | 934   | A
            2024-Q2 | 130   | 126   | 134   | A
            """,
            "Victims in Aranda rose from about 100 in Q2 2023 to about 130 in Q2 2024",
        ),
    ],
)
def test_a_trend_is_told_from_its_first_to_its_last_comparable_number(
    drawing: str, title: str
) -> None:
    assert trend("Victims", "Aranda", points(drawing), ENGLISH) == title


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ([Cell(None, 0, None, "Q")] * 2, "every number is hidden to protect people"),
        ([Cell(None, 0, None, "Q"), Cell()], "no number can be shown"),
        ([Cell(None, 1, 4, "Q")], "no number can be shown"),
        ([Cell(), Cell(status="M")], "no numbers are available"),
    ],
)
def test_a_series_without_numbers_says_plainly_why(cells: list[Cell], title: str) -> None:
    series = [Point(str(2020 + place), cell) for place, cell in enumerate(cells)]
    assert trend("Victims", "Aranda", series, ENGLISH) == f"Victims in Aranda: {title}"


def test_breaks_gaps_at_the_end_and_provisional_numbers_are_noted() -> None:
    series = points("""
        period | value | lower | upper | status
        2023   | 90    | 86    | 94    | B
        2024   | 95    | 91    | 99    | P
        2025   |       | 0     |       | Q
    """)
    assert trend_notes(series, ENGLISH) == [
        ENGLISH("note_break", period="2023"),
        "There is no number for 2025: hidden to protect people.",
    ]
    assert trend_notes(series[:2], ENGLISH)[-1] == "2024 is provisional and may still change."


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        (
            """
            code | label    | value | lower | upper | status
            P1   | Sexual   | 240   | 236   | 244   | A
            P2   | Labour   | 170   | 166   | 174   | A
            P5   | Organs   |       | 0     |       | Q
            """,
            "the largest group shown is Sexual, about 240",
        ),
        (
            """
            code | label    | value | lower | upper | status
            P1   | Sexual   | 240   | 236   | 244   | A
            P2   | Labour   | 245   | 241   | 249   | A
            """,
            "the largest groups shown are Labour (about 245) and Sexual (about 240)",
        ),
        (
            """
            code | label    | value | lower | upper | status
            _U   | Unknown  | 240   | 236   | 244   | A
            P5   | Organs   |       | 0     |       | Q
            """,
            "no known group is large enough to be shown",
        ),
        (
            """
            code | label    | value | lower | upper | status
            P1   | Sexual   |       | 0     |       | Q
            P5   | Organs   |       | 0     |       | Q
            """,
            "every number is hidden to protect people",
        ),
    ],
)
def test_a_comparison_names_the_largest_of_the_groups_shown(drawing: str, said: str) -> None:
    rows = table(drawing).iter_rows(named=True)
    bars = [Bar(row.pop("code"), row.pop("label"), Cell(**row)) for row in rows]
    assert comparison("Victims", "Aranda", bars, ENGLISH) == f"Victims in Aranda: {said}"
