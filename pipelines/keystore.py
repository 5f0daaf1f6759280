"""The keys of a workspace: made once, proved before they are used, in one place for secrets.

``intake`` is an age key pair: whoever has the public half can seal a file that only the intake
can open. The others are 32 random bytes, each generation after the other. They never reach an
argument, a log or a screen. Which there are says the book, see ``keybook``; where they are kept,
``keyrings``.
"""

import datetime as dt
import hashlib
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyrage

from anonymize.identity import Chain, CountryKeys, RegionKeys
from pipelines import keybook, keyrings, settings, whole
from pipelines.keybook import Backend, Book, Generation
from pipelines.keyrings import NoKeys
from pipelines.settings import Configuration, Role, Workspace
from sources.streams import Readable

SIZE = 32
# ``linking`` is common to the countries: under keys of their own, none would know another's people.
OF_ALL = ("linking", "region", "rounding")
INTAKE = "intake"
# What is the region's, no country has.
OF_ROLE: dict[Role, tuple[str, ...]] = {"national": ("linking",), "regional": OF_ALL}


def identity_of(keeper: str) -> str:
    """The name of the key by which a country, or a publisher, makes its pseudonyms."""
    return f"{keeper}/identity"


def fresh(name: str) -> str:
    """A new secret for a key."""
    return str(pyrage.x25519.Identity.generate()) if name == INTAKE else secrets.token_hex(SIZE)


def held(folder: Path, name: str, book: Book | None = None) -> list[str]:
    """The secrets of a key that are held, oldest first, each proved; raises ``NoKeys``.

    As the book of the folder says, or one that is to take its place.
    """
    book = book or keybook.read(folder)
    parts = keyrings.of(folder, book).read(name).split()
    proofs = {keybook.check(name, part): part for part in parts}
    needed = [g.check for g in book.keys.get(name, ()) if g.held]
    if not needed or not proofs.keys() >= set(needed):
        raise NoKeys(
            f"The key {name} is damaged, or not the one of this workspace. Restore it from your "
            "backup, or with: tipstat keys init --restore BUNDLE"
        )
    return [proofs[check] for check in needed]


def _chain(folder: Path, name: str) -> Chain:
    return tuple(bytes.fromhex(secret) for secret in held(folder, name))


def generation(book: Book, name: str, secret: str) -> Generation:
    """The next generation of a key, for the book."""
    today = dt.datetime.now(dt.UTC).date()
    return Generation(turn=book.turn(name), made=today, check=keybook.check(name, secret))


def make(folder: Path, names: Sequence[str]) -> list[str]:
    """Make the keys that the book does not have; their names.

    What a killed process made, or a container brings, is taken; no secret is ever replaced.
    """
    book, made = keybook.read(folder), [n for n in names if n not in keybook.read(folder).keys]
    for name in made:
        keeper = keyrings.of(folder, book)
        try:
            secret = keeper.read(name).strip()
        except keyrings.Absent:
            keeper.write(name, secret := fresh(name))
        if name == INTAKE:
            publish(folder, secret)
        book = book.with_key(name, (generation(book, name, secret),))
        keybook.write(folder, book)
    return made


def public_half(secret: str) -> bytes:
    """The public half of the intake's key."""
    return str(pyrage.x25519.Identity.from_str(secret).to_public()).encode()


def publish(folder: Path, secret: str) -> None:
    """Write the public half of the intake's key."""
    whole.secret(folder / "intake.pub", public_half(secret))


def create(workspace: Workspace, backend: Backend = "files") -> None:
    """The keys of a new workspace; the keys of a country are made when it first sends."""
    # Sealed children, one a submission, load this module and never sign.
    from pipelines import signing

    folder = workspace["keys"]
    if not (folder / keybook.FILE).exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keybook.write(folder, Book(backend=backend))
    make(folder, (INTAKE, *OF_ROLE[workspace.configuration.role]))
    signing.create(signing_key(workspace))


def new(root: Path, configuration: Configuration, backend: Backend = "files") -> Workspace:
    """A new workspace with its keys, or nothing at all."""
    settings.vacant(root)
    was_there = root.exists()
    try:
        workspace = settings.create(root, configuration)
        create(workspace, backend)
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        if was_there:
            root.mkdir(exist_ok=True)
        raise
    return workspace


def signing_key(workspace: Workspace) -> Path:
    """Where the key lies that signs releases, or the packages of a national node; a file under
    every backend."""
    return signing_key_in(workspace["keys"])


def signing_key_in(folder: Path) -> Path:
    """The same, for a sealed child, which knows the folder of the keys."""
    return folder / "signing.pem"


def welcome(workspace: Workspace, keeper: str) -> bool:
    """The key of a country or publisher that sends records, unless it has it; whether it is new."""
    return bool(make(workspace["keys"], (identity_of(keeper),)))


def dismiss(workspace: Workspace, keeper: str) -> None:
    """Take back a key that was made for what was then refused: nothing was kept under it."""
    folder, name = workspace["keys"], identity_of(keeper)
    book = keybook.read(folder)
    keybook.write(folder, book.with_key(name, ()))
    keyrings.of(folder, book).forget(name)


def common(folder: Path) -> tuple[str, ...]:
    """The names of the keys that every sealed child needs: none of a region in a country."""
    return (INTAKE, *OF_ROLE[settings.opened(folder.parent).configuration.role])


def of_child(folder: Path, keeper: str | None) -> tuple[Path, ...]:
    """The files that a sealed child needs for the records of ``keeper``, where keys are files."""
    own = (folder / f"{identity_of(keeper)}.key",) if keeper else ()
    return (
        *(folder / f"{name}.key" for name in common(folder)),
        *(folder / "intake.pub", folder / keybook.FILE),
        *own,
    )


def ready(folder: Path, keeper: str | None) -> dict[str, str]:
    """What must be handed to a sealed child, which reads files itself but nothing else.

    Raises ``NoKeys`` unless every key that it needs is there and proves itself.
    """
    names = (*common(folder), *([identity_of(keeper)] if keeper else []))
    found = {name: "\n".join(held(folder, name)) for name in names}
    return {} if keybook.read(folder).backend == "files" else found


def of_country(folder: Path, keeper: str) -> CountryKeys:
    """The keys with which a country, or a publisher, makes pseudonyms and inner values."""
    return CountryKeys(_chain(folder, identity_of(keeper)), _chain(folder, "linking")[0])


def of_region(folder: Path) -> RegionKeys:
    """The keys with which the region's intake makes link tokens and person keys.

    Later generations of the linking key are applied over the region's, in the order of their
    turns: what is stored can go through them, the country's inner value cannot, it is nowhere.
    """
    book = keybook.read(folder)
    turns = [
        *zip(_turns(book, "region"), _chain(folder, "region"), strict=True),
        *zip(_turns(book, "linking")[1:], _chain(folder, "linking")[1:], strict=True),
    ]
    return RegionKeys(tuple(secret for _, secret in sorted(turns)), rounding(folder))


def _turns(book: Book, name: str) -> list[int]:
    return [g.turn for g in book.keys[name] if g.held]


def passing() -> tuple[CountryKeys, RegionKeys]:
    """Keys for a check that keeps nothing: random, and gone with the process."""
    one, two, three, four = (secrets.token_bytes(SIZE) for _ in range(4))
    return CountryKeys((one,), two), RegionKeys((three,), four)


def rounding(folder: Path) -> bytes:
    """The key that decides how cells are rounded; never rotated."""
    return _chain(folder, "rounding")[0]


def _intake(folder: Path) -> pyrage.x25519.Recipient:
    public = keyrings.guarded(folder / "intake.pub").read_bytes()
    return pyrage.x25519.Recipient.from_str(public.decode())


def sealed(data: bytes, folder: Path) -> bytes:
    """``data`` so that only the intake can open it."""
    return bytes(pyrage.encrypt(data, [_intake(folder)]))


def sealed_to(recipient: str, data: bytes) -> bytes:
    """``data`` so that only the holder of a public half's other half can open it."""
    return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(recipient)]))


def seal_stream(plain: Readable, out: BinaryIO, recipient: str) -> None:
    """Seal a stream piece by piece."""
    pyrage.encrypt_io(plain, out, [pyrage.x25519.Recipient.from_str(recipient)])
    out.flush()


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
    return pyrage.x25519.Identity.from_str(held(folder, INTAKE)[-1])


def opened(data: bytes, folder: Path) -> bytes:
    """What ``sealed`` sealed; only sealed processes call this."""
    return bytes(pyrage.decrypt(data, [intake_key(folder)]))
