"""Real trails for tests: promotions played through the use cases in memory, and their export."""

import datetime as dt

from promotion.adapters.memory import FixedPolicy
from promotion.domain.actors import acting
from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetRef
from promotion.domain.export import Scope
from promotion.domain.lifecycle import Opening
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request, State
from promotion.ports import Query
from promotion.usecases.decide import decide
from promotion.usecases.export_audit import Export
from promotion.usecases.open_request import ask
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from promotion.wire.public_keys import PublicKey
from tests.building import Stage, ballot, model, person, policy

#: Two stages, one of them of two people: enough to go wrong in.
BOARD = (
    StageSpec(name="business", roles=("Promotion.Approver",), quorum=2),
    StageSpec(name="security", roles=("Promotion.Approver.Security",)),
)
PEOPLE = (
    person("approver"),
    person("second"),
    person("guard", "Promotion.Approver.Security"),
)
REQUESTER = person("requester", "Promotion.Requester")


def stage() -> Stage:
    """Return a world with that board in its policy."""
    return Stage(policy=FixedPolicy(policy(*BOARD)))


def promoted(on: Stage, version: str = "1") -> Request:
    """Play one promotion from being asked for to its end."""
    return finished(on, approved(on, version))


def approved(on: Stage, version: str = "1") -> Request:
    """Play a promotion until everybody agreed."""
    return agreed(on, pending(on, version))


def agreed(on: Stage, request: Request) -> Request:
    """Have everybody agree."""
    for someone in PEOPLE:
        later(on)
        request = decide(on.world, request.id, ballot(request, someone))
    return request


def finished(on: Stage, request: Request) -> Request:
    """Have an approved request copied."""
    while request.state in {State.APPROVED, State.PROMOTING}:
        later(on)
        request = promote(on.world, request.id)
    assert request.state is State.PROMOTED
    return request


def rejected(on: Stage, version: str) -> Request:
    """Play a promotion that somebody is against."""
    request = pending(on, version)
    later(on)
    verdict = ballot(request, PEOPLE[0], Verdict.REJECT, comment="Too old.")
    return decide(on.world, request.id, verdict)


def pending(on: Stage, version: str = "1", name: str = "taxi-fare") -> Request:
    """Play a promotion until people are asked."""
    return asked(on, on.register(model(name, version)))


def asked(on: Stage, asset: AssetRef) -> Request:
    """Play a promotion of what is registered until people are asked."""
    later(on)
    opening = Opening(actor=acting(REQUESTER), requester=REQUESTER, reason="Wanted.")
    request = ask(on.world, asset, "", opening).request
    later(on)
    return validate(on.world, request.id)


def later(on: Stage) -> None:
    """Let a second pass."""
    on.clock.move(dt.timedelta(seconds=1))


def export(on: Stage, scope: Scope | None = None) -> list[bytes]:
    """Return the lines of an export."""
    return list(Export(on.world, scope or Scope()).write())


def public(on: Stage) -> PublicKey:
    """Return the key that an auditor has."""
    return PublicKey(on.signer.public_key.encode())


def requests(on: Stage) -> tuple[Request, ...]:
    """Return every request."""
    return on.requests.page(Query(), limit=1000).items
