"""Who came and who left, against sets in plain Python. All persons are invented."""

from collections import Counter, defaultdict
from itertools import product

import polars as pl
from hypothesis import Phase, given, settings

from tests.people import (
    COUNTRIES,
    LISTS,
    PERIODS,
    RECORDS,
    TABLE,
    Cell,
    Rows,
    codes,
    frames,
    series,
)
from transforms.people import prepared
from transforms.turnover import Vintage, turnover

FIELDS = ("sex", "exploitation")
KEYS = ["country", "period", "exploitation", "sex"]
COUNTS = ["n", "cell_key", "n_cases", "max_case", "n_countries", "max_country"]
Members = dict[Cell, dict[int, set[tuple[str, object]]]]


def vintage(rows: Rows, there: pl.DataFrame) -> Vintage:
    core, answers = frames(rows)
    return Vintage(prepared(core, answers, FIELDS), there)


def members(rows: Rows) -> Members:
    """The persons of every cell, each with the countries and cases of her own records there."""
    ordered = [r | {"order": (r["period"], r["source"], f"r{i}")} for i, r in enumerate(rows)]
    ordered.sort(key=lambda row: row["order"])
    cells: Members = defaultdict(dict)
    for where, period in product((*COUNTRIES, "_T"), PERIODS):
        here = [row for row in ordered if where in (row["country"], "_T")]
        for person in {row["person_key"] for row in here if row["period"].startswith(period)}:
            mine = [row for row in here if row["person_key"] == person]
            year = [row for row in mine if row["period"][:4] == period[:4]]
            known = [row for row in year if len(period) == 4 or row["period"] <= period]
            own = [row for row in mine if row["period"].startswith(period)]
            links = {(r["country"], r["case"] or ("none", r["period"])) for r in own}
            for form, sex in codes(known):
                cells[(where, period, form, sex)][person] = links
    return cells


def plainly(before: Rows, after: Rows) -> dict[Cell, tuple[int, ...]]:
    """The counts of the persons who are in one of two vintages of a cell alone."""
    was, now = members(before), members(after)
    found: dict[Cell, tuple[int, ...]] = {}
    for cell in {*was, *now}:
        one, two = was.get(cell, {}), now.get(cell, {})
        moved = {person: (one | two)[person] for person in one.keys() ^ two.keys()}
        if moved:
            cases = Counter(link for links in moved.values() for link in links)
            homes = Counter(h for links in moved.values() for h in {home for home, _ in links})
            shares = (len(cases), max(cases.values()), len(homes), max(homes.values()))
            found[cell] = (len(moved), sum(moved) % 2**32, *shares)
    return found


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(RECORDS, RECORDS)
def test_who_moved_is_the_symmetric_difference_of_each_cell(before: Rows, after: Rows) -> None:
    kept = before[: len(before) // 2]
    both = (before, [*kept, *after])
    was, now = (vintage(rows, series()) for rows in both)
    found = turnover(TABLE, was, now, LISTS)
    got = {tuple(r[k] for k in KEYS): tuple(r[c] for c in COUNTS) for r in found.to_dicts()}
    assert got == plainly(*both)


def test_what_only_one_vintage_shows_is_no_difference() -> None:
    row = {"country": "XAA", "source": "police", "case": "a", "sex": "F", "exploitation": {"P1"}}
    early, late = (row | {"period": f"2025-Q{n}", "person_key": n} for n in (1, 2))
    shown = series().filter(pl.col("period") == "2025-Q1")
    found = turnover(TABLE, vintage([early], shown), vintage([early, late], series()), LISTS)
    assert found.is_empty()
    anew = turnover(TABLE, vintage([early], series()), vintage([early, late], series()), LISTS)
    assert set(anew["period"]) == {"2025", "2025-Q2"}
