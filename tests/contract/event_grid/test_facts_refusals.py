"""What the custom topic refuses, and how it tells: as the real one, so that senders can react."""

import asyncio
import datetime as dt
import json

import pytest
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.eventgrid import EventGridPublisherClient as BlockingClient

from sandbox import people
from tests.contract.event_grid.facts import BATCH, big, client, fact, plain, post, published
from tests.contract.event_grid.grid import Grid

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio]


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


async def test_events_that_are_too_large_together_are_413(grid: Grid) -> None:
    body = json.dumps([plain(data="x" * 400_000) for _ in range(3)]).encode()

    status, answer = await post(grid, body, BATCH)

    assert status == 413
    assert "1048576" in answer["error"]["message"]
    assert await published(grid) == []


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


async def test_facts_cannot_be_subscribed_to_in_event_grids_own_schema(grid: Grid) -> None:
    headers = {"x-sandbox-key": grid.config.master_key}
    async with grid.session.put(
        f"{grid.url}/sandbox/subscriptions/facts-watcher",
        json={"name": "facts-watcher", "topic": "facts", "endpoint": "http://127.0.0.1:9/"},
        headers=headers,
    ) as answer:
        assert answer.status == 400
        assert "CloudEventSchemaV1_0" in (await answer.json())["problem"]


async def test_unknown_page_number_is_400(grid: Grid) -> None:
    async with grid.session.get(f"{grid.url}/facts/events?after=x") as answer:
        assert answer.status == 400
