"""Places, rare codes and coded texts on their way through the gate in; every person is invented."""

import polars as pl
import pytest

from anonymize.records import UnknownTreatment, Words
from data_contracts import load
from data_contracts.keywords import keywords
from data_contracts.model import CodeList, Contract, Field
from tests.anonymize.leaving import LISTS, VICTIMS, answered, gate, records, stored
from tests.tables import table

WORDS = {"recruitment_account": keywords("recruitment", "es")}
TOLD = ["La llamaron por Facebook", "No usaba Facebook", None, "Por WhatsApp"]
GIVEN = """
row | field       | code
1   | recruitment | _U
3   | recruitment | tipstat:friends
"""


def told(words: Words = WORDS) -> pl.DataFrame:
    """The answers that leave the gate of four victims, of whom three have an account."""
    frame = records(
        """
        row | record | unit              | identified_on
        0   | a      | victim_identified | 2026-01-05
        1   | b      | victim_identified | 2026-01-05
        2   | c      | victim_identified | 2026-01-05
        3   | d      | victim_identified | 2026-01-05
        """
    ).with_columns(recruitment_account=pl.Series(TOLD))
    safe = stored(frame, answered(GIVEN), VICTIMS, words=words)
    return safe.answers.select("row", "field", "code").sort("row", "code")


def test_a_text_is_coded_where_the_source_says_no_code_and_goes_no_further() -> None:
    expected = table(
        """
        row | field       | code
        0   | recruitment | tipstat:online_social_network
        1   | recruitment | _U
        3   | recruitment | tipstat:friends
        """,
        row=pl.Int64,
    )
    assert told().equals(expected)


def test_a_text_without_declared_words_stops_everything() -> None:
    with pytest.raises(UnknownTreatment, match="recruitment_account"):
        told({})


def test_a_town_leaves_as_its_area_unless_the_area_is_said() -> None:
    safe = gate(
        """
        row | record | unit              | identified_on | area  | locality
        0   | a      | victim_identified | 2026-01-05    |       | Nordava
        1   | b      | victim_identified | 2026-01-05    | XAA-3 | Nordava
        2   | c      | victim_identified | 2026-01-05    | _U    | Nordava
        3   | d      | victim_identified | 2026-01-05    |       | Rosario
        4   | e      | victim_identified | 2026-01-05    |       |
        """
    )
    assert safe.rows.sort("row")["area"].to_list() == ["XAA-1", "XAA-3", "XAA-1", "_U", None]
    assert "locality" not in safe.rows.columns


def grouping(name: str) -> Contract:
    """The contract of victims, of which one field is stored as groups."""
    fields = (
        f.model_copy(update={"treatment": "generalise:group"}) if f.name == name else f
        for f in VICTIMS.fields
    )
    return VICTIMS.model_copy(update={"fields": tuple(fields)})


@pytest.fixture
def rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists that declare groups: vessels are workplaces, brokers of travel are others."""
    groups = {
        "place": {"tipstat:vessel": "tipstat:workplace"},
        "transport": {"tipstat:rail": "tipstat:road"},
    }
    monkeypatch.setattr(
        load, "codelist", lambda n: CodeList(name=n, codes=(), groups=groups.get(n, {}))
    )


def test_a_rare_code_is_stored_as_its_group(rare: None) -> None:
    frame = records(
        """
        row | record | unit              | identified_on | place
        0   | a      | victim_identified | 2026-01-05    | tipstat:vessel
        1   | b      | victim_identified | 2026-01-05    | tipstat:airport
        2   | c      | victim_identified | 2026-01-05    |
        """
    )
    safe = stored(frame, answered(), grouping("place"))
    places = safe.rows.sort("row")["place"].to_list()
    assert places == ["tipstat:workplace", "tipstat:airport", None]


def test_a_rare_answer_is_stored_as_its_group_once(rare: None) -> None:
    frame = records(
        """
        row | record | unit              | identified_on
        0   | a      | victim_identified | 2026-01-05
        """
    )
    several = answered(
        "row | field | code\n0 | transport | tipstat:rail\n0 | transport | tipstat:road"
    )
    safe = stored(frame, several, grouping("transport"))
    assert safe.answers["code"].to_list() == ["tipstat:road"]


def test_a_code_that_has_a_group_is_none_that_may_leave() -> None:
    field = Field.model_validate(
        {"name": "p", "logicalType": "string", "codelist": "place", "treatment": "generalise:group"}
    )
    lists = {"place": LISTS["place"].model_copy(update={"groups": {"tipstat:vessel": "_U"}})}
    assert set(LISTS["place"].codes) - set(field.held(lists)) == {"tipstat:vessel"}


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"treatment": "code"}, "needs the codelist"),
        ({"treatment": "generalise:group"}, "needs the codelist"),
        ({"treatment": "generalise:area", "codelist": "area"}, "reads the text of a place"),
        ({"treatment": "generalise:area", "logicalType": "integer"}, "reads the text of a place"),
    ],
)
def test_a_treatment_without_what_it_needs_does_not_load(facts: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Field.model_validate({"name": "f", "logicalType": "string"} | facts)


def test_text_that_is_coded_to_several_answers_names_a_field_that_has_them() -> None:
    fields = tuple(f for f in VICTIMS.fields if f.name != "recruitment")
    with pytest.raises(ValueError, match="recruitment"):
        Contract.model_validate(VICTIMS.model_dump() | {"fields": [f.model_dump() for f in fields]})
