"""Reviewers: each with a key of her own, which never enters the workspace, and a card.

The configuration names who may review; a card says by which key she is known. Cards are exchanged
once, by a way that both sides trust: read the fingerprint to each other.
"""

import datetime as dt
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts.model import Frozen
from pipelines import keystore, ledger, signing, whole
from pipelines.cards import fingerprint
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.settings import Workspace

FOLDER = "reviewers"


class NoReviewer(Refusal):
    """A card is none, or is of somebody who may not review here."""

    exit_code = WRONG_USAGE


class Card(Frozen):
    """A reviewer's name, as the configuration has it, and public key: Ed25519 as hex digits."""

    reviewer: str = Key(min_length=1)
    public: str = Key(pattern=r"^[0-9a-f]{64}$")

    @property
    def fingerprint(self) -> str:
        """What is read on the telephone."""
        return fingerprint(self.model_dump_json())


def public(key: Path) -> str:
    """The public half of the key in a file, as hex digits; raises ``NoSigningKey``."""
    half = signing.key(key).public_key()
    return half.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def make(name: str, key: Path, card: Path) -> Card:
    """A new key for a reviewer, and her card; a key that exists is gone on with."""
    signing.create(key)
    try:
        made = Card(reviewer=name.strip(), public=public(key))
    except ValidationError:
        raise NoReviewer("Give the name as tipstat.toml has it: --name 'A. Ba'.") from None
    whole.write(card, made.model_dump_json(indent=1).encode())
    return made


def read(file: Path) -> Card:
    """A card from a file; raises ``NoReviewer``."""
    try:
        return Card.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise NoReviewer(
            f"{file} is no reviewer's card. Make one with: tipstat reviewer init"
        ) from None


def welcome(workspace: Workspace, file: Path, now: dt.datetime) -> Card:
    """Count the reviews of this reviewer from now on, by this key and no earlier one of hers."""
    card, said = read(file), workspace.configuration
    if card.reviewer not in said.reviewers:
        raise NoReviewer(
            f"{card.reviewer} is not among the reviewers in tipstat.toml: name her there first."
        )
    others = (one for one in known(workspace["keys"]).values() if one.reviewer != card.reviewer)
    if any(one.public == card.public for one in others):
        raise NoReviewer("That key is another reviewer's already: each needs a key of her own.")
    if card.public == public(keystore.signing_key(workspace)):
        raise NoReviewer("That key signs the releases here: a reviewer makes one of her own.")
    told = {"reviewer": card.reviewer, "key": fingerprint(card.public)}
    ledger.append(workspace.root, now, said.author, "reviewer", **told)
    keep(workspace["keys"], card)
    return card


def keep(keys: Path, card: Card) -> None:
    """Keep a card, instead of an earlier one of this reviewer."""
    name = fingerprint(card.reviewer.casefold())
    whole.write(keys / FOLDER / f"{name}.json", card.model_dump_json(indent=1).encode())


def known(keys: Path) -> dict[str, Card]:
    """Whose reviews are counted, by name."""
    every = (read(file) for file in sorted((keys / FOLDER).glob("*.json")))
    return {card.reviewer: card for card in every}


def of_key(keys: Path, public: str) -> Card:
    """Whose key it is; raises ``NoReviewer``."""
    for card in known(keys).values():
        if card.public == public:
            return card
    raise NoReviewer(
        "That key is of no reviewer here: send your card to the operator, who types "
        "`tipstat reviewer welcome CARD`."
    )
