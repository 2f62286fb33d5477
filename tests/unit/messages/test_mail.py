"""A mail says the same in both parts, escapes everything, and has headers that recognise it."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.assets import AssetRef
from promotion.domain.facts import FactType
from promotion.domain.results import Outcome
from promotion.messages import mail
from promotion.messages.compose import TOLD, compose
from promotion.messages.mail import Mail
from promotion.messages.notice import Notice
from tests.building import DEV
from tests.telling import PUBLIC_URL, hostile_words, result, story

_TAGS = {
    *("html", "head", "meta", "title", "body", "div", "p", "h1", "h2", "dl", "dt", "dd"),
    *("ul", "li", "span", "strong", "bdi", "blockquote", "a"),
}


class Reader(HTMLParser):
    """Collects what a page consists of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def notice_of(kind: FactType, words: str = "") -> Notice:
    """Return a notice; with `words`, every text from outside is these."""
    request, fact = story(kind)
    if words:
        asset = AssetRef(home=DEV, kind=request.asset.kind, name=words, version=words)
        checks = tuple(result(words, outcome, words) for outcome in Outcome)
        request, fact = story(kind, asset, words=words, checks=checks, reason=words)
    notice = compose(request, fact, PUBLIC_URL)
    assert notice is not None
    return notice


def letter(kind: FactType, words: str = "") -> Mail:
    """Return a mail; with `words`, every text from outside is these."""
    return mail.mail(notice_of(kind, words))


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_both_parts_say_all_that_the_notice_says(kind: FactType) -> None:
    notice = notice_of(kind)

    written = mail.mail(notice)

    shown = Reader(written.html)
    for text in notice.texts():
        assert text in written.text
        assert text in shown.text + "\n".join(shown.links)


@pytest.mark.parametrize("words", hostile_words())
@pytest.mark.parametrize("kind", sorted(TOLD))
def test_hostile_text_adds_no_tag_no_attribute_and_no_link(words: str, kind: FactType) -> None:
    shown = Reader(letter(kind, words).html)

    assert shown.tags <= _TAGS
    assert shown.attributes <= {"lang", "charset", "name", "content", "style", "href"}
    assert all(link.startswith(f"{PUBLIC_URL}/promotions/") for link in shown.links)


@given(st.text(max_size=300))
def test_any_text_is_shown_as_the_same_text_in_both_parts(words: str) -> None:
    notice = notice_of(FactType.REQUEST_REJECTED, f"a{words}")

    written = mail.mail(notice)

    assert notice.quote in written.text
    assert notice.quote in Reader(written.html).text


@given(st.text(max_size=300))
def test_a_subject_is_one_bounded_line(words: str) -> None:
    subject = letter(FactType.APPROVAL_REQUESTED, f"a{words}").subject

    assert len(subject) <= 150
    assert subject.isprintable()


@given(st.text(max_size=100))
def test_text_from_outside_never_begins_a_line_of_the_text_part(words: str) -> None:
    ordinary = letter(FactType.REQUEST_REFUSED, "x").text.splitlines()

    lines = letter(FactType.REQUEST_REFUSED, f"x{words}\nReview: https://evil.example").text

    assert len(lines.splitlines()) == len(ordinary)


def test_the_subject_names_what_and_which() -> None:
    subject = letter(FactType.APPROVAL_REQUESTED).subject

    assert subject == "[Promotion] Approval needed: taxi-fare:1"


def test_a_page_uses_neither_tables_nor_images_nor_style_sheets_nor_scripts() -> None:
    shown = Reader(letter(FactType.APPROVAL_REQUESTED).html)

    assert not shown.tags & {"table", "img", "style", "script", "link", "form", "input"}


def test_a_page_leaves_light_and_dark_to_the_client() -> None:
    page = letter(FactType.APPROVAL_REQUESTED).html

    assert '<meta name="color-scheme" content="light dark">' in page
    # The body and all text keep the client's colours; only buttons bring their own ground.
    assert len(re.findall(r"background(-color)?:", page)) == 1


def test_the_same_fact_to_the_same_recipient_has_the_same_message_id() -> None:
    first, second = (letter(FactType.APPROVAL_REQUESTED) for _ in range(2))

    one, two = (
        mail.headers(each, recipient="approver@sandbox.invalid", domain="sandbox.invalid")
        for each in (first, second)
    )

    assert one == two
    assert one["Message-ID"].startswith(f"<{first.fact}.")
    assert one["Message-ID"].endswith("@sandbox.invalid>")


def test_another_recipient_and_another_fact_have_another_message_id() -> None:
    asked, told = letter(FactType.APPROVAL_REQUESTED), letter(FactType.ASSET_PROMOTED)
    other = mail.mail(notice_of(FactType.APPROVAL_REQUESTED))

    ids = {
        mail.headers(each, recipient=recipient, domain="sandbox.invalid")["Message-ID"]
        for each in (asked, other)
        for recipient in ("a@sandbox.invalid", "b@sandbox.invalid")
    }

    assert len(ids) == 2
    assert told.request == asked.request


def test_mails_are_marked_as_sent_by_a_program_and_kept_together_by_request() -> None:
    written = letter(FactType.APPROVAL_REQUESTED)

    headers = mail.headers(written, recipient="a@sandbox.invalid", domain="sandbox.invalid")

    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["References"] == f"<{written.request}@sandbox.invalid>"
    assert headers["X-Promotion-Fact"] == written.fact
