"""Who is in, and what each answer forbids the browser: scripts, third parties, copies kept."""

import hmac
import secrets
import threading
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.portal.desk import Desk, Seat

COOKIE = "tipstat"
# What is typed on a page is a comment of a few hundred letters.
MOST_BYTES = 16_384
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With "no-referrer" browsers hide from ourselves, too, where a form came from.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class TooMuch(ValueError):
    """More was sent than a form holds."""


class Foreign(ValueError):
    """A form was not sent from our own page."""


@dataclass(frozen=True)
class Visit:
    """Somebody who is in, and the word that her forms must bring along."""

    seat: Seat
    word: str


class Visits:
    """Who is in; kept in memory, so that a restart ends every visit."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.kept: dict[str, Visit] = {}
        self.lock = threading.Lock()

    def begin(self, seat: Seat) -> str:
        """The cookie of a new visit."""
        cookie = secrets.token_urlsafe(32)
        with self.lock:
            self.kept[cookie] = Visit(seat, secrets.token_urlsafe(32))
        return cookie

    def of(self, request: Request) -> Visit | None:
        """Whose request it is; nobody's once the time is up."""
        cookie = request.cookies.get(COOKIE, "")
        visit = self.kept.get(cookie)
        if visit and visit.seat.until < self.desk.now():
            self.end(request)
            return None
        return visit

    def end(self, request: Request) -> None:
        """Whoever asks is out."""
        with self.lock:
            self.kept.pop(request.cookies.get(COOKIE, ""), None)


async def form(request: Request) -> dict[str, str]:
    """What was typed; raises ``TooMuch``, and ``Foreign`` for what another site sends."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Foreign
    origin = request.headers.get("origin")
    if origin not in (None, f"{request.url.scheme}://{request.headers.get('host')}"):
        raise Foreign
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise TooMuch
    typed = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[-1] for name, values in typed.items()}


def is_own(visit: Visit, typed: dict[str, str]) -> bool:
    """Whether a form brings the word along that only our page of this visit has."""
    return hmac.compare_digest(visit.word.encode(), typed.get("word", "").encode())


class Guarded:
    """Puts the headers on every answer, and answers only under names of this machine."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Another name for our address would let a foreign page read along."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        if scope["type"] == "http" and not self._is_ours(Headers(scope=scope)):
            await guarded({"type": "http.response.start", "status": 421, "headers": []})
            await guarded({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, guarded)

    def _is_ours(self, headers: Headers) -> bool:
        host = headers.get("host", "")
        return host.rsplit(":", 1)[0] in self.hosts
