"""Keys and what is made of them: pseudonyms, link tokens, person keys.

Every input of a keyed hash begins with its purpose and has length-marked parts, so that no
value of one purpose can equal a value of another. Nothing here is reversible without the keys.
"""

import hmac
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import polars as pl

from data_contracts.model import Frequency

VERSION = "1"
ROLES = ("family_name", "given_name", "birth_date", "document")


@dataclass(frozen=True, repr=False)
class Keys:
    """The secrets of a country and of its region, 32 bytes each; never printed.

    ``identity`` makes the country's pseudonyms. ``linking``, which all countries have and the
    region has not, then ``region``, which no country has, make the link token. ``rounding``
    makes the person keys, and it is never rotated.
    """

    identity: bytes
    linking: bytes
    region: bytes
    rounding: bytes


@dataclass(frozen=True)
class Origin:
    """Who sent the records, for which country, and whether its persons can be told apart.

    ``country`` is unknown for a publisher whose rows say their own. ``frequency`` is the finest
    period that the source reports; ``case`` says that each row is a case of its own.
    """

    source: str
    country: str
    person: Literal["row", "identity"]
    frequency: Frequency = "quarter"
    case: Literal["row"] | None = None


def mac(key: bytes, purpose: str, *parts: str) -> bytes:
    """HMAC-SHA256 over a purpose and length-marked parts."""
    text = "".join(f"{len(part)}:{part}" for part in (purpose, VERSION, *parts))
    return hmac.digest(key, text.encode(), sha256)


def _letters(text: str) -> str:
    """The text in lower case without accents and without invisible characters.

    Vowel signs of Asian scripts stay: without them different names would be one.
    """
    plain = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c for c in plain if unicodedata.category(c) != "Cf").casefold()


def _counts(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def normalised(text: str) -> str:
    """A name as it is compared: letters and digits only, sorted words.

    Version 1: NFKD, marks dropped, lower case, word order ignored.
    """
    words = "".join(c if _counts(c) else " " for c in _letters(text)).split()
    return " ".join(sorted(words))


def compact(text: str) -> str:
    """A date or document number as it is compared: letters and digits only, in their order."""
    return "".join(c for c in _letters(text) if _counts(c))


def _mapped(column: pl.Expr, make: Callable[[str], str | int], kind: type[pl.DataType]) -> pl.Expr:
    """``make`` applied to each distinct text once; null stays null."""

    def apply(values: pl.Series) -> pl.Series:
        distinct = values.drop_nulls().unique().to_list()
        made = {value: make(value) for value in distinct}
        return values.replace_strict(made, default=None, return_dtype=kind())

    return column.map_batches(apply, return_dtype=kind())


def pseudonym(column: pl.Expr, keys: Keys, purpose: str, source: str) -> pl.Expr:
    """A record's or case's own number as 32 hex digits that only the country's key can make."""
    return _mapped(
        column, lambda text: mac(keys.identity, purpose, source, text).hex()[:32], pl.String
    )


def _identity(roles: Sequence[str]) -> pl.Expr:
    """Names and birth date where all three are there, else the document, else null.

    What has no letter or digit, such as a dash for "not known", is not there: it would make one
    person of all who share it.
    """

    def whole(row: dict[str, str | None]) -> str | None:
        family, given, born, document = (row.get(role) or "" for role in ROLES)
        if normalised(family) and normalised(given) and compact(born):
            return f"names|{normalised(f'{family} {given}')}|{compact(born)}"
        return f"document|{compact(document)}" if compact(document) else None

    texts = pl.struct(pl.col(role).cast(pl.String) for role in roles)
    return texts.map_elements(whole, return_dtype=pl.String)


def identities(frame: pl.DataFrame, roles: dict[str, str]) -> pl.Series:
    """The identity by which the persons of ``frame`` are compared; null where none can be made.

    ``roles`` gives the column of each link role. The texts never leave the process.
    """
    columns = [pl.col(column).alias(role) for role, column in roles.items()]
    return frame.select(columns).select(identity=_identity(list(roles)))["identity"]


def link_token(identity: pl.Expr, keys: Keys) -> pl.Expr:
    """The regional token: the countries' linking key first, then the region's.

    The same in every country. Neither key holder alone can try out names.
    """

    def token(text: str) -> str:
        inner = mac(keys.linking, "link", text)
        return mac(keys.region, "region", inner.hex()).hex()[:32]

    return _mapped(identity, token, pl.String)


def person(identity: pl.Expr, record: pl.Expr, keys: Keys, origin: Origin) -> pl.Expr:
    """A country's stable pseudonym of a person; without an identity, of the record."""

    def known(text: str) -> str:
        return mac(keys.identity, "person", origin.country, text).hex()[:32]

    def alone(text: str) -> str:
        return mac(keys.identity, "row", origin.country, origin.source, text).hex()[:32]

    return pl.coalesce(_mapped(identity, known, pl.String), _mapped(record, alone, pl.String))


def person_key(person: pl.Expr, keys: Keys) -> pl.Expr:
    """32 bits of a keyed hash of the person, as Int64; cells add them modulo 2^32."""
    return _mapped(
        person, lambda p: int.from_bytes(mac(keys.rounding, "person", p)[:4], "big"), pl.Int64
    )
