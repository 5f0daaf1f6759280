"""What the commands about keys do; as in ``commands``, facts and the exit code. No secrets."""

import getpass
import sys
from argparse import Namespace
from pathlib import Path

from pipelines import bundles, inspection, keystore, recovery, rotation, settings
from pipelines.bundles import Bundle
from pipelines.commands_releases import Answer
from pipelines.errors import ENVIRONMENT


def _passphrase() -> str:
    """A passphrase from whoever sits there, else the first line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass("Passphrase: ")
    return sys.stdin.readline().rstrip("\r\n")


def _opened(file: Path, unlock: Path | None) -> Bundle:
    return recovery.opened(file, unlock, "" if unlock else _passphrase())


def init(asked: Namespace) -> Answer:
    """Make what the workspace lacks, restore what is lost, take over the countries' key."""
    workspace = settings.opened(asked.workspace)
    bundle = _opened(asked.restore, asked.unlock) if asked.restore else None
    handed = _opened(asked.linking, asked.unlock) if asked.linking else None
    with settings.locked(workspace):
        restored = recovery.restore(workspace, bundle) if bundle else []
        taken = recovery.take_over(workspace, handed) if handed else False
        made = [
            keystore.identity_of(country)
            for country in asked.country
            if keystore.welcome(workspace, country)
        ]
        if asked.recovery:
            recovery.prepare(workspace, asked.recovery)
        kept = bundles.keep(workspace)
    facts = {"made": made, "restored": restored, "linking_taken_over": taken}
    bundled = str(workspace["keys"] / bundles.BUNDLE) if kept else None
    return {**facts, "recovery": bundled, "keys": inspection.shown(workspace)}, 0


def show(asked: Namespace) -> Answer:
    """Fingerprints, roles, generations, permissions."""
    return inspection.shown(settings.opened(asked.workspace)), 0


def check(asked: Namespace) -> Answer:
    """Prove every key and the machinery."""
    found = inspection.problems(settings.opened(asked.workspace))
    return {"problems": [one._asdict() for one in found]}, ENVIRONMENT if found else 0


def rotate(asked: Namespace) -> Answer:
    """Give a key its next generation, and the bundle with it."""
    workspace = settings.opened(asked.workspace)
    name = keystore.identity_of(asked.country) if asked.country else asked.key
    done = rotation.rotate(workspace, name)
    bundled = bundles.state_of(workspace) == "current"
    return {**done._asdict(), "recovery": bundled}, 0


def hand(asked: Namespace) -> Answer:
    """The linking key for another country, encrypted."""
    workspace = settings.opened(asked.workspace)
    passphrase = "" if asked.to else _passphrase()
    recovery.hand(workspace, asked.output, asked.to, passphrase, asked.country)
    return {"file": str(asked.output), "to": asked.to or "passphrase"}, 0
