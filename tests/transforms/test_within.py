"""What a hidden number lies within, against a search over all shown cells."""

from itertools import product

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.explorer.wholes import with_wholes
from data_contracts import load
from transforms.within import coarser, within

PERIODS = ("2023-P3Y", "2025", "2025-P6M", "2025-Q1")
PLACES = list(product(("XAA", "_T"), PERIODS, ("F", "M", "_T"), ("P1", "_T")))
VALUES = st.lists(
    st.none() | st.sampled_from([15, 20, 40]), min_size=len(PLACES), max_size=len(PLACES)
)


def release(values: list[int | None]) -> pl.DataFrame:
    rows = [
        {"country": c, "period": p, "unit": "u", "sex": s, "form": f, "value": v, "upper": v}
        | {"obs_status": "Q" if v is None else "A"}
        for (c, p, s, f), v in zip(PLACES, values, strict=True)
    ]
    whole = {"value": pl.Int64, "upper": pl.Int64}
    return pl.DataFrame(rows, schema_overrides=whole)


def contains(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether everybody in ``other`` is in ``one``."""
    same = all(one[n] in (other[n], "_T") for n in ("country", "sex", "form"))
    return one != other and same and PERIODS.index(one["period"]) <= PERIODS.index(other["period"])


@settings(max_examples=20, deadline=None)
@given(VALUES)
def test_each_hidden_cell_points_to_the_smallest_shown_one_that_contains_it(
    values: list[int | None],
) -> None:
    cells, none = release(values), dict[str, pl.DataFrame]()
    rows = within(cells, ["sex", "form"]).to_dicts()
    read = with_wholes(within(cells, ["sex", "form"]), ["sex", "form"], none.__getitem__)["whole"]
    for row, whole in zip(rows, read, strict=True):
        wholes = [r for r in rows if r["value"] is not None and contains(_place(r), _place(row))]
        if row["value"] is not None or not wholes:
            assert row["within"] is None
            assert whole is None
            continue
        coarser = dict(part.split("=") for part in row["within"].split(";"))
        (found,) = [r for r in rows if _place(r) == _place(row) | coarser]
        assert found["value"] == whole == min(r["value"] for r in wholes)
        assert not set(coarser.items()) & set(_place(row).items())


def _place(row: dict[str, str]) -> dict[str, str]:
    return {name: row[name] for name in ("country", "period", "sex", "form")}


def test_the_pointer_names_what_is_coarser_and_no_more() -> None:
    values = [
        {("XAA", "2025", "_T", "_T"): 40, ("XAA", "2025", "F", "_T"): 20}.get(place)
        for place in PLACES
    ]
    found = within(release(values), ["sex", "form"])
    said = found.filter(country="XAA", period="2025-Q1", form="P1")
    assert dict(said.select("sex", "within").iter_rows()) == {
        "F": "period=2025;form=_T",
        "M": "period=2025;sex=_T;form=_T",
        "_T": "period=2025;form=_T",
    }
    assert found.filter(country="_T")["within"].null_count() == len(PLACES) / 2


def test_what_its_publisher_hid_has_bounds_and_no_pointer() -> None:
    cells = release([40, *[None] * (len(PLACES) - 1)]).with_columns(upper=pl.lit(4, pl.Int64))
    assert within(cells, ["sex", "form"])["within"].null_count() == len(PLACES)


OTHER = "tipstat:neither_sexual_nor_labour"
REGISTRY = {
    name: load.tables()[name]
    for name in ("victims", "victims_by_exploitation", "victims_by_exploitation_group")
}


def table(name: str, shown: dict[tuple[str, str], int]) -> pl.DataFrame:
    """A table of one country and unit; ``shown`` has numbers by period and form."""
    codes = [("_T", *d.codes) for d in REGISTRY[name].dimensions.values()]
    kinds = {"quarter": "2025-Q1", "ytd": "2025-P6M", "year": "2025", "span": "2023-P3Y"}
    periods = [kinds[of] for of in REGISTRY[name].frequencies]
    rows = [
        {"country": "XAA", "period": period, "unit": "victim_identified", "exploitation": code}
        | {"value": shown.get((period, code)), "upper": shown.get((period, code))}
        for period, code in product(periods, codes[0] if codes else ("_T",))
    ]
    frame = pl.DataFrame(rows, schema_overrides={"value": pl.Int64, "upper": pl.Int64})
    status = pl.when(pl.col("value").is_null()).then(pl.lit("Q")).otherwise(pl.lit("A"))
    return frame.with_columns(obs_status=status).drop([] if codes else ["exploitation"])


def test_a_pointer_leads_to_another_table_where_that_has_the_smaller_number() -> None:
    tables = {
        "victims": table("victims", {("2025", "_T"): 90, ("2025-P6M", "_T"): 40}),
        "victims_by_exploitation": table(
            "victims_by_exploitation", {("2025", "_T"): 90, ("2025", "P1"): 25}
        ),
        "victims_by_exploitation_group": table(
            "victims_by_exploitation_group",
            {("2025", "_T"): 90, ("2025", OTHER): 20, ("2025", "P1"): 25},
        ),
    }
    name = "victims_by_exploitation"
    others = list(coarser(name, tables, REGISTRY, load.codelists()))
    assert {one.table for one in others} == {"victims", "victims_by_exploitation_group"}
    found = within(tables[name], ["exploitation"], others)
    said = dict(zip(found.select("period", "exploitation").rows(), found["within"], strict=True))
    group = "table=victims_by_exploitation_group"
    assert said["2025", "P3"] == f"{group};exploitation={OTHER}"
    assert said["2025-Q1", "P9"] == f"{group};period=2025;exploitation={OTHER}"
    assert said["2025-Q1", "P1"] == "period=2025"
    assert said["2025", "P2"] == said["2025", "_U"] == "exploitation=_T"
    assert said["2025-Q1", "_T"] == said["2025-Q1", "P2"] == "table=victims;period=2025-P6M"
    read = with_wholes(found, ["exploitation"], tables.__getitem__)
    wholes = dict(zip(read.select("period", "exploitation").rows(), read["whole"], strict=True))
    assert wholes["2025", "P3"] == wholes["2025-Q1", "P9"] == 20
    assert wholes["2025-Q1", "P2"] == 40
    assert wholes["2025", "P1"] is None
    tables_of = dict(
        zip(read.select("period", "exploitation").rows(), read["whole_in"], strict=True)
    )
    assert tables_of["2025", "P3"] == "victims_by_exploitation_group"
    assert tables_of["2025", "P2"] is None
    back = coarser("victims_by_exploitation_group", tables, REGISTRY, load.codelists())
    of_the_group = {one.table: one.codes for one in back}
    assert of_the_group["victims_by_exploitation"]["exploitation"].keys() == {
        *("_T", "_U", "P1", "P2")
    }


def test_a_hidden_year_points_to_the_years_that_are_shown_together() -> None:
    tables = {
        "victims": table("victims", {("2023-P3Y", "_T"): 25}),
        "victims_by_exploitation": table("victims_by_exploitation", {}),
    }
    own = within(tables["victims"], [])
    hidden = own.filter(pl.col("value").is_null())
    assert set(hidden["within"]) == {"period=2023-P3Y"}
    name = "victims_by_exploitation"
    others = coarser(name, tables, REGISTRY, load.codelists())
    found = within(tables[name], ["exploitation"], others)
    of_year = found.filter(pl.col("period").str.starts_with("2025"))
    assert set(of_year["within"]) == {"table=victims;period=2023-P3Y"}
    read = with_wholes(of_year, ["exploitation"], tables.__getitem__)
    assert set(read["whole"]) == {25}


def test_nobody_is_pointed_to_a_table_that_they_do_not_see() -> None:
    hidden = REGISTRY["victims_by_exploitation_group"].model_copy(update={"tier": "partner"})
    registry = REGISTRY | {hidden.name: hidden}
    tables = {name: table(name, {}) for name in registry}
    found = coarser("victims_by_exploitation", tables, registry, load.codelists())
    assert [one.table for one in found] == ["victims"]


def test_a_table_may_have_a_dimension_of_any_name() -> None:
    """Readers find the whole of a hidden number in a table by place, too."""
    every = release([15] + [None] * (len(PLACES) - 2) + [40]).rename({"form": "place"})
    told = within(every, ["sex", "place"])
    found = with_wholes(told, ["sex", "place"], lambda _: told)
    assert found.columns == [*told.columns, "whole", "whole_of", "whole_in"]
    assert 40 in found["whole"]


def test_only_counts_of_persons_lie_within_another_table() -> None:
    """Every table of the registry is asked: what others publish need not add up."""
    registry, lists = load.tables(), load.codelists()
    empty = {name: pl.DataFrame() for name in registry}
    for name, table in registry.items():
        found = [one.table for one in coarser(name, empty, registry, lists)]
        assert {registry[other].kind for other in found} <= {"persons"}
        assert table.kind == "persons" or not found
