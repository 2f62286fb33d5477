"""Rules that a policy may set for a stage: side by side, people by name, more than one rejection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain import lifecycle
from promotion.domain.actors import Person
from promotion.domain.approvals import (
    StageOutcome,
    Verdict,
    opened_by,
    stage_outcome,
    stages_open_to,
)
from promotion.domain.errors import ConflictError, ForbiddenError
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request, State
from tests.building import NOW, ballot, pending, person

BUSINESS = StageSpec(name="business", roles=("Promotion.Approver",))
SECURITY = StageSpec(name="security", roles=("Promotion.Approver.Security",), alongside=True)
LEGAL = StageSpec(name="legal", roles=("Promotion.Approver.Legal",))
APPROVER = person("approver")
SECOND = person("second")
GUARD = person("guard", "Promotion.Approver.Security")
LAWYER = person("lawyer", "Promotion.Approver.Legal")


def decide(request: Request, who: Person, verdict: Verdict = Verdict.APPROVE) -> Request:
    """Return the request after a person's verdict."""
    said = ballot(request, who, verdict, comment="Because.")
    return lifecycle.decide(request, said, now=NOW).request


def test_a_stage_that_nobody_was_asked_for_waits() -> None:
    assert stage_outcome((BUSINESS,), (), "legal") is StageOutcome.WAITING


def test_stages_side_by_side_are_open_together() -> None:
    request = pending(BUSINESS, SECURITY, LEGAL)

    outcomes = [stage_outcome(request.stages, (), each.name) for each in request.stages]

    assert outcomes == [StageOutcome.OPEN, StageOutcome.OPEN, StageOutcome.WAITING]


def test_each_decision_opens_the_stages_that_waited_for_it() -> None:
    beside = StageSpec(name="owners", people=("tenant/oid-owner",), alongside=True)
    first = pending(BUSINESS, LEGAL, beside, StageSpec(name="board", roles=("Promotion.Owner",)))
    request = decide(decide(first, APPROVER), LAWYER)

    opened = {
        number: [each.name for each in opened_by(request.stages, request.decisions, number)]
        for number in range(first.revision, request.revision + 2)
    }

    # The board waits for the owners yet.
    assert opened == {3: [], 4: ["legal", "owners"], 5: [], 6: []}


@pytest.mark.parametrize("order", [(APPROVER, GUARD), (GUARD, APPROVER)])
def test_a_stage_after_two_side_by_side_waits_for_both(order: tuple[Person, Person]) -> None:
    request = decide(pending(BUSINESS, SECURITY, LEGAL), order[0])
    with pytest.raises(ConflictError):
        decide(request, LAWYER)

    request = decide(decide(request, order[1]), LAWYER)

    assert request.state is State.APPROVED


def test_a_rejection_in_a_stage_beside_ends_the_request() -> None:
    request = decide(pending(BUSINESS, SECURITY), GUARD, Verdict.REJECT)

    assert request.state is State.REJECTED


def test_a_named_person_decides_without_a_role() -> None:
    nobody = Person(oid="OID-Named", tid="Tenant", name="Named")
    request = pending(StageSpec(name="owners", people=("tenant/oid-named",)))

    assert stages_open_to(nobody, request.stages, (), request.made_by) == ("owners",)
    assert decide(request, nobody).state is State.APPROVED


def test_who_is_not_named_does_not_decide_where_people_are() -> None:
    request = pending(StageSpec(name="owners", people=("tenant/oid-named",)))

    with pytest.raises(ForbiddenError, match="names the people"):
        decide(request, APPROVER)


def test_the_same_object_id_of_another_tenant_is_somebody_else() -> None:
    stranger = Person(oid="oid-named", tid="elsewhere", name="Named")
    request = pending(StageSpec(name="owners", people=("tenant/oid-named",)))

    with pytest.raises(ForbiddenError):
        decide(request, stranger)


def test_a_named_author_does_not_decide_either() -> None:
    named = person("named", "Promotion.Reader")
    request = pending(StageSpec(name="owners", people=(named.key,)), made_by=("oid-named",))

    with pytest.raises(ForbiddenError, match="made or requested"):
        decide(request, named)


def test_one_rejection_of_the_two_it_takes_leaves_the_request_open() -> None:
    two = StageSpec(name="business", roles=("Promotion.Approver",), quorum=2, rejections=2)

    once = decide(pending(two), APPROVER, Verdict.REJECT)
    twice = decide(once, SECOND, Verdict.REJECT)

    assert (once.state, twice.state) == (State.PENDING, State.REJECTED)


def test_a_person_who_rejected_cannot_be_counted_again() -> None:
    two = StageSpec(name="business", roles=("Promotion.Approver",), rejections=2)
    once = decide(pending(two), APPROVER, Verdict.REJECT)

    for verdict in Verdict:
        with pytest.raises(ConflictError, match="counts once"):
            decide(once, APPROVER, verdict)


def test_enough_approvals_stand_against_too_few_rejections() -> None:
    two = StageSpec(name="business", roles=("Promotion.Approver",), rejections=2)
    once = decide(pending(two), APPROVER, Verdict.REJECT)

    assert decide(once, SECOND).state is State.APPROVED


@st.composite
def approvals(draw: st.DrawFn) -> tuple[tuple[StageSpec, ...], list[tuple[str, str, Verdict]]]:
    """Draw stages in any order, side by side or not, and people who try to decide in them."""
    count = draw(st.integers(1, 4))
    stages = tuple(
        StageSpec(
            name=f"s{number}",
            roles=("Promotion.Approver",),
            quorum=draw(st.integers(1, 2)),
            rejections=draw(st.integers(1, 2)),
            alongside=number > 0 and draw(st.booleans()),
        )
        for number in range(count)
    )
    tries = st.tuples(
        st.sampled_from([stage.name for stage in stages]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([Verdict.APPROVE, Verdict.APPROVE, Verdict.REJECT]),
    )
    return stages, draw(st.lists(tries, max_size=16))


def reached(stages: tuple[StageSpec, ...], request: Request, name: str) -> bool:
    """Whether all stages before the group of that one have as many approvals as they take."""
    index = [stage.name for stage in stages].index(name)
    while index and stages[index].alongside:
        index -= 1
    return all(votes(request, each, Verdict.APPROVE) >= each.quorum for each in stages[:index])


def votes(request: Request, stage: StageSpec, verdict: Verdict) -> int:
    """Count the different people with that verdict in a stage."""
    found = {
        each.by.key
        for each in request.decisions
        if each.stage == stage.name and each.verdict is verdict
    }
    return len(found)


@given(approvals())
def test_whoever_decides_in_whatever_order_stages_count_as_the_policy_says(
    drawn: tuple[tuple[StageSpec, ...], list[tuple[str, str, Verdict]]],
) -> None:
    stages, tries = drawn
    request = pending(*stages)

    for name, who, verdict in tries:
        said = ballot(request, person(who), verdict, stage=name, comment="Because.")
        try:
            after = lifecycle.decide(request, said, now=NOW).request
        except ConflictError:
            continue
        assert reached(stages, request, name)
        request = after

    enough = all(votes(request, each, Verdict.APPROVE) >= each.quorum for each in stages)
    ended = any(votes(request, each, Verdict.REJECT) >= each.rejections for each in stages)
    assert (request.state is State.APPROVED) == enough
    assert (request.state is State.REJECTED) == ended
