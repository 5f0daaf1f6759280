"""Keys that travel: the country's recovery bundle, and the linking key for another country.

Both are age files. What the bundle holds is put back where it is missing or damaged, and nowhere
else; how it is written, see ``bundles``.
"""

from pathlib import Path

import pyrage

from pipelines import bundles, inbox, keybook, keyrings, keystore, whole
from pipelines.bundles import PUBLIC, Bundle, NoBundle
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.keybook import Book, Generation
from pipelines.settings import Workspace


class InUse(Refusal):
    """Something is there already, and would be lost."""

    exit_code = WRONG_USAGE


def prepare(workspace: Workspace, private: Path) -> None:
    """Make the recovery key, unless there is one; its private half is for a safe."""
    public = workspace["keys"] / PUBLIC
    if public.exists():
        raise InUse(f"There is a recovery key already, its public half is {public}.")
    if private.exists():
        raise InUse(f"{private} exists already: name another file.")
    pair = pyrage.x25519.Identity.generate()
    whole.keep(private, str(pair).encode())
    whole.write(public, str(pair.to_public()).encode())


def hand(
    workspace: Workspace, file: Path, to: str | None, passphrase: str, country: str | None = None
) -> None:
    """Write the linking key for another country, to its public key or under a passphrase.

    For an agency of ``country`` that seals alone, its identity key too.
    """
    if file.exists():
        raise InUse(f"{file} exists already: name another file.")
    every = bundles.of(workspace)
    names = ["linking", *([keystore.identity_of(country)] if country else [])]
    if lacking := [name for name in names if name not in every.book.keys]:
        raise InUse(f"This workspace has no key {', '.join(lacking)}.")
    bundle = Bundle(
        book=Book(
            workspace=every.book.workspace, keys={name: every.book.keys[name] for name in names}
        ),
        secrets={name: every.secrets[name] for name in names},
    )
    data = bundle.model_dump_json().encode()
    try:
        sealed = keystore.sealed_to(to, data) if to else pyrage.passphrase.encrypt(data, passphrase)
    except (pyrage.RecipientError, pyrage.EncryptError):
        raise InUse("That is no age public key; one begins with age1.") from None
    whole.secret(file, bytes(sealed))


def opened(file: Path, unlock: Path | None, passphrase: str) -> Bundle:
    """The keys in a file; raises ``NoBundle``. ``unlock`` is a file with an age private key."""
    try:
        data = file.read_bytes()
        if unlock:
            words = keyrings.guarded(unlock).read_text(encoding="ascii").split()
            secret = next(word for word in words if word.startswith("AGE-SECRET-KEY-"))
            plain = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(secret)])
        else:
            plain = pyrage.passphrase.decrypt(data, passphrase)
        return Bundle.model_validate_json(plain)
    except (OSError, ValueError, StopIteration, pyrage.DecryptError, pyrage.IdentityError):
        # The words of a failed reading could quote a key.
        pass
    raise NoBundle(
        f"{file} could not be opened as keys: it is another file, is damaged, or was encrypted to "
        "another key or passphrase. Name the right one with --unlock FILE."
    )


def restore(workspace: Workspace, bundle: Bundle) -> list[str]:
    """Put back what is missing or damaged; the names of those keys. Raises ``NoBundle``."""
    folder = workspace["keys"]
    if not (folder / keybook.FILE).exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keybook.write(folder, bundle.book)
    book = keybook.read(folder)
    if book.workspace != bundle.book.workspace:
        raise NoBundle("These are the keys of another workspace.")
    back = [name for name in bundle.book.keys if not _is_sound(folder, name)]
    for name in back:
        if name in book.keys and _lacks(bundle, book, name):
            raise NoBundle(
                f"The bundle is older than the last rotation of {name}: restore a newer one."
            )
        if name not in book.keys:
            keybook.write(folder, book := book.with_key(name, bundle.book.keys[name]))
        keyrings.of(folder, book).write(name, bundle.secrets[name])
        if name == keystore.INTAKE:
            keystore.publish(folder, bundle.secrets[name].split()[-1])
    return back + _signing(workspace, bundle)


def _is_sound(folder: Path, name: str) -> bool:
    try:
        keystore.held(folder, name)
    except keyrings.NoKeys:
        return False
    return name != keystore.INTAKE or (folder / "intake.pub").exists()


def _lacks(bundle: Bundle, book: Book, name: str) -> bool:
    brought = {keybook.check(name, secret) for secret in bundle.secrets[name].split()}
    return not brought >= {g.check for g in book.keys[name] if g.held}


def _signing(workspace: Workspace, bundle: Bundle) -> list[str]:
    from pipelines import signing

    file = keystore.signing_key(workspace)
    try:
        signing.key(file)
    except signing.NoSigningKey:
        whole.secret(file, bundle.signing.encode())
        return ["signing"]
    return []


def take_over(workspace: Workspace, bundle: Bundle) -> bool:
    """Make the keys that were handed over those of this workspace; whether any was another one."""
    folder = workspace["keys"]
    book, theirs = keybook.read(folder), bundle.book.keys
    others = [name for name, own in theirs.items() if _proofs(own) != _proofs(book.keys.get(name))]
    if "linking" in theirs and not others:
        return False
    if "linking" not in theirs or inbox.received(workspace):
        raise NoBundle(
            "The linking key was not taken: the file has none, or this workspace has received "
            "records already, whose tokens were made with its own. Take it over before the first."
        )
    for name in others:
        keyrings.of(folder, book).write(name, bundle.secrets[name])
        keybook.write(folder, book := book.with_key(name, theirs[name]))
    return True


def _proofs(own: tuple[Generation, ...] | None) -> list[str]:
    return [one.check for one in own or ()]
