"""Handles of links: what one looks like, and under which name it is kept."""

import hashlib

import pytest

from promotion.domain.links import hash_of, is_handle, why_not
from tests.building import NOW
from tests.unit.domain.refusals import LINK, WAITING


def test_a_link_is_good_for_what_it_was_made_for() -> None:
    assert why_not(LINK, WAITING, NOW) is None


@pytest.mark.parametrize(
    ("handle", "content"), [("A-_9", b"A-_9"), ("\udc80", b"\x80"), ("\u00fc", b"\xc3\xbc")]
)
def test_whatever_was_sent_is_looked_up_by_its_hash(handle: str, content: bytes) -> None:
    assert hash_of(handle) == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Az09-_" * 7 + "x", True),
        ("x" * 42, False),
        ("x" * 44, False),
        ("x" * 42 + "\n", False),
        ("x" * 42 + "=", False),
        ("x" * 42 + "\u0661", False),
    ],
)
def test_a_handle_has_43_letters_of_an_address(text: str, is_one: bool) -> None:  # noqa: FBT001 -- a row's column
    assert is_handle(text) is is_one
