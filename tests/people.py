"""Drawn records of invented persons in two countries, and their cells counted in sets only."""

from collections import Counter, defaultdict
from itertools import product
from typing import Any, TypeAlias

import polars as pl
from hypothesis import strategies as st

from data_contracts.model import CodeList, Table

COUNTRIES, PERIODS = ("XAA", "XAB"), ("2025", "2025-Q1", "2025-Q2", "2026", "2026-Q1")
LISTS = {
    "sex": CodeList(name="sex", codes=("F", "M", "tnc", "other", "_U"), parents={"tnc": "other"}),
    "form": CodeList(name="form", codes=("P1", "P2", "begging", "_U"), parents={"begging": "P2"}),
}
ROLL = {"tnc": "other", "begging": "P2", None: "_U"}
DOMAINS = {"exploitation": ("P1", "P2", "_U"), "sex": ("F", "M", "other", "_U")}
RECORD = st.fixed_dictionaries(
    {
        "country": st.sampled_from(COUNTRIES),
        "period": st.sampled_from(["2025-Q1", "2025-Q2", "2026-Q1"]),
        "source": st.sampled_from(["agency", "police"]),
        "person_key": st.integers(0, 9) | st.integers(2**32 - 3, 2**32 - 1),
        "case": st.sampled_from(["a", "b", "c", None]),
        "sex": st.sampled_from(["F", "M", "tnc", "_U", None]),
        "exploitation": st.sets(st.sampled_from(["P1", "P2", "begging", "_U"])),
    }
)
RECORDS = st.lists(RECORD, max_size=14)
Rows: TypeAlias = list[dict[str, Any]]
Cell: TypeAlias = tuple[str, str, str, str]
TABLE = Table.model_validate(
    {
        "name": "victims",
        "title": {"en": "Victims"},
        "kind": "persons",
        "dataset": "victims",
        "units": ("identified",),
        "frequencies": ("quarter", "year"),
        "dimensions": {
            name: {"field": name, "codelist": code, "codes": DOMAINS[name]}
            for name, code in (("exploitation", "form"), ("sex", "sex"))
        },
        "tier": "public",
    }
)


def series() -> pl.DataFrame:
    """Every country, the region among them, in every period."""
    rows = list(product((*COUNTRIES, "_T"), ["identified"], PERIODS))
    return pl.DataFrame(rows, schema=["country", "unit", "period"], orient="row")


def frames(rows: Rows) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Core and answers of drawn rows, each row a record of one submission."""
    core = [row | {"unit": "identified", "record": f"r{i}"} for i, row in enumerate(rows)]
    texts = ["country", "period", "source", "record", "case", "unit", "sex"]
    schema = dict.fromkeys(texts, pl.String) | {"person_key": pl.Int64}
    answers = [
        (r["country"], r["source"], r["record"], "exploitation", code)
        for r in core
        for code in sorted(r["exploitation"])
    ]
    names = dict.fromkeys(["country", "source", "record", "field", "code"], pl.String)
    made = pl.DataFrame([{name: row[name] for name in schema} for row in core], schema=schema)
    sent = pl.lit("s1").alias("submission")
    return made.with_columns(sent), pl.DataFrame(answers, schema=names, orient="row").with_columns(
        sent
    )


def codes(known: Rows) -> list[tuple[str, str]]:
    """The forms and the one sex of a person, by what is known of her, totals among them."""
    sexes = [row["sex"] for row in known if row["sex"] not in (None, "_U")]
    sex = ROLL.get(sexes[0], sexes[0]) if sexes else "_U"
    forms = {ROLL.get(c, c) for row in known for c in row["exploitation"] if c != "_U"}
    return list(product([*(forms or {"_U"}), "_T"], [sex, "_T"]))


def plainly(rows: Rows) -> dict[Cell, tuple[int, ...]]:
    """The six counts of every cell with persons in it."""
    ordered = [
        row | {"order": (row["period"], row["source"], f"r{i}")} for i, row in enumerate(rows)
    ]
    ordered.sort(key=lambda row: row["order"])
    cells: dict[Cell, dict[int, Rows]] = defaultdict(dict)
    for where, period in product((*COUNTRIES, "_T"), PERIODS):
        here = [row for row in ordered if where in (row["country"], "_T")]
        for person in {row["person_key"] for row in here if row["period"].startswith(period)}:
            mine = [row for row in here if row["person_key"] == person]
            year = [row for row in mine if row["period"][:4] == period[:4]]
            known = [row for row in year if len(period) == 4 or row["period"] <= period]
            own = [row for row in mine if row["period"].startswith(period)]
            for form, sex in codes(known):
                cells[(where, period, form, sex)][person] = own
    return {cell: counts(members) for cell, members in cells.items()}


def counts(members: dict[int, Rows]) -> tuple[int, ...]:
    """Persons, the sum of their keys, cases and the largest, countries and the largest."""
    cases = Counter(
        case
        for own in members.values()
        for case in {(r["country"], r["case"] or ("none", r["period"])) for r in own}
    )
    homes = Counter(home for own in members.values() for home in {r["country"] for r in own})
    shares = (len(cases), max(cases.values()), len(homes), max(homes.values()))
    return (len(members), sum(members) % 2**32, *shares)
