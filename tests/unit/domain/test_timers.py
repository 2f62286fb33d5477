"""Reminders, escalation, expiry: what rings when, and what each leaves behind."""

import datetime as dt

import msgspec
import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import SWEEP
from promotion.domain.errors import ForbiddenError
from promotion.domain.policy import Route, StageSpec
from promotion.domain.request import Request, State
from promotion.domain.timers import Bell, Timers, start_timers
from tests.building import NOW, ballot, examination, person, route, validating

HOUR = dt.timedelta(hours=1)
DIRECTOR = person("director", "Promotion.Director")
LATER = StageSpec(name="later", roles=("Promotion.Approver.Security",))


def patient_route(*stages: StageSpec) -> Route:
    """Return a route that reminds every hour, escalates after five, gives up after ten."""
    return msgspec.structs.replace(
        route(*stages),
        remind_every=HOUR,
        escalate_after=5 * HOUR,
        escalate_to=("Promotion.Director",),
        expires_after=10 * HOUR,
    )


def waiting(*stages: StageSpec) -> Request:
    """Return a request that waits for people on that route."""
    step = lifecycle.request_approval(
        validating(),
        patient_route(*stages),
        examination(),
        actor=SWEEP,
        now=NOW,
    )
    return step.request


@pytest.mark.parametrize(
    ("hours", "bell"),
    [
        (0.9, Bell.NOTHING),
        (1, Bell.REMIND),
        (5, Bell.ESCALATE),
        (10, Bell.EXPIRE),
        (99, Bell.EXPIRE),
    ],
)
def test_the_gravest_of_what_is_due_rings(hours: float, bell: Bell) -> None:
    timers = start_timers(patient_route(), NOW)

    assert timers.ringing(NOW + hours * HOUR) is bell


def test_missed_reminders_are_not_made_up() -> None:
    late = NOW + 4.5 * HOUR

    step = lifecycle.remind(waiting(), actor=SWEEP, now=late)

    assert step.request.timers is not None
    assert step.request.timers.remind_at == late + HOUR
    assert step.request.due_at == NOW + 5 * HOUR
    assert step.fact.type == "approval.reminded"


def test_after_an_escalation_others_may_decide_as_well() -> None:
    request = waiting()
    with pytest.raises(ForbiddenError):
        lifecycle.decide(request, ballot(request, DIRECTOR), now=NOW)

    request = lifecycle.escalate(request, actor=SWEEP, now=NOW + 5 * HOUR).request

    decided = lifecycle.decide(request, ballot(request, DIRECTOR), now=NOW + 5 * HOUR)
    assert decided.request.state is State.APPROVED


def test_there_is_one_escalation() -> None:
    request = lifecycle.escalate(waiting(), actor=SWEEP, now=NOW + 5 * HOUR).request

    assert request.timers is not None
    assert request.timers.ringing(NOW + 6 * HOUR) is Bell.REMIND


def test_a_stage_that_has_agreed_already_asks_nobody_else() -> None:
    asked = (StageSpec(name="first", roles=("Promotion.Approver",)), LATER)
    request = waiting(*asked)
    request = lifecycle.decide(request, ballot(request, person("approver")), now=NOW).request

    request = lifecycle.escalate(request, actor=SWEEP, now=NOW + 5 * HOUR).request

    first, later = request.stages
    assert first == asked[0]
    assert later.roles == ("Promotion.Approver.Security", "Promotion.Director")


def test_those_who_are_asked_already_are_not_asked_twice() -> None:
    directed = StageSpec(name="board", roles=("Promotion.Director", "Promotion.Owner"))

    request = lifecycle.escalate(waiting(directed), actor=SWEEP, now=NOW).request

    assert request.stages == (directed,)


def test_who_is_never_reminded_is_not_reminded_later_either() -> None:
    assert Timers(expires_at=NOW + HOUR).reminded(NOW) == Timers(expires_at=NOW + HOUR)


def test_without_reminders_only_the_end_rings() -> None:
    quiet = msgspec.structs.replace(route(), remind_every=None)

    timers = start_timers(quiet, NOW)

    assert timers.next == timers.expires_at
    assert timers.ringing(NOW + dt.timedelta(days=6)) is Bell.NOTHING
