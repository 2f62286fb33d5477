"""Domain values as table rows and back. Knows the shapes of rows and the limits of Azure Tables.

Limits: learn.microsoft.com, "Understanding the Table service data model" and "Performing entity group
transactions". Azurite enforces few of them, so they are enforced here.
"""

import hashlib
from typing import Any, Final

import msgspec

from promotion.domain.approvals import Decision
from promotion.domain.errors import BrokenError, DamagedError, NotFoundError
from promotion.domain.facts import Fact, hash_of
from promotion.domain.lifecycle import Step
from promotion.domain.links import Link
from promotion.domain.ready import ready
from promotion.domain.request import SCHEMA, Request
from promotion.ports import Evidence

type Row = dict[str, Any]

#: A string property holds 64 KiB of UTF-16, which is 32,768 units; a longer body goes to a blob.
MAX_STRING: Final = 32_768
#: One entity, names and values together.
MAX_ENTITY: Final = 1024 * 1024
#: One entity group transaction.
MAX_OPERATIONS: Final = 100
MAX_TRANSACTION: Final = 4 * 1024 * 1024


def request_row(request: Request, evidence: Evidence) -> Row:
    """Return the row `req`: the whole request as JSON, and columns for people who look at the table."""
    return {
        "PartitionKey": request.id,
        "RowKey": "req",
        "schema": request.schema,
        "state": request.state.value,
        "revision": request.revision,
        "route": request.route,
        "asset": request.asset.id,
        **_body(request, evidence),
    }


def fact_row(fact: Fact, evidence: Evidence) -> Row:
    """Return the row of a fact."""
    return {
        "PartitionKey": fact.request,
        "RowKey": fact_key(fact.sequence),
        "type": fact.type,
        **_body(fact, evidence),
    }


def decision_row(request_id: str, decision: Decision, evidence: Evidence) -> Row:
    """Return the row of a decision; its key is the same for the same person in the same stage."""
    stage, person = _hashed(decision.stage), _hashed(decision.by.key)
    return {
        "PartitionKey": request_id,
        "RowKey": f"dec-{stage}-{person}",
        **_body(decision, evidence),
    }


def step_rows(step: Step, evidence: Evidence) -> tuple[Row, list[Row]]:
    """Return the request's row, and the rows that a transition adds beside it.

    A link that it spends is not among them: its row is there already, see `link_row`.
    """
    added = [fact_row(step.fact, evidence)]
    if step.decision is not None:
        added.append(decision_row(step.request.id, step.decision, evidence))
    return request_row(step.request, evidence), added


def link_row(link: Link) -> Row:
    """Return the row of a link; its key is the hash of the handle, which is kept nowhere."""
    return {
        "PartitionKey": link.request,
        "RowKey": link_key(link.hash),
        "body": msgspec.json.encode(link).decode(),
    }


def link_key(name: str) -> str:
    """Return the row key of a link, by the hash of its handle."""
    return f"lnk-{name}"


def fact_key(sequence: int) -> str:
    """Return a fact's row key; keys sort as the sequences do."""
    return f"evt-{sequence:08d}"


def read_request(row: Row, evidence: Evidence) -> Request:
    """Return the request of a row.

    Raises:
        DamagedError: the row was written by a newer version, or is not what this one writes.
    """
    schema = row.get("schema")
    if not isinstance(schema, int) or schema > SCHEMA:
        raise _damaged(row, f"its schema is {schema!r}, this version reads up to {SCHEMA}")
    request = _read(row, Request, evidence)
    if request.id != row["PartitionKey"]:
        raise _damaged(row, f"it holds the request {request.id}")
    return request


def read_fact(row: Row, evidence: Evidence) -> Fact:
    """Return the fact of a row.

    Raises:
        DamagedError: the row is not what this version writes, or its hash is not that of its content.
    """
    fact = _read(row, Fact, evidence)
    if fact_key(fact.sequence) != row["RowKey"] or hash_of(fact) != fact.hash:
        raise _damaged(row, "its content does not fit its key and hash")
    return fact


def read_side[T](row: Row, kind: type[T]) -> T:
    """Return the value of a row beside the request (`prog`, `out`).

    Raises:
        DamagedError: the row is not what this version writes.
    """
    try:
        return msgspec.json.decode(row["body"], type=ready(kind))
    except (KeyError, TypeError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(row, str(error) or type(error).__name__) from error


def check_limits(rows: list[Row]) -> None:
    """Refuse what the real service would refuse.

    Raises:
        BrokenError: too many rows, a row or the whole too large.
    """
    sizes = [_size(row) for row in rows]
    if len(rows) > MAX_OPERATIONS or sum(sizes) > MAX_TRANSACTION or max(sizes) > MAX_ENTITY:
        raise BrokenError(
            f"A transaction of {len(rows)} rows and {sum(sizes)} bytes (largest row {max(sizes)}) "
            "is more than Azure Tables takes.",
            "Report this with the request's id; nothing was written.",
        )


def _body(value: msgspec.Struct, evidence: Evidence) -> Row:
    content = msgspec.json.encode(value)
    text = content.decode()
    if len(text.encode("utf-16-le")) // 2 <= MAX_STRING:
        return {"body": text}
    return {"body": "", "body_at": evidence.put(content)}


def _read[T](row: Row, kind: type[T], evidence: Evidence) -> T:
    place = row.get("body_at")
    try:
        content = evidence.get(place) if place else row["body"].encode()
        return msgspec.json.decode(content, type=ready(kind))
    except (
        KeyError,
        AttributeError,
        NotFoundError,
        msgspec.DecodeError,
        UnicodeDecodeError,
    ) as error:
        raise _damaged(row, str(error) or type(error).__name__) from error


def _damaged(row: Row, why: str) -> DamagedError:
    return DamagedError(
        f"Row {row['RowKey']!r} of request {row['PartitionKey']} cannot be read: {why}.",
        "Restore it from the exported trail; other requests are not affected.",
    )


def _hashed(text: str) -> str:
    # Keys refuse / \ # ? and control characters: names from outside are hashed.
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _size(row: Row) -> int:
    # Strings count two bytes a unit, everything else eight or fewer, names two a letter.
    return sum(2 * len(name) + (2 * len(v) if isinstance(v, str) else 8) for name, v in row.items())
