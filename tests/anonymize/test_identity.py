"""Keys, pseudonyms, link tokens and person keys; every name here is invented."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anonymize.identity import (
    CountryKeys,
    Origin,
    RegionKeys,
    identities,
    inner,
    link_token,
    mac,
    person,
    person_key,
    pseudonym,
    renewed,
)
from anonymize.normal import GIVEN_PARTICLES, VERSION, compact, normalised
from tests.tables import table

KEYS = CountryKeys(identity=(b"i" * 32,), linking=b"l" * 32)
REGION = RegionKeys(region=(b"g" * 32,), rounding=b"r" * 32)
POLICE = Origin("xaa_police", "XAA", "identity")
ROLES = {name: name for name in ("family_name", "given_name", "birth_date", "document")}
TEXT = st.text(min_size=1)


def made(by: pl.Expr, *texts: str | None) -> list[object]:
    """What ``by`` makes of a column ``text``."""
    return pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(by)["text"].to_list()


def token(text: pl.Expr, country: CountryKeys, region: RegionKeys) -> pl.Expr:
    """Both halves of the link token, one after the other."""
    return link_token(inner(text, country), region)


# Who somebody is


PERSONS = table("""
family_name | given_name | birth_date | document | identity
Pérez       | Ana        | 2001-02-03 | 12.345   | names:ana perez:20010203
Pérez       | Ana        | 2001-02-03 |          | names:ana perez:20010203
Ana         | Pérez      | 2001-02-03 | 99       | names:ana perez:20010203
Pérez       | Ana        | 2001-03-02 | 12.345   | names:ana perez:20010302
Pérez       | Ana        |            | 12.345   | document:12345
Pérez       |            | 2001-02-03 | 12.345   | document:12345
            | Ana        | 2001-02-03 | 12 345   | document:12345
-           | Ana        | 2001-02-03 | 12345    | document:12345
Pérez       | ???        | 2001-02-03 | 12345    | document:12345
            |            |            | 12345    | document:12345
Pérez       | Ana        |            |          |
-           | -          | 2001-02-03 | -        |
            |            |            |          |
""")


def test_a_person_is_told_by_names_and_birth_date_else_by_document_else_not_at_all() -> None:
    found = identities(PERSONS.drop("identity"), ROLES).to_list()
    expected = [text and text.replace(":", "|") for text in PERSONS["identity"]]
    assert found == expected


def test_a_birth_date_is_compared_as_the_day_it_is() -> None:
    typed = PERSONS.with_columns(pl.col("birth_date").str.to_date()).drop("identity")
    assert identities(typed, ROLES).equals(identities(PERSONS, ROLES))


def test_a_source_may_lack_a_role_and_name_its_columns_as_it_likes() -> None:
    frame = pl.DataFrame({"Documento": ["12.345", None], "Apellido": ["Pérez", "Pérez"]})
    roles = {"document": "Documento", "family_name": "Apellido"}
    assert identities(frame, roles).to_list() == ["document|12345", None]


@given(st.lists(st.sampled_from(["", "-", "…", " . ", "\u200b"]), min_size=4, max_size=4))
def test_what_has_no_letter_and_no_digit_makes_nobody(parts: list[str]) -> None:
    frame = pl.DataFrame(dict(zip(ROLES, parts, strict=True)))
    assert identities(frame, ROLES).to_list() == [None]


def of_one(row: dict[str, str | None]) -> str | None:
    """The identity of one person, in plain Python."""
    family, given, born, document = (row[role] or "" for role in ROLES)
    if normalised(family) and normalised(given, GIVEN_PARTICLES) and compact(born):
        words = [*normalised(family).split(), *normalised(given, GIVEN_PARTICLES).split()]
        return f"names|{' '.join(sorted(words))}|{compact(born)}"
    return f"document|{compact(document)}" if compact(document) else None


ALPHABET = st.sampled_from([*"aZ09 -'.,{}|\t\n\x1cñÁßİيЖक", "\u0301", "\u200b", "ni", "क्ष"])
NAMES = st.none() | st.lists(ALPHABET, max_size=6).map("".join) | st.text(max_size=6)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(ROLES, NAMES)), min_size=1, max_size=8))
def test_many_persons_are_told_as_one_is(rows: list[dict[str, str | None]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(ROLES, pl.String))
    assert identities(frame, ROLES).to_list() == [of_one(row) for row in rows]


# What is made of it


def hexed(key: bytes, *parts: str) -> str:
    return mac(key, *parts).hex()


@given(st.lists(st.none() | NAMES, max_size=5), st.binary(min_size=32, max_size=32), NAMES)
def test_what_is_made_of_many_is_the_mac_of_each(
    texts: list[str | None], key: bytes, source: str | None
) -> None:
    keys, origin = replace(KEYS, identity=(key,)), replace(POLICE, source=source or "")
    region = replace(REGION, rounding=key)
    column, nobody = pl.col("text"), pl.lit(None, pl.String)
    who = (origin.country, origin.source)
    assert made(pseudonym(column, keys, "case", who[1]), *texts) == [
        None if t is None else hexed(key, "case", who[1], t)[:32] for t in texts
    ]
    assert made(person(column, pl.lit("R{}"), keys, origin), *texts) == [
        hexed(key, *(("row", *who, "R{}") if t is None else ("person", who[0], t)))[:32]
        for t in texts
    ]
    assert made(person_key(column, region), *texts) == [
        None if t is None else int(hexed(key, "person", t)[:8], 16) for t in texts
    ]
    assert made(person(column, nobody, keys, origin), None) == [None]


@given(TEXT, TEXT)
def test_a_hash_is_of_its_purpose_and_of_parts_that_cannot_be_shifted(one: str, two: str) -> None:
    told = f"7:purpose1:{VERSION}{len(one)}:{one}{len(two)}:{two}".encode()
    assert (
        mac(b"k" * 32, "purpose", one, two) == hmac.new(b"6b" * 32, told, hashlib.sha256).digest()
    )
    assert mac(b"k" * 32, "purpose", one, two) != mac(b"k" * 32, "purpose", one + two)
    assert mac(b"k" * 32, "purpose", one, two) != mac(b"k" * 32, f"purpose{one}", two)


@given(TEXT)
def test_no_value_of_one_purpose_equals_a_value_of_another(text: str) -> None:
    column = pl.col("text")
    values = [
        *made(pseudonym(column, KEYS, "record", "xaa_police"), text),
        *made(pseudonym(column, KEYS, "case", "xaa_police"), text),
        *made(pseudonym(column, KEYS, "record", "xaa_shelters"), text),
        *made(inner(column, KEYS).str.head(32), text),
        *made(link_token(column, REGION), text),
        *made(person(column, pl.lit(None, pl.String), KEYS, POLICE), text),
        *made(person(pl.lit(None, pl.String), column, KEYS, POLICE).alias("text"), text),
    ]
    assert len(set(values)) == len(values)
    assert all(re.fullmatch("[0-9a-f]{32}", str(value)) for value in values)


def test_even_under_one_key_for_all_the_purposes_stay_apart() -> None:
    one, two = CountryKeys((b"k" * 32,), b"k" * 32), RegionKeys((b"k" * 32,), b"k" * 32)
    column = pl.col("text")
    (key,) = made(person_key(column, two), "Ana")
    (half,), (whole,) = made(inner(column, one), "Ana"), made(link_token(column, two), "Ana")
    (known,) = made(person(column, pl.lit(None, pl.String), one, POLICE), "Ana")
    (number,) = made(pseudonym(column, one, "record", "xaa_police"), "Ana")
    others = (str(value)[:8] for value in (half, whole, known, number))
    assert len({f"{key:08x}", *others}) == 5


MAKERS: dict[str, Callable[[CountryKeys, RegionKeys], pl.Expr]] = {
    "pseudonym": lambda one, _: pseudonym(pl.col("text"), one, "record", "xaa_police"),
    "token": lambda one, two: token(pl.col("text"), one, two),
    "person_key": lambda _, two: person_key(pl.col("text"), two),
    "person": lambda one, _: person(pl.col("text"), pl.col("text"), one, POLICE),
}
OTHERS = {
    "identity": (replace(KEYS, identity=(b"x" * 32,)), REGION),
    "linking": (replace(KEYS, linking=b"x" * 32), REGION),
    "region": (KEYS, replace(REGION, region=(b"x" * 32,))),
    "rounding": (KEYS, replace(REGION, rounding=b"x" * 32)),
}
NEEDED = [
    ("pseudonym", {"identity"}),
    ("token", {"linking", "region"}),
    ("person_key", {"rounding"}),
    ("person", {"identity"}),
]


@pytest.mark.parametrize(("name", "needed"), NEEDED)
def test_another_key_makes_another_value_exactly_where_it_is_needed(
    name: str, needed: set[str]
) -> None:
    make = MAKERS[name]
    before = made(make(KEYS, REGION), "Ana")
    changed = {secret for secret, keys in OTHERS.items() if made(make(*keys), "Ana") != before}
    assert changed == needed


def test_a_link_token_is_made_by_the_country_first_and_by_the_region_of_what_it_made() -> None:
    half = mac(KEYS.linking, "link", "Ana").hex()
    assert made(inner(pl.col("text"), KEYS), "Ana") == [half]
    assert made(link_token(pl.col("text"), REGION), half) == [
        mac(REGION.region[0], "region", half).hex()[:32]
    ]


def test_each_later_generation_is_applied_to_what_the_last_one_made() -> None:
    later = (b"2" * 32, b"3" * 32)
    first = mac(REGION.region[0], "region", "half").hex()[:32]
    second = mac(later[0], "generation", first).hex()[:32]
    third = mac(later[1], "generation", second).hex()[:32]
    keys = replace(REGION, region=(*REGION.region, *later))
    assert made(link_token(pl.col("text"), keys), "half") == [third]
    assert made(renewed(pl.col("text"), later), first, None) == [third, None]
    assert made(renewed(pl.col("text"), ()), first) == [first]


def test_a_person_is_the_same_under_every_generation_of_her_countrys_key() -> None:
    later = replace(KEYS, identity=(*KEYS.identity, b"2" * 32, b"3" * 32))
    column, record = pl.col("text"), pl.lit("R1")
    was, now = (made(person(column, record, own, POLICE), "Ana", None) for own in (KEYS, later))
    assert was == now


@given(st.lists(TEXT, max_size=20))
def test_a_person_key_has_32_bits(texts: list[str]) -> None:
    column = person_key(pl.col("text"), REGION)
    keys = pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(column)["text"]
    assert keys.dtype == pl.Int64
    assert all(0 <= key < 2**32 for key in keys)


def test_person_keys_spread_over_all_their_bits() -> None:
    keys = made(person_key(pl.col("text"), REGION), *map(str, range(4_000)))
    assert len(set(keys)) == 4_000
    for bit in range(32):
        share = sum(int(str(key)) >> bit & 1 for key in keys) / 4_000
        assert 0.45 < share < 0.55


def test_the_same_person_in_two_sources_of_a_country_is_one_and_in_two_countries_two() -> None:
    column, record = pl.col("text"), pl.lit("R1")
    police = made(person(column, record, KEYS, POLICE), "Ana")
    shelters = made(person(column, record, KEYS, Origin("xaa_shelters", "XAA", "identity")), "Ana")
    abroad = made(person(column, record, KEYS, Origin("xaa_police", "XAB", "identity")), "Ana")
    assert police == shelters != abroad


def test_without_an_identity_a_person_is_the_record_of_one_source() -> None:
    nobody, record = pl.lit(None, pl.String), pl.col("text")
    police = made(person(nobody, record, KEYS, POLICE).alias("text"), "R1", "R2")
    shelters = Origin("xaa_shelters", "XAA", "identity")
    assert len({*police, *made(person(nobody, record, KEYS, shelters).alias("text"), "R1")}) == 3


def test_of_nothing_nothing_is_made() -> None:
    for make in MAKERS.values():
        assert made(make(KEYS, REGION), None) == [None]
        assert made(make(KEYS, REGION)) == []
        assert made(make(KEYS, REGION), "Ana", None)[1] is None


@given(TEXT, TEXT)
def test_two_texts_are_two_persons(one: str, two: str) -> None:
    assume(one != two)
    assert len(set(made(person(pl.col("text"), pl.lit("R"), KEYS, POLICE), one, two))) == 2


def test_keys_are_not_printed() -> None:
    told = f"{KEYS!r} {KEYS} {REGION!r} {REGION}"
    assert not any(secret in told for secret in ("iiii", "llll", "gggg", "rrrr"))
