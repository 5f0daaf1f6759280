"""A reviewer's session at the portal: opened by a link that only her key can make.

There are no passwords. At her own machine her key signs a fresh key for one release and a short
time; the link carries that fresh key. Whoever runs the portal could decide in her name while the
session is open, on that release and no other: who does not trust the machine decides at her own.
"""

import base64
import datetime as dt
import json
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import ValidationError

from data_contracts.model import Frozen
from pipelines import ledger, signing
from pipelines.errors import WRONG_USAGE, Refusal

# A link is used soon after it is made, and what it opened closes within the hour.
LINK, LASTS = dt.timedelta(minutes=10), dt.timedelta(minutes=60)
# Clocks of two machines may differ by so much.
AHEAD = dt.timedelta(minutes=2)
PATH = "/enter"


class NoEntry(Refusal):
    """A link opens nothing: it is too old, was used, or is of nobody known here."""

    exit_code = WRONG_USAGE


class Session(Frozen):
    """What a reviewer's key says: that ``public`` may decide for her, where and how long.

    ``reviewer`` is her public key, ``signature`` hers over all the rest; keys are hex digits.
    """

    reviewer: str
    release: str
    public: str
    opened: str
    signature: str = ""

    def is_open(self, then: dt.datetime) -> bool:
        """Whether it is neither too early nor too late."""
        opened = dt.datetime.fromisoformat(self.opened)
        return opened - AHEAD <= then <= opened + LASTS


class Entry(Frozen, arbitrary_types_allowed=True):
    """A session and the private key that it opened."""

    session: Session
    private: Ed25519PrivateKey


def genuine(session: Session) -> bool:
    """Whether the reviewer's key opened the session."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(session.reviewer))
        key.verify(bytes.fromhex(session.signature), _signed(session))
    except (ValueError, InvalidSignature):
        return False
    return True


def link(key: Path, release: str, address: str, now: dt.datetime) -> str:
    """The address by which a reviewer enters the portal, once and soon."""
    seed = secrets.token_bytes(32)
    fresh, own = Ed25519PrivateKey.from_private_bytes(seed), signing.key(key)
    session = Session(
        reviewer=own.public_key().public_bytes_raw().hex(),
        release=release,
        public=fresh.public_key().public_bytes_raw().hex(),
        opened=now.astimezone(dt.UTC).isoformat(timespec="seconds"),
    )
    signed = session.model_copy(update={"signature": own.sign(_signed(session)).hex()})
    told: dict[str, Any] = {"seed": seed.hex(), "session": signed.model_dump()}
    token = base64.urlsafe_b64encode(ledger.canonical(told)).decode().rstrip("=")
    return f"{address.rstrip('/')}{PATH}?token={token}"


def entered(token: str, now: dt.datetime, since: dt.datetime) -> Entry:
    """What a link opens; raises ``NoEntry``.

    ``since`` is when the portal started: of what was used before then it knows nothing.
    """
    try:
        told = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        session = Session.model_validate(told["session"])
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(told["seed"]))
        # Without a zone it would not be comparable.
        opened = dt.datetime.fromisoformat(session.opened).astimezone(dt.UTC)
    except (ValueError, TypeError, KeyError, ValidationError):
        raise NoEntry("The link is not whole: make a new one with `tipstat portal link`.") from None
    own = private.public_key().public_bytes_raw().hex() == session.public
    in_time = max(opened - AHEAD, since) <= now <= opened + LINK and opened >= since
    if not (own and in_time and genuine(session)):
        raise NoEntry("The link is too old or not genuine: make one with `tipstat portal link`.")
    return Entry(session=session, private=private)


def _signed(session: Session) -> bytes:
    plain = session.model_dump(exclude={"signature"})
    return b"tipstat-session-1\n" + ledger.canonical(plain)
