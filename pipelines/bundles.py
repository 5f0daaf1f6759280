"""The recovery bundle: all keys of a workspace in one age file, for the day of their loss.

It is encrypted to the recovery key, whose private half lies in a safe, and changes together with
the keys. Beside it lies in plain what it holds, no secrets, so that whoever comes next sees
whether a killed process left it behind.
"""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts.model import Frozen
from pipelines import keybook, keyrings, keystore, whole
from pipelines.errors import ENVIRONMENT, Refusal
from pipelines.keybook import Book
from pipelines.settings import Workspace

PUBLIC, BUNDLE, HELD = "recovery.pub", "recovery.age", "recovery.json"
State = Literal["none", "current", "behind", "ahead"]


class NoBundle(Refusal):
    """A file holds no keys, does not open, or its keys may not be taken."""

    exit_code = ENVIRONMENT


class Bundle(Frozen):
    """Keys with their book; ``signing`` is the signing key in PEM form."""

    book: Book
    secrets: dict[str, str] = Key(repr=False)
    signing: str = Key(default="", repr=False)


class Held(Frozen):
    """What a bundle holds: the book of its keys, and SHA-256 of the signing key and of itself."""

    to: str
    book: Book
    signing: str
    bundle: str


def of(workspace: Workspace, book: Book | None = None, pem: bytes | None = None) -> Bundle:
    """All keys of a workspace, each proved, as they are or as ``book`` and ``pem`` will say."""
    folder = workspace["keys"]
    book = book or keybook.read(folder)
    held = {name: "\n".join(keystore.held(folder, name, book)) for name in book.keys}
    pem = pem or _sound_pem(keystore.signing_key(workspace))
    return Bundle(book=book, secrets=held, signing=pem.decode("ascii"))


def _sound_pem(file: Path) -> bytes:
    """The signing key; raises ``NoSigningKey``, so that a sound copy is never lost to a bad one."""
    # Sealed children and whoever submits load this module and never sign.
    from pipelines import signing

    signing.key(file)
    return file.read_bytes()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def made(
    workspace: Workspace, book: Book | None = None, pem: bytes | None = None
) -> dict[str, bytes]:
    """The bundle and what it holds, by the names of their files; nothing without a recovery key.

    Of the keys as they are, or as ``book`` and ``pem`` will say. Raises ``NoBundle`` where the one
    that is there has keys that would be lost.
    """
    folder = workspace["keys"]
    if (state := state_of(workspace)) == "none":
        return {}
    if state == "ahead":
        raise NoBundle(ahead(folder))
    to = (folder / PUBLIC).read_text(encoding="ascii").strip()
    every = of(workspace, book, pem)
    sealed = keystore.sealed_to(to, every.model_dump_json().encode())
    signs = _digest(every.signing.encode())
    held = Held(to=to, book=every.book, signing=signs, bundle=_digest(sealed))
    return {BUNDLE: sealed, HELD: held.model_dump_json(indent=1).encode()}


def ahead(folder: Path) -> str:
    """What to say of a bundle that holds keys which would be lost if it were written anew."""
    return (
        f"{folder / BUNDLE} holds keys that {folder / keybook.FILE} does not know: {folder} is "
        "an older copy. Restore the newest backup of the whole workspace. If this one is "
        f"meant, move {BUNDLE} and {HELD} away and run: tipstat keys init"
    )


def keep(workspace: Workspace) -> bool:
    """Write the bundle anew, where there is a recovery key; whether there is."""
    files = made(workspace)
    for name, data in files.items():
        whole.secret(workspace["keys"] / name, data)
    return bool(files)


def state_of(workspace: Workspace) -> State:
    """Whether the bundle holds the keys as they are, or is behind, or is ahead of their book."""
    folder = workspace["keys"]
    if not (folder / PUBLIC).exists():
        return "none"
    try:
        held = Held.model_validate_json((folder / HELD).read_bytes())
        is_whole = held.bundle == _digest((folder / BUNDLE).read_bytes())
    except (OSError, ValidationError):
        return "behind"
    book = keybook.read(folder)
    if not _checks(held.book) <= _checks(book):
        return "ahead"
    pem = keystore.signing_key(workspace)
    signs = _digest(pem.read_bytes()) if pem.exists() else ""
    to = (folder / PUBLIC).read_text(encoding="ascii").strip()
    is_same = (held.to, held.book, held.signing) == (to, book, signs)
    return "current" if is_whole and is_same else "behind"


def _checks(book: Book) -> set[tuple[str, str]]:
    return {(name, one.check) for name, own in book.keys.items() for one in own}


def catch_up(workspace: Workspace) -> None:
    """Write the bundle that a killed process left behind its keys; who holds the lock may.

    With a key lost, the bundle stays, which may have it: whoever needs the key says so.
    """
    if state_of(workspace) == "behind":
        from pipelines.signing import NoSigningKey

        with suppress(keyrings.NoKeys, NoSigningKey):
            keep(workspace)
