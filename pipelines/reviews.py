"""What reviewers decide about a candidate: signed by each with her own key, kept in the log.

A decision is about one candidate, known by the checksum of its checksums. Whatever replaces the
candidate has no decisions yet. Comments stay in the log; what is signed, and leaves with a release
(see ``approvals``), holds of a comment only a hash with a random part.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from data_contracts.model import Frozen
from pipelines import alike, ledger, reviewers, signing
from pipelines.errors import WRONG_DATA, WRONG_USAGE, Refusal
from pipelines.sessions import Session, genuine

Decision = Literal["approve", "reject"]
# So many digits of a checksum are enough to say which candidate one has looked at.
LEAST = 8


class Replaced(Refusal):
    """The candidate is not the one that the reviewer has looked at."""

    exit_code = WRONG_USAGE


class NotDecided(Refusal):
    """A decision lacks what it needs, or is of somebody who may not decide."""

    exit_code = WRONG_USAGE


class NotNamed(NotDecided):
    """Somebody whom the configuration does not name, or not any more."""


class IsAuthor(NotDecided):
    """Whoever made a candidate does not judge it."""


class Forged(Refusal):
    """A decision is not signed by whom it names, or is not about these files."""

    exit_code = WRONG_DATA


class Statement(Frozen):
    """What is signed. ``candidate`` is ``fingerprint``, ``public`` the reviewer's key."""

    release: str
    candidate: str
    decision: Decision
    reviewer: str
    public: str
    at: str
    comment: str


class Signed(Frozen):
    """A statement and its signature, by the reviewer's key or by that of a session of hers."""

    statement: Statement
    signature: str
    session: Session | None = None


class Signer(Frozen, arbitrary_types_allowed=True):
    """Who signs: the reviewer's ``public`` key, and the private one in use."""

    public: str
    private: Ed25519PrivateKey
    session: Session | None = None


def signer(key: Path) -> Signer:
    """A reviewer at her own machine, with the file of her key."""
    return Signer(public=reviewers.public(key), private=signing.key(key))


def fingerprint(candidate: Path) -> str:
    """The checksum of a candidate: of the list of its checksums."""
    return signing.sha256((candidate / signing.CHECKSUMS).read_bytes())


def decide(
    root: Path,
    candidate: Path,
    looked_at: str,
    decision: Decision,
    comment: str | None,
    by: Signer,
    now: dt.datetime,
    author: str,
    named: Collection[str],
) -> Signed:
    """Log what a reviewer decides about the candidate in the folder ``candidate``.

    ``looked_at`` is the candidate's checksum, or its beginning, as the reviewer saw it; ``author``
    made it, ``named`` are the reviewers in the configuration. Raises where she may not decide, or
    on another one.
    """
    own = _looked_at(candidate, looked_at)
    card = reviewers.of_key(root / "keys", by.public)
    may_decide(card.reviewer, author, named)
    if decision == "reject" and not comment:
        raise NotDecided("Say why you reject it: --comment TEXT.")
    salt = secrets.token_hex(16)
    statement = Statement(
        release=candidate.name,
        candidate=own,
        decision=decision,
        reviewer=card.reviewer,
        public=by.public,
        at=now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        comment=hidden(comment, salt),
    )
    told = by.private.sign(signed_bytes(statement)).hex()
    made = Signed(statement=statement, signature=told, session=by.session)
    if not is_genuine(made):
        raise NotDecided("Your session is over: make a new link with `tipstat portal link`.")
    facts = {"release": candidate.name, "candidate": own, "decision": decision}
    facts |= {"comment": comment or "", "salt": salt}
    ledger.append(root, now, card.reviewer, "review", **facts, signed=made.model_dump())
    return made


def unaltered(candidate: Path) -> None:
    """Raise ``Tampered`` unless a candidate is as the run wrote it."""
    if wrong := signing.altered(signing.contents(candidate)):
        raise signing.Tampered(f"{candidate.name} was changed ({', '.join(wrong)}).")


def _looked_at(candidate: Path, asked: str) -> str:
    """The checksum of a candidate, if it is the one that was asked for."""
    unaltered(candidate)
    own, digits = fingerprint(candidate), "".join(asked.split()).lower()
    if len(digits) < LEAST or not own.startswith(digits):
        raise Replaced(
            f"{candidate.name} is not the candidate that you name: it has the checksum "
            f"{own[:16]}. Look at it with `tipstat release show {candidate.name}`, then decide."
        )
    return own


def may_decide(reviewer: str, author: str, named: Collection[str]) -> None:
    """Raise ``NotNamed`` or ``IsAuthor`` unless this reviewer may judge what ``author`` made."""
    if reviewer not in named:
        raise NotNamed(f"{reviewer} is not among the reviewers in tipstat.toml.")
    if alike.person(reviewer) == alike.person(author):
        raise IsAuthor(f"{author} made this candidate and cannot review it: ask somebody else.")


def hidden(comment: str | None, salt: str) -> str:
    """The hash of a comment that a statement holds: whoever has not the salt cannot try texts."""
    return hashlib.sha256(f"{salt}:{comment or ''}".encode()).hexdigest()


def signed_bytes(statement: Statement) -> bytes:
    """What exactly is signed; the first word keeps it apart from whatever else a key signs."""
    return b"tipstat-review-1\n" + ledger.canonical(statement.model_dump())


def is_genuine(signed: Signed) -> bool:
    """Whether the reviewer's key, or that of a session that it opened, signed the statement."""
    said, session = signed.statement, signed.session
    if session and not (genuine(session) and _covers(session, said)):
        return False
    by = session.public if session else said.public
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(by))
        key.verify(bytes.fromhex(signed.signature), signed_bytes(said))
    except (ValueError, InvalidSignature):
        return False
    return True


def _covers(session: Session, said: Statement) -> bool:
    """Whether a session was of this reviewer, for this release, and open by then."""
    then = dt.datetime.fromisoformat(said.at)
    same = (session.reviewer, session.release) == (said.public, said.release)
    return same and session.is_open(then)


def logged(root: Path, release: str) -> list[dict[str, Any]]:
    """Every decision about candidates of a release, the oldest first; raises ``Forged``."""
    found = [dict(one) for one in ledger.lines(root) if one["what"] == "review"]
    own = [one for one in found if one["release"] == release]
    for one in own:
        signed = Signed.model_validate(one["signed"])
        told = (signed.statement.candidate, signed.statement.decision, signed.statement.reviewer)
        comment = hidden(one["comment"], one["salt"])
        is_same = told == (one["candidate"], one["decision"], one["who"])
        if not is_same or comment != signed.statement.comment or not is_genuine(signed):
            raise Forged(f"Line {one['n']} of the log is not what {one['who']} has signed.")
    return own


def standing(root: Path, release: str, candidate: str, named: Collection[str]) -> dict[str, Signed]:
    """The last decision of each reviewer about the candidate with this checksum.

    An approval of somebody who is not ``named`` any more, or by a key that is not hers any more,
    does not count; a rejection does.
    """
    cards = reviewers.known(root / "keys")
    found: dict[str, Signed] = {}
    for one in logged(root, release):
        signed = Signed.model_validate(one["signed"])
        card = cards.get(signed.statement.reviewer)
        is_hers = card is not None and card.public == signed.statement.public
        is_hers = is_hers and signed.statement.reviewer in named
        if one["candidate"] == candidate and (is_hers or signed.statement.decision == "reject"):
            found[signed.statement.reviewer] = signed
    return found


def approving(decided: Mapping[str, Signed]) -> list[Signed]:
    """Those who approve; raises ``NotDecided`` while anybody rejects."""
    against = [name for name, one in decided.items() if one.statement.decision == "reject"]
    if against:
        raise NotDecided(
            f"{', '.join(against)} rejected this candidate: see `tipstat log show`, correct what "
            "is wrong and run again, or ask for another decision."
        )
    if len({one.statement.public for one in decided.values()}) < len(decided):
        raise NotDecided("Two reviewers have one key: each needs a key of her own.")
    return list(decided.values())
