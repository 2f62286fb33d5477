"""Links for people who cannot sign in: whom they are made for, what they are good for, once."""

import datetime as dt

import msgspec
import pytest

from promotion.domain.actors import EVENT_GRID, Person
from promotion.domain.approvals import Verdict
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    NotFoundError,
    RetryableError,
    StaleError,
)
from promotion.domain.facts import Fact
from promotion.domain.lifecycle import Ballot, Opening
from promotion.domain.links import hash_of, why_not
from promotion.domain.policy import Invited, Links, Policy, StageSpec
from promotion.domain.request import Request, State
from promotion.usecases.decide import decide
from promotion.usecases.invite import METHOD, Invitation, invite, new_handle, opened
from promotion.usecases.open_request import ask
from promotion.usecases.validate import validate
from tests.building import Stage, ballot, model, person, policy

TENANT = "11111111-2222-3333-4444-555555555555"
FIRST = Invited(
    person=f"{TENANT}/00000000-0000-0000-0000-00000000000A",
    name="First approver",
    mail="First@tests.invalid",
    roles=("Promotion.Approver",),
)
SECOND = Invited(
    person=f"{TENANT}/00000000-0000-0000-0000-00000000000b",
    name="Second approver",
    mail="second@tests.invalid",
    roles=("Promotion.Approver", "Promotion.Approver.Security"),
)
BUSINESS = StageSpec(name="business", roles=("Promotion.Approver",), quorum=2)
SECURITY = StageSpec(name="security", roles=("Promotion.Approver.Security",))


def linked(*stages: StageSpec, people: tuple[Invited, ...] = (FIRST, SECOND)) -> Policy:
    """Return a policy that has links made for people."""
    return msgspec.structs.replace(policy(*stages), links=Links(people=people))


def stage_with(found: Policy) -> tuple[Stage, Request]:
    """Return a world under that policy, and a request that waits for people in it."""
    stage = Stage()
    stage.policy.policy = found
    stage.register()
    return stage, validate(stage.world, asked(stage).id)


def asked(stage: Stage) -> Request:
    """Return a request that a pipeline opened."""
    return ask(stage.world, model(), "", Opening(actor=EVENT_GRID)).request


def latest(stage: Stage, request: Request) -> tuple[Request, Fact]:
    """Return the request as it is now, and its last fact."""
    now = stage.requests.get(request.id).request
    return now, stage.requests.facts(request.id)[-1]


def invited(stage: Stage, request: Request) -> tuple[Invitation, ...]:
    """Return the links that telling the latest fact makes."""
    return invite(stage.world, *latest(stage, request))


def say(stage: Stage, invitation: Invitation, verdict: Verdict = Verdict.APPROVE) -> Request:
    """Decide by a link."""
    link = opened(stage.world, invitation.link.request, invitation.handle)
    vote = Ballot(
        person=link.addressee,
        verdict=verdict,
        comment="Because.",
        digest=link.digest,
        revision=link.revision,
    )
    return decide(stage.world, link.request, vote, link)


def test_without_links_in_the_policy_none_are_made() -> None:
    stage, request = stage_with(policy(BUSINESS))

    assert invited(stage, request) == ()


def test_each_person_whom_an_open_stage_asks_gets_one() -> None:
    stage, request = stage_with(linked(BUSINESS, SECURITY))

    made = invited(stage, request)

    assert [each.link.addressee.name for each in made] == ["First approver", "Second approver"]
    assert {each.link.stage for each in made} == {"business"}


def test_people_of_a_later_stage_get_none_before_it_opens() -> None:
    only = msgspec.structs.replace(SECOND, roles=("Promotion.Approver.Security",))
    stage, request = stage_with(linked(BUSINESS, SECURITY, people=(only,)))

    assert invited(stage, request) == ()


def test_an_author_gets_none() -> None:
    author = msgspec.structs.replace(FIRST, name="Author")
    stage, request = stage_with(linked(BUSINESS, people=(author,)))

    assert invited(stage, request) == ()


def test_the_mailbox_of_an_author_gets_none_whatever_the_name() -> None:
    stage = Stage()
    stage.policy.policy = linked(BUSINESS)
    stage.register(owner="FIRST@TESTS.INVALID")
    request = validate(stage.world, asked(stage).id)

    assert [each.link.addressee.name for each in invited(stage, request)] == ["Second approver"]


def test_an_older_fact_brings_no_links() -> None:
    stage, request = stage_with(linked(BUSINESS))
    first, *_ = stage.requests.facts(request.id)

    assert invite(stage.world, request, first) == ()


def test_a_version_of_a_migration_brings_no_links() -> None:
    stage, request = stage_with(linked(BUSINESS))
    _, fact = latest(stage, request)
    part = msgspec.structs.replace(request, batch="b" * 26)

    assert invite(stage.world, part, fact) == ()


def test_a_link_is_kept_by_its_hash_and_bound_to_what_was_asked() -> None:
    stage, request = stage_with(linked(BUSINESS))

    (made, _) = invited(stage, request)

    kept = stage.requests.link(request.id, hash_of(made.handle))
    assert (kept.revision, kept.digest) == (request.revision, request.digest)
    assert (kept.policy_hash, kept.stage) == (request.policy_hash, "business")
    assert kept.addressee.method == METHOD
    assert made.handle not in msgspec.json.encode(kept).decode()
    assert made.handle not in repr(made)


def test_handles_have_256_bits_and_do_not_repeat() -> None:
    made = {new_handle() for _ in range(100)}

    assert len(made) == 100
    assert {len(each) for each in made} == {43}


def test_a_decision_by_a_link_is_that_persons_and_says_how_it_came() -> None:
    stage, request = stage_with(linked(BUSINESS))

    after = say(stage, invited(stage, request)[0])

    (given,) = after.decisions
    assert given.by.key == FIRST.person.lower()
    _, fact = latest(stage, request)
    assert (fact.actor.name, fact.actor.method) == ("First approver", "bearer-link")


def test_whoever_holds_the_link_decides_as_its_addressee_only() -> None:
    stage, request = stage_with(linked(BUSINESS))
    link = invited(stage, request)[0].link
    vote = ballot(request, person("somebody else"), stage="security")

    after = decide(stage.world, request.id, vote, link)

    assert [(each.by.name, each.stage) for each in after.decisions] == [
        ("First approver", "business")
    ]


def test_a_link_works_once() -> None:
    stage, request = stage_with(linked(BUSINESS))
    first, _ = invited(stage, request)
    say(stage, first)

    with pytest.raises(ConflictError, match="works once"):
        say(stage, first, Verdict.REJECT)

    assert len(latest(stage, request)[0].decisions) == 1


def test_sending_the_same_verdict_again_is_answered_with_what_there_is() -> None:
    stage, request = stage_with(linked(BUSINESS))
    first, _ = invited(stage, request)

    assert say(stage, first) == say(stage, first)


def test_a_colleagues_decision_ends_the_others_links_and_new_ones_follow() -> None:
    stage, request = stage_with(linked(BUSINESS))
    first, second = invited(stage, request)
    say(stage, first)
    with pytest.raises(StaleError, match="went on"):
        say(stage, second)

    (again,) = invited(stage, request)

    assert again.link.addressee.name == "Second approver"
    assert say(stage, again).state is State.APPROVED


def test_a_fact_told_twice_makes_links_of_which_one_counts() -> None:
    stage, request = stage_with(linked(BUSINESS))
    first, _ = invited(stage, request)
    again, _ = invited(stage, request)
    say(stage, again)

    with pytest.raises(StaleError):
        say(stage, first, Verdict.REJECT)

    assert len(latest(stage, request)[0].decisions) == 1


def test_an_expired_link_decides_nothing() -> None:
    stage, request = stage_with(linked(BUSINESS))
    first, _ = invited(stage, request)
    stage.clock.move(dt.timedelta(days=2))

    with pytest.raises(ConflictError, match="expired"):
        say(stage, first)


def test_a_link_never_outlives_the_time_to_decide() -> None:
    stage, request = stage_with(linked(BUSINESS))
    short = msgspec.structs.replace(request, expires_at=stage.clock.now() + dt.timedelta(hours=1))
    _, fact = latest(stage, request)

    made = invite(stage.world, short, fact)

    assert {each.link.expires_at for each in made} == {short.expires_at}


def test_a_link_of_a_request_that_ended_is_of_no_use() -> None:
    stage, request = stage_with(linked(BUSINESS))
    first, second = invited(stage, request)
    say(stage, first, Verdict.REJECT)

    found = why_not(second.link, latest(stage, request)[0], stage.clock.now())

    assert found is not None
    assert "rejected" in found.problem


def test_a_link_for_another_digest_is_stale() -> None:
    stage, request = stage_with(linked(BUSINESS))
    link = invited(stage, request)[0].link

    for changed in ({"digest": "sha256:0"}, {"policy_hash": "sha256:0"}, {"request": "b" * 26}):
        other = msgspec.structs.replace(link, **changed)
        assert isinstance(why_not(other, request, stage.clock.now()), StaleError)


def test_a_link_for_a_stage_that_is_not_theirs_decides_nothing() -> None:
    stage, request = stage_with(linked(BUSINESS))
    link = msgspec.structs.replace(invited(stage, request)[0].link, stage="security")

    found = why_not(link, request, stage.clock.now())

    assert found is not None
    assert "not yours" in found.problem


@pytest.mark.parametrize("handle", ["", "x", "A" * 43, "ä" * 43, "A" * 44, "../" * 20])
def test_an_unknown_handle_opens_nothing(handle: str) -> None:
    stage, request = stage_with(linked(BUSINESS))
    invited(stage, request)

    with pytest.raises(NotFoundError):
        opened(stage.world, request.id, handle)


def test_whom_the_policy_does_not_name_any_more_has_no_power_left() -> None:
    stage, request = stage_with(linked(BUSINESS))
    first, second = invited(stage, request)

    stage.policy.policy = linked(BUSINESS, people=(SECOND,))

    with pytest.raises(NotFoundError):
        opened(stage.world, request.id, first.handle)
    assert opened(stage.world, request.id, second.handle) == second.link


def test_links_end_when_the_policy_has_them_no_more() -> None:
    stage, request = stage_with(linked(BUSINESS))
    first, _ = invited(stage, request)

    stage.policy.policy = policy(BUSINESS)

    with pytest.raises(NotFoundError):
        opened(stage.world, request.id, first.handle)


def test_a_person_counts_once_by_link_and_by_session() -> None:
    stage, request = stage_with(linked(BUSINESS))
    say(stage, invited(stage, request)[0])
    tid, _, oid = FIRST.person.partition("/")
    signed_in = Person(oid=oid, tid=tid, roles=frozenset({"Promotion.Approver"}))
    now, _ = latest(stage, request)

    with pytest.raises(ConflictError, match="counts once"):
        decide(stage.world, request.id, ballot(now, signed_in))


def test_a_policy_that_cannot_be_read_makes_people_wait_for_their_mail() -> None:
    stage, request = stage_with(linked(BUSINESS))
    now, fact = latest(stage, request)
    stage.policy = Unreadable()  # type: ignore[assignment] # a policy source

    with pytest.raises(RetryableError, match="who gets mail"):
        invite(stage.world, now, fact)


class Unreadable:
    """A policy file that somebody broke."""

    def current(self) -> Policy:
        """Fail as the file's adapter does."""
        raise BrokenError("The policy is not valid.", "Mend it.")
