"""Decisions judged a second time, from the trail alone, by the rules that held when they were made. Pure.

The rules are those of `approvals`; what is known comes from the facts: stages and authors from
`approval.requested`, further roles from `approval.escalated`, people from their decisions' facts.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.domain.actors import Person
from promotion.domain.approvals import (
    Authors,
    Decision,
    StageOutcome,
    Verdict,
    choose_stage,
    overall,
    widened,
)
from promotion.domain.assets import parse_asset_id
from promotion.domain.errors import InvalidError, RefusedError
from promotion.domain.facts import Fact, FactType
from promotion.domain.lifecycle.ordering import order_id
from promotion.domain.orders import Order, Verb
from promotion.domain.policy import StageSpec
from promotion.domain.ready import ready
from promotion.domain.request import State, request_id

#: Who may withdraw without asking those who decide.
_OPERATOR: Final = "Promotion.Operator"

_AFTER: Final = {
    StageOutcome.OPEN: State.PENDING,
    StageOutcome.WAITING: State.PENDING,
    StageOutcome.APPROVED: State.APPROVED,
    StageOutcome.REJECTED: State.REJECTED,
}
#: Facts that only follow from an approval, on the very digest that was approved.
_BOUND: Final = frozenset(
    {State.APPROVED.value, State.PROMOTING.value, State.PROMOTED.value, State.DONE.value}
)
#: Where nothing gets but what brings a version.
_COPYING: Final = frozenset({State.PROMOTING.value, State.PROMOTED.value})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What people were asked to decide on."""

    fact: str
    target: str
    digest: str
    policy_hash: str
    stages: tuple[StageSpec, ...]
    authors: Authors
    #: When the time to decide ended; facts of the first releases did not record it.
    until: dt.datetime | None = None


class Replay:
    """The approval of one request, decision by decision."""

    def __init__(self) -> None:
        self.asked: Asked | None = None
        self.route = ""
        self.approved_by: Fact | None = None
        #: Roles that were asked as well, later.
        self.further: tuple[str, ...] = ()
        #: What is to be done to a version that has arrived; none for a request that brings one.
        self.order: Order | None = None
        self._at_once = False
        self._stages: tuple[StageSpec, ...] = ()
        self._decisions: tuple[Decision, ...] = ()

    def follow(self, fact: Fact) -> Iterator[str]:
        """Take the next fact; yield everything that the rules have against it."""
        try:
            yield from self._follow(fact)
        except (KeyError, TypeError, ValueError) as error:
            yield f"Fact {fact.id} lacks what a {fact.type} records ({type(error).__name__}: {error})."

    def _follow(self, fact: Fact) -> Iterator[str]:
        match fact.type:
            case FactType.REQUEST_OPENED:
                yield from self._opened(fact)
            case FactType.APPROVAL_REQUESTED:
                yield from self._asked(fact)
            case FactType.WITHDRAWAL_REQUESTED | FactType.RESTORATION_REQUESTED:
                yield from self._ordered(fact)
                yield from self._asked(fact)
            case FactType.WITHDRAWAL_FORCED | FactType.RETIREMENT_ORDERED:
                yield from self._ordered(fact)
                yield from self._ordered_at_once(fact)
            case FactType.APPROVAL_ESCALATED:
                self._escalated(fact)
            case FactType.DECISION_RECORDED | FactType.REQUEST_APPROVED | FactType.REQUEST_REJECTED:
                yield from self._decided(fact)
        if fact.after in _BOUND:
            yield from self._bound(fact)

    def _opened(self, fact: Fact) -> Iterator[str]:
        if "route" not in fact.data:
            # Facts of the first releases did not record it.
            return
        self.route = str(fact.data["route"])
        try:
            asset = parse_asset_id(fact.asset)
        except InvalidError as error:
            yield f"Fact {fact.id}: {error.problem}"
            return
        derived = request_id(route=self.route, asset=asset, attempt=fact.data["attempt"])
        if derived != fact.request:
            yield f"Fact {fact.id}: route, asset and attempt make request {derived}."

    def _ordered(self, fact: Fact) -> Iterator[str]:
        order = msgspec.convert(fact.data["order"], ready(Order))
        self.order, self.route = order, str(fact.data["route"])
        derived = order_id(order.verb, parse_asset_id(fact.target), fact.data["attempt"])
        if derived != fact.request:
            yield f"Fact {fact.id}: verb, version and attempt make order {derived}."
        if order.asset != fact.target:
            yield f"Fact {fact.id} is about {fact.target}, its order about {order.asset}."
        if order.digest != fact.digest:
            yield f"Fact {fact.id} speaks of {fact.digest}, its order is {order.digest}."

    def _ordered_at_once(self, fact: Fact) -> Iterator[str]:
        self._at_once = True
        verb = fact.data["order"]["verb"]
        if fact.type == FactType.RETIREMENT_ORDERED:
            if verb != Verb.RETIRE:
                yield f"Fact {fact.id} has nobody asked, which only retention needs not."
            return
        by_operator = fact.actor.kind == "person" and _OPERATOR in fact.data["roles"]
        if verb != Verb.WITHDRAW or not by_operator or not fact.data["reason"]:
            yield f"Fact {fact.id} is no withdrawal by an operator with a reason."

    def _asked(self, fact: Fact) -> Iterator[str]:
        if self.asked is not None:
            yield f"Fact {fact.id} asks people a second time."
        self._stages = msgspec.convert(fact.data["stages"], ready(tuple[StageSpec, ...]))
        self._decisions = ()
        until = fact.data.get("expires_at")
        self.asked = Asked(
            fact=fact.id,
            target=fact.target,
            digest=fact.digest,
            policy_hash=fact.policy_hash,
            stages=self._stages,
            authors=msgspec.convert(fact.data.get("authors", {}), ready(Authors)),
            until=None if until is None else msgspec.convert(until, ready(dt.datetime)),
        )
        checks = () if self.order else fact.data["checks"]
        failed = [each["name"] for each in checks if each["outcome"] != "passed"]
        if failed:
            yield f"Fact {fact.id} asks people although {', '.join(failed)} did not pass."

    def _escalated(self, fact: Fact) -> None:
        self.further = tuple(fact.data["to"])
        self._stages = widened(self._stages, self._decisions, self.further)

    def _decided(self, fact: Fact) -> Iterator[str]:
        at = f"Fact {fact.id}"
        if self.asked is None:
            yield f"{at} is a decision that nobody was asked for."
            return
        decision = _decision(fact)
        if decision.revision != fact.sequence - 1:
            yield f"{at} was decided on revision {decision.revision}, not on {fact.sequence - 1}."
        if self.asked.until is not None and fact.at >= self.asked.until:
            yield f"{at} was decided after the time to decide had ended."
        try:
            choose_stage(
                decision.by, decision.stage, self._stages, self._decisions, self.asked.authors
            )
        except RefusedError as error:
            yield f"{at} is a decision that was not allowed: {error.problem}"
        self._decisions = (*self._decisions, decision)
        expected = _AFTER[overall(self._stages, self._decisions)]
        if fact.after != expected.value:
            yield f"{at} ends {fact.after}, but by its stages the request is {expected.value}."
        if fact.type == FactType.REQUEST_APPROVED:
            self.approved_by = fact

    def _bound(self, fact: Fact) -> Iterator[str]:
        foreign = _COPYING if self.order else frozenset({State.DONE})
        if fact.after in foreign:
            yield f"Fact {fact.id} is {fact.after}, which its request cannot be."
        if self._at_once:
            if self.order and fact.digest != self.order.digest:
                yield f"Fact {fact.id} speaks of something else than was ordered."
            return
        if self.asked is None or self.approved_by is None:
            yield f"Fact {fact.id} is {fact.after} without an approval."
            return
        if (fact.digest, fact.policy_hash) != (self.asked.digest, self.asked.policy_hash):
            yield f"Fact {fact.id} speaks of other files or another policy than were approved."
        if fact.target != self.asked.target:
            yield f"Fact {fact.id} speaks of {fact.target}, approved was {self.asked.target}."


def _decision(fact: Fact) -> Decision:
    by = Person(
        oid=fact.actor.oid,
        tid=fact.actor.tid,
        name=fact.actor.name,
        roles=frozenset(fact.data["roles"]),
    )
    return Decision(
        stage=fact.data["stage"],
        verdict=Verdict(fact.data["verdict"]),
        by=by,
        comment=fact.data["comment"],
        at=fact.at,
        digest=fact.digest,
        revision=fact.data["revision"],
    )
