"""Rules that a policy may set for a stage: side by side, people by name, more than one rejection."""

import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import Person
from promotion.domain.approvals import StageOutcome, Verdict, stage_outcome, stages_open_to
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


def test_stages_side_by_side_are_open_together() -> None:
    request = pending(BUSINESS, SECURITY, LEGAL)

    outcomes = [stage_outcome(request.stages, (), each.name) for each in request.stages]

    assert outcomes == [StageOutcome.OPEN, StageOutcome.OPEN, StageOutcome.WAITING]


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
