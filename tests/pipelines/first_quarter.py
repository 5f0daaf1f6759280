"""A workspace with one quarter, and what is asked of it."""

from data_contracts import load
from data_contracts.model import Contract
from pipelines import inbox
from pipelines.settings import Workspace
from transforms.vintage import Slice

LAYOUT, QUARTER = "xab_ministry", "2023-Q1"
PIECE = Slice("victims", LAYOUT, "XAB", QUARTER)


def only(place: Workspace) -> inbox.Received:
    (one,) = inbox.received(place)
    return one


def victims(**without: object) -> Contract:
    """The contract of victims with other facts in one of its fields, or without the field."""
    (name, facts), *_ = without.items()
    own = load.contract("victims")
    fields = [
        field.model_copy(update=facts) if field.name == name and isinstance(facts, dict) else field
        for field in own.fields
        if field.name != name or facts is not None
    ]
    return own.model_copy(update={"fields": tuple(fields)})
