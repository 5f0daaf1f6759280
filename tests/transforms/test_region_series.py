"""In which periods the region has a number: when every country that had begun is there."""

import pytest

from data_contracts.model import Table
from tests.anonymize.drawings import spec
from tests.tables import table
from transforms.regions import with_region

YEARLY = spec("victims").model_copy(update={"regional": ("year",)})
DRAWN = table("""
    country | unit     | period
    XAA     | begun    | 2024
    XAB     | begun    | 2024
    XAA     | begun    | 2025
    XAB     | begun    | 2025
    XAC     | begun    | 2025
    XAA     | begun    | 2026
    XAB     | begun    | 2026
    XAA     | begun    | 2025-Q1
    XAB     | begun    | 2025-Q1
    XAC     | begun    | 2025-Q1
    XAA     | ended    | 2025
""")


def regional(known: Table, least: int) -> list[tuple[str, str]]:
    found = with_region(known, DRAWN, least)
    assert found[: len(DRAWN)].equals(DRAWN)
    own = found[len(DRAWN) :]
    assert set(own["country"]) <= {"_T"}
    return list(own.select("unit", "period").iter_rows())


@pytest.mark.parametrize(
    ("least", "periods"),
    [
        # In 2026 the third country, which had begun in 2025, is silent.
        (3, [("begun", "2025")]),
        (2, [("begun", "2024"), ("begun", "2025")]),
        (4, []),
    ],
)
def test_a_year_is_there_with_enough_countries_and_all_that_had_begun(
    least: int, periods: list[tuple[str, str]]
) -> None:
    assert regional(YEARLY, least) == periods


def test_the_region_has_only_the_frequencies_that_are_registered() -> None:
    quarterly = YEARLY.model_copy(update={"regional": ("quarter",)})
    assert regional(quarterly, 3) == [("begun", "2025-Q1")]
    assert regional(YEARLY.model_copy(update={"regional": ()}), 1) == []
