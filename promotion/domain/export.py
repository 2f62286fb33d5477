"""The form of an exported trail: JSON Lines that can be verified without the app. Pure.

A line is a fact exactly as it was hashed, or one of two records:

    {"record": "evidence", ...}   bytes that a fact refers to by hash, after the facts of its request
    {"record": "seal", ...}       the last line: how much there is, and the hash of all bytes before it

Every line is RFC 8785 canonical JSON and ends in one line feed, so that no byte can change unseen.
Requests stand newest first; each is whole, whatever part of them was asked for.
"""

import datetime as dt
from typing import Any, Final, Literal

import msgspec

from promotion.domain.dsse import Envelope, canonical
from promotion.domain.facts import Fact
from promotion.domain.ready import ready
from promotion.domain.request import Request, is_about

SPEC: Final = "mlpromotion.export/1"

#: Names in a fact's data under which a reference to evidence stands, and what it is to.
_REFERRING: Final = {
    "manifest": "manifest",
    "policy": "policy",
    "attestation": "attestation",
    "reference": "result of a pipeline",
    "plan": "plan",
}


class Scope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which requests an export holds; what is empty does not restrict."""

    request: str = ""
    #: An asset's name, and its version, in the source or at the target.
    name: str = ""
    version: str = ""
    #: Requests of which something happened at or after `since` and that were opened before `until`.
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def everything(self) -> bool:
        """Whether the export claims to hold every request."""
        return self == Scope()

    def holds(self, request: Request) -> bool:
        """Whether a request is one of those asked for."""
        return (
            is_about(request, self.name, self.version)
            and (self.since is None or request.updated_at >= self.since)
            and (self.until is None or request.created_at < self.until)
        )


class EvidenceRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bytes that a fact refers to; they are UTF-8 text, as everything is that this product refers to."""

    record: Literal["evidence"] = "evidence"
    reference: str
    content: str


class SealRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last line; its envelope holds a `Seal`."""

    record: Literal["seal"] = "seal"
    envelope: Envelope


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What the export is, and what stands before it."""

    spec: str = SPEC
    scope: Scope
    #: When reading began; what was anchored until then must be in it.
    began: dt.datetime
    at: dt.datetime
    requests: int
    facts: int
    #: Lines before the seal.
    lines: int
    #: SHA-256 over every byte before the seal.
    sha256: str
    #: How many records could not be read, or were not whole; left out where all of them were.
    damaged: int | msgspec.UnsetType = msgspec.UNSET


type Record = Fact | EvidenceRecord | SealRecord


def line_of(record: Record) -> bytes:
    """Return a record's line, with its line feed."""
    return canonical(record) + b"\n"


def read_line(line: bytes) -> Record:
    """Return the record of a line.

    Raises:
        ValueError: the line is none, or not exactly as an export writes it.
    """
    if not line.endswith(b"\n"):
        raise ValueError("it is cut off")
    record = _decode(line)
    if line_of(record) != line:
        raise ValueError("it is not in the canonical form that an export is written in")
    return record


def references(fact: Fact) -> dict[str, str]:
    """Return the evidence that a fact refers to: what it is to the reference."""
    found = {what: fact.data.get(name) for name, what in _REFERRING.items()}
    along = fact.data.get("dependencies")
    for each in along if isinstance(along, list) else ():
        if isinstance(each, dict):
            found[f"manifest of {each.get('id')}"] = each.get("manifest")
    return {
        name: reference
        for name, reference in found.items()
        if isinstance(reference, str) and reference.startswith("sha256:")
    }


def _decode(line: bytes) -> Record:
    # msgspec's errors are ValueErrors, as are those of text that is not UTF-8.
    head: dict[str, Any] = msgspec.json.decode(line, type=ready(dict[str, Any]))
    match head.get("record"):
        case "evidence":
            return msgspec.convert(head, ready(EvidenceRecord))
        case "seal":
            return msgspec.convert(head, ready(SealRecord))
        case _:
            return msgspec.json.decode(line, type=ready(Fact))
