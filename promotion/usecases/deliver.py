"""Tell every channel the facts that it has not been told yet, in order, each at least once."""

import logging

from promotion.domain import lifecycle
from promotion.domain.actors import DELIVERY
from promotion.domain.errors import BrokenError, RetryableError
from promotion.domain.facts import Fact
from promotion.domain.request import Request
from promotion.domain.trail import require_whole
from promotion.ports import Channel, Delivered, Queue, World
from promotion.usecases import trouble
from promotion.usecases.hinting import hint

_log = logging.getLogger(__name__)


class _Failures:
    """What went wrong with channels, beside those that are away."""

    def __init__(self) -> None:
        self.impossible: list[BrokenError] = []
        self.defects: list[Exception] = []


def deliver(world: World, request_id: str) -> bool:
    """Tell what is to be told; return whether everything now is.

    One channel that is down keeps no other from being served, and is no reason to raise: the sweep asks
    again every minute until it is back. What a channel took is recorded after it took it: a crash in
    between tells a fact twice, under the same id, never not at all.

    Raises:
        StaleError: another worker was telling the same facts; the hint may simply be tried again.
        DamagedError: a fact that is to be told cannot be read back, or is missing.
        Exception: a defect of a channel, once all others were served and what they took is recorded.
    """
    request = world.requests.get(request_id).request
    delivered = world.requests.delivered(request_id)
    upto = dict(delivered.upto)
    failures = _Failures()
    with trouble.noted(world, request_id):
        facts = _untold(world, request, upto)
        told_all = [_serve(channel, request, facts, upto, failures) for channel in world.channels]
    if upto != delivered.upto:
        told = Delivered(upto=upto, etag=delivered.etag)
        world.requests.save_delivered(request_id, told)
    if failures.impossible:
        _report(world, request_id, failures.impossible[0])
    if failures.defects:
        raise failures.defects[0]
    return all(told_all)


def undelivered(world: World, request: Request, delivered: Delivered) -> bool:
    """Whether a channel has still to be told something about the request."""
    return any(delivered.upto.get(channel.name, 0) < request.revision for channel in world.channels)


def _untold(world: World, request: Request, upto: dict[str, int]) -> tuple[Fact, ...]:
    """Return what at least one channel has still to be told: read once, whatever the number of channels."""
    start = min((upto.get(channel.name, 0) for channel in world.channels), default=request.revision)
    if start >= request.revision:
        return ()
    facts = world.requests.facts(request.id, after=start)
    require_whole(facts, request, after=start)
    return facts


def _serve(
    channel: Channel,
    request: Request,
    facts: tuple[Fact, ...],
    upto: dict[str, int],
    failures: _Failures,
) -> bool:
    start = upto.get(channel.name, 0)
    for fact in facts:
        if fact.sequence <= start:
            continue
        try:
            channel.deliver(request, fact)
        except BrokenError as error:
            # It can never be told here. The fact itself is safe in the trail; the others go on.
            fields = {"channel": channel.name, "fact": fact.id, "remedy": error.remedy}
            _log.exception("fact cannot be told", extra=fields)
            failures.impossible.append(_of_channel(channel, error))
        except RetryableError as error:
            fields = {"channel": channel.name, "fact": fact.id, "reason": error.problem}
            _log.warning("channel not available", extra=fields)
            return False
        except Exception as error:  # noqa: BLE001 -- raised in the end: others must not be told twice for it
            failures.defects.append(error)
            return False
        upto[channel.name] = fact.sequence
    return True


def _of_channel(channel: Channel, error: BrokenError) -> BrokenError:
    # Without the fact's own id: the same trouble with the next fact is the same problem.
    return BrokenError(f"The channel {channel.name} was not told: {error.problem}", error.remedy)


def _report(world: World, request_id: str, error: BrokenError) -> None:
    """Show on the request that a channel was not told; once, as the report is a fact to be told as well."""
    stored = world.requests.get(request_id)
    shown = stored.request.problem
    if shown is not None and shown.message == error.problem:
        return
    now = world.clock.now()
    step = lifecycle.report_problem(stored.request, error, actor=DELIVERY, now=now)
    world.requests.save(stored, step)
    hint(world, Queue.DELIVERIES, request_id)
