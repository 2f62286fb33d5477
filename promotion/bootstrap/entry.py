"""One function per trigger: decode the message, call the use case over the app's world."""

import contextlib
import functools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from promotion.bootstrap.telemetry import stepping, working

if TYPE_CHECKING:
    from promotion.bootstrap.world import LazyWorld
    from promotion.domain.announcement import Announcement
    from promotion.usecases.anchor import Anchored
    from promotion.usecases.reconcile import Reconciled
    from promotion.usecases.sweep import Swept
    from promotion.web.http import Request, Response
    from promotion.web.site import Site

#: Methods of calls that change nothing; the platform's own span is enough for them.
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@functools.cache
def world(*, attended: bool = False) -> "LazyWorld":
    """Return the app's world, made from the process's environment.

    Args:
        attended: a person waits for it: storage that is down is told after seconds.

    Raises:
        BrokenError: settings are missing or malformed.
    """
    from promotion.bootstrap.world import LazyWorld
    from promotion.settings import read_settings

    settings = read_settings(os.environ)
    return LazyWorld(settings.attended() if attended else settings)


@functools.cache
def site() -> "Site":
    """Return the pages and the API."""
    from promotion.web.settings import WebSettings
    from promotion.web.site import Site

    settings = world().settings
    return Site(
        world(),
        WebSettings(
            public_url=settings.public_url,
            auth_enabled=settings.auth_enabled,
            tenant_id=settings.tenant_id,
            csrf_key=settings.csrf_key.encode(),
        ),
    )


def answer(request: "Request") -> "Response":
    """Answer a call or a page; what changes something is a step that others go on from."""
    if request.method in _READING:
        return site().handle(request)
    given = request.headers.get("traceparent", "")
    with stepping(world().settings, "answer", parent=given) as told:
        return site().handle(request.with_header("traceparent", told) if told else request)


def receive_event(event: "Announcement", *, trace: str) -> None:
    """Take a model registration."""
    from promotion.usecases import receive_event as usecase

    with stepping(world().settings, "receive", parent=trace) as told:
        usecase.receive_event(world(), event, trace=told)


def validate(body: bytes) -> None:
    """Look at the request that a message of `validations` names."""
    from promotion.usecases import validate as usecase

    with _message("validate", "validations", body) as request_id:
        usecase.validate(world(), request_id)


def promote(body: bytes) -> None:
    """Copy for the request that a message of `promotions` names."""
    from promotion.usecases import promote as usecase

    with _message("promote", "promotions", body) as request_id:
        usecase.promote(world(), request_id)


def deliver(body: bytes) -> None:
    """Tell the facts of the request that a message of `deliveries` names."""
    from promotion.usecases import deliver as usecase

    with _message("deliver", "deliveries", body) as request_id:
        usecase.deliver(world(), request_id)


@contextlib.contextmanager
def _message(name: str, queue: str, body: bytes) -> Iterator[str]:
    """Work on the request that a message names: in a span that points at the request's own trace."""
    from promotion.adapters.queues import read_message
    from promotion.ports import Queue
    from promotion.usecases import overtaken, pausing

    hint = read_message(body)
    traced = working(world().settings, world(), name, hint.request, parent=hint.trace)
    paused = pausing.respected(world(), Queue(queue), hint.request)
    with overtaken.tolerated(hint.request), paused, traced:
        yield hint.request


def anchor(*, whole: bool = False, attended: bool = False) -> "Anchored":
    """Anchor the heads of the trails."""
    from promotion.usecases import anchor as usecase

    # The cache tells `world()` and `world(attended=False)` apart: the app has one world, not two.
    over = world(attended=True) if attended else world()
    with stepping(over.settings, "anchor"):
        return usecase.anchor(over, whole=whole)


def reconcile() -> "Reconciled":
    """Look for versions that nobody announced, or that nobody approved."""
    from promotion.usecases import reconcile as usecase

    with stepping(world().settings, "reconcile"):
        return usecase.reconcile(world())


def sweep() -> "Swept":
    """Look at every request whose time has come."""
    from promotion.usecases import sweep as usecase

    with stepping(world().settings, "sweep"):
        return usecase.sweep(world())
