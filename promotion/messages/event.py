"""A fact as a CloudEvent, in plain values. Knows no topic and no client.

Attributes (CloudEvents 1.0.2, section 3; extensions `sequence` and `traceparent` as documented there):

- `id`: the fact's id, so that a subscriber recognises a repetition (with `source`, as the
  specification has it);
- `source`: `{app}/{route}`: a URI that names this deployment of the app, and the route;
- `type`: `com.mlpromotion.{fact's type}.v1`, for example `com.mlpromotion.model.promoted.v1`;
- `subject`: the asset's id; `time`: when it happened;
- `correlationid`: the request's id; `sequence`: the fact's place in its request, zero-padded so that
  it sorts as text; `traceparent`: of what set the request off, when known;
- `data`: the fact as JSON with its hashes, so that a subscriber can verify the chain by itself. A fact
  too large for the topic has a reference there instead; `dataschema` tells which it is.
"""

import json
from typing import Any, Final
from urllib.parse import quote

import msgspec
import rfc8785

from promotion.domain.facts import Fact, traceparent
from promotion.domain.request import Request

TYPE_PREFIX: Final = "com.mlpromotion."
#: Meanings of `data`; a change of meaning gets a new number.
FACT_SCHEMA: Final = "urn:mlpromotion:fact:1"
REFERENCE_SCHEMA: Final = "urn:mlpromotion:fact-reference:1"

#: Enough for every 32-bit number.
_SEQUENCE_DIGITS: Final = 10


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One CloudEvent. Times are kept as text: what is measured is what is sent."""

    id: str
    source: str
    type: str
    subject: str
    time: str
    dataschema: str
    data: dict[str, Any]
    #: Names of lower-case letters and digits alone, as the specification wants them.
    extensions: dict[str, str]

    @property
    def size(self) -> int:
        """Bytes of the event in the JSON format, all but ASCII escaped, as the Azure SDK writes it."""
        attributes = {"specversion": "1.0", "datacontenttype": "application/json"}
        fields = msgspec.to_builtins(self)
        extensions = fields.pop("extensions")
        return len(json.dumps(attributes | fields | extensions))


def event_of(request: Request, fact: Fact, *, source: str) -> Event:
    """Return the event that tells the whole fact."""
    return Event(
        id=fact.id,
        source=f"{source.rstrip('/')}/{quote(request.route, safe='')}",
        type=f"{TYPE_PREFIX}{fact.type}.v1",
        subject=fact.asset,
        time=str(msgspec.to_builtins(fact.at)),
        dataschema=FACT_SCHEMA,
        data=msgspec.to_builtins(fact),
        extensions=_extensions(fact),
    )


def by_reference(event: Event, fact: Fact, reference: str) -> Event:
    """Return the event with a reference instead of the fact.

    The hashes stay, so that a subscriber's chain has no gap before it has fetched the rest.
    """
    data = {
        "reference": reference,
        "size": len(content_of(fact)),
        "id": fact.id,
        "sequence": fact.sequence,
        "previous_hash": fact.previous_hash,
        "hash": fact.hash,
    }
    return msgspec.structs.replace(event, data=data, dataschema=REFERENCE_SCHEMA)


def content_of(fact: Fact) -> bytes:
    """Return the bytes that a reference stands for: the whole fact as RFC 8785 canonical JSON."""
    content: bytes = rfc8785.dumps(msgspec.to_builtins(fact))
    return content


def _extensions(fact: Fact) -> dict[str, str]:
    found = {
        "correlationid": fact.request,
        "sequence": str(fact.sequence).zfill(_SEQUENCE_DIGITS),
    }
    if trace := traceparent(fact.trace):
        found["traceparent"] = trace
    return found
