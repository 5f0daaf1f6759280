"""Tables whose domain is of one region: its countries only, and one code for all others."""

import pytest
from pydantic import ValidationError

from data_contracts import load
from data_contracts.model import CodeList, Dimension
from tests.transforms.slicing import LAYOUTS, VICTIMS, slices
from tests.transforms.test_available import victims
from transforms.vintage import available

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


def test_a_country_outside_the_region_has_no_series_of_its_tables() -> None:
    chosen = slices("""
        dataset | source | country | period | submission
        victims | police | XAA     | 2025   | a
        victims | police | ROU     | 2025   | b
    """)
    own = victims().model_copy(update={"countries": ("XAA", "XAB")})
    assert set(available(own, chosen, LAYOUTS, VICTIMS)["country"]) == {"XAA"}
    assert set(available(victims(), chosen, LAYOUTS, VICTIMS)["country"]) == {"ROU", "XAA"}
