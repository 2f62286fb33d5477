"""What every call passes before its handler: who calls, whether they may, whether the input can be read.

(1) Who calls, by the platform's header, and only where the platform vouches for it; or by a link that was
    made for one person.
(2) Whether they hold any role of this app.
(3) For writes: no other site behind it, not too often.
(4) Input in the form that the operation declares.
"""

from typing import assert_never

import msgspec

from promotion.domain.actors import Person
from promotion.usecases import access, invite
from promotion.web import conditions, guards, principal, reading
from promotion.web.http import Request
from promotion.web.problems import UNAUTHENTICATED, HttpError
from promotion.web.routing import Access, Call
from promotion.web.settings import WebSettings
from promotion.web.throttle import Throttle


def admit(call: Call, throttle: Throttle) -> Call:
    """Return the call with its caller and its input.

    Raises:
        HttpError, ForbiddenError: the call is refused; nothing was read or written.
    """
    match call.route.access:
        case Access.ROLES:
            person = identify(call.request, call.settings)
            access.require_reader(person, call.world)
            call = msgspec.structs.replace(call, person=person)
        case Access.LINK:
            link = invite.opened(call.world, call.path["id"], call.path["handle"])
            call = msgspec.structs.replace(call, person=link.addressee, link=link)
        case Access.ANYONE:
            pass
        case _:
            assert_never(call.route.access)
    if call.route.writes:
        guards.require_same_site(call.request, call.settings)
        conditions.check_idempotency_key(call.request)
        throttle.take(call.caller.key, call.world.clock.now())
    return _with_input(call)


def identify(request: Request, settings: WebSettings) -> Person:
    """Return who calls.

    Raises:
        HttpError: 401, nobody is signed in, or it cannot be told who.
        ForbiddenError: the identity is not let in.
    """
    if not settings.auth_enabled:
        raise HttpError(
            UNAUTHENTICATED,
            "The platform's authentication is off, so nobody can be signed in.",
            "Have an operator turn on authentication (Easy Auth) for this app.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    value = request.headers.get(principal.HEADER)
    if value is None:
        raise HttpError(
            UNAUTHENTICATED,
            "You are not signed in.",
            "Sign in with Microsoft Entra ID, or send a bearer token for this app.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return principal.read_principal(value, tenant_id=settings.tenant_id)


def _with_input(call: Call) -> Call:
    operation = call.route.operation
    if operation is None:
        return call
    query = reading.read_query(call.request, operation.query) if operation.query else None
    body = None
    if operation.body:
        body = reading.read_body(call.request, operation.body, operation.max_body)
    return msgspec.structs.replace(call, query=query, body=body)
