"""The page: everything is readable without JavaScript, and everything stays text."""

import html
from http import HTTPStatus

import pytest

from tests.contract.inbox.inbox import Inbox, card, envelope
from tests.contract.inbox.test_mail import mail

pytestmark = pytest.mark.asyncio

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def test_empty_inbox_says_so(inbox: Inbox) -> None:
    status, page = await inbox.get("/")

    assert status == HTTPStatus.OK
    assert "Nothing here yet" in page


async def test_card_is_readable_as_text_with_its_links(inbox: Inbox) -> None:
    action = {"type": "Action.OpenUrl", "title": "Review", "url": "https://a.invalid/r?x=1&y=2"}
    await inbox.post(envelope(card("taxi-fare waits", actions=[action])))

    _, page = await inbox.get("/")

    assert "taxi-fare waits" in page
    assert 'href="https://a.invalid/r?x=1&amp;y=2"' in page


async def test_mails_text_stands_beside_a_frame_without_scripts(inbox: Inbox) -> None:
    await inbox.mail(mail(text="the text part", html="<h1>the HTML part</h1>"))
    (message,) = await inbox.messages()

    _, page = await inbox.get("/")

    assert "the text part" in page
    assert "the HTML part" not in page
    frame = page[page.index("<iframe") : page.index("</iframe>")]
    assert f'src="/messages/{message["id"]}/html"' in frame
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame


async def test_hostile_names_stay_text(inbox: Inbox) -> None:
    await inbox.post(envelope(card(HOSTILE)))
    await inbox.post({"type": HOSTILE})
    await inbox.mail(mail(HOSTILE, HOSTILE))

    _, page = await inbox.get("/")

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count(html.escape("<script>alert(1)</script>", quote=False)) >= 5


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///x", "//x", ""])
async def test_only_web_addresses_become_links(inbox: Inbox, url: str) -> None:
    await inbox.post(envelope(card("x", actions=[{"type": "Action.OpenUrl", "url": url}])))

    _, page = await inbox.get("/")

    article = page[page.index("<article") : page.index("</article>")]
    assert "<a " not in article


async def test_problem_is_shown(inbox: Inbox) -> None:
    await inbox.post({"type": "message"})

    _, page = await inbox.get("/")

    assert "`attachments` must be a list" in page


async def test_channel_can_be_chosen(inbox: Inbox) -> None:
    await inbox.post(envelope(card("the card")))
    await inbox.mail(mail("the mail"))

    _, cards = await inbox.get("/?channel=teams")
    _, mails = await inbox.get("/?channel=email")

    assert ("the card" in cards, "the mail" in cards) == (True, False)
    assert ("the card" in mails, "the mail" in mails) == (False, True)


async def test_browser_may_load_own_things_alone(inbox: Inbox) -> None:
    await inbox.mail(mail(html="<p>x</p>"))
    (message,) = await inbox.messages()

    async with inbox.session.get(f"{inbox.config.inbox_url}/") as answer:
        page = answer.headers["Content-Security-Policy"]
        text = await answer.text()
    async with inbox.session.get(f"{inbox.config.inbox_url}/messages/{message['id']}/html") as got:
        frame = got.headers["Content-Security-Policy"]

    assert "default-src 'none'" in page
    assert "script-src 'self';" in page
    assert "unsafe" not in page
    assert "script-src" not in frame
    assert "sandbox allow-popups" in frame
    assert "//" not in text.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/vendor/adaptivecards.min.js", "AdaptiveCard"),
        ("/vendor/markdown-it.min.js", "markdownit"),
        ("/static/cards.js", "AdaptiveCards"),
        ("/static/host-config.js", "hostConfig"),
        ("/static/inbox.css", "prefers-color-scheme"),
        ("/favicon.ico", "svg"),
    ],
)
async def test_page_finds_what_it_loads(inbox: Inbox, path: str, content: str) -> None:
    status, text = await inbox.get(path)

    assert status == HTTPStatus.OK, "run `make setup`: the card renderer comes from npm"
    assert content in text


@pytest.mark.parametrize(
    "path",
    [
        "/vendor/../server.py",
        "/vendor/%2e%2e%2fserver.py",
        "/vendor/package.json",
        "/messages/x/html",
    ],
)
async def test_nothing_else_is_served(inbox: Inbox, path: str) -> None:
    status, _ = await inbox.get(path)

    assert status == HTTPStatus.NOT_FOUND
