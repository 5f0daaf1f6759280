"""The pages for output checkers: what a candidate says, what it hides, and the decision.

Server-rendered, without a script, on this machine's own address. Whoever is not in sees how to
get in, and nothing else.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboards.portal.desk import Decision, Desk, Refused, Seat
from dashboards.portal.guard import COOKIE, Foreign, Guarded, TooMuch, Visits, form, is_own
from dashboards.portal.words import RIGHT_TO_LEFT, catalogues, chosen

HERE = Path(__file__).parent
HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Pages:
    """Every page of the portal over one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.visits = desk, Visits(desk)
        loader = jinja2.FileSystemLoader(HERE / "templates")
        self.templates = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined
        )

    def language(self, request: Request) -> str:
        """In which language a page is asked for."""
        accepted = request.headers.get("accept-language", "")
        return chosen(request.query_params.get("language"), accepted)

    def shown(
        self, request: Request, template: str, status: int = 200, **facts: Any
    ) -> HTMLResponse:
        """A page in the language of whoever asks."""
        language, visit = self.language(request), self.visits.of(request)
        said = catalogues()[language]
        page = self.templates.get_template(f"{template}.html").render(
            **facts,
            said=said,
            say=lambda key, **places: said[key].format(**places),
            language=language,
            languages=[(code, words["name"]) for code, words in catalogues().items()],
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            link=lambda path: f"{path}?language={language}",
            here=_here(request),
            desk=self.desk,
            visit=visit,
        )
        return HTMLResponse(page, status)

    def sent_on(self, request: Request, path: str) -> RedirectResponse:
        """The next page, by a request that changes nothing when it is made again."""
        return RedirectResponse(f"{path}?language={self.language(request)}", 303)

    def told(self, request: Request, key: str, status: int) -> HTMLResponse:
        """A page that says one thing."""
        return self.shown(request, "told", status, key=key)

    def outside(self, request: Request, typed: str, status: int) -> HTMLResponse:
        """How to get in; whoever still has a cookie was in, and is given back what was typed."""
        is_over = COOKIE in request.cookies
        return self.shown(request, "outside", status, is_over=is_over, typed=typed)

    async def first(self, request: Request) -> Response:
        """Candidates and releases, or how to get in."""
        if self.visits.of(request) is None:
            return self.outside(request, "", 200)
        every = await run_in_threadpool(self.desk.releases)
        return self.shown(request, "list", releases=every)

    async def door(self, request: Request) -> Response:
        """A button: what follows a link by itself must not use it up."""
        return self.shown(request, "door", token=request.query_params.get("token", ""))

    async def enter(self, request: Request) -> Response:
        """Let in whoever brings a link that is genuine, new and unused."""
        typed = await form(request)
        seat: Seat = await run_in_threadpool(self.desk.enter, typed.get("token", ""))
        answer = self.sent_on(request, f"/candidates/{quote(seat.release)}")
        cookie = self.visits.begin(seat)
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="strict")
        return answer

    async def leave(self, request: Request) -> Response:
        """End a visit."""
        visit, typed = self.visits.of(request), await form(request)
        if visit and not is_own(visit, typed):
            raise Foreign
        self.visits.end(request)
        answer = self.sent_on(request, "/")
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    async def candidate(self, request: Request) -> Response:
        """What a candidate says, what it hides, and the decision."""
        if (visit := self.visits.of(request)) is None:
            return self.sent_on(request, "/")
        return await self.judged(request, visit.seat, None, {}, 200)

    async def judged(
        self,
        request: Request,
        seat: Seat,
        refused: str | None,
        typed: Mapping[str, str],
        status: int,
    ) -> Response:
        """The page of a candidate, with what was typed and why it was refused."""
        release = request.path_params["release"]
        facts = await run_in_threadpool(self.desk.facts, release, self.language(request))
        barred = await run_in_threadpool(self.desk.barred, seat, release)
        told = {"facts": facts, "refused": refused, "typed": typed, "barred": barred}
        return self.shown(request, "candidate", status, **told)

    async def decide(self, request: Request) -> Response:
        """Log what a reviewer decided about the candidate that she saw."""
        visit, typed = self.visits.of(request), await form(request)
        if visit is None:
            return self.outside(request, typed.get("comment", ""), 403)
        if not is_own(visit, typed):
            raise Foreign
        try:
            await run_in_threadpool(self.desk.decide, visit.seat, _decision(request, typed))
        except Refused as refused:
            return await self.judged(request, visit.seat, refused.key, typed, 409)
        return self.sent_on(request, request.url.path.removesuffix("/decision"))


def _here(request: Request) -> str:
    """The address of this page up to its language; a link is not lost by choosing one."""
    others = [(name, value) for name, value in request.query_params.items() if name != "language"]
    return f"{quote(request.url.path)}?{urlencode([*others, ('language', '')])}"


def _decision(request: Request, typed: Mapping[str, str]) -> Decision:
    names = ("candidate", "decision", "comment", "confirmed_by")
    said = {name: typed.get(name, "").strip() for name in names}
    return Decision(release=request.path_params["release"], **said)


async def style(_: Request) -> Response:
    """The one style sheet."""
    return Response((HERE / "style.css").read_bytes(), media_type="text/css")


def application(desk: Desk) -> Guarded:
    """The portal over a desk."""
    pages = Pages(desk)

    async def refused(request: Request, error: Exception) -> Response:
        return pages.told(request, error.key if isinstance(error, Refused) else "fault", 403)

    async def foreign(request: Request, _: Exception) -> Response:
        return pages.told(request, "foreign", 403)

    async def other(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return pages.told(request, "nothing" if status < 500 else "fault", status)

    served = Starlette(
        routes=[
            Route("/", pages.first),
            Route("/enter", pages.door),
            Route("/enter", pages.enter, methods=["POST"]),
            Route("/leave", pages.leave, methods=["POST"]),
            Route("/candidates/{release}", pages.candidate),
            Route("/candidates/{release}/decision", pages.decide, methods=["POST"]),
            Route("/style.css", style),
        ],
        exception_handlers={
            Refused: refused,
            Foreign: foreign,
            TooMuch: foreign,
            HTTPException: other,
            Exception: other,
        },
    )
    # Outside of everything, so that pages about faults are guarded too.
    return Guarded(served, HOSTS)
