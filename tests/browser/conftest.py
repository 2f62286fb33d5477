"""A site over a world in memory behind a small HTTP server, and Chromium to look at it.

Who is signed in is a cookie, which the server turns into Easy Auth's header, as the platform would.
"""

from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from promotion.domain.actors import Person
from promotion.web import http
from tests.serving import serving
from tests.surfing import Surfer, principal

_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Served(Surfer):
    """A site that a browser reaches."""

    url = ""


class _Handler(BaseHTTPRequestHandler):
    surfer: Served

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = [*self.headers.items()]
        who = SimpleCookie(self.headers.get("Cookie", "")).get("who")
        if who is not None:
            headers.append(("X-MS-CLIENT-PRINCIPAL", unquote(who.value)))
        body = self.rfile.read(length)
        request = http.read(method=self.command, url=self.path, headers=headers, body=body)
        response = self.surfer.site.handle(request)
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    do_GET = do_POST = _answer  # noqa: N815 -- the base class looks for these names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Say nothing."""


@pytest.fixture
def served() -> Iterator[Served]:
    """A site of its own for each test, on a free port."""
    surfer = Served()
    handler = type("Handler", (_Handler,), {"surfer": surfer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    surfer.url = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        yield surfer


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, once for all tests."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        yield started
        started.close()


type OpenAs = Callable[..., Page]


@pytest.fixture
def open_as(browser: Browser, served: Served) -> Iterator[OpenAs]:
    """Open a page as somebody; at the end, nothing may have been complained of in the console."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(who: Person, path: str = "/", **options: Any) -> Page:  # noqa: ANN401 -- whatever Playwright takes
        context = browser.new_context(base_url=served.url, **options)
        contexts.append(context)
        context.add_cookies([{"name": "who", "value": quote(principal(who)), "url": served.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A page of errors is an answer with a status above 399, which Chromium itself puts there.
    assert [
        text for text in complaints if "the server responded with a status of" not in text
    ] == []
