"""A number that is not shown is never drawn as one."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboards.explorer import charts
from dashboards.explorer.findings import Bar, Point
from dashboards.explorer.marks import Cell
from dashboards.exports.words import words

ENGLISH = words("en")
HIDDEN, FEW, MISSING = Cell(None, 0, None, "Q"), Cell(None, 1, 4, "Q"), Cell()
SHOWN = st.builds(
    lambda value, status: Cell(value, value, value, status),
    st.integers(0, 10**6),
    st.sampled_from("AAPBE"),
)
CELLS = st.lists(st.one_of(SHOWN, st.sampled_from([HIDDEN, FEW, MISSING])), min_size=1, max_size=20)


def points(cells: list[Cell]) -> list[Point]:
    """A series of years."""
    return [Point(str(2000 + place), cell) for place, cell in enumerate(cells)]


def lines(figure: Any) -> list[Any]:
    """The traces that draw numbers of a series."""
    return [trace for trace in figure.data if trace.type == "scatter" and "lines" in trace.mode]


@given(CELLS)
def test_a_line_has_the_shown_numbers_and_gaps_for_all_others(cells: list[Cell]) -> None:
    drawn = lines(charts.trend(points(cells), ENGLISH))
    at = {x: y for line in drawn for x, y in zip(line.x, line.y, strict=True)}
    assert [at[place] for place in range(len(cells))] == [cell.value for cell in cells]
    assert {line.connectgaps for line in drawn} == {False}


@given(CELLS)
def test_every_gap_carries_its_mark(cells: list[Cell]) -> None:
    figure = charts.trend(points(cells), ENGLISH)
    marks = [note.text for note in figure.layout.annotations if note.name == "gap"]
    absent = [cell.mark(ENGLISH).replace("<", "&lt;") for cell in cells if cell.value is None]
    assert marks == absent


def test_a_break_begins_a_new_line() -> None:
    cells = [Cell(80, 80, 80, "A"), Cell(90, 90, 90, "B"), Cell(95, 95, 95, "A")]
    drawn = lines(charts.trend(points(cells), ENGLISH))
    assert [list(line.x) for line in drawn] == [[0], [1, 2]]


def test_bars_draw_only_shown_numbers_and_a_publishers_mark_from_one_to_four() -> None:
    shown = Cell(30, 26, 34, "A")
    rows = [Bar(str(n), "", cell) for n, cell in enumerate([shown, HIDDEN, FEW, MISSING])]
    *gaps, bars = charts.bars(rows, ENGLISH).data
    assert (list(bars.x), list(bars.y)) == ([30], [0])
    end = charts.top([row.cell for row in rows])
    assert [(gap.base[0], gap.x[0], gap.y[0]) for gap in gaps] == [
        (0, end, 1),
        (1, 3, 2),
        (0, end, 3),
    ]
    assert [gap.marker.pattern.shape for gap in gaps] == ["/", "/", ""]


def test_a_series_without_numbers_has_no_scale() -> None:
    assert charts.trend(points([HIDDEN, MISSING]), ENGLISH).layout.yaxis.showticklabels is False
    assert charts.trend(points([HIDDEN, FEW]), ENGLISH).layout.yaxis.showticklabels is True


def test_long_series_label_the_first_the_highest_and_the_last_number() -> None:
    cells = [Cell(value) for value in (1500, 1200, 1900, *[1100] * 12, 1300)]
    assert charts.labelled_places(cells, ENGLISH) == {0, 2, 15}
