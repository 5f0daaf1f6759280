"""A layout of a table in confidence says how many are in each cell, and no other layout does."""

from typing import Any

import pytest
from pydantic import ValidationError

from data_contracts import load
from data_contracts.layout import Layout


def layout(person: str, filled: tuple[str, ...] = (), **fields: Any) -> Layout:
    """The ministry's layout as one of a table."""
    facts = load.layout("xab_ministry").model_dump(by_alias=True) | {"person": person}
    feed = facts["feeds"]["victims"]
    own = {name: feed["fields"][name] for name in ("unit", "identified_on", "sex")}
    facts["feeds"] = {"victims": feed | {"fields": own | fields, "filled": filled}}
    return Layout.model_validate(facts)


def test_a_cell_says_how_many_are_in_it() -> None:
    made = layout("cell", ("Nombre",), persons={"from": "Nombre"})
    assert made.person == "cell"


@pytest.mark.parametrize(
    ("person", "filled", "fields"),
    [
        ("cell", (), {}),
        ("cell", (), {"persons": {"from": "Nombre"}}),
        ("cell", ("Nombre",), {"persons": {"value": "7"}}),
        ("cell", ("Nombre",), {"persons": {"from": "Nombre"}, "record": {"from": "No"}}),
        ("identity", ("Nombre",), {"persons": {"from": "Nombre"}}),
        ("row", ("Nombre",), {"persons": {"from": "Nombre"}}),
    ],
)
def test_what_would_count_wrongly_does_not_load(
    person: str, filled: tuple[str, ...], fields: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError, match=r"persons|record"):
        layout(person, filled, **fields)
