"""Which app role may do what, besides deciding (the stages of a request say that). Knows no protocol.

Roles come from Entra ID's app roles alone; being named in a group, a mail or a display name gives none.
"""

from enum import StrEnum
from typing import Final

from promotion.domain.actors import Person
from promotion.domain.approvals import belongs
from promotion.domain.errors import ForbiddenError
from promotion.domain.policy import every_stage
from promotion.domain.request import Request
from promotion.ports import World


class Role(StrEnum):
    """The app's own roles. A stage of the policy may name further ones."""

    READER = "Promotion.Reader"
    REQUESTER = "Promotion.Requester"
    APPROVER = "Promotion.Approver"
    EVIDENCE = "Promotion.Evidence"
    OPERATOR = "Promotion.Operator"


#: Roles of single stages are written below the approver's: `Promotion.Approver.Security`.
_STAGE_ROLE: Final = f"{Role.APPROVER}."


def may_read(person: Person, world: World) -> bool:
    """Whether the person may look at requests: any role of this app, or being asked by a stage, allows it."""
    # The policy is asked last, so that a broken one does not lock out those who can see that it is.
    return any(_is_ours(role) for role in person.roles) or any(
        belongs(person, stage) for stage in every_stage(world.policy.current())
    )


def may_ask(person: Person) -> bool:
    """Whether the person may ask for a promotion."""
    return bool(person.roles & {Role.REQUESTER, Role.OPERATOR})


def may_cancel(person: Person, request: Request) -> bool:
    """Whether the person may take the request back: who asked for it, or an operator."""
    return asked_by(request, person) or Role.OPERATOR in person.roles


def may_retry(person: Person) -> bool:
    """Whether the person may have a failed promotion tried again."""
    return Role.OPERATOR in person.roles


def require_reader(person: Person, world: World) -> None:
    """Raise ForbiddenError unless the person may look at requests."""
    if not may_read(person, world):
        raise ForbiddenError(
            "You are signed in, but you hold no role of this app.",
            f"Have an administrator assign you one of its app roles: {', '.join(Role)}, "
            "or a stage's own.",
        )


def require_requester(person: Person) -> None:
    """Raise ForbiddenError unless the person may ask for a promotion."""
    if not may_ask(person):
        raise ForbiddenError(
            "Asking for a promotion takes a role that you do not hold.",
            f"It takes {Role.REQUESTER} or {Role.OPERATOR}.",
        )


def require_canceller(person: Person, request: Request) -> None:
    """Raise ForbiddenError unless the person may take the request back."""
    if not may_cancel(person, request):
        raise ForbiddenError(
            "Only whoever asked for this promotion, or an operator, may cancel it.",
            f"Ask {request.requested_by.name}, or someone with the role {Role.OPERATOR}.",
        )


def require_evidence(person: Person) -> None:
    """Raise ForbiddenError unless the identity may post evidence."""
    if Role.EVIDENCE not in person.roles:
        raise ForbiddenError(
            "Posting evidence takes a role that you do not hold.",
            f"It takes {Role.EVIDENCE}.",
        )


def require_operator(person: Person) -> None:
    """Raise ForbiddenError unless the person is an operator."""
    if not may_retry(person):
        raise ForbiddenError(
            "This takes a role that you do not hold.",
            f"It takes {Role.OPERATOR}.",
        )


def asked_by(request: Request, person: Person) -> bool:
    """Whether it was this person who asked for the promotion."""
    actor = request.requested_by
    return bool(actor.oid) and f"{actor.tid}/{actor.oid}".lower() == person.key


def _is_ours(role: str) -> bool:
    return role in set(Role) or (role.startswith(_STAGE_ROLE) and len(role) > len(_STAGE_ROLE))
