"""What the machinery of keys must make of public values, whatever machine it runs on.

Hashes by RFC 4231, signatures by RFC 8032; ours were computed with Python's ``hmac`` alone, from
keys that are bytes 1 to 5 repeated, and stand in docs/methods-identity.md.
"""

import hmac
from collections.abc import Callable
from hashlib import sha256

import polars as pl
import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anonymize import identity
from anonymize.identity import CountryKeys, Origin, RegionKeys


def _bytes(number: int) -> bytes:
    return bytes([number]) * 32


COUNTRY = CountryKeys((_bytes(1),), _bytes(2))
REGION = RegionKeys((_bytes(3), _bytes(4)), _bytes(5))
ORIGIN = Origin("xaa_police", "XAA", "identity")
WHO = "names|ana invented|19900102"
MADE: dict[str, object] = {
    "record": "8530bb4df1ee64ae0f633a98a39ca6a3",
    "link": "ba3497b4f7fd36fa1d48d01be77164be",
    "person": 3014084769,
}
RFC_4231 = (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c7")
RFC_8032 = (
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155",
)


def _of(by: pl.Expr, text: str) -> object:
    return pl.DataFrame({"text": [text]}).select(by)["text"].item()


def _hash() -> bool:
    key, text, starts = RFC_4231
    return hmac.digest(key, text, sha256).hex().startswith(starts)


def _signature() -> bool:
    secret, starts = RFC_8032
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    return private.sign(b"").hex().startswith(starts)


def _envelope() -> bool:
    pair = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(b"constant", [pair.to_public()])
    return bool(pyrage.decrypt(sealed, [pair]) == b"constant")


def _record() -> bool:
    made = identity.pseudonym(pl.col("text"), COUNTRY, "record", ORIGIN.source)
    return _of(made, "R1") == MADE["record"]


def _token() -> bool:
    half = identity.inner(pl.col("text"), COUNTRY)
    return _of(identity.link_token(half, REGION), WHO) == MADE["link"]


def _person() -> bool:
    who = identity.person(pl.col("text"), pl.lit("R1"), COUNTRY, ORIGIN)
    return _of(identity.person_key(who, REGION), WHO) == MADE["person"]


TESTS: dict[str, Callable[[], bool]] = {
    "HMAC-SHA256": _hash,
    "Ed25519": _signature,
    "age": _envelope,
    "pseudonym of a record": _record,
    "link token": _token,
    "person key": _person,
}


def failed() -> list[str]:
    """The tests that fail; on a sound machine none."""
    return [name for name, passes in TESTS.items() if not passes()]
