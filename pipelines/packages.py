"""The package in which a country's safe rows travel: one file that only its recipients can open.

``MARK``, the only plain text, then an age stream. In it a tar archive: the manifest, its
signature (Ed25519), and the members in the order of the manifest. What is read is checked against
the manifest piece by piece, and to the end: nothing of a package counts that was cut off.
"""

import datetime as dt
import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts.model import Frozen
from data_contracts.verdict import Verdict
from pipelines import unsealing, whole
from pipelines.unsealing import Broken, Plain

FORMAT = 1
MARK = b"tipstat package 1\n"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
# No manifest is longer, and no member: a piece has at most so many rows (see ``spool.AT_ONCE``).
LONGEST_MANIFEST, LONGEST_MEMBER = 2**22, 2**28
CHUNK = 2**16


class Member(Frozen):
    """One piece of a dataset as Parquet, with its size in bytes and its SHA-256."""

    name: str
    dataset: str
    rows: int
    size: int
    sha256: str


class Part(Frozen):
    """What one source sends for one period: counts, contract versions, pieces of its rows."""

    layout: str
    source: str
    period: str | None
    verdict: Verdict
    contracts: dict[str, str]
    members: tuple[Member, ...]


class Manifest(Frozen):
    """What a package says of itself, under its sender's signature; counts only, of no person.

    ``recipient`` and ``sender`` are fingerprints of public keys, ``linking`` one of the linking
    key that was used (see ``cards``). ``normalisation`` is the version of the normal forms.
    """

    format: Literal[1] = 1
    # Files at the region are called by it: it is a random id as ours are, and no path.
    package: str = Key(pattern=r"^[0-9a-f]{32}$")
    country: str
    recipient: str
    sender: str
    linking: str
    normalisation: str
    made: dt.datetime
    expires: dt.datetime
    parts: tuple[Part, ...]

    @property
    def members(self) -> list[Member]:
        """All members in the order in which they come."""
        return [member for part in self.parts for member in part.members]


class NotOurs(ValueError):
    """The package is encrypted to somebody else."""


class Damaged(ValueError):
    """The file is no package, or not as it was made."""


class Unsigned(ValueError):
    """The signature is not that of the sender who is named."""


def member(file: Path, dataset: str, rows: int) -> Member:
    """What the manifest says of a file."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Member(
        name=file.name, dataset=dataset, rows=rows, size=file.stat().st_size, sha256=digest
    )


class Archive(threading.Thread):
    """Writes the archive into a pipe; who reads from it sets the pace. ``failed`` says how."""

    def __init__(self, into: int, head: Iterable[tuple[str, bytes]], files: Sequence[Path]) -> None:
        super().__init__(daemon=True)
        self.into, self.head, self.files, self.failed = into, head, files, True

    def run(self) -> None:
        """Manifest, signature, members; no names of accounts and no times."""
        try:
            with (
                os.fdopen(self.into, "wb") as pipe,
                tarfile.open(fileobj=pipe, mode="w|", format=tarfile.USTAR_FORMAT) as tar,
            ):
                for name, data in self.head:
                    tar.addfile(_entry(name, len(data)), io.BytesIO(data))
                for file in self.files:
                    with file.open("rb") as stream:
                        tar.addfile(_entry(file.name, file.stat().st_size), stream)
            self.failed = False
        except OSError:
            return


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry


def write(
    target: Path,
    manifest: Manifest,
    folder: Path,
    private: Ed25519PrivateKey,
    recipients: Sequence[str],
) -> str:
    """The package of ``manifest``, whose members lie in ``folder``; its SHA-256.

    It appears whole or not at all; only ``recipients``, age public keys, can open it.
    """
    said = manifest.model_dump_json().encode()
    head = [(MANIFEST, said), (SIGNATURE, private.sign(said))]
    keys = [pyrage.x25519.Recipient.from_str(one) for one in recipients]
    out, into = os.pipe()
    archive = Archive(into, head, [folder / member.name for member in manifest.members])
    with whole.file(target) as draft:
        with os.fdopen(out, "rb") as pipe, draft.open("xb") as sealed:
            sealed.write(MARK)
            archive.start()
            pyrage.encrypt_io(pipe, sealed, keys)
            archive.join()
            if archive.failed:
                raise OSError("the package could not be written whole")
            sealed.flush()
            os.fsync(sealed.fileno())
        with draft.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


class Reading:
    """A package being read: its manifest first, then ``members``, each once and in order."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.said = self._next(MANIFEST, LONGEST_MANIFEST)
        self.signature = self._next(SIGNATURE, CHUNK)
        try:
            self.manifest = Manifest.model_validate_json(self.said)
        except ValidationError:
            raise Damaged from None

    def _next(self, name: str, most: int) -> bytes:
        entry = self.tar.next()
        if entry is None or entry.name != name or not entry.isreg() or entry.size > most:
            raise Damaged
        stream = self.tar.extractfile(entry)
        data = stream.read() if stream else b""
        if len(data) != entry.size:
            raise Damaged
        return data

    def signed_by(self, public: bytes) -> None:
        """Raise ``Unsigned`` unless the key made the signature; ``public`` has 32 bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, self.said)
        except (InvalidSignature, ValueError):
            raise Unsigned from None

    def members(self) -> Iterator[tuple[Part, Member, bytes]]:
        """Each member's bytes, which are those that the sender signed; raises ``Damaged``."""
        for part in self.manifest.parts:
            for one in part.members:
                data = self._next(one.name, min(one.size, LONGEST_MEMBER))
                if len(data) != one.size or hashlib.sha256(data).hexdigest() != one.sha256:
                    raise Damaged
                yield part, one, data
        if self.tar.next() is not None:
            raise Damaged


class Stream(io.RawIOBase):
    """What is being opened, as the archive's reader wants it."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes, fewer only at the end; raises ``Broken`` where it is none."""
        return self.plain.read(size)


@contextmanager
def opened(file: Path, pair: pyrage.x25519.Identity) -> Iterator[Reading]:
    """A package for its recipient, read to its end; raises ``NotOurs`` or ``Damaged``."""
    with file.open("rb") as stream:
        if stream.read(len(MARK)) != MARK:
            raise Damaged
        with unsealing.piped(stream, pair) as (plain, opening):
            try:
                with tarfile.open(fileobj=Stream(plain), mode="r|") as tar:
                    yield Reading(tar)
                while plain.read(CHUNK):
                    pass
            except (Broken, tarfile.TarError, EOFError):
                raise (NotOurs if opening.is_for_another else Damaged) from None


def is_one(file: Path) -> bool:
    """Whether a file begins as a package does."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(MARK)) == MARK
    except OSError:
        return False
