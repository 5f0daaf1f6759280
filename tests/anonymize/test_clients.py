"""Whose step it is: the person by identity, else the source's client, else the record."""

import pytest

from anonymize.identity import Origin
from data_contracts import load
from tests.anonymize.leaving import KEYS, answered, records, stored
from tests.tables import table

SERVICES = load.contract("services")
SHELTER = Origin("xaa_shelters", "XAA", "identity")

STEPS = """
    row | record | client | family_name | given_name | birth_date
    1   | S1     | C1     |             |            |
    2   | S2     | C1     |             |            |
    3   | S3     | C2     |             |            |
    4   | S4     |        |             |            |
    5   | S5     |        |             |            |
    6   | S6     | C3     | Ferrolina   | Ana        | 1990-01-02
    7   | S7     | C4     | Ferrolina   | Ana        | 1990-01-02
"""
SAME = table("""
one | other | alike
1   | 2     | yes
1   | 3     | no
4   | 5     | no
6   | 7     | yes
1   | 6     | no
""")


@pytest.mark.parametrize(("one", "other", "alike"), SAME.rows())
def test_steps_are_one_person_s_by_identity_then_by_client_then_alone(
    one: int, other: int, alike: str
) -> None:
    safe = stored(records(STEPS, SERVICES), answered(), SERVICES, KEYS, SHELTER)
    key = dict(safe.rows.select("row", "person_key").iter_rows())
    assert (key[one] == key[other]) == (alike == "yes")


def test_a_client_s_number_leaves_as_a_pseudonym_and_links_nothing_outside() -> None:
    safe = stored(records(STEPS, SERVICES), answered(), SERVICES, KEYS, SHELTER)
    assert "C1" not in str(safe.rows.rows())
    tokens = dict(safe.rows.select("row", "link_token").iter_rows())
    assert (tokens[1], tokens[4]) == (None, None)
    assert tokens[6] is not None
    assert tokens[6] == tokens[7]
