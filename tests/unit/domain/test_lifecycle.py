"""The state machine: every transition from every state, and what each leaves behind."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import PROMOTION, SWEEP, VALIDATION
from promotion.domain.errors import ConflictError
from promotion.domain.facts import hash_of
from promotion.domain.lifecycle.table import TRANSITIONS as ALL
from promotion.domain.request import State
from tests.building import (
    NOW,
    PROD,
    ballot,
    examination,
    opened,
    pending,
    route,
    submission,
    validating,
)
from tests.transitions import APPROVER, BROKEN, GONE, TRANSITIONS, in_state
from tools import draw_states


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_transition_happens_from_its_states_and_no_other(name: str, state: State) -> None:
    transition, goal, allowed = TRANSITIONS[name]
    request = in_state(state)

    if state not in allowed:
        with pytest.raises(ConflictError, match=str(state)):
            transition(request)
        return
    assert transition(request).request.state is (goal or state)


@pytest.mark.parametrize("name", TRANSITIONS)
def test_every_transition_has_one_fact_that_continues_the_chain(name: str) -> None:
    transition, goal, allowed = TRANSITIONS[name]
    request = in_state(next(iter(allowed)))

    step = transition(request)

    assert step.fact.sequence == step.request.revision == request.revision + 1
    assert step.fact.previous_hash == request.head
    assert step.fact.hash == step.request.head == hash_of(step.fact)
    after = goal or request.state
    assert (step.fact.before, step.fact.after) == (request.state.value, after.value)


@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_request_that_is_not_over_is_always_due_again(name: str) -> None:
    transition, goal, allowed = TRANSITIONS[name]

    after = transition(in_state(next(iter(allowed)))).request

    assert (after.due_at is None) == (goal or after.state).terminal


def test_a_transition_leaves_the_value_before_untouched() -> None:
    request = pending()
    before = msgspec.json.encode(request)

    lifecycle.decide(request, ballot(request, APPROVER), now=NOW)

    assert msgspec.json.encode(request) == before


def test_what_people_decide_on_is_fixed_when_they_are_asked() -> None:
    request = pending()
    found = examination()

    assert request.digest == found.manifest.digest
    assert request.stages == route().stages
    assert request.policy_hash == found.policy_hash
    assert request.expires_at == NOW + route().expires_after
    assert request.timers is not None
    assert request.due_at == request.timers.next


def test_a_problem_is_shown_and_moves_nothing() -> None:
    request = pending()

    step = lifecycle.report_problem(request, BROKEN, actor=SWEEP, now=NOW)

    assert step.request.state is request.state
    assert step.request.due_at == request.due_at
    assert step.request.problem is not None
    assert step.request.problem.message == "It broke."


def test_a_waiting_request_says_for_what_and_until_when() -> None:
    until = NOW + dt.timedelta(minutes=1)

    step = lifecycle.defer_validation(validating(), GONE, until=until, actor=VALIDATION, now=NOW)

    assert step.request.due_at == until
    assert step.request.problem is not None
    assert step.request.problem.remedy == "Share it."


def test_evidence_has_a_waiting_request_looked_at_at_once() -> None:
    later = NOW + dt.timedelta(hours=1)
    due = {
        state: lifecycle.submit_evidence(in_state(state), submission(), now=later).request.due_at
        for state in (State.RECEIVED, State.VALIDATING)
    }

    # One that is looked at right now is looked at again only when that stalls.
    assert due == {State.RECEIVED: later, State.VALIDATING: in_state(State.VALIDATING).due_at}


def test_later_evidence_takes_the_place_of_earlier_of_its_name_alone() -> None:
    request = in_state(State.RECEIVED)
    posted = [submission("load"), submission("fairness"), submission("load", url="https://new")]

    for each in posted:
        request = lifecycle.submit_evidence(request, each, now=NOW).request

    assert request.evidence == tuple(posted[1:])


def test_the_fact_of_a_promotion_is_named_after_the_kind() -> None:
    request = in_state(State.PROMOTING)

    step = lifecycle.complete(request, already_there=False, actor=PROMOTION, now=NOW)

    assert step.fact.type == "model.promoted"


def test_a_fact_names_no_target_before_its_version_is_settled() -> None:
    request = opened().request
    unsettled = msgspec.structs.replace(request, target=request.target.moved(PROD, version=""))

    facts = [
        lifecycle.start_validation(each, actor=VALIDATION, now=NOW).fact
        for each in (request, unsettled)
    ]

    assert [fact.target for fact in facts] == [request.target.id, ""]


def test_a_request_tells_when_it_changed_last() -> None:
    later = NOW + dt.timedelta(minutes=1)

    step = lifecycle.start_validation(opened().request, actor=VALIDATION, now=later)

    assert (step.request.created_at, step.request.updated_at, step.fact.at) == (NOW, later, later)


def test_a_new_request_begins_at_revision_one() -> None:
    step = opened()

    assert step.request.revision == step.fact.sequence == 1
    assert step.fact.before == ""


def test_the_table_names_every_transition_with_its_states() -> None:
    table = {each.name: each for each in ALL}

    assert set(table) == set(TRANSITIONS)
    for name, (_, goal, sources) in TRANSITIONS.items():
        assert set(table[name].sources) == sources
        assert goal in (table[name].goals or {*table[name].sources, None})


def test_the_picture_of_the_states_is_drawn_from_the_table() -> None:
    drawn = Path(__file__).parents[3] / "docs" / "states.md"

    assert drawn.read_text() == draw_states.picture(), "run `make docs`"
