"""Cards: what nodes tell each other of themselves, all of it public.

A region's card lets a country encrypt to its intake; a country's, or an agency's, lets the region
know who signed a package. They are exchanged once, by a way that both sides trust: read the
fingerprints to each other.
"""

import datetime as dt
import hashlib
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts.model import Frozen
from pipelines import bundles, keybook, keystore, settings, signing, whole
from pipelines.errors import ENVIRONMENT, WRONG_USAGE, Refusal
from pipelines.settings import Role, Workspace

REGION, SENDERS, WITHDRAWN = "region.card.json", "senders", "senders/withdrawn"
# So many hex digits of SHA-256 are read to each other on the telephone.
DIGITS = 32


class NoCard(Refusal):
    """A card is not there, is none, or says what does not fit here."""

    exit_code = WRONG_USAGE


class NotIntroduced(Refusal):
    """The node has no card of the region for which it should seal."""

    exit_code = ENVIRONMENT


class BadCard(Refusal):
    """A card that was kept here is damaged, or not the one by which it is called."""

    exit_code = ENVIRONMENT


class Card(Frozen):
    """A node's name and public keys.

    ``intake`` is an age public key, ``sending`` 32 bytes of Ed25519 as hex digits, ``linking``
    how a country's linking key proves itself.
    """

    role: Role
    title: str
    country: str = ""
    intake: str
    sending: str = Key(pattern=r"^[0-9a-f]{64}$")
    linking: str = ""

    @property
    def fingerprint(self) -> str:
        """What is read on the telephone: of all that the card says but its title, so that whoever
        changes a card on its way, its keys or its country, is found out."""
        return fingerprint(self.model_dump_json(exclude={"title"}))


class Withdrawn(Frozen):
    """The card of a sender whose packages are not taken any more, and since when."""

    card: Card
    on: dt.datetime


def fingerprint(text: str) -> str:
    """By what a public key is called: the beginning of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def linking(keys: Path) -> str:
    """How the linking key proves itself, by which two nodes see that they have the same one.

    Of its first generation, under which inner values are made for good.
    """
    return keybook.read(keys).keys["linking"][0].check


def sending(keys: Path) -> str:
    """The public half of the key that signs packages, as hex digits."""
    public = signing.key(keystore.signing_key_in(keys)).public_key()
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def own(workspace: Workspace) -> Card:
    """The card of a workspace."""
    keys, said = workspace["keys"], workspace.configuration
    return Card(
        role=said.role,
        title=said.title,
        country=said.country,
        intake=(keys / "intake.pub").read_text(encoding="utf-8"),
        sending=sending(keys),
        linking=linking(keys) if workspace.is_national else "",
    )


def read(file: Path, role: Role) -> Card:
    """A card from a file; raises ``NoCard`` unless it is of a node of this role."""
    try:
        card = Card.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise NoCard(
            f"{file} is no card, or is not there. Get it anew: `tipstat card -o FILE`."
        ) from None
    if card.role != role:
        raise NoCard(f"{file} is the card of a {card.role} node; a {role} one is needed here.")
    return card


def keep(workspace: Workspace, name: str, card: Card) -> None:
    """Keep a card among the keys, instead of an earlier one of this name."""
    whole.write(workspace["keys"] / name, card.model_dump_json(indent=1).encode())


def welcome(workspace: Workspace, file: Path) -> Card:
    """Take packages of this sender from now on, or in a country seal for this region from now on;
    raises ``NoCard``.

    All countries share one linking key, so the card of whoever has another one is refused. A
    region whose intake got another key has a new card.
    """
    if workspace.is_national:
        card = read(file, "regional")
        keep(workspace, REGION, card)
        return card
    card, gone = read(file, "national"), withdrawn(workspace["keys"])
    name = fingerprint(card.sending)
    if name in gone:
        raise NoCard(
            f"{file}: its sending key was withdrawn here on {gone[name].on:%Y-%m-%d}, because "
            "others may have it. The sender makes another with `tipstat keys rotate signing` and "
            "sends its new card."
        )
    every = [*senders(workspace["keys"]).values(), *(one.card for one in gone.values())]
    others = {known.linking for known in every}
    if others - {card.linking}:
        raise NoCard(
            f"{file}: this node has another linking key than those that are welcome already, so "
            "nobody would be recognised across borders. Hand it the countries' linking key."
        )
    keep(workspace, f"{SENDERS}/{name}.json", card)
    return card


def senders(keys: Path) -> dict[str, Card]:
    """Whose packages are taken, by the fingerprint of their sending key; raises ``BadCard``."""
    return {file.stem: _sender(file) for file in sorted((keys / SENDERS).glob("*.json"))}


def _sender(file: Path) -> Card:
    card = None
    with suppress(OSError, ValidationError):
        card = Card.model_validate_json(file.read_bytes())
    if card is None or card.role != "national" or fingerprint(card.sending) != file.stem:
        raise BadCard(
            f"{file} is damaged: it is not the card of the sender by whose key it is called. "
            "Delete it, and take that sender's card anew: tipstat welcome CARD"
        )
    return card


def withdrawn(keys: Path) -> dict[str, Withdrawn]:
    """Whose packages are not taken any more, by fingerprint; raises ``BadCard``."""
    return {file.stem: _gone(file) for file in sorted((keys / WITHDRAWN).glob("*.json"))}


def _gone(file: Path) -> Withdrawn:
    found = None
    with suppress(OSError, ValidationError):
        found = Withdrawn.model_validate_json(file.read_bytes())
    if found is None or fingerprint(found.card.sending) != file.stem:
        raise BadCard(
            f"{file}, which says that a sender was withdrawn, is damaged. Restore it from your "
            "backup; do not delete it: packages of that sender would be taken again."
        )
    return found


def of_region(keys: Path) -> Card:
    """The card of the region to which a national node sends; raises ``NotIntroduced``, or
    ``BadCard`` where it is damaged."""
    try:
        return Card.model_validate_json((keys / REGION).read_bytes())
    except ValidationError:
        raise BadCard(
            f"{keys / REGION} is damaged. Take the region's card anew: tipstat welcome CARD"
        ) from None
    except OSError:
        raise NotIntroduced(
            f"{keys.parent} does not know its region: only a national node seals. Make one with: "
            "tipstat init --role national --country C --region CARD"
        ) from None


def of_sealing(keys: Path, country: str) -> tuple[Path, ...]:
    """What a sealed child that makes a package may read of its workspace."""
    own = keystore.of_child(keys, country)
    named = (keys / REGION, keys / bundles.PUBLIC, keystore.signing_key_in(keys))
    return (*own, *named, keys.parent / settings.FILE)


def of_receiving(keys: Path) -> tuple[Path, ...]:
    """What a sealed child that opens a package may read of its workspace."""
    own = keystore.of_child(keys, None)
    return (*own, keys.parent / settings.FILE)
