"""Who is left outside the largest case and outside each country, against sets in plain Python."""

from collections import defaultdict
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import engines
from pipelines.settings import Configuration
from tests.people import LISTS, RECORDS, TABLE, Rows, codes, frames, series
from transforms.cube import count
from transforms.people import prepared

SENSITIVE = TABLE.model_copy(update={"sensitive_units": TABLE.units})
PERIODS = ("2025", "2025-Q1", "2025-Q2", "2026", "2026-Q1")
KEYS = ["country", "period", "exploitation", "sex"]


def members(rows: Rows) -> dict[tuple[str, ...], dict[int, Rows]]:
    """The persons of each cell, each with her own records there."""
    ordered = sorted(
        (row | {"order": (row["period"], row["source"], f"r{i}")} for i, row in enumerate(rows)),
        key=lambda row: row["order"],
    )
    cells: dict[tuple[str, ...], dict[int, Rows]] = defaultdict(dict)
    for where in ("XAA", "XAB", "_T"):
        here = [row for row in ordered if where in (row["country"], "_T")]
        for period in PERIODS:
            for person in {r["person_key"] for r in here if r["period"].startswith(period)}:
                year = [r for r in here if r["person_key"] == person]
                year = [r for r in year if r["period"][:4] == period[:4]]
                known = [r for r in year if len(period) == 4 or r["period"] <= period]
                own = [r for r in year if r["period"].startswith(period)]
                for form, sex in codes(known):
                    cells[(where, period, form, sex)][person] = own
    return cells


def rests(persons: dict[int, Rows], regional: bool) -> list[tuple[str, int, int]]:
    """Kind, number and key of the persons outside each largest case, and outside each country."""
    cases, homes = defaultdict(set), defaultdict(set)
    for person, own in persons.items():
        for row in own:
            cases[row["country"], row["case"] or row["period"]].add(person)
            homes[row["country"]].add(person)
    most = max(map(len, cases.values()))
    left = [("case", set(persons) - c) for c in cases.values() if len(c) == most > 1]
    left += [("country", set(persons) - home) for home in homes.values() if regional]
    return sorted((kind, len(who), sum(who) % 2**32) for kind, who in left)


def found(rows: Rows, engine: Any) -> dict[tuple[str, ...], list[tuple[str, int, int]]]:
    with engines.opened(Configuration(title="R", mode="closed", engine=engine)) as running:
        native = [running.lift(frame).to_native() for frame in frames(rows)]
        people = prepared(native[0], native[1], ("sex", "exploitation"), running)
        behind = count(SENSITIVE, people, LISTS, series()).behind
    cells = defaultdict(list)
    for row in behind.iter_rows(named=True):
        told = row["kind"], row["n"], row["cell_key"]
        cells[tuple(row[name] for name in KEYS)].append(told)
    return {cell: sorted(told) for cell, told in cells.items()}


@settings(max_examples=30, deadline=None)
@given(RECORDS)
def test_who_is_left_outside_equals_sets(rows: Rows) -> None:
    wanted = {cell: rests(who, cell[0] == "_T") for cell, who in members(rows).items()}
    assert found(rows, "polars") == {cell: told for cell, told in wanted.items() if told}


@settings(max_examples=3, deadline=None)
@given(st.lists(RECORDS.filter(len), min_size=1, max_size=1))
def test_on_duckdb_too(drawn: list[Rows]) -> None:
    assert found(drawn[0], "duckdb") == found(drawn[0], "polars")


def test_what_is_not_sensitive_asks_for_no_rests_of_cases() -> None:
    rows: Rows = [
        {"country": "XAA", "period": "2025-Q1", "source": "police", "person_key": key,
         "case": "a", "sex": "F", "exploitation": set()} for key in (1, 2)
    ]  # fmt: skip
    core, answers = frames(rows)
    people = prepared(core, answers, ("sex", "exploitation"))
    national = series().filter(pl.col("country") != "_T")
    assert count(TABLE, people, LISTS, national).behind.is_empty()
    assert not count(SENSITIVE, people, LISTS, national).behind.is_empty()


@pytest.mark.parametrize(
    "marks",
    [{"sensitive_units": ["nobody"]}, {"impossible": [{"sex": "F"}]},
     {"impossible": [{"sex": "F", "exploitation": "P7"}]}],
)  # fmt: skip
def test_a_mark_of_what_the_table_does_not_have_is_refused(marks: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"sensitive_units|impossible"):
        type(TABLE).model_validate(TABLE.model_dump() | marks)
