"""Places to first-level areas, by lists with a declared origin."""

from collections import defaultdict

import polars as pl
import pytest

from data_contracts import load
from data_contracts.places import area
from data_contracts.words import spelling
from tests.tables import table

ROWS = load.rows("localities", load.HERE)
AREAS = load.codelist("area")

PLACES = table("""
country | place           | area
ARG     | Rosario         | AR-S
ARG     | RESISTENCIA     | AR-H
ARG     | ushuaia         | AR-V
ARG     | San  Miguel     | _U
ARG     | Neuquen         | AR-Q
ARG     | Provincia de Buenos Aires | AR-B
ARG     | Guatambú        | _U
XAA     | Rosario         | _U
XAD     | СЕВЕРОДРАВ      | XAD-1
XAE     | port elmor      | XAE-1
FRA     | Paris           | _U
""")


@pytest.mark.parametrize(("country", "place", "code"), PLACES.rows())
def test_a_place_is_in_the_area_that_a_list_of_its_country_gives(
    country: str, place: str, code: str
) -> None:
    frame = pl.DataFrame({"place": [place, None]})
    assert frame.select(area(pl.col("place"), country))["place"].to_list() == [code, None]


def test_a_locality_has_an_area_of_its_country_an_origin_and_no_other_area() -> None:
    held: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in ROWS:
        held[row["country"], spelling(row["locality"])].add(row["area"])
        assert row["origin"] in ("GeoNames", "invented"), row
        assert (row["origin"] == "invented") == row["country"].startswith("XA"), row
    assert all(len(areas) == 1 for areas in held.values())
    assert {row["area"] for row in ROWS} <= set(AREAS.codes)


def test_a_locality_is_not_called_as_another_area_is() -> None:
    named = {(row["area"], AREAS.spellings.get(spelling(row["locality"]))) for row in ROWS}
    assert all(code in (None, own) for own, code in named)
