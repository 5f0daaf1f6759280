"""Whether something reaches for the network, even where the failure is swallowed."""

import socket

import pytest


def attempts(patch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows with every connection or look-up of a name, all of which fail."""
    made: list[str] = []

    def refuse(*arguments: object, **_: object) -> None:
        made.append(str(arguments))
        raise OSError("There is no network here.")

    for owner, name in ((socket.socket, "connect"), (socket, "getaddrinfo")):
        patch.setattr(owner, name, refuse)
    return made
