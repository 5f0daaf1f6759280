"""A server of this machine, asked by its port."""

from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException


def answer(port: int, path: str = "/", data: bytes | None = None) -> bytes | None:
    """What the server says to a question, or ``data`` as JSON; None where it gives no answer."""
    headers = {"Content-Type": "application/json"}
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as asked:
            asked.request("POST" if data else "GET", path, data, headers)
            said = asked.getresponse()
            return said.read() if said.status == HTTPStatus.OK else None
    except (OSError, HTTPException):
        return None
