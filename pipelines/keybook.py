"""The book of a workspace's keys: which generations there are, and how to know each; no secrets.

A secret proves itself by an HMAC of a constant. Of 32 random bytes that tells nothing, and a key
that is damaged, or another workspace's, is told before it is used. What is not in the book does
not count: a new generation counts from the moment at which the book says so.
"""

import datetime as dt
import hmac
import uuid
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts.model import Frozen
from pipelines import whole
from pipelines.errors import ENVIRONMENT, Refusal

FILE = "register.json"
CHECKED = 16
Backend = Literal["files", "keyring", "environment"]


class BadBook(Refusal):
    """The book of the keys is missing or says what it must not."""

    exit_code = ENVIRONMENT


class Generation(Frozen):
    """One generation of a key: its ``turn`` among all that are applied to the same values.

    ``held`` says whether it is needed still; the earlier key of the intake is destroyed.
    """

    turn: int
    made: dt.date
    check: str
    held: bool = True


class Book(Frozen):
    """All keys by name, such as ``region`` or ``XAA/identity``, the oldest generation first."""

    workspace: str = Key(default_factory=lambda: uuid.uuid4().hex)
    backend: Backend = "files"
    keys: dict[str, tuple[Generation, ...]] = Key(default_factory=dict)

    def turn(self, name: str) -> int:
        """The turn of the next generation; region and linking share theirs."""
        alike = ("region", "linking") if name in ("region", "linking") else (name,)
        return 1 + max((g.turn for key in alike for g in self.keys.get(key, ())), default=0)

    def with_key(self, name: str, generations: tuple[Generation, ...]) -> "Book":
        """The book with other generations of a key; none takes it out."""
        others = {key: own for key, own in self.keys.items() if key != name}
        added = {name: generations} if generations else {}
        return self.model_copy(update={"keys": dict(sorted({**others, **added}.items()))})


def check(name: str, secret: str) -> str:
    """How a secret proves itself: the first digits of an HMAC that has the key's name in it."""
    role = name.rpartition("/")[2]
    constant = f"tipstat key check {role}".encode()
    return hmac.digest(secret.encode(), constant, sha256).hex()[:CHECKED]


def read(folder: Path) -> Book:
    """The book in a folder of keys; raises ``BadBook``."""
    try:
        return Book.model_validate_json((folder / FILE).read_bytes())
    except FileNotFoundError:
        cause = "is missing"
    except (OSError, ValidationError):
        cause = "cannot be read"
    raise BadBook(
        f"{folder / FILE}, which says which keys this workspace has, {cause}. Restore it from your "
        "backup, or with: tipstat keys init --restore BUNDLE"
    )


def write(folder: Path, book: Book) -> None:
    """Replace the book."""
    whole.secret(folder / FILE, as_bytes(book))


def as_bytes(book: Book) -> bytes:
    """The book as it is stored."""
    return book.model_dump_json(indent=1).encode()
