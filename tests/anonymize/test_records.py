"""The gate in, for every contract and every input; every person here is invented."""

import re
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from anonymize import regional
from anonymize.generalise import age_band, quarter
from anonymize.identity import Origin
from anonymize.records import Safe, UnknownTreatment, protect
from data_contracts import load
from data_contracts.keywords import keywords
from data_contracts.layout import Feed
from data_contracts.model import Contract, Field
from tests.anonymize.leaving import (
    CONTRACTS,
    KEYS,
    LISTS,
    POLICE,
    REGION,
    ROWS,
    VICTIMS,
    answered,
    gate,
    records,
    stored,
)
from tests.tables import table
from transforms.conform import Reader, conform

PERSONS = [name for name, contract in CONTRACTS.items() if contract.kind == "persons"]
ADDED = {"row", "source", "country", "record", "person_key", "link_token"}
# No code, band, period, pseudonym or name of a source has this character.
MARK = "鑰"
WORDS = {
    field.name: keywords(field.codelist or "", "es")
    for contract in CONTRACTS.values()
    for field in contract.fields
    if field.is_told
}


def leaving(contract: Contract) -> set[str]:
    """The columns that may leave, by the contract's own words."""
    return {f.safe for f in contract.single if f.treatment not in ("drop", "link")}


def texts(field: Field) -> st.SearchStrategy[str | None]:
    """Any text at all for a field, and often one that can be read."""
    anything = st.text(max_size=12).map(lambda text: f"{MARK}{text}{MARK}")
    words = sorted(LISTS[field.codelist].spellings)[:40] if field.codelist else ["1", "34"]
    return st.none() | anything | st.sampled_from([*words, "2025-01-01", "-"])


@st.composite
def sent(draw: st.DrawFn, contract: Contract) -> pl.DataFrame:
    """Named texts of some rows, any text in any field, and a column that no contract has."""
    size = draw(st.integers(0, 4))
    cells = {
        field.name: draw(st.lists(texts(field), min_size=size, max_size=size))
        for field in contract.fields
    }
    stray = {"Observaciones": [MARK] * size}
    schema = {"row": pl.Int64} | dict.fromkeys((*cells, *stray), pl.String)
    return pl.DataFrame({"row": range(size), **cells, **stray}, schema=schema)


def through(contract: Contract, frame: pl.DataFrame, origin: Origin) -> Safe:
    """The frame conformed, as any layout would have it, and protected."""
    maps = {
        f.name: {"from": f.name, "verb": "split_labels" if f.many else None}
        for f in contract.fields
    }
    feed, layout = Feed.model_validate({"file": "list", "fields": maps}), load.layout("xaa_police")
    made = conform(frame, Reader(contract, feed, layout, LISTS))
    return stored(made.rows, made.answers, contract, KEYS, origin, words=WORDS)


@pytest.mark.parametrize("origin", [POLICE, ROWS], ids=["identity", "row"])
@pytest.mark.parametrize("name", CONTRACTS)
@settings(max_examples=25)
@given(data=st.data())
def test_whatever_is_sent_only_declared_columns_leave_and_no_text_that_was_typed(
    name: str, origin: Origin, data: st.DataObject
) -> None:
    contract = CONTRACTS[name]
    safe = through(contract, data.draw(sent(contract)), origin)
    added = ADDED if contract.kind == "persons" else {"row", "source"}
    assert set(safe.rows.columns) == leaving(contract) | added
    assert MARK not in str(safe.rows.rows()) + str(safe.answers.rows())


@pytest.mark.parametrize("name", PERSONS)
@settings(max_examples=25)
@given(data=st.data())
def test_of_a_person_only_codes_bands_quarters_and_pseudonyms_leave(
    name: str, data: st.DataObject
) -> None:
    contract = CONTRACTS[name]
    safe = through(contract, data.draw(sent(contract)), POLICE)
    for field in contract.single:
        if field.treatment not in ("drop", "link"):
            values = safe.rows[field.safe].drop_nulls()
            assert all(coded(str(value), field) for value in values), field.name
    assert all(re.fullmatch("[0-9a-f]{32}", text) for text in safe.rows["record"])
    assert all(0 <= key < 2**32 for key in safe.rows["person_key"])
    assert set(safe.rows["source"]) <= {"xaa_police"}
    assert set(safe.rows["country"]) <= {"XAA"}
    for _, _, _, record, question, code in safe.answers.rows():
        assert record in set(safe.rows["record"])
        assert code in contract.by_name[question].held(LISTS)


def coded(value: str, field: Field) -> bool:
    """Whether a value is of the closed kind that its field may have after the gate."""
    if field.treatment == "pseudonymise":
        return re.fullmatch("[0-9a-f]{32}", value) is not None
    if field.treatment == "generalise:quarter":
        return re.fullmatch(r"\d{4}-Q[1-4]", value) is not None
    return value in field.held(LISTS)


@pytest.mark.parametrize("treatment", ["code", "generalise:nothing", "generalise:decade"])
@pytest.mark.parametrize("name", PERSONS)
def test_a_treatment_that_nobody_wrote_stops_everything(name: str, treatment: str) -> None:
    contract = CONTRACTS[name]
    odd = contract.single[-1].model_copy(update={"treatment": treatment})
    changed = contract.model_copy(update={"fields": (*contract.fields[:-1], odd)})
    frame = records("row\n1", contract)
    with pytest.raises(UnknownTreatment, match="Add the verb, or drop the field"):
        stored(frame, answered(), changed, KEYS, POLICE)


AGES = table("""
age | band
-1  | _U
0   | Y0T14
14  | Y0T14
15  | Y15T17
17  | Y15T17
18  | Y18T24
24  | Y18T24
25  | Y25T34
34  | Y25T34
35  | Y_GE35
129 | Y_GE35
130 | _U
999 | _U
    | _U
""")


@pytest.mark.parametrize(("age", "band"), AGES.rows())
def test_an_age_is_one_of_five_bands_or_unknown(age: int | None, band: str) -> None:
    frame = pl.DataFrame({"age": [age]}, schema={"age": pl.Int64})
    assert frame.select(age_band(pl.col("age"))).item() == band
    assert band in LISTS["age_band"].codes


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2025, 1, 1), "2025-Q1"),
        (date(2025, 3, 31), "2025-Q1"),
        (date(2025, 4, 1), "2025-Q2"),
        (date(2025, 12, 31), "2025-Q4"),
        (None, None),
    ],
)
def test_a_day_is_its_quarter(day: date | None, period: str | None) -> None:
    frame = pl.DataFrame({"day": [day]}, schema={"day": pl.Date})
    assert frame.select(quarter(pl.col("day"))).item() == period


def test_a_record_leaves_as_codes_under_pseudonyms() -> None:
    safe = gate("""
        row | record | case | unit              | identified_on | sex | age | family_name | phone
        7   | R1     | C1   | victim_identified | 2025-02-03    | F   | 17  | Inventada   | 555
    """)
    shown = ["row", "source", "country", "unit", "period", "sex", "age_band", "link_token"]
    assert_frame_equal(
        safe.rows.select(shown),
        table(
            """
        row | source     | country | unit              | period  | sex | age_band | link_token
        7   | xaa_police | XAA     | victim_identified | 2025-Q1 | F   | Y15T17   |
        """,
            link_token=pl.String,
        ),
    )
    assert not {"R1", "C1", "Inventada", "555"} & set(map(str, safe.rows.row(0)))


def test_answers_leave_under_the_pseudonym_of_their_record_and_only_of_declared_fields() -> None:
    safe = gate(
        """
        row | record
        1   | R1
        2   | R2
        """,
        answers="""
        row | field        | code
        1   | exploitation | P1
        1   | narrative    | P1
        2   | act          | A1
        9   | act          | A2
        """,
    )
    one, two = safe.rows["record"]
    assert set(safe.answers.drop("row").rows()) == {
        ("xaa_police", "XAA", one, "exploitation", "P1"),
        ("xaa_police", "XAA", two, "act", "A1"),
    }


def test_a_field_of_several_answers_that_is_dropped_does_not_leave() -> None:
    fields = [
        f.model_copy(update={"treatment": "drop"}) if f.name == "act" else f for f in VICTIMS.fields
    ]
    contract = VICTIMS.model_copy(update={"fields": tuple(fields)})
    several = answered("row | field | code\n1 | act | A1")
    assert stored(records("row\n1"), several, contract, KEYS, POLICE).answers.is_empty()


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_file_without_rows_leaves_as_columns_without_rows(name: str) -> None:
    contract = CONTRACTS[name]
    safe = stored(records("row", contract), answered(), contract, KEYS, POLICE)
    whole = stored(records("row\n1", contract), answered(), contract, KEYS, POLICE)
    assert safe.rows.is_empty()
    assert safe.rows.schema == whole.rows.schema
    assert safe.answers.schema == whole.answers.schema


def test_what_leaves_the_country_has_no_region_s_value_and_what_is_stored_no_country_s() -> None:
    drawn = records("row | record | family_name | given_name | birth_date\n1|R1|A|B|2001-01-01")
    country = protect(drawn, answered(), VICTIMS, KEYS, POLICE).rows
    region = regional.stored(country, REGION)
    assert {"person", "inner"} <= set(country.columns)
    assert set(region.columns) - set(country.columns) == {"person_key", "link_token"}
    assert set(country.columns) - set(region.columns) == {"person", "inner"}
    assert not {*country["person"], *country["inner"]} & {
        str(v) for row in region.rows() for v in row
    }
