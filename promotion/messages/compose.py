"""Which facts people are told, and by which notice. The rest is for the topic and the page."""

from collections.abc import Callable
from typing import Final

from promotion.domain.approvals import opened_by
from promotion.domain.assets import AssetKind
from promotion.domain.facts import Fact, FactType
from promotion.domain.request import Request, State
from promotion.messages import asking, orders, outcomes
from promotion.messages.notice import Notice

type Builder = Callable[[Request, Fact, str], Notice]

#: Facts that ask something of people, and ends of the story that they wait for.
TOLD: Final[dict[FactType, Builder]] = {
    FactType.APPROVAL_REQUESTED: asking.requested,
    FactType.DECISION_RECORDED: asking.recorded,
    FactType.APPROVAL_REMINDED: asking.reminded,
    FactType.APPROVAL_ESCALATED: asking.escalated,
    FactType.REQUEST_REFUSED: outcomes.refused,
    FactType.REQUEST_REJECTED: outcomes.rejected,
    FactType.REQUEST_EXPIRED: outcomes.expired,
    FactType.REQUEST_CANCELLED: outcomes.cancelled,
    FactType.REQUEST_SUPERSEDED: outcomes.superseded,
    FactType.ASSET_PROMOTED: outcomes.promoted,
    FactType.WITHDRAWAL_REQUESTED: orders.requested,
    FactType.WITHDRAWAL_FORCED: orders.forced,
    FactType.RESTORATION_REQUESTED: orders.requested,
    FactType.ASSET_WITHDRAWN: orders.withdrawn,
    FactType.ASSET_RESTORED: orders.restored,
    FactType.PROMOTION_FAILED: outcomes.failed,
    FactType.PROBLEM_REPORTED: outcomes.problem,
    FactType.BYPASS_DETECTED: outcomes.bypassed,
}

#: What is told otherwise of an order about a version than of a request that brings one.
OF_ORDERS: Final[dict[FactType, Builder]] = {
    FactType.DECISION_RECORDED: orders.recorded,
    FactType.APPROVAL_REMINDED: orders.reminded,
    FactType.APPROVAL_ESCALATED: orders.escalated,
    FactType.REQUEST_REJECTED: orders.rejected,
    FactType.REQUEST_EXPIRED: orders.expired,
    FactType.REQUEST_CANCELLED: orders.cancelled,
    FactType.REQUEST_SUPERSEDED: orders.superseded,
    FactType.PROMOTION_FAILED: orders.failed,
}

#: Steps in between: of interest to programs and to whoever looks at the page.
NOT_TOLD: Final = frozenset(
    {
        FactType.REQUEST_OPENED,
        FactType.VALIDATION_STARTED,
        FactType.VALIDATION_DEFERRED,
        FactType.EVIDENCE_SUBMITTED,
        FactType.REQUEST_APPROVED,
        FactType.COPY_STARTED,
        FactType.PROMOTION_RETRIED,
        # Told by the order that it follows from.
        FactType.PROMOTION_WITHDRAWN,
        FactType.PROMOTION_RESTORED,
        # The policy's own doing, version by version.
        FactType.RETIREMENT_ORDERED,
        FactType.ASSET_RETIRED,
        FactType.BYPASS_ACKNOWLEDGED,
    },
)

#: `model.promoted` and the like, as facts of assets are written.
_OF_ASSETS: Final = {
    kind.value.replace("asset.", f"{asset.singular}.", 1): kind
    for kind in FactType
    if kind.startswith("asset.")
    for asset in AssetKind
}


def compose(request: Request, fact: Fact, base_url: str) -> Notice | None:
    """Return what people are told about a fact; nothing when it is not for them.

    Args:
        request: as it is now, which may be later than the fact.
        fact: what happened.
        base_url: the app's own address, to which links lead.
    """
    kind = kind_of(fact)
    if kind is None or kind not in TOLD:
        return None
    if request.batch and kind is not FactType.PROBLEM_REPORTED:
        # People are told of the migration that it travels with, once for all its versions.
        return None
    if _of_no_interest(request, fact, kind):
        return None
    return builder(request, kind)(request, fact, base_url)


def builder(request: Request, kind: FactType) -> Builder:
    """Return what makes the notice of a fact that people are told, about a promotion or about an order."""
    return OF_ORDERS.get(kind, TOLD[kind]) if request.order else TOLD[kind]


def _of_no_interest(request: Request, fact: Fact, kind: FactType) -> bool:
    match kind:
        case FactType.REQUEST_CANCELLED:
            # Nobody had been asked yet, or an operator gave up what everybody knows to have failed.
            return fact.before != State.PENDING
        case FactType.DECISION_RECORDED:
            # Those of the stage were asked already; another one's people were not.
            return not opened_by(request.stages, request.decisions, fact.sequence)
        case _:
            return False


def kind_of(fact: Fact) -> FactType | None:
    """Return the fact's type; none for a type that this version does not know."""
    if fact.type in _OF_ASSETS:
        return _OF_ASSETS[fact.type]
    try:
        return FactType(fact.type)
    except ValueError:
        return None
