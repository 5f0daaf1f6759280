"""Missing, hidden and zero are three things on a page."""

from dataclasses import replace

import pytest

from dashboards.explorer.marks import Cell, legend
from dashboards.exports.words import words

ENGLISH = words("en")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell(120, 116, 124, "A"), "120"),
        (Cell(0, 0, 0, "A"), "0"),
        (Cell(None, 0, None, "Q"), "[c]"),
        (Cell(None, 1, 4, "Q"), "<5"),
        (Cell(None, 26, 29, "Q"), "26\u201329"),
        (Cell(None, None, None, "O"), "[x]"),
        (Cell(None, None, None, "M"), "[z]"),
        (Cell(None, None, None, "A"), "[x]"),
        (Cell(90, 86, 94, "P"), "90 [p]"),
        (Cell(90, 86, 94, "B"), "90 [b]"),
        (Cell(90, 86, 94, "E"), "90 [e]"),
        (Cell(71.3, 70, 72, "A", is_share=True), "71.3%"),
    ],
)
def test_a_cell_is_its_number_with_a_flag_or_the_mark_of_its_absence(cell: Cell, text: str) -> None:
    assert cell.text(ENGLISH) == text


def test_a_hidden_cell_tells_no_bounds() -> None:
    assert Cell(None, 0, None, "Q").between(ENGLISH) == ""


def test_a_hidden_cell_says_what_it_lies_within_and_in_which_other_table() -> None:
    hidden = Cell(None, 0, None, "Q", whole=120, whole_of="2025")
    assert hidden.between(ENGLISH) == "within 120 (2025)"
    elsewhere = replace(hidden, whole_in="Victims by three groups of forms")
    assert elsewhere.between(ENGLISH) == "within 120 (2025, in “Victims by three groups of forms”)"


def test_a_rounded_number_and_a_publishers_mark_tell_theirs() -> None:
    assert Cell(120, 116, 124, "A").between(ENGLISH) == "116\u2013124"
    assert Cell(None, 1, 4, "Q").between(ENGLISH) == "1\u20134"


def test_the_legend_explains_each_sign_that_occurs_once_and_no_other() -> None:
    hidden, shown = Cell(None, 0, None, "Q"), Cell(90, 90, 90, "P")
    found = legend([hidden, shown, hidden], ENGLISH)
    assert [sign.sign for sign in found] == ["[c]", "[p]"]
    assert found[0].meaning == ENGLISH("legend_Q")
