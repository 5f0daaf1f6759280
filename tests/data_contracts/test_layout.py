"""What a layout may not promise, and what follows from what it does."""

from typing import Any

import pytest
from pydantic import ValidationError

from data_contracts.layout import Layout

PLAIN: dict[str, Any] = {
    "name": "xaa_list",
    "title": "A list",
    "source": "xaa_police",
    "publisher": "Invented",
    "licence": "Invented",
    "origin": "Invented",
    "replaces": "country_period",
    "country": "XAA",
    "frequency": "quarter",
    "person": "row",
    "files": {"list": {"formats": ["csv"], "may_lack": ["Note"]}},
    "feeds": {"victims": {"file": "list", "fields": {"sex": {"from": ["Sex", "Note"]}}}},
}
WHOLE = {
    "replaces": "source",
    "country": None,
    "public": True,
    "public_records": True,
    "feeds": {"victims": {"file": "list", "fields": {"country": {"from": "Where"}}}},
}


def year_only(frequency: str) -> dict[str, Any]:
    fields = {"identified_on": {"from": "Year", "verb": "year_only"}}
    return {"frequency": frequency, "feeds": {"victims": {"file": "list", "fields": fields}}}


@pytest.mark.parametrize(
    "change",
    [
        WHOLE | {"public_records": False},
        WHOLE | {"feeds": PLAIN["feeds"]},
        {"feeds": WHOLE["feeds"]},
        {"case": "row"},
        year_only("quarter"),
    ],
    ids=["secret whole table", "no country", "two countries", "secret cases", "year as a date"],
)
def test_what_would_give_people_away_or_guess_does_not_load(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Layout.model_validate(PLAIN | change)


@pytest.mark.parametrize("change", [{}, WHOLE, WHOLE | {"case": "row"}, year_only("year")])
def test_what_is_honest_loads(change: dict[str, Any]) -> None:
    Layout.model_validate(PLAIN | change)


def test_a_file_is_known_by_the_columns_that_every_edition_has() -> None:
    layout = Layout.model_validate(PLAIN)
    assert layout.columns("list") == {"Sex", "Note"}
    assert set(layout.required("list")) == {"Sex"}


def test_records_are_kept_under_the_keys_of_their_country_or_of_their_publisher() -> None:
    one, whole = Layout.model_validate(PLAIN), Layout.model_validate(PLAIN | WHOLE)
    assert (one.keeper(None), whole.keeper(None)) == ("XAA", "xaa_police")
    assert Layout.model_validate(PLAIN | {"country": None}).keeper("XAB") == "XAB"
    table = {"person": None, "country": None}
    assert Layout.model_validate(PLAIN | table).keeper(None) is None
