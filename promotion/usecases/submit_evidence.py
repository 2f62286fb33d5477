"""Take what a pipeline found out about a request's files, and have the request looked at again."""

import contextlib
import logging
import re
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from promotion.checks.plainly import plain
from promotion.domain import lifecycle
from promotion.domain.actors import Person, acting
from promotion.domain.errors import InvalidError, StaleError
from promotion.domain.evidence import Submission
from promotion.domain.policy import RequiredEvidence, Route
from promotion.domain.request import Request
from promotion.domain.results import Outcome
from promotion.ports import Queue, World
from promotion.usecases import access
from promotion.usecases.hinting import hint

_log = logging.getLogger(__name__)

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
#: Bytes of `data` as JSON; reports belong behind `url`.
MAX_DATA: Final = 256 * 1024
#: Up to this, the data stands on the request itself, for pages.
_SHOWN_DATA: Final = 2 * 1024
_LONGEST_URL: Final = 2_000
#: A validation that runs meanwhile moves the request once or twice.
_TRIES: Final = 5


class StaleSaveError(StaleError):
    """The request moved between reading and writing it; not the evidence is stale, but the reading."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a pipeline posts."""

    #: The pipeline's identity.
    person: Person
    #: One of the names that the request's route requires.
    name: str
    outcome: Outcome
    #: Digest of the files that were tested, as the request shows it.
    digest: str
    #: Whatever the pipeline measured, JSON.
    data: dict[str, Any] = msgspec.field(default_factory=dict)
    #: Where a person can look it up.
    url: str = ""


def submit_evidence(world: World, request_id: str, offer: Offer) -> Request:
    """Record evidence on a request that is not decided on yet; the same again changes nothing.

    Raises:
        NotFoundError: there is no such request.
        ForbiddenError: the identity may not post evidence.
        InvalidError: the route requires no evidence of that name, or a field is malformed.
        ConflictError: the request takes no evidence now.
        StaleError: the evidence is about other files, or the request keeps moving.
    """
    access.require_evidence(offer.person)
    request = world.requests.get(request_id).request
    _require_sound(offer, world.policy.current().route(request.route))
    content = msgspec.json.encode(offer.data, order="sorted")
    if len(content) > MAX_DATA:
        raise InvalidError(
            f"The evidence's data has {len(content):,} bytes, more than {MAX_DATA:,}.",
            "Post the figures that matter, and the whole report's address as `url`.",
        )
    request = _recorded(world, request_id, offer, content)
    hint(world, Queue.VALIDATIONS, request_id)
    hint(world, Queue.DELIVERIES, request_id)
    return request


def _recorded(world: World, request_id: str, offer: Offer, content: bytes) -> Request:
    reference = world.evidence.put(content)
    for _ in range(_TRIES - 1):
        # The validation moves the request, or another pipeline is faster: both leave room for this one.
        with contextlib.suppress(StaleSaveError):
            return _attempt(world, request_id, offer, content, reference)
    return _attempt(world, request_id, offer, content, reference)


def _attempt(
    world: World,
    request_id: str,
    offer: Offer,
    content: bytes,
    reference: str,
) -> Request:
    stored = world.requests.get(request_id)
    submission = _submission(world, offer, content, reference)
    if _is_there(stored.request, submission):
        return stored.request
    step = lifecycle.submit_evidence(stored.request, submission, now=submission.at)
    try:
        request = world.requests.save(stored, step).request
    except StaleError as error:
        raise StaleSaveError(error.problem, error.remedy) from error
    fields = {"request_id": request_id, "evidence": offer.name}
    _log.info("evidence recorded", extra=fields)
    return request


def _submission(world: World, offer: Offer, content: bytes, reference: str) -> Submission:
    return Submission(
        name=offer.name,
        outcome=offer.outcome,
        digest=offer.digest,
        by=acting(offer.person),
        at=world.clock.now(),
        url=offer.url,
        reference=reference,
        data=plain(offer.data) if len(content) <= _SHOWN_DATA else {},
    )


def _is_there(request: Request, submission: Submission) -> bool:
    # Only the latest of a name counts, so only that one can be the same again.
    return any(
        msgspec.structs.replace(each, at=submission.at) == submission for each in request.evidence
    )


def _require_sound(offer: Offer, route: Route) -> None:
    names = [check.name for check in route.checks if isinstance(check, RequiredEvidence)]
    if offer.name not in names:
        raise InvalidError(
            f"This route requires no evidence named {offer.name[:80]!r}.",
            f"It requires: {', '.join(names) or 'none at all'}.",
        )
    if not _DIGEST.fullmatch(offer.digest):
        raise InvalidError(
            "The digest is not one of a request's files.",
            "Post the request's own `digest`, `sha256:` and 64 hexadecimal digits.",
        )
    if offer.url and not _is_address(offer.url):
        raise InvalidError("`url` is not an https address.", "Leave it out or mend it.")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain_text = url.isascii() and url.isprintable() and " " not in url
    return (
        parts.scheme == "https" and bool(parts.hostname) and plain_text and len(url) <= _LONGEST_URL
    )
