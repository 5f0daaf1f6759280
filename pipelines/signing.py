"""Checksums and the signature by which anyone can see that a release is as it was published.

Ed25519 over ``CHECKSUMS.txt``, which ``sha256sum`` reads; ``signing.pub`` is the key to check it
with. A folder that brings its own key proves only that it is whole, so readers who know the
publisher's key compare.
"""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pipelines import systems, whole
from pipelines.errors import ENVIRONMENT, WRONG_DATA, Refusal

CHECKSUMS, SIGNATURE, PUBLIC = "CHECKSUMS.txt", "SIGNATURE", "signing.pub"
Files = Mapping[str, bytes]


class NoSigningKey(Refusal):
    """The signing key is missing, is not one, or others may read it."""

    exit_code = ENVIRONMENT


class Tampered(Refusal):
    """A release is not as it was written; names the files."""

    exit_code = WRONG_DATA


class NotSigned(Refusal):
    """A folder has no signature, or one that another key made."""

    exit_code = WRONG_DATA


def create(path: Path) -> None:
    """A new signing key that only its owner may read; an existing one is never replaced."""
    whole.keep(path, fresh())


def fresh() -> bytes:
    """A new signing key in PEM form."""
    return Ed25519PrivateKey.generate().private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )


def key(path: Path) -> Ed25519PrivateKey:
    """The signing key in ``path``; raises ``NoSigningKey``."""
    try:
        remedy, pem = systems.exposed(path), path.read_bytes()
    except OSError:
        raise NoSigningKey(f"The signing key {path} cannot be read: restore your backup.") from None
    if remedy:
        raise NoSigningKey(f"Others may read the signing key {path}. {remedy}")
    try:
        loaded = form.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        loaded = None
    if not isinstance(loaded, Ed25519PrivateKey):
        raise NoSigningKey(f"{path} is not an Ed25519 key in PEM form: restore your backup.")
    return loaded


def public(private: Ed25519PrivateKey) -> bytes:
    """The public half as PEM, to be given to whoever wants to check."""
    return private.public_key().public_bytes(
        form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo
    )


def checksums(files: Files) -> bytes:
    """The checksums of ``files`` in the form that ``sha256sum --check`` reads."""
    named = sorted(set(files) - {CHECKSUMS, SIGNATURE})
    return "".join(f"{sha256(files[name])}  {name}\n" for name in named).encode()


def sha256(data: bytes) -> str:
    """The checksum of one file."""
    return hashlib.sha256(data).hexdigest()


def signed(files: Files, private: Ed25519PrivateKey) -> dict[str, bytes]:
    """``files`` with checksums, signature and the public key."""
    whole = {**files, PUBLIC: public(private)}
    listed = checksums(whole)
    signature = base64.b64encode(private.sign(listed)) + b"\n"
    return {**whole, CHECKSUMS: listed, SIGNATURE: signature}


def altered(files: Files) -> list[str]:
    """The files that are not as the checksums say: changed, gone, or not listed."""
    lines = files.get(CHECKSUMS, b"").decode(errors="replace").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = {name: sha256(files[name]) for name in set(files) - {CHECKSUMS, SIGNATURE}}
    return sorted(n for n in {*listed, *found} if listed.get(n) != found.get(n))


def verify(folder: Path, trusted: Path | None = None) -> None:
    """Raise ``Tampered`` or ``NotSigned`` unless ``folder`` is as it was signed.

    With ``trusted``, the publisher's ``signing.pub`` got by another way, also that it was they.
    """
    files = contents(folder)
    if wrong := altered(files):
        raise Tampered(
            f"{folder.name} is not as it was published. Wrong, missing or added: "
            f"{', '.join(wrong)}. Get the release again from its publisher."
        )
    known = trusted.read_bytes() if trusted else files.get(PUBLIC, b"")
    if not _holds(files, known):
        raise NotSigned(
            f"{folder.name} has no signature that the key {trusted or PUBLIC} confirms. "
            "Get the release, or the publisher's key, again from its publisher."
        )


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` by its relative path."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _holds(files: Files, pem: bytes) -> bool:
    try:
        known = form.load_pem_public_key(pem)
        signature = base64.b64decode(files.get(SIGNATURE, b""), validate=False)
        if not isinstance(known, Ed25519PublicKey):
            return False
        known.verify(signature, files.get(CHECKSUMS, b""))
    except (ValueError, UnsupportedAlgorithm, InvalidSignature):
        return False
    return True
