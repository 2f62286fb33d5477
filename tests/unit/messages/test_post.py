"""Who gets which mail: the app's list, the policy's stages and roles, and links for one person each."""

import datetime as dt

import msgspec
import pytest

from promotion.domain.actors import Person
from promotion.domain.facts import Fact, FactType
from promotion.domain.links import Link, hash_of
from promotion.domain.orders import Order, Verb
from promotion.domain.policy import Notifications
from promotion.domain.request import Request
from promotion.messages.post import Post
from promotion.usecases.invite import Invitation
from tests.building import NOW
from tests.telling import PUBLIC_URL, story

HANDLE = "S3cretHandle-" + "x" * 30
NAMED = Notifications(
    everyone=("all@tests.invalid", "LIST@tests.invalid"),
    stages={"business": ("business@tests.invalid",), "security": ("guards@tests.invalid",)},
    roles={"Promotion.Approver": ("approvers@tests.invalid",)},
)
COMMON = {"list@tests.invalid", "all@tests.invalid"}


def post(*invitations: Invitation) -> Post:
    """Return the mails of a deployment with a list of one, and the policy's recipients."""
    return Post(
        public_url=PUBLIC_URL,
        everyone=("list@tests.invalid",),
        named=lambda _request: NAMED,
        invite=lambda _request, _fact: invitations,
    )


def invitation(request: Request, mail: str = "Guest@tests.invalid") -> Invitation:
    """Return a link on its way to somebody."""
    link = Link(
        hash=hash_of(HANDLE),
        request=request.id,
        revision=request.revision,
        digest=request.digest,
        policy_hash=request.policy_hash,
        stage="business",
        addressee=Person(oid="o", tid="t", name="Guest", upn=mail),
        expires_at=NOW + dt.timedelta(days=2),
    )
    return Invitation(link=link, handle=HANDLE)


def told(kind: FactType, **changes: object) -> set[str]:
    """Return who gets mail about a fact of that type."""
    return set(post().letters(*story(kind, **changes)))  # type: ignore[arg-type] # fields of Request


@pytest.mark.parametrize(
    "kind",
    [FactType.APPROVAL_REQUESTED, FactType.APPROVAL_REMINDED, FactType.APPROVAL_ESCALATED],
)
def test_those_of_the_open_stage_are_asked_and_reminded(kind: FactType) -> None:
    assert told(kind) == COMMON | {"business@tests.invalid", "approvers@tests.invalid"}


def test_those_of_the_next_stage_are_told_when_it_opens() -> None:
    assert told(FactType.DECISION_RECORDED) == COMMON | {"guards@tests.invalid"}


def test_nobody_is_told_of_a_decision_that_opens_no_stage() -> None:
    request, fact = story(FactType.DECISION_RECORDED)
    alone = msgspec.structs.replace(request, decisions=request.decisions[1:])

    assert post().letters(alone, fact) == {}


def test_a_stage_is_told_that_it_opens_once() -> None:
    request, fact = story(FactType.DECISION_RECORDED)
    later = msgspec.structs.replace(fact, sequence=fact.sequence + 1)

    assert post().letters(request, later) == {}


@pytest.mark.parametrize("kind", [FactType.REQUEST_REJECTED, FactType.REQUEST_EXPIRED])
def test_those_who_had_been_asked_learn_how_it_ended(kind: FactType) -> None:
    assert told(kind) == COMMON | {"business@tests.invalid", "approvers@tests.invalid"}


def test_without_stages_only_those_who_are_told_everything_are() -> None:
    assert told(FactType.REQUEST_REFUSED, stages=(), decisions=()) == COMMON


def test_an_address_in_two_lists_gets_one_mail() -> None:
    letters = post().letters(*story(FactType.REQUEST_REFUSED))

    assert [each.lower() for each in letters].count("list@tests.invalid") == 1


def test_the_link_stands_in_its_addressees_mail_alone() -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)

    letters = post(invitation(request)).letters(request, fact)

    own = letters.pop("Guest@tests.invalid")
    url = f"{PUBLIC_URL}/promotions/{request.id}/link/{HANDLE}"
    for part in (own.text, own.html):
        assert url in part
        assert "Opening it decides nothing." in part
        assert "do not forward" in part
    assert len(letters) == 4
    assert all(HANDLE not in letter.text + letter.html for letter in letters.values())


def test_the_addressee_gets_the_link_in_the_place_of_the_common_mail() -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)

    letters = post(invitation(request, "ALL@tests.invalid")).letters(request, fact)

    assert "ALL@tests.invalid" in letters
    assert "all@tests.invalid" not in letters


def test_a_further_link_follows_a_decision_that_opens_no_stage() -> None:
    request, fact = alone()

    letters = post(invitation(request)).letters(request, fact)

    assert set(letters) == {"Guest@tests.invalid"}
    assert "Further approval needed" in letters["Guest@tests.invalid"].subject


def alone() -> tuple[Request, Fact]:
    """Return a request after the first of two approvals that a stage takes."""
    request, fact = story(FactType.DECISION_RECORDED)
    return msgspec.structs.replace(request, decisions=request.decisions[1:]), fact


def test_who_decides_on_an_order_by_a_link_is_told_of_the_order() -> None:
    request, fact = alone()
    order = Order(verb=Verb.WITHDRAW, asset=request.target.id, current="1", successor="")
    ordered = msgspec.structs.replace(request, order=order)

    letters = post(invitation(ordered)).letters(ordered, fact)

    assert "Withdrawal" in letters["Guest@tests.invalid"].subject
