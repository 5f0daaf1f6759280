"""A new node of either role, with its keys, or nothing at all."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pyrage

from pipelines import bundles, cards, keystore, recovery, whole
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.keybook import Backend
from pipelines.settings import Configuration, Workspace

CARD, RECOVERY_FILE = "card.json", "recovery.key"


class NoRecipient(Refusal):
    """What should be a public key is none."""

    exit_code = WRONG_USAGE


class Node(NamedTuple):
    """A new node, its card to be given away, and the private half that must be taken away."""

    workspace: Workspace
    card: Path
    recovery: Path | None = None


def regional(root: Path, configuration: Configuration, backend: Backend = "files") -> Node:
    """A node that takes packages."""
    return introduced(keystore.new(root, configuration, backend))


def national(
    root: Path,
    configuration: Configuration,
    region: Path,
    public: str | None = None,
    backend: Backend = "files",
) -> Node:
    """A node that seals for the region whose card lies at ``region``.

    ``public`` is the country's age public key for recovery; without one a pair is made, and its
    private half lies in a file of the workspace, to be taken offline.
    """
    to = cards.read(region, "regional")
    if public:
        _check(public)
    workspace = keystore.new(root, configuration, backend)
    try:
        keystore.welcome(workspace, configuration.country)
        cards.keep(workspace, cards.REGION, to)
        private = None if public else root / RECOVERY_FILE
        if private:
            recovery.prepare(workspace, private)
        else:
            whole.write(workspace["keys"] / bundles.PUBLIC, str(public).encode())
        bundles.keep(workspace)
        return introduced(workspace)._replace(recovery=private)
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        raise


def _check(public: str) -> None:
    try:
        pyrage.x25519.Recipient.from_str(public)
    except pyrage.RecipientError:
        raise NoRecipient("--recovery needs an age public key, which begins with age1.") from None


def introduced(workspace: Workspace) -> Node:
    """The node with its card written anew, as after its linking key was taken over."""
    card = cards.own(workspace)
    whole.write(workspace[CARD], card.model_dump_json(indent=1).encode())
    return Node(workspace, workspace[CARD])
