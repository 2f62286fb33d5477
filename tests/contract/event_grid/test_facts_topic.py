"""The custom topic: what Azure's own publisher sends is taken in order, the rest is refused."""

import asyncio
import datetime as dt
import io
import json
from typing import Any

import aiohttp
import pytest
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.core.messaging import CloudEvent
from azure.eventgrid import EventGridPublisherClient as BlockingClient
from azure.eventgrid.aio import EventGridPublisherClient

from sandbox import people
from sandbox.azurite import Azurite
from sandbox.config import Config
from sandbox.event_grid import fact_log
from sandbox.event_grid.fact_log import FactLog
from tests.contract.event_grid.grid import Grid, running_grid
from tests.contract.event_grid.receiver import Receiver, until

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio]

BATCH = "application/cloudevents-batch+json; charset=utf-8"
SINGLE = "application/cloudevents+json"


def client(grid: Grid, key: str | None = None) -> EventGridPublisherClient:
    credential = AzureKeyCredential(key or grid.config.topic_key)
    return EventGridPublisherClient(
        grid.config.custom_topic_endpoint,
        credential,
        retry_backoff_factor=0.01,
    )


def fact(number: int) -> CloudEvent[dict[str, Any]]:
    return CloudEvent(
        source="/promotions/r-1",
        type="com.example.mlpromotion.promotion.approved.v1",
        id=f"r-1-{number}",
        subject="r-1",
        data={"number": number, "amount": 1.50, "name": "größe"},
        extensions={"sequence": str(number), "correlationid": "r-1"},
    )


def plain(**changes: object) -> dict[str, Any]:
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t", **changes}
    return {name: value for name, value in event.items() if value is not ...}


async def published(grid: Grid, after: int = 0) -> list[dict[str, Any]]:
    async with grid.session.get(f"{grid.url}/facts/events?after={after}") as answer:
        items: list[dict[str, Any]] = (await answer.json())["items"]
        return items


async def post(
    grid: Grid,
    body: bytes,
    content_type: str = SINGLE,
    **headers: str,
) -> tuple[int, dict[str, Any]]:
    sent = headers or {"aeg-sas-key": grid.config.topic_key}
    async with grid.session.post(
        grid.config.custom_topic_endpoint,
        data=io.BytesIO(body),
        headers={"Content-Type": content_type, **sent},
    ) as answer:
        return answer.status, await answer.json() if answer.status != 200 else {}


async def test_published_facts_are_kept_in_order_with_their_attributes(grid: Grid) -> None:
    async with client(grid) as publisher:
        await publisher.send([fact(1), fact(2)])
        await publisher.send(fact(3))

    items = await published(grid)
    assert [item["number"] for item in items] == [1, 2, 3]
    assert [item["event"]["id"] for item in items] == ["r-1-1", "r-1-2", "r-1-3"]
    assert items[0]["event"]["sequence"] == "1"
    assert items[0]["event"]["data"] == {"number": 1, "amount": 1.50, "name": "größe"}


async def test_reading_goes_on_after_a_number(grid: Grid) -> None:
    async with client(grid) as publisher:
        await publisher.send([fact(number) for number in range(1, 6)])

    assert [item["number"] for item in await published(grid, after=3)] == [4, 5]
    assert await published(grid, after=5) == []


async def test_restart_keeps_facts_and_goes_on_counting(config: Config) -> None:
    async with running_grid(config) as grid, client(grid) as publisher:
        await publisher.send([fact(1), fact(2)])
    async with running_grid(config) as grid, client(grid) as publisher:
        await publisher.send(fact(3))
        items = await published(grid)

    assert [item["event"]["id"] for item in items] == ["r-1-1", "r-1-2", "r-1-3"]


async def test_wrong_key_is_401(grid: Grid) -> None:
    async with client(grid, key="wrong") as publisher:
        with pytest.raises(ClientAuthenticationError):
            await publisher.send(fact(1))

    assert await published(grid) == []


@pytest.mark.parametrize(
    ("identity", "audience", "status"),
    [
        (people.APP, "https://eventgrid.azure.net", 200),
        (people.APP, "https://eventgrid.azure.net/", 200),
        (people.APP, "https://storage.azure.com", 401),
        (people.PEOPLE["operator"], "https://eventgrid.azure.net", 403),
    ],
)
async def test_bearer_token_counts_for_the_apps_identity_and_this_audience(
    grid: Grid,
    identity: people.Identity,
    audience: str,
    status: int,
) -> None:
    now = dt.datetime.now(dt.UTC)
    token = people.issue_token(identity, audience, grid.config.signing_key, now=now)

    answered, _ = await post(grid, json.dumps(plain()).encode(), Authorization=f"Bearer {token}")

    assert answered == status


async def test_event_in_another_schema_is_refused_with_the_reason(grid: Grid) -> None:
    async with client(grid) as publisher:
        with pytest.raises(HttpResponseError, match="CloudEventV10") as refusal:
            await publisher.send({"id": "1", "eventType": "t", "subject": "s"})

    assert refusal.value.status_code == 400


async def test_one_bad_event_refuses_the_whole_batch(grid: Grid) -> None:
    status, _ = await post(grid, json.dumps([plain(), plain(id="")]).encode(), BATCH)

    assert status == 400
    assert await published(grid) == []


@pytest.mark.parametrize("padding", [1024 * 1024, 5 * 1024 * 1024])
async def test_request_over_one_mebibyte_is_413(grid: Grid, padding: int) -> None:
    publisher = BlockingClient(
        grid.config.custom_topic_endpoint,
        AzureKeyCredential(grid.config.topic_key),
    )
    with publisher, pytest.raises(HttpResponseError) as refusal:
        await asyncio.to_thread(publisher.send, big(padding))

    assert refusal.value.status_code == 413


def big(padding: int) -> CloudEvent[str]:
    return CloudEvent(source="/s", type="t", data="x" * padding)


async def test_events_that_are_too_large_together_are_413(grid: Grid) -> None:
    body = json.dumps([plain(data="x" * 400_000) for _ in range(3)]).encode()

    status, answer = await post(grid, body, BATCH)

    assert status == 413
    assert "1048576" in answer["error"]["message"]
    assert await published(grid) == []


async def test_request_just_under_one_mebibyte_is_taken(grid: Grid) -> None:
    async with client(grid) as publisher:
        await publisher.send(big(1024 * 1024 - 300))

    (item,) = await published(grid)
    assert len(item["event"]["data"]) == 1024 * 1024 - 300


async def test_planned_refusals_end_and_the_publisher_gets_through(grid: Grid) -> None:
    await grid.admin("POST", "faults", {"place": "facts", "status": 503, "times": 2})

    async with client(grid) as publisher:
        await publisher.send(fact(1))

    assert len(await published(grid)) == 1


@pytest.mark.parametrize("status", [413, 429, 503])
async def test_planned_refusal_may_last_for_a_time(grid: Grid, status: int) -> None:
    await grid.admin("POST", "faults", {"place": "facts", "status": status, "seconds": 30})
    first, _ = await post(grid, json.dumps(plain()).encode())

    await grid.admin("DELETE", "faults")
    second, _ = await post(grid, json.dumps(plain()).encode())

    assert (first, second) == (status, 200)


async def test_subscriber_of_facts_gets_each_as_a_cloud_event(
    receiver: Receiver,
    grid: Grid,
) -> None:
    endpoint = f"{grid.config.functions_url}/runtime/webhooks/EventGrid"
    await grid.subscribe(
        name="facts-watcher",
        topic="facts",
        endpoint=endpoint,
        eventDeliverySchema="CloudEventSchemaV1_0",
    )

    async with client(grid) as publisher:
        await publisher.send(fact(1))
    await until(lambda: receiver.received)

    assert receiver.received[0].body["id"] == "r-1-1"
    assert receiver.received[0].headers["aeg-metadata-version"] == "1.0"


async def test_facts_cannot_be_subscribed_to_in_event_grids_own_schema(grid: Grid) -> None:
    headers = {"x-sandbox-key": grid.config.master_key}
    async with grid.session.put(
        f"{grid.url}/sandbox/subscriptions/facts-watcher",
        json={"name": "facts-watcher", "topic": "facts", "endpoint": "http://127.0.0.1:9/"},
        headers=headers,
    ) as answer:
        assert answer.status == 400
        assert "CloudEventSchemaV1_0" in (await answer.json())["problem"]


async def test_stopped_storage_is_503_and_nothing_is_doubled_when_it_is_back(
    grid: Grid,
    azurite: Azurite,
) -> None:
    await post(grid, json.dumps(plain(id="before")).encode())

    azurite.stop()
    try:
        during, answer = await post(grid, json.dumps(plain(id="during")).encode())
    finally:
        azurite.start()
    after, _ = await post(grid, json.dumps(plain(id="after")).encode())

    assert (during, after) == (503, 200)
    assert answer["error"]["code"] == "ServiceUnavailable"
    assert [item["event"]["id"] for item in await published(grid)] == ["before", "after"]


async def test_log_stays_in_order_when_an_answer_of_the_storage_is_lost(
    grid: Grid,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = FactLog._write

    async def write_and_lose_the_answer(log: FactLog, data: bytes) -> int:
        await write(log, data)
        raise AzureError("the answer was lost")

    with monkeypatch.context() as patch:
        patch.setattr(FactLog, "_write", write_and_lose_the_answer)
        first, _ = await post(grid, json.dumps(plain(id="a")).encode())
    again, _ = await post(grid, json.dumps(plain(id="a")).encode())
    then, _ = await post(grid, json.dumps(plain(id="b")).encode())

    assert (first, again, then) == (503, 200, 200)
    items = [(item["number"], item["event"]["id"]) for item in await published(grid)]
    assert items == [(1, "a"), (2, "a"), (3, "b")]


async def test_log_goes_on_in_a_new_blob_when_one_is_full(
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fact_log, "_BLOCKS_PER_BLOB", 2)
    async with running_grid(config) as grid:
        for number in range(1, 4):
            await post(grid, json.dumps(plain(id=str(number))).encode())
    async with running_grid(config) as grid:
        await post(grid, json.dumps(plain(id="4")).encode())
        items = await published(grid, after=1)

    assert [(item["number"], item["event"]["id"]) for item in items] == [
        (2, "2"),
        (3, "3"),
        (4, "4"),
    ]


async def test_unknown_page_number_is_400(grid: Grid) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{grid.url}/facts/events?after=x") as got:
        assert got.status == 400
