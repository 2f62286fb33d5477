"""Order that a version in a target is withdrawn, or restored: ask those who decide, or do not wait for them.

Asking again finds the order there is. An order says what is in use afterwards; what leaves nothing in use is
refused unless it was said so. An emergency needs one operator and a reason, and is told to everybody.
"""

import logging

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import Person, acting, alike
from promotion.domain.approvals import Authors, authors, merge
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from promotion.domain.lifecycle import Ordering
from promotion.domain.orders import Order, Verb, afterwards, in_use
from promotion.domain.policy import Policy, order_stages, routes_into
from promotion.domain.request import Request, State
from promotion.ports import Queue, Stored, World
from promotion.usecases import access, standing
from promotion.usecases.hinting import hint
from promotion.usecases.open_request import Opened

_log = logging.getLogger(__name__)

#: States after which the same may be ordered again, in a new attempt.
_OVER = (State.REJECTED, State.EXPIRED, State.CANCELLED, State.SUPERSEDED, State.DONE)


class Plea(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants what done to which version, and why."""

    person: Person
    verb: Verb
    asset: AssetRef
    reason: str
    #: Do not wait for those who decide; for operators, to withdraw.
    emergency: bool = False
    #: The version that must be in use afterwards; any when empty.
    to: str = ""
    #: Nothing need be in use afterwards.
    leave_none: bool = False
    trace: str = ""


def roll_back(world: World, plea: Plea) -> Opened:
    """Return the order, and whether this call made it.

    Raises:
        ForbiddenError: the person may not ask for it, or the policy knows no emergency.
        InvalidError: there is no reason, or the version is in no registry of the policy.
        NotFoundError: there is no such version.
        ConflictError: it is so already, or what would be in use afterwards is not what was meant.
    """
    _require_allowed(plea)
    policy = world.policy.current()
    leading = _leading(policy, plea.asset)
    found = world.registries.describe(plea.asset)
    last = latest(world, plea.verb, plea.asset)
    if last is not None and (open_one := _open(world, plea, found, last)):
        return open_one
    ordering = _ordering(world, plea, found, leading, last)
    stored, created = world.requests.add(_step(world, policy, plea, ordering))
    _hint(world, stored.request)
    return Opened(request=stored.request, created=created)


def latest(world: World, verb: Verb, asset: AssetRef) -> Request | None:
    """Return the last order of that kind about a version; none when there was none."""
    last, attempt = None, 1
    while True:
        try:
            last = world.requests.get(lifecycle.order_id(verb, asset, attempt)).request
        except NotFoundError:
            return last
        if last.state not in _OVER:
            return last
        attempt += 1


def _require_allowed(plea: Plea) -> None:
    if plea.emergency:
        access.require_operator(plea.person)
    else:
        access.require_requester(plea.person)
    if plea.emergency and plea.verb is not Verb.WITHDRAW:
        raise InvalidError(
            f"There is no emergency in which to {plea.verb} a version.",
            "Leave `emergency` out: those who decide are asked.",
        )
    if not alike(plea.reason):
        raise InvalidError("A reason is needed.", "Say why, for those who use the version.")


def _open(world: World, plea: Plea, found: AssetDescription, last: Request) -> Opened | None:
    if plea.emergency and last.state is State.PENDING:
        return Opened(request=_force(world, plea, world.requests.get(last.id)), created=False)
    as_ordered = last.order is not None and found.archived is last.order.archives
    if last.state not in _OVER or (last.state is State.DONE and as_ordered):
        return Opened(request=last, created=False)
    return None


def _force(world: World, plea: Plea, stored: Stored) -> Request:
    _require_emergency(world.policy.current(), stored.request.target)
    now = world.clock.now()
    step = lifecycle.force(stored.request, person=plea.person, reason=plea.reason, now=now)
    request = world.requests.save(stored, step).request
    _hint(world, request)
    return request


def _ordering(
    world: World,
    plea: Plea,
    found: AssetDescription,
    leading: tuple[str, ...],
    last: Request | None,
) -> Ordering:
    stands = tuple(standing.records(world, found))
    return Ordering(
        order=_order(world, plea, found),
        target=plea.asset,
        # The route by which it came, where the policy still has it.
        route=next((each.route for each in stands if each.route in leading), leading[0]),
        attempt=last.attempt + 1 if last else 1,
        actor=acting(plea.person),
        person=plea.person,
        reason=plea.reason,
        made_by=_makers(found, stands),
        policy_hash=world.evidence.put(world.policy.current().canonical),
        trace=plea.trace,
    )


def _order(world: World, plea: Plea, found: AssetDescription) -> Order:
    archives = plea.verb is not Verb.RESTORE
    if found.archived is archives:
        raise ConflictError(
            f"{plea.asset.label} is {'' if archives else 'not '}archived in "
            f"{plea.asset.home.name} already.",
            "There is nothing to do.",
        )
    versions = world.registries.versions(plea.asset)
    try:
        now, then = in_use(versions), afterwards(versions, plea.verb, plea.asset.version)
    except ValueError as error:
        raise ConflictError(
            f"Which version would be in use cannot be told: {error}.",
            "Number all of them, or archive the others first.",
        ) from error
    if now and not then and not plea.leave_none:
        raise ConflictError(
            f"No version of {plea.asset.name} would be in use in {plea.asset.home.name}.",
            "Promote or restore another one first, or say that none need be (`leave_none`).",
        )
    if plea.to not in {"", then}:
        raise ConflictError(
            f"Version {then or 'none'} would be in use then, not {plea.to}.",
            f"Withdraw what is above {plea.to} as well, or restore {plea.to} first.",
        )
    return Order(verb=plea.verb, asset=plea.asset.id, current=now, successor=then)


def _leading(policy: Policy, target: AssetRef) -> tuple[str, ...]:
    leading = routes_into(policy, target)
    if not leading:
        raise InvalidError(
            f"No route of the policy leads to {target.home.name} with {target.kind}.",
            f"The policy's routes: {', '.join(sorted(policy.routes))}.",
        )
    return leading


def _makers(found: AssetDescription, stands: tuple[Request, ...]) -> Authors:
    made_by = authors(names=(found.created_by, found.tags.get("owner", "")))
    for each in stands:
        made_by = merge(made_by, each.made_by)
    return made_by


def _step(world: World, policy: Policy, plea: Plea, ordering: Ordering) -> lifecycle.Step:
    now = world.clock.now()
    route = policy.route(ordering.route)
    stages = order_stages(policy, plea.verb, route)
    if not plea.emergency:
        return lifecycle.ask_for_order(ordering, route, stages, now=now)
    _require_emergency(policy, plea.asset)
    order = msgspec.structs.replace(ordering.order, emergency=True)
    ordering = msgspec.structs.replace(ordering, order=order)
    return lifecycle.order_at_once(ordering, stages, now=now)


def _require_emergency(policy: Policy, target: AssetRef) -> None:
    if not policy.registry(target.home.name).withdrawal.emergency:
        raise ForbiddenError(
            f"The policy knows no emergency for {target.home.name}: those who decide must be asked.",
            "Leave `emergency` out.",
        )


def _hint(world: World, request: Request) -> None:
    fields = {
        "request_id": request.id,
        "asset": request.target.id,
    }
    if request.state is State.APPROVED:
        _log.error("emergency withdrawal ordered", extra=fields)
        hint(world, Queue.PROMOTIONS, request.id)
    else:
        _log.info("order asked for", extra=fields)
    hint(world, Queue.DELIVERIES, request.id)
