"""Anchors: what the trails' heads were at a time, chained, so that no request can vanish or be rewritten. Pure.

A line of the anchors is the RFC 8785 form of a DSSE envelope around an `Anchor`. Each names the SHA-256
of the line before it. docs/adr/0009-anchors-are-a-list.md says why it is a list and not a tree.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from promotion.domain.dsse import ANCHOR, Envelope, Verifier, canonical, problem_of
from promotion.domain.facts import GENESIS
from promotion.domain.ready import ready

SPEC: Final = "mlpromotion.anchor/1"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The last fact of a request at some time."""

    request: str
    revision: int
    hash: str


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """Heads of requests that changed since an earlier anchor; a long list goes on in the next one."""

    spec: str = SPEC
    sequence: int
    at: dt.datetime
    #: When the look at the requests began; the next anchor takes up from here.
    looked_at: dt.datetime
    #: Whether this is the last one of that look.
    complete: bool
    heads: tuple[Head, ...]
    #: SHA-256 of the line before, `GENESIS` on the first.
    previous: str


def read_anchor(line: bytes) -> tuple[Anchor, Envelope]:
    """Return the anchor of a line and the envelope around it.

    Raises:
        ValueError: the line is not exactly as an anchor is written.
    """
    envelope = msgspec.json.decode(line, type=ready(Envelope))
    anchor = msgspec.json.decode(envelope.content, type=ready(Anchor))
    if canonical(envelope) + b"\n" != line or canonical(anchor) != envelope.content:
        raise ValueError("it is not in the canonical form that anchors are written in")
    return anchor, envelope


def hash_of(line: bytes) -> str:
    """Return what the next anchor names as its predecessor; `GENESIS` for no line."""
    return hashlib.sha256(line).hexdigest() if line else GENESIS


class Broken(ValueError):  # noqa: N818 -- says what the anchors are, as `Wrong` does of an export
    """The anchors are not to be believed; the text says which line and why."""


def verified(lines: Iterable[bytes], verifier: Verifier | None) -> Iterator[Anchor]:
    """Yield the anchors of lines that follow each other.

    Raises:
        Broken: one does not, cannot be read, or is not signed by the key.
    """
    previous = GENESIS
    for sequence, line in enumerate(lines, start=1):
        try:
            anchor, envelope = read_anchor(line)
        except ValueError as error:
            raise Broken(f"Anchor {sequence} cannot be read: {error}.") from error
        if problem := problem_of(envelope, ANCHOR, verifier):
            raise Broken(f"Anchor {sequence} is not to be believed: {problem}.")
        if (anchor.spec, anchor.sequence, anchor.previous) != (SPEC, sequence, previous):
            raise Broken(f"Anchor {sequence} does not follow the one before it.")
        previous = hash_of(line)
        yield anchor
