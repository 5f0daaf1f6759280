"""The senders that a region knows: whose packages are taken, whose are not any more, what came.

Whoever has a stolen signing key dates what it signs as it likes, so from the moment of a
withdrawal nothing of that key is taken, however it is dated. What came before stays as it is and
is listed: only a person who asks the sender can tell which of it is theirs.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from data_contracts.model import Frozen
from pipelines import cards, inbox, receiving, together
from pipelines.cards import Card, Withdrawn
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.receiving import Delivery
from pipelines.settings import Workspace, locked


class NoSender(Refusal):
    """Nobody is known here by that name."""

    exit_code = WRONG_USAGE


class Package(Frozen):
    """One package that was taken in: when it says it was made, when it came, what it is for."""

    package: str
    made: dt.datetime
    received: dt.datetime | None
    submissions: tuple[str, ...]
    slices: tuple[tuple[str, str | None], ...]


class Sender(Frozen):
    """A sender with all that was taken of it; ``withdrawn`` since when nothing is any more."""

    title: str
    country: str
    fingerprint: str
    withdrawn: dt.datetime | None
    packages: tuple[Package, ...]


def every(workspace: Workspace) -> list[Sender]:
    """All senders, by country and title; raises ``BadCard``."""
    keys, came = workspace["keys"], _packages(workspace)
    gone = cards.withdrawn(keys)
    welcome = {n: card for n, card in cards.senders(keys).items() if n not in gone}
    found = [_sender(card, None, came) for card in welcome.values()]
    found += [_sender(one.card, one.on, came) for one in gone.values()]
    return sorted(found, key=lambda one: (one.country, one.title, one.fingerprint))


def _packages(workspace: Workspace) -> dict[str, list[Package]]:
    """What each sender sent, by the fingerprint of its sending key, in the order of receipt."""
    received = {one.submission: one.received for one in inbox.received(workspace)}
    found: dict[str, list[Package]] = {}
    for one in receiving.deliveries(workspace):
        found.setdefault(one.sender, []).append(_package(one, received))
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    return {name: sorted(own, key=lambda p: p.received or never) for name, own in found.items()}


def _package(one: Delivery, received: dict[str, dt.datetime]) -> Package:
    first = one.submissions[0] if one.submissions else ""
    return Package(
        received=received.get(first), **one.model_dump(include=set(Package.model_fields))
    )


def _sender(card: Card, on: dt.datetime | None, came: dict[str, list[Package]]) -> Sender:
    return Sender(
        title=card.title,
        country=card.country,
        fingerprint=card.fingerprint,
        withdrawn=on,
        packages=tuple(came.get(cards.fingerprint(card.sending), ())),
    )


def doubtful(workspace: Workspace) -> dict[str, dt.datetime]:
    """The submissions that came from a withdrawn sender, and since when it is withdrawn."""
    return {
        submission: one.withdrawn
        for one in every(workspace)
        if one.withdrawn
        for package in one.packages
        for submission in package.submissions
    }


def withdraw(workspace: Workspace, named: Sequence[str], now: dt.datetime) -> Sender:
    """Take nothing of a sender from now on; what came of it stays. Raises ``NoSender``.

    ``named`` is the file of its card, or the fingerprint of that, in groups or not.
    """
    with locked(workspace):
        keys, card = workspace["keys"], _named(workspace, named)
        name = cards.fingerprint(card.sending)
        # Whoever asks again sees the list again; the day stays.
        told = cards.withdrawn(keys).get(name) or Withdrawn(card=card, on=now)
        with together.changed(workspace.root) as change:
            data = told.model_dump_json(indent=1).encode()
            change.write(keys / cards.WITHDRAWN / f"{name}.json", data)
            change.remove(keys / cards.SENDERS / f"{name}.json")
        return _sender(told.card, told.on, _packages(workspace))


def _named(workspace: Workspace, named: Sequence[str]) -> Card:
    if len(named) == 1 and Path(named[0]).is_file():
        return cards.read(Path(named[0]), "national")
    keys, told = workspace["keys"], "".join("".join(named).split()).lower()
    known = [*cards.senders(keys).values(), *(one.card for one in cards.withdrawn(keys).values())]
    found = [card for card in known if card.fingerprint == told]
    if not found:
        raise NoSender(
            "No sender is known here by that: give the file of its card, or its fingerprint as "
            "`tipstat senders` shows it."
        )
    return found[0]
