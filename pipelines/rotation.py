"""Rotating a key: what is stored goes along, so nothing has to be collected again.

All links are kept, no published number moves, and what the earlier generations alone would make
is stored nowhere any more. Killed at any moment, a workspace has the old state or the new one.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl

from data_contracts import load
from pipelines import (
    bundles,
    inbox,
    keybook,
    keyrings,
    keystore,
    renewal,
    signing,
    takings,
    together,
)
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.keybook import Book, Generation
from pipelines.settings import Workspace, locked
from pipelines.together import Change

SIGNING = "signing"
TOKENS = ("link_token",)
# What is made anew by the next run and has pseudonyms or tokens in it.
DERIVED = ("assets/core_*", "assets/warehouse", "warehouse/*.duckdb")


class NotRotated(Refusal):
    """A key that is never rotated, or is not there."""

    exit_code = WRONG_USAGE


class Rotated(NamedTuple):
    """Which key has which generation now, and how many stored files went along."""

    key: str
    generation: int
    files: int


def rotate(workspace: Workspace, name: str) -> Rotated:
    """Give a key its next generation; raises ``NotRotated``."""
    if name == "rounding":
        raise NotRotated(
            "The rounding key is never rotated: every published number was rounded by it, and "
            "another one would round the same people to other numbers, which gives them away. "
            "If it was stolen, see docs/guide-operator.md."
        )
    if name != SIGNING and name not in keybook.read(workspace["keys"]).keys:
        known = [*keybook.read(workspace["keys"]).keys, SIGNING]
        raise NotRotated(f"There is no key {name}. The keys are: {', '.join(known)}.")
    if name == "linking" and workspace.configuration.role == "national":
        raise NotRotated(
            "The linking key is rotated at the regional node, where the tokens are stored that it "
            "made; what this node sends fits them before and after."
        )
    with locked(workspace):
        if name == SIGNING:
            return _signing(workspace)
        return _intake(workspace) if name == keystore.INTAKE else _chained(workspace, name)


def _next(folder: Path, book: Book, name: str) -> str:
    """The secret of the next generation, kept beside the others and not yet in the book.

    One that is kept already is taken: a killed rotation left it, or a container brings it.
    """
    keeper = keyrings.of(folder, book)
    present, known = keeper.read(name).split(), {g.check for g in book.keys[name]}
    for secret in present:
        if keybook.check(name, secret) not in known:
            return secret
    secret = keystore.fresh(name)
    keeper.write(name, "\n".join((*present, secret)))
    return secret


def _with_next(book: Book, name: str, secret: str, *, alone: bool = False) -> Book:
    before = book.keys[name]
    if alone:
        before = tuple(g.model_copy(update={"held": False}) for g in before)
    added: Generation = keystore.generation(book, name, secret)
    return book.with_key(name, (*before, added))


def _chained(workspace: Workspace, name: str) -> Rotated:
    """Pseudonyms or tokens through the next generation of their key."""
    folder = workspace["keys"]
    book = keybook.read(folder)
    secrets = keystore.ready(folder, None)
    keystore.held(folder, name)
    is_identity = name.endswith("/identity")
    columns = pseudonyms() if is_identity else TOKENS
    own = _submissions(workspace, name.removesuffix("/identity") if is_identity else None)
    secret = _next(folder, book, name)
    renewed = _with_next(book, name, secret)
    bundle = bundles.made(workspace, renewed)
    with together.changed(workspace.root) as change:
        job = renewal.Job(
            keys=folder,
            recipient=(folder / "intake.pub").read_text(encoding="ascii"),
            generation=secret,
            columns=columns,
            rows=_drafts(change, _safe(workspace, own, columns)),
            persons=_drafts(change, _persons(workspace, own) if is_identity else ()),
            secrets=secrets,
        )
        renewal.start(job)
        _write(change, folder, {keybook.FILE: keybook.as_bytes(renewed), **bundle})
        for file in (f for pattern in DERIVED for f in sorted(workspace.root.glob(pattern))):
            change.remove(file)
    return Rotated(name, len(book.keys[name]) + 1, len(job.rows) + len(job.persons))


def _write(change: Change, folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        change.write(folder / name, data)


def _drafts(change: Change, files: Iterable[Path]) -> tuple[tuple[Path, Path], ...]:
    return tuple((file, change.draft(file)) for file in files)


def pseudonyms() -> tuple[str, ...]:
    """The columns of safe files that a country's key makes."""
    fields = [field for contract in load.contracts().values() for field in contract.fields]
    return tuple(sorted({"record", *(f.safe for f in fields if f.treatment == "pseudonymise")}))


def _submissions(workspace: Workspace, keeper: str | None) -> list[inbox.Received]:
    """The submissions whose records are under the key of a country or publisher, or of anyone."""
    every = [
        (one, load.layout(one.layout).keeper(one.country)) for one in inbox.received(workspace)
    ]
    return [one for one, own in every if own and keeper in (own, None)]


def _safe(
    workspace: Workspace, own: Iterable[inbox.Received], columns: Iterable[str]
) -> list[Path]:
    """The safe files of submissions that have any of the columns."""
    names = {name for one in own for name in takings.of(workspace, one.submission)}
    files = sorted(workspace[takings.SAFE].glob("*/*.parquet"))
    wanted = set(columns)
    try:
        return [f for f in files if f.stem in names and wanted & set(pl.read_parquet_schema(f))]
    except (pl.exceptions.PolarsError, OSError):
        raise renewal.NotRenewed(
            "The key was not rotated: a file in safe cannot be read. Restore it from your backup."
        ) from None


def _persons(workspace: Workspace, own: Iterable[inbox.Received]) -> list[Path]:
    return [file for one in own for file in one.sealed_persons(workspace)]


def _intake(workspace: Workspace) -> Rotated:
    """The inbox, sealed to the next key; the one before opens nothing and is destroyed."""
    folder, name = workspace["keys"], keystore.INTAKE
    book = keybook.read(folder)
    secrets = keystore.ready(folder, None)
    secret = _next(folder, book, name)
    public = keystore.public_half(secret)
    renewed = _with_next(book, name, secret, alone=True)
    bundle = bundles.made(workspace, renewed)
    with together.changed(workspace.root) as change:
        files = sorted(workspace[inbox.INBOX].glob("*.age"))
        job = renewal.Job(
            keys=folder, recipient=public.decode(), sealed=_drafts(change, files), secrets=secrets
        )
        renewal.start(job)
        told = {"intake.pub": public, keybook.FILE: keybook.as_bytes(renewed)}
        _write(change, folder, told | bundle)
    forget(folder)
    return Rotated(name, len(book.keys[name]) + 1, len(files))


def forget(folder: Path) -> None:
    """Destroy the secrets that the book no longer holds."""
    book = keybook.read(folder)
    if book.backend == "environment":
        return
    keeper = keyrings.of(folder, book)
    for name in book.keys:
        held = keystore.held(folder, name)
        if keeper.read(name).split() != held:
            keeper.write(name, "\n".join(held))


def _signing(workspace: Workspace) -> Rotated:
    """A new key for what is published from now on; earlier releases keep the key they bring."""
    file = keystore.signing_key(workspace)
    before = signing.public(signing.key(file))
    number = 1 + len(list(file.parent.glob("signing-*.pub")))
    pem = signing.fresh()
    told = {f"signing-{number}.pub": before, file.name: pem, **bundles.made(workspace, pem=pem)}
    with together.changed(workspace.root) as change:
        _write(change, file.parent, told)
    return Rotated(SIGNING, number + 1, 0)
