"""Keys and what is made of them: pseudonyms, link tokens, person keys.

Every input of a keyed hash begins with its purpose and has length-marked parts, so that no
value of one purpose can equal a value of another. Nothing here is reversible without the keys.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeAlias

import polars as pl
from polars_hash import CryptographicHashingNameSpace

from anonymize.normal import GIVEN_PARTICLES, VERSION, compact_numbers, normal_names
from data_contracts.model import Frequency

# Of a digest so many hex digits are kept.
DIGITS = 32
ROLES = ("family_name", "given_name", "birth_date", "document")
# The generations of a key, oldest first.
Chain: TypeAlias = tuple[bytes, ...]


@dataclass(frozen=True, repr=False)
class CountryKeys:
    """What a country holds, 32 bytes each; never printed.

    ``identity`` makes its pseudonyms, one generation after the other: a new one is applied to
    what the last one made. ``linking``, which all countries have and the region has not, makes
    the inner value of the link token.
    """

    identity: Chain
    linking: bytes


@dataclass(frozen=True, repr=False)
class RegionKeys:
    """What the region's intake holds, 32 bytes each; never printed.

    ``region``, which no country has, makes the link token of the inner value, one generation
    after the other. ``rounding`` makes the person keys, and it is never rotated.
    """

    region: Chain
    rounding: bytes


@dataclass(frozen=True)
class Origin:
    """Who sent the records, for which country, and whether its persons can be told apart.

    ``country`` is unknown for a publisher whose rows say their own. ``frequency`` is the finest
    period that the source reports; ``case`` says that each row is a case of its own.
    """

    source: str
    country: str
    person: Literal["row", "identity", "cell"]
    frequency: Frequency = "quarter"
    case: Literal["row"] | None = None


def mac(key: bytes, purpose: str, *parts: str) -> bytes:
    """HMAC-SHA256 over a purpose and length-marked parts.

    A key counts as its 64 hex digits, exactly a block of SHA-256, so it is padded by nothing.
    """
    text = "".join(f"{len(part)}:{part}" for part in (purpose, VERSION, *parts))
    return hmac.digest(key.hex().encode(), text.encode(), sha256)


def _each(column: pl.Expr, make: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """``make`` applied to each distinct text once; null stays null."""

    def apply(values: pl.Series) -> pl.Series:
        distinct = values.drop_nulls().unique()
        made = make(distinct)
        return values.replace_strict(distinct, made, default=None, return_dtype=pl.String)

    return column.map_batches(apply, return_dtype=pl.String)


def _sorted_words(texts: pl.Series) -> pl.Series:
    """Each text's words in the order of the alphabet."""
    words = texts.str.strip_chars(" ").str.split(" ")
    return words.list.sort().list.join(" ")


def _message(purpose: str, *parts: str, text: pl.Expr) -> pl.Expr:
    """What ``mac`` hashes: the purpose and length-marked parts, of which ``text`` is the last."""
    fixed = "".join(f"{len(part)}:{part}" for part in (purpose, VERSION, *parts))
    length = text.str.len_chars().cast(pl.String)
    return pl.concat_str(pl.lit(fixed), length, pl.lit(":"), text)


def _digest(key: bytes, message: pl.Expr) -> pl.Expr:
    """HMAC-SHA256 of texts as 64 hex digits, the key as its hex digits; see ``mac``."""
    return CryptographicHashingNameSpace(message).hmac_sha256(key=key.hex())


def renewed(column: pl.Expr, later: Chain) -> pl.Expr:
    """A stored pseudonym or token under each later generation of its key, one after the other.

    So a key is rotated: what is stored goes through the new generation once, and what is made
    anew goes through all.
    """
    name = column.meta.output_name()
    for key in later:
        column = _digest(key, _message("generation", text=column)).str.head(DIGITS)
    return column.alias(name)


def pseudonym(column: pl.Expr, keys: CountryKeys, purpose: str, source: str) -> pl.Expr:
    """A record's or case's own number as 32 hex digits that only the country's key can make.

    Of the first generation, by which records and persons are told apart; see ``renewed``.
    """
    made = _digest(keys.identity[0], _message(purpose, source, text=column))
    return made.str.head(DIGITS).alias(column.meta.output_name())


def _names(family: pl.Expr, given: pl.Expr) -> pl.Expr:
    """The sorted words of two normal names; nearly always one word each."""
    one, other = pl.format("{} {}", family, given), pl.format("{} {}", given, family)
    pair = pl.when(family <= given).then(one).otherwise(other)
    several = pl.any_horizontal(name.str.contains(" ", literal=True) for name in (family, given))
    return pl.coalesce(_each(pl.when(several).then(pair), _sorted_words), pair)


def _given(texts: pl.Series) -> pl.Series:
    # Of given names fewer words are particles: Van and Do are names.
    return normal_names(texts, GIVEN_PARTICLES)


def _identity() -> pl.Expr:
    """Names and birth date where all three are there, else the document, else null.

    What has no letter or digit, such as a dash for "not known", is not there: it would make one
    person of all who share it.
    """
    family = _each(pl.col("family_name"), normal_names)
    given = _each(pl.col("given_name"), _given)
    born = _each(pl.col("birth_date"), compact_numbers)
    there = pl.all_horizontal(part.fill_null("") != "" for part in (family, given, born))
    names = pl.when(there).then(pl.format("names|{}|{}", _names(family, given), born))
    # Documents of those who have names are not needed: they are many, and each another.
    document = _each(pl.when(~there).then(pl.col("document")), compact_numbers)
    number = pl.when(document != "").then(pl.format("document|{}", document))
    return pl.coalesce(names, number)


def identities(frame: pl.DataFrame, roles: dict[str, str]) -> pl.Series:
    """The identity by which the persons of ``frame`` are compared; null where none can be made.

    ``roles`` gives the column of each link role. The texts never leave the process.
    """
    given = {role: pl.col(column).cast(pl.String) for role, column in roles.items()}
    columns = {role: given.get(role, pl.lit(None, pl.String)) for role in ROLES}
    return frame.select(**columns).select(identity=_identity())["identity"]


def inner(identity: pl.Expr, keys: CountryKeys) -> pl.Expr:
    """The country's half of the link token, 64 hex digits; the same in every country.

    It goes to the region encrypted and is never stored.
    """
    made = _digest(keys.linking, _message("link", text=identity))
    return made.alias(identity.meta.output_name())


def link_token(inner: pl.Expr, keys: RegionKeys) -> pl.Expr:
    """The region's half: neither key holder alone can try out names."""
    first, later = keys.region[0], keys.region[1:]
    made = _digest(first, _message("region", text=inner)).str.head(DIGITS)
    return renewed(made.alias(inner.meta.output_name()), later)


def person(identity: pl.Expr, record: pl.Expr, keys: CountryKeys, origin: Origin) -> pl.Expr:
    """A country's stable pseudonym of a person; without an identity, of the record.

    Always of the first generation: the person key that is made of it must never change.
    """

    known = _message("person", origin.country, text=identity)
    alone = _message("row", origin.country, origin.source, text=record)
    made = _digest(keys.identity[0], pl.coalesce(known, alone))
    return made.str.head(DIGITS).alias(identity.meta.output_name())


def person_key(person: pl.Expr, keys: RegionKeys) -> pl.Expr:
    """32 bits of a keyed hash of the person, as Int64; cells add them modulo 2^32."""
    digits = _digest(keys.rounding, _message("person", text=person)).str.head(8)
    return digits.str.to_integer(base=16, strict=False).alias(person.meta.output_name())
