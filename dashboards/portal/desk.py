"""What the pages need of whoever runs them: facts to show, and somebody who decides.

``pipelines`` has the one that is real; the pages know no workspace, no key and no record.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Refused(Exception):
    """Something that the pages say in words: ``key`` is a message of theirs."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Seat:
    """A reviewer who has entered: by name, for one release, until when; ``entry`` is the desk's."""

    reviewer: str
    release: str
    until: dt.datetime
    entry: Any


@dataclass(frozen=True)
class Decision:
    """What a reviewer typed about the candidate with the checksum that the page showed."""

    release: str
    candidate: str
    decision: str
    comment: str
    confirmed_by: str


class Desk(Protocol):
    """Reads candidates and releases, and logs what is decided."""

    title: str
    invented: bool

    def now(self) -> dt.datetime:
        """The moment."""

    def enter(self, token: str) -> Seat:
        """Let a reviewer in, once a link; raises ``Refused``."""

    def releases(self) -> Sequence[Mapping[str, Any]]:
        """Candidates and releases: ``release``, ``state``, ``created``."""

    def facts(self, release: str, language: str) -> Mapping[str, Any]:
        """What the page of a candidate shows; raises ``Refused``."""

    def barred(self, seat: Seat, release: str) -> str | None:
        """The message that says why a reviewer may not decide; None where she may."""

    def decide(self, seat: Seat, said: Decision) -> None:
        """Log a decision; raises ``Refused``."""
