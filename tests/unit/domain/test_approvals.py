"""Who may decide, in which stage, and what the verdicts come to."""

import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import Person
from promotion.domain.approvals import (
    Authors,
    StageOutcome,
    Verdict,
    authors,
    overall,
    stage_outcome,
    stages_open_to,
)
from promotion.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    StaleError,
)
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request, State
from tests.building import NOW, ballot, pending, person

BUSINESS = StageSpec(name="business", roles=("Promotion.Approver",), quorum=2)
SECURITY = StageSpec(name="security", roles=("Promotion.Approver.Security",))
APPROVER = person("approver")
SECOND = person("second")
GUARD = person("guard", "Promotion.Approver.Security")


def approve(request: Request, *people: str) -> Request:
    """Return the request after these people approved, one after the other."""
    by_name = {each.name: each for each in (APPROVER, SECOND, GUARD)}
    for name in people:
        request = lifecycle.decide(request, ballot(request, by_name[name]), now=NOW).request
    return request


def test_one_approval_is_enough_where_one_is_asked_for() -> None:
    assert approve(pending(), "approver").state is State.APPROVED


def test_a_quorum_of_two_takes_two() -> None:
    request = approve(pending(BUSINESS), "approver")
    assert request.state is State.PENDING

    assert approve(request, "second").state is State.APPROVED


def test_the_same_person_twice_counts_once() -> None:
    request = approve(pending(BUSINESS), "approver")

    with pytest.raises(ConflictError):
        approve(request, "approver")


def test_the_same_person_in_other_letter_case_is_the_same_person() -> None:
    request = approve(pending(BUSINESS), "approver")
    shouted = Person(oid=APPROVER.oid.upper(), tid="TENANT", roles=APPROVER.roles)
    again = ballot(request, shouted)

    with pytest.raises(ConflictError):
        lifecycle.decide(request, again, now=NOW)


def test_another_account_with_the_same_mailbox_is_the_same_person() -> None:
    request = approve(pending(BUSINESS), "approver")
    guest = Person(oid="a-guest", tid="other", upn=APPROVER.upn.upper(), roles=APPROVER.roles)

    with pytest.raises(ConflictError, match="counts once"):
        lifecycle.decide(request, ballot(request, guest), now=NOW)


def test_people_of_whom_no_mailbox_is_known_are_different_people() -> None:
    first, second = (
        Person(oid=oid, tid="tenant", roles=APPROVER.roles) for oid in ("pipe-1", "pipe-2")
    )
    request = pending(BUSINESS)
    request = lifecycle.decide(request, ballot(request, first), now=NOW).request

    assert lifecycle.decide(request, ballot(request, second), now=NOW).request.state == "approved"


@pytest.mark.parametrize(
    "known",
    [
        "Zo\u0065\u0308 Stra\u00dfe",
        "ZO\u00cb STRASSE",
        "  Zo\u00eb  Stra\u00dfe ",
        "Zo\u00eb\u00a0Stra\u00dfe",
        "Zo\u200b\u00eb Stra\u00dfe",
    ],
)
def test_a_name_is_the_same_however_it_is_written(known: str) -> None:
    author = Person(oid="1", tid="t", name="Zo\u00eb Stra\u00dfe ", roles=APPROVER.roles)

    assert authors(names=(known,)).include(author)
    # As releases before wrote them down.
    assert Authors(names=frozenset({known.strip().lower()})).include(author)


def test_a_name_that_nobody_told_is_nobodys() -> None:
    nameless = Person(oid="1", tid="t")

    assert authors(names=("", " ")) == Authors()
    assert not Authors(names=frozenset({""})).include(nameless)


def test_names_that_only_look_alike_are_different_names() -> None:
    assert not authors(names=("\u0410nn",)).include(Person(oid="1", tid="t", name="Ann"))


def test_a_later_stage_waits_for_the_one_before() -> None:
    request = pending(BUSINESS, SECURITY)

    with pytest.raises(ConflictError):
        approve(request, "guard")
    assert approve(request, "approver", "second", "guard").state is State.APPROVED


def test_all_stages_must_agree() -> None:
    request = approve(pending(BUSINESS, SECURITY), "approver", "second")

    assert request.state is State.PENDING
    assert stage_outcome(request.stages, request.decisions, "business") is StageOutcome.APPROVED
    assert stage_outcome(request.stages, request.decisions, "security") is StageOutcome.OPEN


def test_one_rejection_ends_it() -> None:
    request = approve(pending(BUSINESS), "approver")
    no = ballot(request, SECOND, Verdict.REJECT, comment="Not yet.")

    assert lifecycle.decide(request, no, now=NOW).request.state is State.REJECTED


@pytest.mark.parametrize("comment", [" ", "\u200b\u2060"])
def test_a_rejection_without_a_reason_is_refused(comment: str) -> None:
    request = pending()
    against = ballot(request, APPROVER, Verdict.REJECT, comment=comment)

    with pytest.raises(InvalidError):
        lifecycle.decide(request, against, now=NOW)


@pytest.mark.parametrize(
    "known", ["oid-approver", "Approver", "approver@sandbox.invalid", " approver "]
)
def test_an_author_cannot_decide_whatever_is_known_of_them(known: str) -> None:
    request = pending(made_by=(known,))
    names = authors(names=(known,))

    assert names.include(APPROVER)
    for verdict in Verdict:
        with pytest.raises(ForbiddenError):
            lifecycle.decide(request, ballot(request, APPROVER, verdict, comment="x"), now=NOW)


def test_a_person_without_the_role_cannot_decide() -> None:
    request = pending()

    with pytest.raises(ForbiddenError):
        lifecycle.decide(request, ballot(request, person("reader", "Promotion.Reader")), now=NOW)


def test_an_unknown_stage_is_named_back() -> None:
    request = pending()

    with pytest.raises(InvalidError, match="legal"):
        lifecycle.decide(request, ballot(request, APPROVER, stage="legal"), now=NOW)


def test_a_verdict_on_an_older_revision_is_stale() -> None:
    request = pending(BUSINESS)
    seen = ballot(request, SECOND)
    request = approve(request, "approver")

    with pytest.raises(StaleError):
        lifecycle.decide(request, seen, now=NOW)


def test_a_verdict_on_another_digest_is_stale() -> None:
    request = pending()
    other = lifecycle.Ballot(
        person=APPROVER,
        verdict=Verdict.APPROVE,
        digest="sha256:" + "1" * 64,
        revision=request.revision,
    )

    with pytest.raises(StaleError):
        lifecycle.decide(request, other, now=NOW)


def test_no_stage_at_all_is_never_an_approval() -> None:
    assert overall((), ()) is StageOutcome.OPEN


def test_people_are_shown_the_stages_in_which_they_could_decide() -> None:
    request = pending(BUSINESS, SECURITY)
    stages, decisions, made_by = request.stages, request.decisions, request.made_by

    assert stages_open_to(APPROVER, stages, decisions, made_by) == ("business",)
    assert stages_open_to(GUARD, stages, decisions, made_by) == ()
    assert stages_open_to(APPROVER, stages, decisions, authors(people=(APPROVER,))) == ()
    after = approve(request, "approver")
    assert stages_open_to(APPROVER, stages, after.decisions, made_by) == ()
