"""Azure Communication Services gets one mail per recipient, each known by an operation id of its own."""

import base64
import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from azure.core.credentials import AzureKeyCredential

from promotion.adapters.communication_email import CommunicationEmailChannel, operation_id
from promotion.domain.errors import BrokenError, InvalidError, RetryableError
from promotion.domain.facts import FactType
from promotion.messages.post import Post
from promotion.wire.mailboxes import mailing
from tests.contract.channels.receiver import Got, Receiver
from tests.telling import PUBLIC_URL, story

EVERYONE = mailing(
    sender="DoNotReply@sandbox.invalid",
    recipients=("one@sandbox.invalid", "two@sandbox.invalid"),
)
POST = Post(public_url=PUBLIC_URL, everyone=EVERYONE.recipients)

type Make = Callable[[], CommunicationEmailChannel]


@pytest.fixture
def make(communication: Receiver) -> Iterator[Make]:
    """Makes the channel, as a new process would."""
    made: list[CommunicationEmailChannel] = []

    def channel() -> CommunicationEmailChannel:
        key = AzureKeyCredential(base64.b64encode(b"key").decode())
        made.append(
            CommunicationEmailChannel(communication.url, key, EVERYONE, POST, allow_loopback=True)
        )
        return made[-1]

    yield channel
    for each in made:
        each.close()


def body(got: Got) -> dict[str, Any]:
    """Return a request's JSON."""
    decoded: dict[str, Any] = msgspec.json.decode(got.body)
    return decoded


def test_every_recipient_gets_a_mail_of_their_own_with_both_parts(
    communication: Receiver, make: Make
) -> None:
    make().deliver(*story(FactType.APPROVAL_REQUESTED))

    bodies = [body(got) for got in communication.got]
    assert [each["recipients"] for each in bodies] == [
        {"to": [{"address": "one@sandbox.invalid"}]},
        {"to": [{"address": "two@sandbox.invalid"}]},
    ]
    assert {each["senderAddress"] for each in bodies} == {"DoNotReply@sandbox.invalid"}
    assert all(each["content"]["plainText"] and each["content"]["html"] for each in bodies)
    assert bodies[0]["content"]["subject"] == "[Promotion] Approval needed: taxi-fare:1"


def test_links_are_not_led_through_a_tracking_host(communication: Receiver, make: Make) -> None:
    make().deliver(*story(FactType.APPROVAL_REQUESTED))

    assert body(communication.got[0])["userEngagementTrackingDisabled"] is True


def test_a_repetition_has_the_same_operation_id_and_message_id(
    communication: Receiver, make: Make
) -> None:
    for _ in range(2):
        make().deliver(*story(FactType.APPROVAL_REQUESTED))

    operations = [got.headers["operation-id"] for got in communication.got]
    messages = [body(got)["headers"]["Message-ID"] for got in communication.got]
    assert operations[:2] == operations[2:]
    assert messages[:2] == messages[2:]
    assert len(set(operations)) == len(set(messages)) == 2


def test_operation_ids_are_uuids_of_fact_and_recipient() -> None:
    first = operation_id("fact-1", "one@sandbox.invalid")

    assert uuid.UUID(first).version == 5
    assert first != operation_id("fact-2", "one@sandbox.invalid")


def test_the_mail_says_that_a_program_sent_it(communication: Receiver, make: Make) -> None:
    make().deliver(*story(FactType.APPROVAL_REQUESTED))

    assert body(communication.got[0])["headers"]["Auto-Submitted"] == "auto-generated"


def test_nobody_waits_for_the_mail_to_travel(communication: Receiver, make: Make) -> None:
    operation = {"Operation-Location": f"{communication.url}/emails/operations/1"}
    for _ in range(2):
        communication.plan(202, b'{"id":"1","status":"Running"}', operation)

    make().deliver(*story(FactType.APPROVAL_REQUESTED))

    # The SDK would ask how it goes in a thread of its own, every half minute.
    assert not [each.name for each in threading.enumerate() if "LROPoller" in each.name]


def test_a_mail_that_the_service_has_already_counts_as_told(
    communication: Receiver, make: Make
) -> None:
    communication.plan(409)

    make().deliver(*story(FactType.APPROVAL_REQUESTED))

    assert len(communication.got) == 2


def test_throttling_ends_the_round_and_the_next_one_goes_on_where_it_ended(
    communication: Receiver, make: Make
) -> None:
    channel = make()
    communication.plan(202, b"{}", {"Content-Type": "application/json"})
    communication.plan(429, headers={"Retry-After": "60"})
    with pytest.raises(RetryableError) as refused:
        channel.deliver(*story(FactType.APPROVAL_REQUESTED))

    channel.deliver(*story(FactType.APPROVAL_REQUESTED))

    told = [body(got)["recipients"]["to"][0]["address"] for got in communication.got]
    assert refused.value.after == dt.timedelta(seconds=60)
    assert told == ["one@sandbox.invalid", "two@sandbox.invalid", "two@sandbox.invalid"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_role_is_named(communication: Receiver, make: Make, status: int) -> None:
    communication.plan(status)

    with pytest.raises(RetryableError, match="Communication and Email Service Owner"):
        make().deliver(*story(FactType.APPROVAL_REQUESTED))


def test_a_domain_that_is_not_linked_waits_for_an_operator(
    communication: Receiver, make: Make
) -> None:
    communication.plan(404, b'{"error":{"code":"DomainNotLinked","message":"Not linked."}}')

    with pytest.raises(RetryableError, match="PROMOTION_MAIL_SENDER"):
        make().deliver(*story(FactType.APPROVAL_REQUESTED))


def test_a_refused_recipient_keeps_no_other_from_their_mail(
    communication: Receiver, make: Make
) -> None:
    communication.plan(400, b'{"error":{"code":"BadRequest","message":"No such address."}}')

    with pytest.raises(BrokenError):
        make().deliver(*story(FactType.APPROVAL_REQUESTED))

    assert len(communication.got) == 2


@pytest.mark.parametrize("endpoint", ["http://mail.example", "http://127.0.0.1:1", "mail.example"])
def test_an_endpoint_without_tls_is_refused(endpoint: str) -> None:
    with pytest.raises(InvalidError, match="PROMOTION_MAIL_ENDPOINT"):
        CommunicationEmailChannel(endpoint, AzureKeyCredential("a2V5"), EVERYONE, POST)
