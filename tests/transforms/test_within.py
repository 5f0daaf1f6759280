"""What a hidden number lies within, against a search over all shown cells."""

from itertools import product

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.explorer.wholes import with_wholes
from transforms.within import within

PERIODS = ("2025", "2025-P6M", "2025-Q1")
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
    cells = release(values)
    rows = within(cells, ["sex", "form"]).to_dicts()
    read = with_wholes(within(cells, ["sex", "form"]), ["sex", "form"])["whole"]
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
