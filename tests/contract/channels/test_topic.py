"""The topic gets every fact as a CloudEvent that a subscriber can verify, whatever its size."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import cast

import msgspec
import pytest
from azure.core.credentials import AccessToken, AzureKeyCredential

from promotion.adapters.event_grid import EventGridTopic
from promotion.adapters.memory import MemoryEvidence
from promotion.domain import facts, lifecycle
from promotion.domain.actors import VALIDATION
from promotion.domain.errors import BrokenError, InvalidError, RetryableError
from promotion.domain.facts import Fact, FactType
from promotion.ports import Channel, Ports
from promotion.usecases.deliver import deliver
from sandbox import tls
from sandbox.config import Config
from tests.building import NOW, Stage
from tests.building import opened as opened_step
from tests.contract.channels.receiver import Answer, Receiver, receiving
from tests.contract.channels.sides import TopicSide
from tests.telling import TRACE, story

type Open = Callable[[Channel], Channel]


@pytest.mark.azurite
def test_an_event_has_the_attributes_that_subscribers_rely_on(
    topic_side: TopicSide, opened: Open
) -> None:
    request, fact = story(FactType.ASSET_PROMOTED)

    opened(topic_side.channel()).deliver(request, fact)

    (shown,) = topic_side.events()
    data = shown.pop("data")
    assert msgspec.convert(shown.pop("time"), dt.datetime) == fact.at
    assert shown == {
        "specversion": "1.0",
        "id": fact.id,
        "source": "/azureml-promotion/dev-to-prod",
        "type": "com.mlpromotion.model.promoted.v1",
        "subject": fact.asset,
        "datacontenttype": "application/json",
        "dataschema": "urn:mlpromotion:fact:1",
        "correlationid": request.id,
        "sequence": "0000000008",
        "traceparent": TRACE,
    }
    received = msgspec.convert(data, Fact)
    assert received == fact
    assert facts.hash_of(received) == data["hash"]


@pytest.mark.azurite
def test_a_credential_without_the_role_says_which_role_it_needs(
    topic_side: TopicSide, opened: Open
) -> None:
    wrong = EventGridTopic(
        topic_side.config.custom_topic_endpoint,
        AzureKeyCredential("another key"),
        MemoryEvidence(),
        allow_loopback=True,
    )

    with pytest.raises(RetryableError, match="EventGrid Data Sender"):
        opened(wrong).deliver(*story(FactType.APPROVAL_REQUESTED))


@pytest.mark.azurite
def test_an_address_without_a_topic_is_named_as_the_cause(
    topic_side: TopicSide, opened: Open
) -> None:
    astray = EventGridTopic(
        f"{topic_side.url}/nowhere/api/events",
        AzureKeyCredential(topic_side.config.topic_key),
        MemoryEvidence(),
        allow_loopback=True,
    )

    with pytest.raises(RetryableError, match="PROMOTION_TOPIC_ENDPOINT"):
        opened(astray).deliver(*story(FactType.APPROVAL_REQUESTED))


def test_after_an_outage_every_fact_is_there_in_order_under_its_own_id(
    receiver: Receiver, topic: EventGridTopic
) -> None:
    stage = Stage()
    world = msgspec.structs.replace(cast("Ports", stage.world), channels=(topic,))
    stored, _created = world.requests.add(opened_step())
    begun = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)
    request = world.requests.save(stored, begun).request
    for _ in range(20):
        receiver.plan(503)
        assert not deliver(world, request.id)
    receiver.got.clear()

    assert deliver(world, request.id)

    told = [msgspec.json.decode(got.body)[0] for got in receiver.got]
    trail = world.requests.facts(request.id)
    assert [each["id"] for each in told] == [fact.id for fact in trail]
    assert [each["data"]["hash"] for each in told] == [fact.hash for fact in trail]


def test_a_topic_of_another_schema_waits_for_an_operator(
    receiver: Receiver, topic: EventGridTopic
) -> None:
    said = "This resource is configured to receive event in 'EventGridEvent' schema. The JSON..."
    body = msgspec.json.encode({"error": {"code": "BadRequest", "message": said}})
    receiver.plan(400, body, {"Content-Type": "application/json"})

    with pytest.raises(RetryableError, match="CloudEventSchemaV1_0"):
        topic.deliver(*story(FactType.APPROVAL_REQUESTED))


def test_a_malformed_event_is_given_up(receiver: Receiver, topic: EventGridTopic) -> None:
    said = "This resource is configured to receive event in 'CloudEventV10' schema. The JSON..."
    body = msgspec.json.encode({"error": {"code": "BadRequest", "message": said}})
    receiver.plan(400, body, {"Content-Type": "application/json"})

    with pytest.raises(BrokenError, match="CloudEventV10"):
        topic.deliver(*story(FactType.APPROVAL_REQUESTED))


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_topic_that_asks_to_wait_is_asked_once_and_its_time_passed_on(
    receiver: Receiver, topic: EventGridTopic, status: int
) -> None:
    receiver.plan(status, headers={"Retry-After": "17"})

    with pytest.raises(RetryableError) as refused:
        topic.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert refused.value.after == dt.timedelta(seconds=17)
    assert len(receiver.got) == 1


def test_publishing_warns_of_nothing(
    topic: EventGridTopic, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        topic.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert caplog.messages == []


def test_the_apps_identity_publishes_by_token_over_tls(
    sandbox_config: Config, certificates: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert certificates is None
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox_config.ca_bundle))
    scopes: list[str] = []

    class Identity:
        def get_token(self, *asked: str, **_options: object) -> AccessToken:
            scopes.extend(asked)
            return AccessToken("a-token", 2**40)

    with receiving(Answer(200), tls.server_context(sandbox_config)) as receiver:
        topic = EventGridTopic(receiver.url, Identity(), MemoryEvidence(), allow_loopback=True)
        topic.deliver(*story(FactType.APPROVAL_REQUESTED))
        topic.close()

    assert receiver.got[0].headers["authorization"] == "Bearer a-token"
    assert scopes == ["https://eventgrid.azure.net/.default"]


@pytest.mark.parametrize("endpoint", ["http://topic.example/api/events", "http://127.0.0.1:1/"])
def test_an_endpoint_without_tls_is_refused(endpoint: str) -> None:
    with pytest.raises(InvalidError, match="PROMOTION_TOPIC_ENDPOINT"):
        EventGridTopic(endpoint, AzureKeyCredential("k"), MemoryEvidence())
