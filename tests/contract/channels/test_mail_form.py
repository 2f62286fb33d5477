"""Whatever a mail holds, it is one mail with the headers that were meant."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.adapters.smtp.letters import compose_message
from promotion.domain.errors import BrokenError
from promotion.domain.facts import FactType
from promotion.messages import mail, plain
from promotion.messages.compose import compose
from promotion.messages.mail import Mail
from promotion.wire.mailboxes import mailing
from tests.building import NOW
from tests.telling import PUBLIC_URL, hostile_words, story

EVERYONE = mailing(
    sender="promotion@sandbox.invalid",
    recipients=("one@sandbox.invalid", "two@sandbox.invalid"),
)


def letter(words: str = "") -> Mail:
    """Return a mail."""
    request, fact = story(FactType.REQUEST_REJECTED, **({"words": words} if words else {}))  # type: ignore[arg-type] # one field, typed
    notice = compose(request, fact, PUBLIC_URL)
    assert notice is not None
    return mail.mail(notice)


@pytest.mark.parametrize("text", ["a\r\nBcc: everyone@evil.example", "a\nb", "a\rb"])
def test_a_line_break_in_a_header_is_refused(text: str) -> None:
    forged = Mail(fact="f-1", request="r", subject=text, text="t", html="h")

    with pytest.raises(BrokenError, match="cannot be written"):
        compose_message(forged, EVERYONE, "one@sandbox.invalid", now=NOW)


@given(st.text(max_size=300))
def test_any_words_arrive_as_they_were_and_add_no_header(words: str) -> None:
    written = letter(f"a{words}")
    ordinary = compose_message(letter("a"), EVERYONE, "one@sandbox.invalid", now=NOW)

    sent = compose_message(written, EVERYONE, "one@sandbox.invalid", now=NOW).as_bytes()

    read = message_from_bytes(sent, policy=policy.default)
    assert read.keys() == ordinary.keys()
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == written.text
    assert max(map(len, sent.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("words", hostile_words())
def test_a_hostile_name_arrives_in_the_subject_as_text(words: str) -> None:
    subject = f"[Promotion] Approval needed: {plain.plain(words, 100)}"
    written = Mail(fact="f-1", request="r", subject=subject, text="t", html="h")

    sent = compose_message(written, EVERYONE, "one@sandbox.invalid", now=NOW).as_bytes()

    read = message_from_bytes(sent, policy=policy.default)
    assert read["Subject"] == subject
    assert read["Bcc"] is None
