"""The sandbox's own door: duplicates, pause, looking at what happened, and who may."""

import asyncio

import pytest

from sandbox.event_grid import delivery_store
from tests.contract.event_grid.grid import Grid, model_registered
from tests.contract.event_grid.receiver import Receiver, until

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "deliveries"),
        ("POST", "events"),
        ("POST", "pause"),
        ("PUT", "subscriptions/on-model-registered"),
        ("DELETE", "faults"),
        ("GET", "anything"),
    ],
)
async def test_every_path_needs_the_master_key(grid: Grid, method: str, path: str) -> None:
    url = f"{grid.url}/sandbox/{path}"
    async with grid.session.request(method, url, headers={"x-sandbox-key": "no"}) as answer:
        assert answer.status == 401


async def test_delivered_event_is_delivered_again_on_demand(receiver: Receiver, grid: Grid) -> None:
    await grid.publish(model_registered())
    await until(lambda: receiver.received)
    await until(lambda: delivered(grid, 1))
    ((delivery,)) = await grid.deliveries("delivered")

    await grid.admin("POST", f"deliveries/{delivery['id']}/again", {"times": 2})
    await until(lambda: len(receiver.received) == 3)

    assert [post.body for post in receiver.received] == [[model_registered()]] * 3


async def delivered(grid: Grid, count: int) -> bool:
    return len(await grid.deliveries("delivered")) == count


async def test_dead_lettered_event_can_be_delivered_again(receiver: Receiver, grid: Grid) -> None:
    receiver.statuses = [400]
    await grid.publish(model_registered())
    await until(lambda: receiver.received)
    await until(lambda: is_dead(grid))
    (dead,) = await grid.deliveries("dead-lettered")

    await grid.admin("POST", f"deliveries/{dead['id']}/again")

    await until(lambda: delivered(grid, 1))


async def is_dead(grid: Grid) -> bool:
    return bool(await grid.deliveries("dead-lettered"))


async def test_paused_topic_accepts_and_delivers_after_resume(
    receiver: Receiver,
    grid: Grid,
) -> None:
    await grid.until_agreed()
    await grid.admin("POST", "pause")

    await grid.publish(model_registered())
    await asyncio.sleep(0.1)
    assert receiver.received == []
    assert len(await grid.deliveries("pending")) == 1

    await grid.admin("POST", "resume")
    await until(lambda: receiver.received)


async def test_delivery_shows_its_event_and_its_last_outcome(
    receiver: Receiver,
    grid: Grid,
) -> None:
    receiver.statuses = [404]
    await grid.publish(model_registered())
    await until(lambda: is_dead_or_delivered(grid))
    (summary,) = await grid.deliveries("delivered")

    shown = await grid.admin("GET", f"deliveries/{summary['id']}")

    assert shown["event"] == model_registered()
    assert shown["attempts"] == 2
    assert shown["last_outcome"] == {"name": "Delivered", "status": 202}


async def is_dead_or_delivered(grid: Grid) -> bool:
    return await is_dead(grid) or await delivered(grid, 1)


async def test_only_the_last_finished_deliveries_are_kept(
    receiver: Receiver,
    grid: Grid,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery_store, "KEPT", 2)

    await grid.publish(*(model_registered(version=v) for v in range(1, 6)))
    await until(lambda: len(receiver.received) == 5)

    await until(lambda: delivered(grid, 2))


async def test_unknown_delivery_and_subscription_are_404(grid: Grid) -> None:
    for method, path in (("GET", "deliveries/none"), ("DELETE", "subscriptions/none")):
        headers = {"x-sandbox-key": grid.config.master_key}
        url = f"{grid.url}/sandbox/{path}"
        async with grid.session.request(method, url, headers=headers) as answer:
            assert answer.status == 404
            assert "none" in (await answer.json())["problem"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"place": "facts", "status": 503}),
        ("faults", {"place": "elsewhere", "status": 503, "times": 1}),
        ("faults", {"place": "facts", "status": 200, "times": 1}),
        ("events", {}),
        ("events", {"event": 1, "text": "both"}),
        ("events", {"event": 1, "unknown": 2}),
    ],
)
async def test_request_that_makes_no_sense_is_400_with_the_reason(
    grid: Grid,
    path: str,
    body: dict[str, object],
) -> None:
    headers = {"x-sandbox-key": grid.config.master_key}
    async with grid.session.post(
        f"{grid.url}/sandbox/{path}",
        json=body,
        headers=headers,
    ) as answer:
        assert answer.status == 400
        assert (await answer.json())["problem"]
