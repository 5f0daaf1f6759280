"""What lies sealed in the inbox, opened piece by piece: no more of it is in memory than is read."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage

from pipelines import keystore
from sources.streams import Readable

NO_KEY = "No matching keys found"


class Broken(ValueError):
    """What was sealed does not open: another key, or changed since."""


class Opening(threading.Thread):
    """Decrypts into a pipe; who reads from it sets the pace. ``failed`` says how it ended.

    ``is_for_another`` says that it is encrypted to other keys than ours.
    """

    def __init__(self, sealed: BinaryIO, into: int, pair: pyrage.x25519.Identity) -> None:
        super().__init__(daemon=True)
        self.sealed, self.into, self.pair, self.failed = sealed, into, pair, True
        self.is_for_another = False

    def run(self) -> None:
        """Write all of it; a reader who closed the pipe has read enough."""
        try:
            with os.fdopen(self.into, "wb") as pipe:
                pyrage.decrypt_io(self.sealed, pipe, [self.pair])
            self.failed = False
        except pyrage.DecryptError as error:
            # The only word by which pyrage tells this from what was changed since.
            self.is_for_another = str(error) == NO_KEY
        except (OSError, ValueError):
            return


class Plain:
    """What ``Opening`` opens; raises ``Broken`` where an end is none."""

    def __init__(self, pipe: BinaryIO, opening: Opening) -> None:
        self.pipe, self.opening = pipe, opening

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, fewer only at the end."""
        data = self.pipe.read(size)
        if len(data) < size:
            self.opening.join()
            if self.opening.failed:
                raise Broken
        return data


@contextmanager
def piped(sealed: BinaryIO, pair: pyrage.x25519.Identity) -> Iterator[tuple[Plain, Opening]]:
    """What is sealed, as it is opened; whoever stops early ends the opening."""
    out, into = os.pipe()
    opening = Opening(sealed, into, pair)
    opening.start()
    try:
        with os.fdopen(out, "rb") as pipe:
            yield Plain(pipe, opening), opening
    finally:
        # A process that ends while it still decrypts can be ended by the way.
        opening.join()


@contextmanager
def opened(file: Path, keys: Path | None) -> Iterator[Readable]:
    """The content of a file: as it is, or sealed to the workspace whose ``keys`` are given."""
    with file.open("rb") as stream:
        if keys is None:
            yield stream
            return
        with piped(stream, keystore.intake_key(keys)) as (plain, _):
            yield plain
