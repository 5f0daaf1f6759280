"""Where the keys of a workspace lie: files that only their owner may read.

``intake`` is an age key pair: whoever has the public half can seal a file that only the intake
can open. The others are 32 random bytes. They never reach an argument, a log or a screen.
"""

import hashlib
import os
import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

import pyrage

from anonymize.identity import CountryKeys, RegionKeys
from pipelines import settings, whole
from pipelines.errors import ENVIRONMENT, Refusal
from pipelines.settings import Configuration, Workspace

SIZE = 32
# ``linking`` is common to the countries: under keys of their own, none would know another's people.
OF_ALL = ("linking", "region", "rounding")


class NoKeys(Refusal):
    """A key of the workspace is missing or others may read it."""

    exit_code = ENVIRONMENT


def _guarded(file: Path) -> Path:
    """The file of a secret; raises ``NoKeys`` where it is missing or others may read it."""
    try:
        about = file.stat()
    except OSError:
        raise NoKeys(f"The key {file} cannot be read. Restore it from your backup.") from None
    if about.st_mode & 0o077:
        raise NoKeys(f"Others may read the key {file}. Run: chmod 600 {file}")
    if not about.st_size:
        raise NoKeys(f"The key {file} is empty. Restore it from your backup.")
    return file


def _secret(file: Path) -> bytes:
    try:
        return _guarded(file).read_bytes()
    except OSError:
        raise NoKeys(f"The key {file} cannot be read. Make it readable for you.") from None


def create(workspace: Workspace) -> None:
    """The keys of a new workspace; the keys of a country are made when it first sends."""
    # Sealed children, one a submission, load this module and never sign.
    from pipelines import signing

    folder = workspace["keys"]
    pair = pyrage.x25519.Identity.generate()
    whole.keep(folder / "intake.key", str(pair).encode())
    whole.keep(folder / "intake.pub", str(pair.to_public()).encode())
    for name in OF_ALL:
        whole.keep(folder / f"{name}.key", secrets.token_bytes(SIZE))
    signing.create(signing_key(workspace))


def new(root: Path, configuration: Configuration) -> Workspace:
    """A new workspace with its keys, or nothing at all."""
    settings.vacant(root)
    was_there = root.exists()
    try:
        workspace = settings.create(root, configuration)
        create(workspace)
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        if was_there:
            root.mkdir(exist_ok=True)
        raise
    return workspace


def signing_key(workspace: Workspace) -> Path:
    """Where the key lies that signs releases."""
    return workspace["keys"] / "signing.pem"


def welcome(workspace: Workspace, keeper: str) -> bool:
    """The key of a country or publisher that sends records, unless it has it; whether it is new."""
    file = workspace["keys"] / keeper / "identity.key"
    is_new = not file.exists()
    whole.keep(file, secrets.token_bytes(SIZE))
    return is_new


def dismiss(workspace: Workspace, keeper: str) -> None:
    """Take back a key that was made for what was then refused: nothing was kept under it."""
    shutil.rmtree(workspace["keys"] / keeper)


def of_child(folder: Path, keeper: str | None) -> tuple[Path, ...]:
    """The keys that a sealed child needs for the records of ``keeper``."""
    own = (folder / keeper / "identity.key",) if keeper else ()
    return (*(folder / f"{name}.key" for name in ("intake", *OF_ALL)), folder / "intake.pub", *own)


def ready(folder: Path, keeper: str | None) -> None:
    """Raise ``NoKeys`` unless a sealed child will find the keys that it needs."""
    for file in of_child(folder, keeper):
        _guarded(file)


def of_country(folder: Path, keeper: str) -> CountryKeys:
    """The keys with which a country, or a publisher, makes pseudonyms and inner values."""
    return CountryKeys(
        identity=(_secret(folder / keeper / "identity.key"),),
        linking=_secret(folder / "linking.key"),
    )


def of_region(folder: Path) -> RegionKeys:
    """The keys with which the region's intake makes link tokens and person keys."""
    return RegionKeys(region=(_secret(folder / "region.key"),), rounding=rounding(folder))


def passing() -> tuple[CountryKeys, RegionKeys]:
    """Keys for a check that keeps nothing: random, and gone with the process."""
    one, two, three, four = (secrets.token_bytes(SIZE) for _ in range(4))
    return CountryKeys((one,), two), RegionKeys((three,), four)


def rounding(folder: Path) -> bytes:
    """The key that decides how cells are rounded; never rotated."""
    return _secret(folder / "rounding.key")


def _intake(folder: Path) -> pyrage.x25519.Recipient:
    return pyrage.x25519.Recipient.from_str(_secret(folder / "intake.pub").decode())


def sealed(data: bytes, folder: Path) -> bytes:
    """``data`` so that only the intake can open it."""
    return bytes(pyrage.encrypt(data, [_intake(folder)]))


class Digesting:
    """A stream that is read once and knows the digest of what was read."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, fewer only at the end."""
        data = self.stream.read(size)
        self.digest.update(data)
        return data


def seal(file: Path, target: Path, folder: Path) -> str:
    """Seal a file piece by piece, so that no size is too large; SHA-256 of what was sealed."""
    recipient = _intake(folder)
    with file.open("rb") as stream, whole.file(target) as draft, draft.open("xb") as out:
        plain = Digesting(stream)
        pyrage.encrypt_io(plain, out, [recipient])
        out.flush()
        os.fsync(out.fileno())
    return plain.digest.hexdigest()


def intake_key(folder: Path) -> pyrage.x25519.Identity:
    """The key that opens what was sealed; only sealed processes ask for it."""
    return pyrage.x25519.Identity.from_str(_secret(folder / "intake.key").decode())


def opened(data: bytes, folder: Path) -> bytes:
    """What ``sealed`` sealed; only sealed processes call this."""
    return bytes(pyrage.decrypt(data, [intake_key(folder)]))
