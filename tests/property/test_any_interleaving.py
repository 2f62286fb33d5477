"""Any interleaving of events, people, time, crashes and changes: the invariants hold at every step.

`PROMOTION_EXAMPLES` sets how many examples are drawn, each of up to 50 steps. The default takes more than
10,000 steps, which the last test counts.
"""

import datetime as dt
import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from promotion.domain.approvals import Verdict
from promotion.domain.errors import NotFoundError, PromotionError
from promotion.domain.orders import Verb
from promotion.domain.request import Request, State
from promotion.domain.trail import verify
from promotion.usecases.decide import decide
from promotion.usecases.deliver import deliver
from promotion.usecases.promote import promote
from promotion.usecases.receive_event import receive_event
from promotion.usecases.roll_back import Plea, roll_back
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from tests.building import FILES, PROD, ballot, description, model, person
from tests.crash.faults import CrashError, Fault
from tests.crash.platform import EVENT, Platform

PEOPLE = (person("first"), person("second"), person("author"), person("reader", "Promotion.Reader"))
OPERATOR = person("operator", "Promotion.Operator")
EXAMPLES = int(os.environ.get("PROMOTION_EXAMPLES", "400"))
STEPS_WANTED = 10_000


class AnyInterleaving(RuleBasedStateMachine):
    """The app's world, and everything that can happen to it."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.platform = Platform()
        self.stage = self.platform.stage
        self.seen: dict[str, tuple[str, ...]] = {}
        self.ballots: list[tuple[str, object]] = []

    @initialize()
    def begin(self) -> None:
        """Start with nothing but a registered model."""
        self.arm(None, 0)

    def arm(self, fault: Fault | None, after: int) -> None:
        """Plan a fault for one of the next calls."""
        done = len(self.platform.controller.calls)
        self.platform.controller.plan = {done + 1 + after: fault} if fault else {}

    def survive(self, activity: object, *arguments: object) -> None:
        """Let an activity happen; errors and crashes are part of life."""
        try:
            activity(*arguments)  # type: ignore[operator] # a use case
        except (PromotionError, CrashError):
            pass
        finally:
            self.platform.controller.plan = {}

    @rule(fault=st.sampled_from([None, *Fault]), after=st.integers(0, 8))
    def event(self, fault: Fault | None, after: int) -> None:
        """Event Grid delivers, once more perhaps."""
        self.arm(fault, after)
        self.survive(receive_event, self.platform.world, EVENT)

    @rule(
        work=st.sampled_from([validate, promote, deliver]),
        fault=st.sampled_from([None, None, *Fault]),
        after=st.integers(0, 8),
        data=st.data(),
    )
    def hint(self, work: object, fault: Fault | None, after: int, data: st.DataObject) -> None:
        """A queue function runs for any request, whether it was asked to or not."""
        if requests := self.platform.requests():
            chosen = data.draw(st.sampled_from([request.id for request in requests]))
            self.arm(fault, after)
            self.survive(work, self.platform.world, chosen)

    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def look(self, who: object, data: st.DataObject) -> None:
        """Somebody opens a page, to decide now or later."""
        if requests := self.platform.requests():
            request = data.draw(st.sampled_from(requests))
            verdict = data.draw(st.sampled_from([Verdict.APPROVE, Verdict.APPROVE, Verdict.REJECT]))
            seen = ballot(request, who, verdict, comment="Seen.")  # type: ignore[arg-type] # a person
            self.ballots.append((request.id, seen))

    @rule(data=st.data(), fault=st.sampled_from([None, None, *Fault]))
    def vote(self, data: st.DataObject, fault: Fault | None) -> None:
        """Somebody sends what they had on their page, however old."""
        if self.ballots:
            request_id, seen = data.draw(st.sampled_from(self.ballots))
            self.arm(fault, 0)
            self.survive(decide, self.platform.world, request_id, seen)

    @rule(
        verb=st.sampled_from([Verb.WITHDRAW, Verb.RESTORE]),
        emergency=st.booleans(),
        fault=st.sampled_from([None, None, *Fault]),
        after=st.integers(0, 8),
    )
    def order(self, verb: Verb, emergency: bool, fault: Fault | None, after: int) -> None:  # noqa: FBT001 -- drawn by name
        """Somebody wants the version withdrawn or restored, with those who decide or without them."""
        self.arm(fault, after)
        plea = Plea(
            person=OPERATOR,
            verb=verb,
            asset=model().moved(PROD),
            reason="It drifts.",
            emergency=emergency,
            leave_none=True,
        )
        self.survive(roll_back, self.platform.world, plea)

    @rule(fault=st.sampled_from([None, *Fault]), after=st.integers(0, 8))
    def timer(self, fault: Fault | None, after: int) -> None:
        """The sweep runs."""
        self.arm(fault, after)
        self.survive(sweep, self.platform.world)

    @rule(hours=st.sampled_from([0.001, 0.02, 0.1, 1, 24, 72]))
    def time(self, hours: float) -> None:
        """Time passes."""
        self.stage.clock.move(dt.timedelta(hours=hours))

    @rule(content=st.sampled_from([b"\x80\x04N.", b"changed", b"changed again"]))
    def source(self, content: bytes) -> None:
        """The source changes, or changes back."""
        self.stage.registries.put(description(model()), {**FILES, "model.pkl": content})

    @invariant()
    def steps_are_counted(self) -> None:
        """Invariants run once after each step."""
        type(self).steps += 1

    @invariant()
    def nothing_arrives_unapproved(self) -> None:
        """What is at the target was approved by two people, on that digest, none of them an author."""
        try:
            digest = self.stage.registries.read_manifest(model().moved(PROD)).digest
        except NotFoundError:
            return
        agreed = [
            {d.by.key for d in request.decisions if d.verdict is Verdict.APPROVE}
            for request in self.platform.requests()
            if request.digest == digest
        ]
        assert any(len(people) >= 2 for people in agreed)
        assert len(self.stage.registries.versions(model().moved(PROD))) == 1

    @invariant()
    def trails_only_grow(self) -> None:
        """Every request's facts verify, and what was a fact stays one."""
        for request in self.platform.requests():
            facts = self.stage.requests.facts(request.id)
            hashes = tuple(fact.hash for fact in facts)
            assert list(verify(facts)) == []
            assert hashes[: len(self.seen.get(request.id, ()))] == self.seen.get(request.id, ())
            assert (len(facts), facts[-1].hash) == (request.revision, request.head)
            self.seen[request.id] = hashes

    @invariant()
    def decisions_count_once(self) -> None:
        """Nobody decides twice in a stage; no author and no reader decides at all."""
        for request in self.platform.requests():
            keys = [(d.stage, d.by.key) for d in request.decisions]
            assert len(keys) == len(set(keys))
            assert {d.by.name for d in request.decisions} <= {"first", "second"}

    @invariant()
    def attempts_follow_each_other(self) -> None:
        """There is one attempt under way at most, and none is left out."""
        orders = [request for request in self.platform.requests() if request.order]
        promotions = [request for request in self.platform.requests() if not request.order]
        for verb in Verb:
            tried = [each for each in orders if each.order and each.order.verb is verb]
            assert sorted(each.attempt for each in tried) == list(range(1, len(tried) + 1))
            assert sum(not _over(each) for each in tried) <= 1
        requests = sorted(promotions, key=lambda request: request.attempt)
        assert [request.attempt for request in requests] == list(range(1, len(requests) + 1))
        assert sum(not _over(request) for request in requests) <= 1

    @invariant()
    def nothing_is_archived_or_restored_unasked(self) -> None:
        """A version is out of use because enough people, or an operator in an emergency, said so."""
        try:
            found = self.stage.registries.describe(model().moved(PROD))
        except NotFoundError:
            return
        orders = [request for request in self.platform.requests() if request.order]
        allowed = [
            each
            for each in orders
            if each.order
            and (
                each.order.emergency
                or len({d.by.key for d in each.decisions if d.verdict is Verdict.APPROVE}) >= 2
            )
        ]
        withdrawn = [each for each in allowed if each.order and each.order.archives]
        restored = [each for each in allowed if each.order and not each.order.archives]
        assert not found.archived or withdrawn
        assert len(restored) <= len(withdrawn)
        done = [each for each in orders if each.state is State.DONE]
        assert all(each in allowed for each in done)

    def teardown(self) -> None:
        """Left alone, everything comes to rest."""
        self.platform.events = self.platform.accepted = 1
        self.platform.controller.plan = {}
        assert self.platform.run()


def _over(request: Request) -> bool:
    return request.state.terminal or request.state is State.SUPERSEDED


def test_any_interleaving_keeps_the_invariants() -> None:
    AnyInterleaving.steps = 0

    run_state_machine_as_test(
        AnyInterleaving,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

    print(f"{AnyInterleaving.steps} steps")
    assert AnyInterleaving.steps >= STEPS_WANTED
