"""Where the keys of a workspace lie: files that only their owner may read.

``intake`` is an age key pair: whoever has the public half can seal a file that only the intake
can open. The others are 32 random bytes. They never reach an argument, a log or a screen.
"""

import os
import secrets
from pathlib import Path

import pyrage

from anonymize.identity import Keys
from pipelines import signing
from pipelines.errors import ENVIRONMENT, Refusal, unwritable
from pipelines.settings import Workspace

SIZE = 32


class NoKeys(Refusal):
    """A key of the workspace is missing or others may read it."""

    exit_code = ENVIRONMENT


def _keep(file: Path, data: bytes) -> None:
    """Write a secret that nobody else may read, once; an existing one is never replaced."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise unwritable(file, error) from None
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)


def _secret(file: Path) -> bytes:
    try:
        mode = file.stat().st_mode
        data = file.read_bytes()
    except OSError:
        raise NoKeys(f"The key {file} cannot be read. Restore it from your backup.") from None
    if mode & 0o077:
        raise NoKeys(f"Others may read the key {file}. Run: chmod 600 {file}")
    return data


def create(workspace: Workspace) -> None:
    """The keys of a new workspace; the keys of a country are made when it first sends."""
    folder = workspace["keys"]
    pair = pyrage.x25519.Identity.generate()
    _keep(folder / "intake.key", str(pair).encode())
    _keep(folder / "intake.pub", str(pair.to_public()).encode())
    for name in ("region", "rounding"):
        _keep(folder / f"{name}.key", secrets.token_bytes(SIZE))


def signing_key(workspace: Workspace) -> Path:
    """Where the key lies that signs releases; made when it is first needed."""
    file = workspace["keys"] / "signing.pem"
    if not file.exists():
        signing.create(file)
    return file


def welcome(workspace: Workspace, country: str) -> None:
    """The keys of a country that sends records, unless it has them."""
    for name in ("identity", "linking"):
        _keep(workspace["keys"] / country / f"{name}.key", secrets.token_bytes(SIZE))


def of_country(folder: Path, country: str) -> Keys:
    """The keys with which the gate in treats a country's records."""
    return Keys(
        identity=_secret(folder / country / "identity.key"),
        linking=_secret(folder / country / "linking.key"),
        region=_secret(folder / "region.key"),
        rounding=rounding(folder),
    )


def passing() -> Keys:
    """Keys for a check that keeps nothing: random, and gone with the process."""
    return Keys(*(secrets.token_bytes(SIZE) for _ in range(4)))


def rounding(folder: Path) -> bytes:
    """The key that decides how cells are rounded; never rotated."""
    return _secret(folder / "rounding.key")


def sealed(data: bytes, folder: Path) -> bytes:
    """``data`` so that only the intake can open it."""
    public = _secret(folder / "intake.pub").decode()
    return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(public)]))


def opened(data: bytes, folder: Path) -> bytes:
    """What ``sealed`` sealed; only the sealed child calls this."""
    pair = pyrage.x25519.Identity.from_str(_secret(folder / "intake.key").decode())
    return bytes(pyrage.decrypt(data, [pair]))
