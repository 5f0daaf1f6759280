"""What our own lists and layouts say is a label, and so is no person's name."""

from functools import cache

from data_contracts import load
from data_contracts.words import spelling

LONGEST = 120


@cache
def declared() -> frozenset[str]:
    """Every label of every list and layout in every language, as it is looked up."""
    rows = [row for name in load.codelists() for row in load.rows(name, load.HERE / "labels")]
    listed = {word for row in rows for of in load.WRITTEN for word in row.get(of, "").split("|")}
    layouts = load.layouts().values()
    own = {label for layout in layouts for labels in layout.labels.values() for label in labels}
    return frozenset(map(spelling, listed | own))


def label(text: str) -> bool:
    """Whether a whole text is a label: a country called Georgia is nobody."""
    return len(text) <= LONGEST and spelling(text) in declared()
