"""Figures for the screen: a number that is not shown is a gap with its mark, never a zero.

Hatched: hidden to protect people. Plain grey: not available. Both span the whole scale, because
nothing is known about the size. What a publisher wrote as ``<5`` is a hatched stub from 1 to 4.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from dashboards.explorer.findings import Bar, Point
from dashboards.explorer.marks import Cell
from dashboards.exports.words import Words

# Blue of the Okabe-Ito palette; all else is grey, so no meaning hangs on telling colours apart.
BLUE, INK, GREY, PALE = "#0072B2", "#31333F", "#6B6E76", "#F2F3F5"
SYMBOLS = {"P": "circle-open", "E": "diamond-open"}
HATCHED = {"shape": "/", "fgcolor": "#8A8D94", "bgcolor": "#FFFFFF", "size": 7, "solidity": 0.18}
FONT = {"family": "Source Sans, Source Sans Pro, sans-serif", "size": 13, "color": INK}
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}
# More labels than this side by side would run into each other on a telephone.
DIGITS_THAT_FIT = 40
MOST_YEARS, MOST_QUARTERS = 12, 16


def top(cells: Sequence[Cell]) -> float:
    """The end of the scale: the highest bound and room for its label."""
    highest = max((c.upper or c.value or 0 for c in cells), default=0)
    return (highest or 10) * 1.22


def trend(points: Sequence[Point], words: Words, end: float | None = None) -> go.Figure:
    """A series over time, broken at gaps and at breaks in series."""
    end = end or top([point.cell for point in points])
    figure = go.Figure(layout=_layout(words, 330))
    _add_gaps(figure, dict(enumerate(p.cell for p in points)), end, words, upright=True)
    for places in segments(points):
        figure.add_trace(_line(points, places, words))
    _add_labels(figure, points, words)
    for place, point in enumerate(points):
        if point.cell.status == "B":
            figure.add_vline(place - 0.5, line={"dash": "dot", "color": GREY, "width": 1.5})
    ticks = dict(enumerate(tick_labels([point.period for point in points], words)))
    figure.update_xaxes(tickvals=list(ticks), ticktext=list(ticks.values()), showgrid=False)
    figure.update_xaxes(range=[-0.6, len(points) - 0.4])
    # Without a number the scale is made up, so it says nothing.
    empty = all(point.cell.value is None and not point.cell.is_censored for point in points)
    return figure.update_yaxes(range=[0, end], showticklabels=not empty)


def segments(points: Sequence[Point]) -> Iterator[list[int]]:
    """The places that a line may join: a break in series begins a new one."""
    starts = [0, *(place for place, p in enumerate(points) if place and p.cell.status == "B")]
    for start, end in zip(starts, [*starts[1:], len(points)], strict=True):
        yield list(range(start, end))


def tick_labels(periods: Sequence[str], words: Words) -> list[str]:
    """Years thinned to what fits; quarters with the year under the first of each."""
    if "-Q" not in periods[0]:
        step = -(-len(periods) // MOST_YEARS)
        last = len(periods) - 1
        return [year if (last - place) % step == 0 else "" for place, year in enumerate(periods)]
    return [_quarter(period, place, len(periods), words) for place, period in enumerate(periods)]


def _quarter(period: str, place: int, of: int, words: Words) -> str:
    year, quarter = period.split("-Q")
    if quarter == "1" or not place:
        return f"{words('quarter', quarter=quarter, year='').strip()}<br>{year}"
    return words("quarter", quarter=quarter, year="").strip() if of <= MOST_QUARTERS else ""


def _line(points: Sequence[Point], places: Sequence[int], words: Words) -> go.Scatter:
    chosen = [points[place] for place in places]
    cells = [point.cell for point in chosen]
    return go.Scatter(
        x=list(places),
        y=[cell.value for cell in cells],
        mode="lines+markers",
        connectgaps=False,
        line={"color": BLUE, "width": 2.5},
        marker={"size": 8, "symbol": [SYMBOLS.get(c.status, "circle") for c in cells]},
        error_y=_whiskers(cells),
        cliponaxis=False,
        hovertext=[hover(words.period(p.period), p.cell, words) for p in chosen],
        hoverinfo="text",
        showlegend=False,
    )


def _add_labels(figure: go.Figure, points: Sequence[Point], words: Words) -> None:
    """Numbers and flags above their points and clear of the interval."""
    cells = [point.cell for point in points]
    said = labelled_places(cells, words)
    for place, cell in enumerate(cells):
        text = cell.text(words).replace(" [", "<br>[") if place in said else cell.flag
        if text and cell.value is not None:
            height = cell.upper if cell.is_uncertain else cell.value
            above = {"showarrow": False, "yanchor": "bottom", "yshift": 5, "name": "label"}
            figure.add_annotation(x=place, y=height, text=text, font=FONT | {"size": 12}, **above)


def labelled_places(cells: Sequence[Cell], words: Words) -> set[int]:
    """Which points carry their number: all when they fit, else the first, highest and last."""
    shown = [place for place, cell in enumerate(cells) if cell.value is not None]
    widest = max((len(words.number(cells[place].value or 0)) for place in shown), default=0)
    if len(cells) * widest <= DIGITS_THAT_FIT or not shown:
        return set(shown)
    return {shown[0], shown[-1], max(shown, key=lambda place: cells[place].value or 0)}


def hover(name: str, cell: Cell, words: Words) -> str:
    """What a pointer shows: the number or mark, its bounds, and the reason."""
    between, reason = cell.between(words), cell.reason(words)
    bounds = words("between", between=between) if cell.value is not None and between else ""
    said = ". ".join(part for part in (cell.text(words), bounds, reason) if part)
    return escape(f"{name}: {said}")


def _whiskers(cells: Sequence[Cell]) -> dict[str, Any]:
    up = [(c.upper or 0) - (c.value or 0) if c.is_uncertain else 0 for c in cells]
    down = [(c.value or 0) - (c.lower or 0) if c.is_uncertain else 0 for c in cells]
    line = {"thickness": 1.5, "width": 0, "color": GREY}
    return {"type": "data", "array": up, "arrayminus": down, "symmetric": False, **line}


def bars(rows: Sequence[Bar | str], words: Words) -> go.Figure:
    """Horizontal bars from top to bottom; a string among the rows is a heading."""
    drawn = {place: row for place, row in enumerate(rows) if isinstance(row, Bar)}
    end = top([bar.cell for bar in drawn.values()])
    ticks = [wrapped(r.label) if isinstance(r, Bar) else f"<b>{escape(r)}</b>" for r in rows]
    lines = sum(1 + 0.5 * tick.count("<br>") for tick in ticks)
    figure = go.Figure(layout=_layout(words, 60 + int(30 * lines)))
    _add_gaps(figure, {place: bar.cell for place, bar in drawn.items()}, end, words, upright=False)
    shown = {place: bar for place, bar in drawn.items() if bar.cell.value is not None}
    figure.add_trace(_bars(shown, words))
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=ticks, showgrid=False)
    figure.update_yaxes(range=[len(rows) - 0.4, -0.6], zeroline=False)
    # Ticks that nobody sees keep the names off the bars.
    figure.update_yaxes(ticks="outside", ticklen=6, tickcolor="#FFFFFF")
    return figure.update_xaxes(range=[0, end], nticks=5)


def _bars(shown: Mapping[int, Bar], words: Words) -> go.Bar:
    cells = [bar.cell for bar in shown.values()]
    return go.Bar(
        x=[cell.value for cell in cells],
        y=list(shown),
        orientation="h",
        width=0.66,
        marker={"color": [GREY if bar.is_total else BLUE for bar in shown.values()]},
        text=[f"  {cell.text(words)}" for cell in cells],
        textposition="outside",
        cliponaxis=False,
        error_x=_whiskers(cells),
        hovertext=[hover(bar.name, bar.cell, words) for bar in shown.values()],
        hoverinfo="text",
        showlegend=False,
    )


def wrapped(label: str) -> str:
    """A label on lines short enough for a telephone."""
    return "<br>".join(escape(line) for line in textwrap.wrap(label, 22)) or label


def _add_gaps(
    figure: go.Figure, cells: Mapping[int, Cell], end: float, words: Words, upright: bool
) -> None:
    """Bands where numbers are absent, each with its mark."""
    absent = {place: cell for place, cell in cells.items() if cell.value is None}
    for place, cell in absent.items():
        figure.add_trace(_band(place, cell, end, words, upright))
        figure.add_annotation(_mark(place, cell, words, upright))


def _band(place: int, cell: Cell, end: float, words: Words, upright: bool) -> go.Bar:
    start, length = (0.0, end)
    if cell.is_censored:
        start, length = cell.lower or 0.0, cell.width
    along, across = ([length], [place]) if not upright else ([place], [length])
    pattern = HATCHED if cell.status == "Q" else {"shape": ""}
    return go.Bar(
        x=along,
        y=across,
        base=[start],
        orientation="v" if upright else "h",
        width=0.9 if upright else 0.66,
        marker={"color": PALE, "pattern": pattern, "line": {"color": "#D5D7DB", "width": 0.5}},
        hovertext=[escape(f"{cell.mark(words)} {cell.reason(words)}")],
        hoverinfo="text",
        showlegend=False,
    )


def _mark(place: int, cell: Cell, words: Words, upright: bool) -> dict[str, Any]:
    """The mark at the foot of a gap, on white so that it is read before the hatching."""
    foot = cell.upper or 0 if cell.is_censored else 0
    along, across = ("x", "y") if upright else ("y", "x")
    anchor = {"yanchor": "bottom", "yshift": 3} if upright else {"xanchor": "left", "xshift": 4}
    text = {
        "text": escape(cell.mark(words)),
        "showarrow": False,
        "bgcolor": "#FFFFFF",
        "name": "gap",
    }
    return {along: place, across: foot, "font": FONT, "borderpad": 1, **text, **anchor}


def _layout(words: Words, height: int) -> dict[str, Any]:
    axis = {"automargin": True, "fixedrange": True, "gridcolor": "#E6E7EA"}
    axis |= {"zerolinecolor": GREY, "separatethousands": True}
    return {
        "template": "none",
        "height": height,
        "font": FONT,
        "margin": {"l": 8, "r": 16, "t": 12, "b": 8},
        "xaxis": axis | {"zeroline": False},
        "yaxis": axis,
        "barmode": "overlay",
        "bargap": 0,
        "separators": words("decimal") + words("thousands"),
        "hoverlabel": {"bgcolor": "#FFFFFF", "font": FONT},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
    }
