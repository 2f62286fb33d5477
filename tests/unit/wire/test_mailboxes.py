"""A configured address is exactly one mailbox, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.errors import InvalidError
from promotion.wire.mailboxes import mailbox, mailing


@pytest.mark.parametrize(
    "address",
    ["a@b.example", "first.last+tag@sub.b-c.example", "o'neil@b.example", "x" * 64 + "@b.example"],
)
def test_ordinary_addresses_are_taken(address: str) -> None:
    assert mailbox(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b.example",
        "a@",
        "a@b.example,c@d.example",
        "a@b.example;c@d.example",
        "Name <a@b.example>",
        "a@b.example\r\nBcc: everyone@evil.example",
        "a@b.example\n",
        " a@b.example",
        "a b@c.example",
        '"quoted"@b.example',
        "a@[127.0.0.1]",
        "a..b@c.example",
        ".a@c.example",
        "a@-b.example",
        "a(comment)@b.example",
        "ä@b.example",
        "a@b.example\u2028",
        "x" * 65 + "@b.example",
        "a@" + "b" * 260,
    ],
)
def test_everything_else_is_refused(address: str) -> None:
    with pytest.raises(InvalidError, match="is not one mail address"):
        mailbox(address)


@given(st.text(max_size=80))
def test_no_text_smuggles_a_line_break_or_a_second_mailbox(text: str) -> None:
    try:
        taken = mailbox(f"a{text}@b.example")
    except InvalidError:
        return
    assert taken.isascii()
    assert not set(taken) & set(' \r\n,;:<>()[]"\\')
    assert taken.count("@") == 1


def test_a_recipient_named_twice_gets_one_mail() -> None:
    made = mailing(sender="app@b.example", recipients=("a@b.example", "c@b.example", "a@b.example"))

    assert made.recipients == ("a@b.example", "c@b.example")
    assert made.domain == "b.example"


def test_mail_without_recipients_is_refused() -> None:
    with pytest.raises(InvalidError, match="No recipient"):
        mailing(sender="app@b.example", recipients=())
