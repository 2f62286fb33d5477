"""Routes as values, and which one an address means. Knows no handler's work and no OpenAPI."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

import msgspec

from promotion.domain.actors import Person
from promotion.domain.links import Link
from promotion.ports import World
from promotion.web.http import JSON, MAX_BODY, Request, Response
from promotion.web.problems import METHOD, NOT_FOUND, HttpError
from promotion.web.settings import WebSettings

#: `{id}` in a path: a request's id. Anything else is no address of this app, and no storage is asked.
_ID: Final = "(?P<id>[a-z2-7]{26})"


class Access(StrEnum):
    """Who is let in."""

    ANYONE = "anyone"
    #: Whoever holds one of the app's roles; what they may do beyond reading, the use cases say.
    ROLES = "roles"
    #: Whoever holds a link that was made for one person; they act in that person's name, on one request.
    LINK = "link"


class Form(StrEnum):
    """Whom a route speaks to, which is also how it tells of errors."""

    PAGE = "page"
    API = "api"
    STATIC = "static"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a handler may look at."""

    request: Request
    world: World
    settings: WebSettings
    route: "Route"
    #: Every route of the site.
    routes: tuple["Route", ...]
    #: Who calls; nobody on routes that let anyone in.
    person: Person | None = None
    #: The link that lets them in; nothing where a session does.
    link: Link | None = None
    #: Values of the path's placeholders.
    path: dict[str, str] = msgspec.field(default_factory=dict)
    #: The query and the body as the operation's structures, where it declares them.
    query: Any = None
    body: Any = None

    @property
    def caller(self) -> Person:
        """Who calls.

        Raises:
            RuntimeError: the route lets anyone in; a handler of such a route must not ask.
        """
        if self.person is None:
            raise RuntimeError(f"{self.route.path} asks who calls, but lets anyone in")
        return self.person

    @property
    def by_link(self) -> Link:
        """The link that the caller came by.

        Raises:
            RuntimeError: the route takes none; a handler of such a route must not ask.
        """
        if self.link is None:
            raise RuntimeError(f"{self.route.path} asks for a link, but takes none")
        return self.link


type Handler = Callable[[Call], Response]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What the API's document says of a route, and how its input is read: one definition for both."""

    id: str
    summary: str
    description: str = ""
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    #: Bytes that the body may have.
    max_body: int = MAX_BODY
    #: Whether the call must say, or may say, by `If-Match` which revision it is about.
    if_match: str = ""
    #: Status -> what it may answer; nothing for an answer of another form than these structures.
    answers: dict[int, tuple[type[msgspec.Struct], ...]]
    #: Media type of the successful answer.
    media: str = JSON
    #: Statuses of problems that the handler's own work can end in.
    problems: tuple[int, ...] = ()
    #: Headers of the successful answer: name -> meaning.
    sends: dict[str, str] = msgspec.field(default_factory=dict)
    #: Example of a body.
    example: dict[str, Any] | None = None


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method on one address."""

    method: str
    path: str
    handler: Handler
    form: Form
    access: Access = Access.ROLES
    operation: Operation | None = None

    @property
    def writes(self) -> bool:
        """Whether a call may change something."""
        return self.method != "GET"


def _pattern(path: str) -> re.Pattern[str]:
    # `{id}` is a request's; every other name in braces is one segment, still percent-encoded.
    escaped = re.escape(path).replace(r"\{id\}", _ID)
    return re.compile(re.sub(r"\\\{([a-z]+)\\\}", r"(?P<\1>[^/]{1,800})", escaped))


class Router:
    """Finds routes by method and path."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._patterns: dict[str, re.Pattern[str]] = {
            route.path: _pattern(route.path) for route in routes
        }
        self._routes: Final = routes

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and the values in its path; HEAD finds what GET would.

        Raises:
            HttpError: 404 for an unknown address, 405 (with `Allow`) for a method it does not take.
        """
        matching = self._matching(path)
        if not matching:
            raise HttpError(
                NOT_FOUND,
                "No page and no call has this address.",
                "Start at / for the pages, or at /api/openapi.json for the calls.",
            )
        wanted = "GET" if method == "HEAD" else method
        for route, values in matching:
            if route.method == wanted:
                return route, values
        allow = self.allowed(path)
        raise HttpError(
            METHOD,
            f"This address does not take {method[:20]}.",
            f"It takes {allow}.",
            headers={"Allow": allow},
        )

    def allowed(self, path: str) -> str:
        """Return the methods an address takes, as `Allow` lists them; empty when there is none such."""
        methods = {route.method for route, _ in self._matching(path)}
        if "GET" in methods:
            methods.add("HEAD")
        return ", ".join(sorted(methods | {"OPTIONS"})) if methods else ""

    def _matching(self, path: str) -> list[tuple[Route, dict[str, str]]]:
        return [
            (route, match.groupdict())
            for route in self._routes
            if (match := self._patterns[route.path].fullmatch(path))
        ]
