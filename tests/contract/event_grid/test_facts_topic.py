"""The custom topic: what Azure's own publisher sends is kept in order, whatever happens."""

import json

import pytest
from azure.core.exceptions import AzureError

from sandbox.azurite import Azurite
from sandbox.config import Config
from sandbox.event_grid import fact_log
from sandbox.event_grid.fact_log import FactLog
from tests.contract.event_grid.facts import big, client, fact, plain, post, published
from tests.contract.event_grid.grid import Grid, running_grid
from tests.contract.event_grid.receiver import Receiver, until

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio]


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


async def test_request_just_under_one_mebibyte_is_taken(grid: Grid) -> None:
    async with client(grid) as publisher:
        await publisher.send(big(1024 * 1024 - 300))

    (item,) = await published(grid)
    assert len(item["event"]["data"]) == 1024 * 1024 - 300


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
