"""Lines of anchors: which follow each other, and what is said of one that does not."""

import datetime as dt
import hashlib
from typing import Any

import pytest

from promotion.domain.anchor import SPEC, Anchor, Broken, Head, hash_of, verified
from promotion.domain.dsse import ANCHOR, Verifier, canonical, wrap
from promotion.domain.facts import GENESIS

AT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def signed_by(key: str) -> Verifier:
    """Return who believes a signature that is the key's name."""
    return lambda keyid, signature, _: (keyid, signature) == (key, key.encode())


def anchor(sequence: int = 1, previous: str = GENESIS, **changes: Any) -> Anchor:  # noqa: ANN401 -- fields of Anchor
    """Return an anchor of one head."""
    fields: dict[str, Any] = {"at": AT, "looked_at": AT, "complete": True, **changes}
    heads = (Head(request="r", revision=1, hash="00"),)
    return Anchor(sequence=sequence, heads=heads, previous=previous, **fields)


def line(content: bytes, *, kind: str = ANCHOR, key: str = "key") -> bytes:
    """Return the line of an envelope around some bytes."""
    return canonical(wrap(kind, content, key, key.encode())) + b"\n"


def problem(*lines: bytes, verifier: Verifier | None = None) -> str:
    """Return what is wrong with lines."""
    with pytest.raises(Broken) as broken:
        list(verified(lines, verifier))
    return str(broken.value)


def test_anchors_that_follow_each_other_are_believed() -> None:
    first = line(canonical(anchor()))
    second = anchor(2, hash_of(first))

    found = list(verified([first, line(canonical(second))], signed_by("key")))

    assert found == [anchor(), second]


def test_the_first_line_has_no_predecessor_and_others_the_hash_of_theirs() -> None:
    assert hash_of(b"") == GENESIS
    assert hash_of(b"line\n") == hashlib.sha256(b"line\n").hexdigest()


NOT_CANONICAL = (
    "Anchor 1 cannot be read: it is not in the canonical form that anchors are written in."
)


@pytest.mark.parametrize(
    "lines",
    [
        line(canonical(anchor()) + b" "),
        line(canonical(anchor())).replace(b'":', b'": '),
        line(canonical(anchor()))[:-1],
        line(canonical(anchor())) + b"\n",
    ],
    ids=["the anchor", "its envelope", "no end", "two ends"],
)
def test_an_anchor_in_another_form_is_not_read(lines: bytes) -> None:
    assert problem(lines) == NOT_CANONICAL


def test_what_is_no_anchor_is_not_read() -> None:
    assert problem(b"{}\n").startswith("Anchor 1 cannot be read: Object missing required field")


@pytest.mark.parametrize(
    "wrong",
    [
        anchor(2, hash_of(b"another")),
        anchor(3, hash_of(line(canonical(anchor())))),
        anchor(2, hash_of(line(canonical(anchor()))), spec=f"{SPEC}0"),
    ],
    ids=["previous", "sequence", "spec"],
)
def test_an_anchor_that_does_not_follow_is_found_with_its_number(wrong: Anchor) -> None:
    found = problem(line(canonical(anchor())), line(canonical(wrong)))

    assert found == "Anchor 2 does not follow the one before it."


def test_an_anchor_of_another_key_or_type_is_not_believed() -> None:
    theirs = line(canonical(anchor()), key="theirs")
    other = line(canonical(anchor()), kind="text/plain")

    assert problem(theirs, verifier=signed_by("key")) == (
        "Anchor 1 is not to be believed: "
        "its signature is not one of the given key over this content."
    )
    assert problem(other) == (
        f"Anchor 1 is not to be believed: it holds 'text/plain', expected was {ANCHOR!r}."
    )
