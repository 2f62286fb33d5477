"""Orders in the crash simulator: a version is withdrawn or restored while everything around it fails.

The platform begins where two promotions have ended. An operator asks until there is an answer, people
decide, the app carries it out. What must hold then is in `violations`.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from promotion.domain.approvals import Verdict
from promotion.domain.export import Scope
from promotion.domain.orders import Verb
from promotion.domain.request import Request, State
from promotion.domain.versions import current
from promotion.usecases.decide import decide
from promotion.usecases.export_audit import Export
from promotion.usecases.promote import promote
from promotion.usecases.roll_back import Plea, roll_back
from promotion.usecases.verify_audit import Verification
from promotion.wire.public_keys import PublicKey
from tests.building import ballot, person
from tests.crash.faults import Plan
from tests.crash.invariants import one_fact_each, told_in_order
from tests.crash.platform import Platform
from tests.ordering import target
from tests.trails import pending

OPERATOR: Final = person("operator", "Promotion.Operator")


@dataclass
class OrderPlatform(Platform):
    """The app's world after two promotions, and somebody who wants a third thing."""

    verb: Verb = Verb.WITHDRAW
    emergency: bool = False
    answered: bool = False

    def __post_init__(self) -> None:
        """Let everything that comes before happen undisturbed; the plan's calls are counted from here."""
        super().__post_init__()
        plan, self.controller.plan, self.events = self.plan, {}, 0
        for version in ("1", "2"):
            self._promote(version)
        if self.verb is Verb.RESTORE:
            self._order(Verb.WITHDRAW)
        self.answered = True
        if not self.run():
            raise AssertionError("what comes before never came to rest")
        self.answered = False
        self.controller.calls.clear()
        self.controller.plan = plan

    def orders(self) -> tuple[Request, ...]:
        """Return the orders of the kind that is asked for."""
        return tuple(
            each for each in self.requests() if each.order and each.order.verb is self.verb
        )

    def _promote(self, version: str) -> None:
        request = pending(self.stage, version)
        self._decided_and_done(request)

    def _order(self, verb: Verb) -> None:
        plea = Plea(person=OPERATOR, verb=verb, asset=target(), reason="It drifts.")
        self._decided_and_done(roll_back(self.stage.world, plea).request)

    def _decided_and_done(self, request: Request) -> None:
        for someone in self.people:
            said = ballot(request, someone, Verdict.APPROVE)
            request = decide(self.stage.world, request.id, said)
        while not request.state.terminal:
            request = promote(self.stage.world, request.id)

    def _round(self, number: int) -> None:
        if not self.answered:
            self.answered = self._survives(functools.partial(self._ask))
        super()._round(number)

    def _ask(self) -> None:
        plea = Plea(
            person=OPERATOR,
            verb=self.verb,
            asset=target(),
            reason="It drifts.",
            emergency=self.emergency,
        )
        roll_back(self.world, plea)

    def _quiet(self) -> bool:
        return self.answered and super()._quiet()


def violations(platform: OrderPlatform, *, quiet: bool) -> Iterator[str]:
    """Yield every invariant that does not hold once an order has come to its end."""
    if not quiet:
        states = [request.state.value for request in platform.requests()]
        yield f"never came to rest: {states}, {len(platform.messages)} messages"
    for request in platform.requests():
        yield from one_fact_each(platform, request)
        yield from told_in_order(platform, request)
    yield from _done_once(platform)
    yield from _as_decided(platform)
    key = PublicKey(platform.stage.signer.public_key.encode())
    lines = Export(platform.stage.world, Scope()).write()
    yield from (wrong.what for wrong in Verification(verifier=key).run(lines))


def _done_once(platform: OrderPlatform) -> Iterator[str]:
    states = [order.state for order in platform.orders()]
    if states != [State.DONE]:
        yield f"lost or doubled: one order that is done was expected, there are {states}"
    ends = [
        fact.type
        for order in platform.orders()
        for fact in platform.stage.requests.facts(order.id)
        if fact.type in {"model.withdrawn", "model.restored"}
    ]
    if len(ends) != 1:
        yield f"subscribers were told {ends}"


def _as_decided(platform: OrderPlatform) -> Iterator[str]:
    archived = platform.verb is Verb.WITHDRAW
    registries = platform.stage.registries
    if registries.describe(target()).archived is not archived:
        yield "the registry does not show what was ordered"
    in_use = current(registries.versions(target()))
    if in_use is None or in_use.version != ("1" if archived else "2"):
        yield f"in use is {in_use}"
    (record,) = (
        each
        for each in platform.requests()
        if each.order is None and each.asset.version == target().version
    )
    if record.state is not (State.WITHDRAWN if archived else State.PROMOTED):
        yield f"what brought the version says {record.state}"
    for order in platform.orders():
        agreed = {each.by.key for each in order.decisions}
        if not platform.emergency and len(agreed) < sum(each.quorum for each in order.stages):
            yield f"done with {len(agreed)} approvals"


def broken_by(plan: Plan, verb: Verb, *, emergency: bool = False) -> list[str]:
    """Run one plan; return the violations."""
    platform = OrderPlatform(plan=plan, verb=verb, emergency=emergency)
    quiet = platform.run()
    return list(violations(platform, quiet=quiet))


def calls(verb: Verb, *, emergency: bool = False) -> list[str]:
    """Return the names of all port calls of an undisturbed order, in order."""
    platform = OrderPlatform(verb=verb, emergency=emergency)
    problems = list(violations(platform, quiet=platform.run()))
    if problems:
        raise AssertionError(f"even undisturbed: {problems}")
    return platform.controller.calls
