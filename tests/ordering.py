"""Orders for tests: versions promoted in memory, asked to be withdrawn or restored, and carried out."""

from typing import Any

import msgspec

from promotion.domain.actors import Person
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.orders import Verb
from promotion.domain.policy import RegistrySettings
from promotion.domain.request import Request, State
from promotion.usecases.decide import decide
from promotion.usecases.promote import promote
from promotion.usecases.roll_back import Plea, roll_back
from tests.building import DEV, PROD, Stage, ballot, model, person
from tests.trails import PEOPLE, later, promoted, stage

OPERATOR = person("operator", "Promotion.Operator")
REQUESTER = person("requester", "Promotion.Requester")


def furnished(*versions: str) -> Stage:
    """Return a world in which these versions were promoted."""
    on = stage()
    for version in versions or ("1", "2"):
        promoted(on, version)
    on.hints.take()
    return on


def rule(on: Stage, **settings: Any) -> None:  # noqa: ANN401 -- fields of RegistrySettings
    """Give the production registry a rule of its own."""
    present = on.policy.policy
    registries = {DEV.name: RegistrySettings(), PROD.name: RegistrySettings(**settings)}
    on.policy.policy = msgspec.structs.replace(present, registries=registries)


def target(version: str = "2") -> AssetRef:
    """Return a version in production."""
    return model(version=version).moved(PROD)


def plea(verb: Verb = Verb.WITHDRAW, version: str = "2", **changes: Any) -> Plea:  # noqa: ANN401 -- fields of Plea
    """Return what somebody wants done."""
    fields: dict[str, Any] = {"person": REQUESTER, "reason": "It drifts.", **changes}
    return Plea(verb=verb, asset=target(version), **fields)


def asked(on: Stage, verb: Verb = Verb.WITHDRAW, version: str = "2", **changes: Any) -> Request:  # noqa: ANN401 -- as above
    """Return the order that somebody asked for."""
    later(on)
    return roll_back(on.world, plea(verb, version, **changes)).request


def agreed(on: Stage, request: Request, people: tuple[Person, ...] = PEOPLE) -> Request:
    """Have everybody agree to it."""
    for someone in people:
        later(on)
        request = decide(on.world, request.id, ballot(request, someone))
    return request


def carried_out(
    on: Stage,
    verb: Verb = Verb.WITHDRAW,
    version: str = "2",
    **changes: Any,  # noqa: ANN401 -- as above
) -> Request:
    """Play an order to its end."""
    request = asked(on, verb, version, **changes)
    if request.state is State.PENDING:
        request = agreed(on, request)
    later(on)
    return promote(on.world, request.id)


def forced(on: Stage, version: str = "2", **changes: Any) -> Request:  # noqa: ANN401 -- as above
    """Return an emergency withdrawal, not yet carried out."""
    return asked(on, version=version, person=OPERATOR, emergency=True, **changes)


def there(on: Stage, version: str = "2") -> AssetDescription:
    """Return what the production registry says of a version."""
    return on.registries.describe(target(version))
