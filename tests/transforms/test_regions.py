"""Tables whose domain is of one region: its countries only, and one code for all others."""

import pytest
from pydantic import ValidationError

from data_contracts import load
from data_contracts.model import CodeList, Dimension
from tests.transforms.slicing import LAYOUTS, VICTIMS, slices
from tests.transforms.test_available import victims
from transforms.vintage import available
from transforms.within import holding

LIST = CodeList(
    name="country",
    codes=("_T", "XAA", "XAB", "ROU", "SRB", "elsewhere", "_U"),
    parents={"SRB": "XAB"},
)


def test_what_no_declared_code_holds_is_the_rest() -> None:
    held = LIST.rolled(("XAA", "XAB", "elsewhere", "_U"), "elsewhere")
    assert held == {
        "XAA": "XAA",
        "XAB": "XAB",
        "ROU": "elsewhere",
        "SRB": "XAB",
        "elsewhere": "elsewhere",
        "_U": "_U",
    }
    with pytest.raises(KeyError):
        LIST.rolled(("XAA", "XAB", "_U"))


def test_the_rest_is_one_of_the_declared_codes() -> None:
    with pytest.raises(ValidationError, match="elsewhere is the rest and none of the codes"):
        Dimension(field="citizenship", codelist="country", codes=("XAA",), rest="elsewhere")


def test_flows_of_the_invented_region_are_counted_for_its_countries_alone() -> None:
    for name in ("victims_by_citizenship", "victims_by_destination"):
        spec = load.tables()[name]
        (dimension,) = spec.dimensions.values()
        assert set(spec.countries) == set(dimension.codes) - {"tipstat:elsewhere", "_U"}
    groups = load.tables()["victims_by_citizenship_region"]
    assert groups.countries == load.tables()["victims_by_citizenship"].countries


def test_a_country_outside_the_region_has_no_series_of_its_tables() -> None:
    chosen = slices("""
        dataset | source | country | period | submission
        victims | police | XAA     | 2025   | a
        victims | police | ROU     | 2025   | b
    """)
    own = victims().model_copy(update={"countries": ("XAA", "XAB")})
    assert set(available(own, chosen, LAYOUTS, VICTIMS)["country"]) == {"XAA"}
    assert set(available(victims(), chosen, LAYOUTS, VICTIMS)["country"]) == {"ROU", "XAA"}


def test_a_country_of_the_region_points_to_its_region_of_the_world_and_that_to_elsewhere() -> None:
    countries, regions = (
        load.tables()[name].dimensions["citizenship"]
        for name in ("victims_by_citizenship", "victims_by_citizenship_region")
    )
    known, nowhere = load.codelists(), "tipstat:no_world_region"
    own = dict.fromkeys(("XAA", "XAB", "XAC", "XAD", "XAE"), nowhere)
    assert holding(countries, regions, known) == {"_T": "_T", "_U": "_U"} | own
    outside = dict.fromkeys(set(regions.codes) - {nowhere, "_U"}, "tipstat:elsewhere")
    assert holding(regions, countries, known) == {"_T": "_T"} | outside
