"""The platform around the app, in small and on a clock of its own: events, queues, timer, people.

It does what Azure promises and no more: events and messages at least once, in any order, tried five
times; a timer every minute; people who try again when a page tells them to.
"""

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

import msgspec

from promotion.adapters.memory import FixedPolicy, RecordingChannel
from promotion.domain.actors import Person
from promotion.domain.announcement import MODEL_REGISTERED, Announcement
from promotion.domain.approvals import Verdict, stages_open_to
from promotion.domain.errors import PromotionError
from promotion.domain.policy import StageSpec, Target
from promotion.domain.request import Request, State
from promotion.ports import Poisoned, Ports, Query, Queue
from promotion.usecases.decide import decide
from promotion.usecases.deliver import deliver
from promotion.usecases.promote import promote
from promotion.usecases.receive_event import receive_event
from promotion.usecases.reconcile import reconcile
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from tests.building import (
    NOW,
    PROD,
    ROUTE,
    WORKSPACE,
    Stage,
    ballot,
    description,
    model,
    person,
    policy,
)
from tests.crash.faults import Controller, CrashError, Plan, Watched

TICK: Final = dt.timedelta(seconds=10)
ROUNDS: Final = 400
TRIES: Final = 5

EVENT: Final = Announcement(
    id="1",
    type=MODEL_REGISTERED,
    source=f"/subscriptions/{WORKSPACE.subscription}/resourceGroups/{WORKSPACE.resource_group}"
    f"/providers/Microsoft.MachineLearningServices/workspaces/{WORKSPACE.name}",
    subject="models/taxi-fare:1",
    data={"ModelName": "taxi-fare", "ModelVersion": "1"},
)
BOARD: Final = StageSpec(name="board", roles=("Promotion.Approver",), quorum=2)


@dataclass(eq=False)
class Message:
    """One queue message."""

    queue: Queue
    request_id: str
    visible: dt.datetime
    tries: int = 0


@dataclass
class Platform:
    """The app's world in memory, what is under way in it, and the people who take part."""

    plan: Plan = field(default_factory=dict)
    stage: Stage = field(default_factory=lambda: Stage(policy=FixedPolicy(policy(BOARD))))
    events: int = 2
    messages: list[Message] = field(default_factory=list)
    given_up: int = 0
    accepted: int = 0
    crashes: int = 0

    def __post_init__(self) -> None:
        """Register the model and put the controller before every port."""
        self.stage.register()
        self.stage.registries.files_per_call = 1
        self.mail = RecordingChannel(name="mail")
        self.controller = Controller(plan=self.plan, meanwhile=self._somebody_else)
        self.people = (person("first"), person("second"))
        self.world = self._world()

    def run(self) -> bool:
        """Let everything happen until nothing is left to do; return whether that came."""
        for number in range(ROUNDS):
            self._round(number)
            if self._quiet():
                return True
            self.stage.clock.move(TICK)
        return False

    def requests(self) -> tuple[Request, ...]:
        """Return every request there is."""
        return self.stage.requests.page(Query(), limit=200).items

    def _round(self, number: int) -> None:
        if self.accepted < self.events and self._survives(self._deliver_event):
            self.accepted += 1
        for message in [m for m in self.messages if m.visible <= self.stage.clock.now()]:
            self._work(message)
        for someone in self.people:
            self._survives(functools.partial(self._vote, someone))
        if number % 6 == 0:
            self._survives(lambda: sweep(self.world))
        if number % 9 == 0:
            self._survives(lambda: reconcile(self.world))

    def _survives(self, activity: Callable[[], object]) -> bool:
        try:
            activity()
        except PromotionError:
            return False
        except CrashError:
            # The process is gone, and with it everything that was not in a port.
            self.crashes += 1
            self.world = self._world()
            return False
        finally:
            self._collect_hints()
        return True

    def _deliver_event(self) -> None:
        receive_event(self.world, EVENT)

    def _work(self, message: Message) -> None:
        work = {Queue.VALIDATIONS: validate, Queue.PROMOTIONS: promote, Queue.DELIVERIES: deliver}
        usecase = cast("Callable[[Any, str], object]", work[message.queue])
        message.tries += 1
        message.visible = self.stage.clock.now() + TICK
        if self._survives(lambda: usecase(self.world, message.request_id)):
            self._drop(message)
        elif message.tries >= TRIES:
            self._drop(message)
            self._give_up(message)

    def _give_up(self, message: Message) -> None:
        self.given_up += 1
        self.stage.hints.given_up.append(
            Poisoned(
                queue=message.queue,
                request_id=message.request_id,
                receipt=str(self.given_up),
            ),
        )

    def _drop(self, message: Message) -> None:
        # Somebody else may have worked on the same message meanwhile: queues deliver at least once.
        if message in self.messages:
            self.messages.remove(message)

    def _vote(self, someone: Person) -> None:
        for request in self.requests():
            open_stages = stages_open_to(
                someone, request.stages, request.decisions, request.made_by
            )
            if request.state is State.PENDING and open_stages:
                decide(self.world, request.id, ballot(request, someone, Verdict.APPROVE))

    def _somebody_else(self) -> None:
        """Let everyone else who could act do so, in the middle of somebody's call."""
        for someone in self.people:
            self._survives(functools.partial(self._vote, someone))
        for message in list(self.messages):
            self._work(message)
        self._survives(lambda: sweep(self.world))
        self._collect_hints()

    def _collect_hints(self) -> None:
        now = self.stage.clock.now()
        self.messages += [
            Message(hint.queue, hint.request_id, now + hint.delay)
            for hint in self.stage.hints.take()
        ]

    def _quiet(self) -> bool:
        if self.accepted < self.events or self.messages:
            return False
        requests = self.requests()
        told = all(
            self.stage.requests.delivered(each.id).upto.get(channel.name, 0) == each.revision
            for each in requests
            for channel in (self.stage.channel, self.mail)
        )
        return told and all(each.state.terminal for each in requests)

    def _world(self) -> Ports:
        stage = self.stage

        def watched(name: str, port: object) -> Any:  # noqa: ANN401 -- stands for any port
            return Watched(name, port, self.controller)

        return Ports(
            clock=stage.clock,
            requests=watched("requests", stage.requests),
            hints=watched("hints", stage.hints),
            registries=watched("registries", stage.registries),
            channels=(watched("topic", stage.channel), watched("mail", self.mail)),
            evidence=watched("evidence", stage.evidence),
            dead_letters=watched("dead_letters", stage.dead_letters),
            policy=stage.policy,
            watermarks=watched("watermarks", stage.watermarks),
            reservations=watched("reservations", stage.reservations),
            signer=watched("signer", stage.signer),
        )


def counting(plan: Plan | None = None, stage: Stage | None = None) -> Platform:
    """Return a platform whose target counts versions, and has one that came before the app."""
    whole = policy(BOARD)
    counted = msgspec.structs.replace(
        whole.routes[ROUTE], target=Target(registry=PROD.name, version="next")
    )
    stage = stage or Stage()
    stage.policy = FixedPolicy(msgspec.structs.replace(whole, routes={ROUTE: counted}))
    before = description(model(version="4").moved(PROD))
    stage.registries.put(
        msgspec.structs.replace(before, created_at=NOW - dt.timedelta(days=1)), {"model.pkl": b"."}
    )
    return Platform(plan=plan or {}, stage=stage)


def target_exists(platform: Platform) -> bool:
    """Whether the model has arrived."""
    target = model().moved(platform.requests()[0].target.home)
    try:
        platform.stage.registries.describe(target)
    except PromotionError:
        return False
    return True
