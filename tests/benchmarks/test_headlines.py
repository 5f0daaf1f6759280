"""What small countries can show before and after their first annual revision."""

import pytest

from benchmarks import headlines
from data_contracts import load
from transforms.indicators import indicators
from transforms.ladder import Refused

FIRST, AFTER = headlines.counted(1, headlines.BEFORE), headlines.counted(4, headlines.AFTER)
CLOSED = headlines.refused(FIRST)


def place(size: int) -> str:
    return headlines.COUNTRIES[headlines.SIZES.index(size)]


def of(size: int, name: str, closed: Refused) -> str | None:
    """What takes an annual headline of the country of so many victims."""
    found = indicators(headlines.sheets(), AFTER.shown, headlines.registry(), load.policy())
    value = found.filter(indicator=name, country=place(size))["value"].item()
    sheet = headlines.sheets()[name]
    return headlines.taken(sheet, place(size), value, AFTER.judged, closed)


@pytest.mark.parametrize(
    ("size", "name", "reason"),
    [
        (305, "victims_female_share", None),
        (305, "victims_child_share", None),
        (102, "victims_female_share", headlines.TAKEN),
        (102, "victims_child_share", None),
        (20, "victims_female_share", headlines.TAKEN_ANYWAY),
        (20, "victims_child_share", headlines.TAKEN_ANYWAY),
    ],
)
def test_the_rung_takes_what_is_finer(size: int, name: str, reason: str | None) -> None:
    assert of(size, name, CLOSED) == reason


def test_before_a_revision_no_rung_takes_anything() -> None:
    assert of(102, "victims_female_share", frozenset()) is None
    assert of(20, "victims_female_share", frozenset()) == "closely"


def test_totals_and_the_region_stay() -> None:
    assert not {one for one in CLOSED if one[0] == "_T" or one[1:] == ("victims", "year")}


def test_both_years_are_counted_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = headlines.measured(3)
    assert list(found) == [
        "country",
        "region",
        "country, after a revision",
        "region, after a revision",
    ]
    for one in found.values():
        assert one.shown + one.taken_by.total() == one.there
    assert {one.there for one in found.values()} == {48, 4}
    assert headlines.TAKEN not in found["country"].taken_by
    assert headlines.TAKEN in found["country, after a revision"].taken_by
    headlines.main(1)
    assert "country, after a revision: " in capsys.readouterr().out
