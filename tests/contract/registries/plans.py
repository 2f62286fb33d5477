"""What passed the steered front, and what is to happen to requests that pass it. Starts nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True)
class Seen:
    """One request that passed, with the bytes of content in both directions."""

    method: str
    path: str
    query: str
    copy_source: bool
    status: int
    sent: int
    received: int

    @property
    def is_copy(self) -> bool:
        """Whether storage was asked to copy a whole file."""
        return self.method == "PUT" and self.copy_source and "comp=" not in self.query

    @property
    def is_listing(self) -> bool:
        """Whether a container was listed."""
        return "comp=list" in self.query

    @property
    def file(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass
class Plan:
    """What to do with the next `times` requests that match."""

    method: str = ""
    path: str = ""
    query: str = ""
    #: None: with or without a source to copy from.
    copying: bool | None = None
    times: int = 1
    #: Pass over this many matching requests first.
    skip: int = 0
    status: int = 0
    code: str = "ServerBusy"
    headers: dict[str, str] = field(default_factory=dict)
    #: Break the connection off after this many bytes of the answer; -1: never.
    cut_after: int = -1
    #: Change the answer's body; headers stay.
    rewrite: Callable[[bytes], bytes] | None = None
    #: Change the answer's headers.
    change_headers: dict[str, str] = field(default_factory=dict)
    #: Answer this in storage's place, made of the header Authorization and the body.
    answer: Callable[[str, bytes], bytes] | None = None
    #: Run before the request goes on; may block.
    before: Callable[[], None] | None = None
    #: Run once storage has answered, before the answer goes back; may block.
    after: Callable[[], None] | None = None

    def matches(self, request: web.Request) -> bool:
        """Whether this plan is about a request; counts it."""
        path, _, query = request.raw_path.partition("?")
        copying = "x-ms-copy-source" in request.headers
        fits = (
            self.times > 0
            and re.fullmatch(self.method or ".*", request.method) is not None
            and re.search(self.path, path) is not None
            and re.search(self.query, query) is not None
            and self.copying in {None, copying}
        )
        if fits and self.skip:
            self.skip -= 1
            return False
        self.times -= fits
        return fits


def seen(request: web.Request, response: web.StreamResponse) -> Seen:
    """Return what is kept of a request and its answer."""
    path, _, query = request.raw_path.partition("?")
    content = request.method == "GET" and response.status < 300
    return Seen(
        method=request.method,
        path=path,
        query=query,
        copy_source="x-ms-copy-source" in request.headers,
        status=response.status,
        sent=request.content_length or 0,
        received=(response.content_length or 0) if content else 0,
    )
