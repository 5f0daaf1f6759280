"""Where secrets are kept: files for their owner, the keyring of the system, or the environment.

A secret is text: all held generations of one key, one a line. Sealed children have no keyring and
no environment; what they need is handed to them on their standard input, see ``Handed``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipelines import settings, systems, whole
from pipelines.errors import ENVIRONMENT, Refusal
from pipelines.keybook import Book

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

OPEN_TO_ALL = ("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")


class NoKeys(Refusal):
    """A key of the workspace is missing, damaged, or others may read it."""

    exit_code = ENVIRONMENT


class Absent(NoKeys):
    """There is no such key; others are there and cannot be used."""


class Keeper(Protocol):
    """A place for secrets, by the names of their keys."""

    def read(self, name: str) -> str:
        """The secret; raises ``NoKeys`` where there is none, or others may read it."""

    def write(self, name: str, secret: str) -> None:
        """Keep a secret, instead of the one there was."""

    def forget(self, name: str) -> None:
        """Destroy a secret, if there is one."""


@dataclass(frozen=True)
class Files:
    """A file for each key that only its owner may read."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where a key lies."""
        return self.folder / f"{name}.key"

    def read(self, name: str) -> str:
        """The content of the file of a key."""
        file = guarded(self.path(name))
        try:
            return file.read_text(encoding="ascii")
        except OSError:
            raise NoKeys(f"The key {file} cannot be read. Make it readable for you.") from None
        except ValueError:
            raise NoKeys(f"The key {file} is damaged. Restore it from your backup.") from None

    def write(self, name: str, secret: str) -> None:
        """Replace the file of a key."""
        self.path(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole.secret(self.path(name), secret.encode())

    def forget(self, name: str) -> None:
        """Remove the file, and the folder of a country that has no other."""
        self.path(name).unlink(missing_ok=True)
        if self.path(name).parent != self.folder and not any(self.path(name).parent.iterdir()):
            self.path(name).parent.rmdir()


@dataclass(frozen=True)
class Environment:
    """Variables that whoever starts a container sets, such as ``TIPSTAT_KEY_REGION``."""

    @staticmethod
    def variable(name: str) -> str:
        """The variable of a key."""
        return settings.KEY_VARIABLES + name.replace("/", "_").upper()

    def read(self, name: str) -> str:
        """The variable's value."""
        if secret := settings.secret(self.variable(name)):
            return secret
        how = "age-keygen" if name == "intake" else "openssl rand -hex 32"
        raise Absent(
            f"The variable {self.variable(name)} with the key {name} is not set. Set it from where "
            f"your secrets are kept; a new one is made with: {how}"
        )

    def write(self, name: str, secret: str) -> None:
        """A variable is not ours to set; fine where it has the secret already."""
        if self.read(name).split() != secret.split():
            raise NoKeys(
                f"The key {name} is kept in the variable {self.variable(name)}, which tipstat does "
                "not change. Add the new generation to it, one a line, and ask again."
            )

    def forget(self, name: str) -> None:
        """Whoever set the variable takes it away."""


@dataclass(frozen=True)
class Ring:
    """The keyring of the operating system: one that encrypts, else none."""

    workspace: str

    def read(self, name: str) -> str:
        """The secret in the keyring."""
        import keyring.errors

        try:
            secret = _ring().get_password(self.service, name)
        except keyring.errors.KeyringError:
            raise NoKeys("The keyring is locked. Unlock it and try again.") from None
        if not secret:
            raise Absent(f"The keyring has no key {name}. Restore it: tipstat keys init --restore")
        return str(secret)

    @property
    def service(self) -> str:
        """Under which name the keyring keeps the keys of this workspace."""
        return f"tipstat {self.workspace}"

    def write(self, name: str, secret: str) -> None:
        """Set the secret in the keyring."""
        import keyring.errors

        try:
            _ring().set_password(self.service, name, secret)
        except keyring.errors.KeyringError:
            raise NoKeys("The keyring takes no key: it is locked or read-only.") from None

    def forget(self, name: str) -> None:
        """Delete the secret."""
        import keyring.errors

        try:
            _ring().delete_password(self.service, name)
        except keyring.errors.PasswordDeleteError:
            return


@dataclass(frozen=True, repr=False)
class Handed:
    """What a sealed child was handed; in its memory only."""

    secrets: dict[str, str]

    def read(self, name: str) -> str:
        """The secret that was handed over."""
        if name not in self.secrets:
            raise NoKeys(f"The key {name} was not handed to the sealed process.")
        return self.secrets[name]

    def write(self, name: str, secret: str) -> None:
        """A child keeps nothing."""
        raise NoKeys("A sealed process keeps no keys.")

    def forget(self, name: str) -> None:
        """There is nothing to destroy."""


def _ring() -> "KeyringBackend":
    """The system's keyring; raises ``NoKeys`` where it would keep secrets in the open, or none."""
    import keyring

    found = keyring.get_keyring()
    chained = list(getattr(found, "backends", [found]))
    unsafe = [one for one in chained if type(one).__module__.startswith(OPEN_TO_ALL)]
    if unsafe or not chained:
        raise NoKeys(
            "This system has no keyring that encrypts (Secret Service, KWallet, Keychain or "
            "Credential Manager). Keep the keys in files: tipstat init --keys files"
        )
    return found


def guarded(file: Path) -> Path:
    """The file of a secret; raises ``NoKeys`` where it is missing or others may read it."""
    try:
        about = file.stat()
    except FileNotFoundError:
        raise Absent(f"The key {file} is missing. Restore it from your backup.") from None
    except OSError:
        raise NoKeys(f"The key {file} cannot be read. Restore it from your backup.") from None
    if remedy := systems.exposed(file):
        raise NoKeys(f"Others may read the key {file}. {remedy}")
    if not about.st_size:
        raise NoKeys(f"The key {file} is empty. Restore it from your backup.")
    return file


def of(folder: Path, book: Book) -> Keeper:
    """Where the keys of a workspace are kept."""
    if handed := settings.handed(folder):
        return Handed(handed)
    match book.backend:
        case "files":
            return Files(folder)
        case "keyring":
            return Ring(book.workspace)
    return Environment()
