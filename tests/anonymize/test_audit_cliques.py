"""How many dimensions are looked at together, and that the declared model says the number."""

import pytest

from anonymize.audit_cliques import Clique, cliques
from anonymize.audit_model import described
from tests.policies import POLICY

RING = ("sex age", "age form", "form sex")


def drawn(fields: str) -> Clique:
    """A clique of some fields, each with one domain."""
    return frozenset((name, (name,)) for name in fields.split())


@pytest.mark.parametrize(
    ("most", "told", "is_tree"), [(3, ("sex age form",), True), (2, RING, False)]
)
def test_tables_in_a_ring_are_joined_unless_that_is_more_dimensions_than_allowed(
    most: int, told: tuple[str, ...], is_tree: bool
) -> None:
    found, tree = cliques(map(drawn, RING), len, most)
    assert (set(found), tree) == (set(map(drawn, told)), is_tree)


def test_the_model_says_how_many_dimensions_and_releases_the_policy_names() -> None:
    policy = POLICY.model_copy(update={"clique_dimensions": 4, "remembered_releases": 3})
    said = described([], True, policy)
    assert "cliques of at most 4 dimensions" in said
    assert "Of the last 3 releases" in said
