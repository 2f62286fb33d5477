"""A process that ends at any moment takes no event with it."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest

from sandbox.azurite import Azurite
from sandbox.config import Config
from sandbox.event_grid.server import build
from sandbox.event_grid.services import SERVICES
from tests.contract.event_grid.grid import Grid, model_registered, running_grid
from tests.contract.event_grid.receiver import Receiver, until

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio]

ROOT = Path(__file__).parents[3]


async def test_pending_deliveries_go_on_after_a_restart(config: Config) -> None:
    receiver = Receiver()
    async with running_grid(config) as grid:
        await grid.publish(*(model_registered(version=v) for v in range(1, 4)))

    async with receiver.serving(config), running_grid(config):
        await until(lambda: len(receiver.received) == 3)

    assert set(receiver.subjects) == {f"models/taxi-fare:{v}" for v in range(1, 4)}


async def test_attempts_go_on_counting_after_a_restart(receiver: Receiver, config: Config) -> None:
    receiver.statuses = [500] * 20
    async with running_grid(config) as grid:
        await grid.publish(model_registered())
        await until(lambda: attempted(grid, 3))  # the fourth is due in 0.6 s
    before = len(receiver.received)

    async with running_grid(config):
        await until(lambda: len(receiver.received) > before)

    counts = [int(post.headers["aeg-delivery-count"]) for post in receiver.received]
    assert counts[-1] >= 3
    assert counts == list(range(len(counts)))


async def attempted(grid: Grid, times: int) -> bool:
    return any(each["attempts"] >= times for each in await grid.deliveries("pending"))


async def test_subscription_settings_survive_a_restart(receiver: Receiver, config: Config) -> None:
    async with running_grid(config) as grid:
        await grid.subscribe(maxEventsPerBatch=7)
    async with running_grid(config) as grid:
        (shown,) = (await grid.admin("GET", "subscriptions"))["items"]

    assert shown["maxEventsPerBatch"] == 7
    assert len(receiver.handshakes) >= 1


async def test_storage_that_is_away_for_a_while_delays_and_loses_nothing(
    receiver: Receiver,
    grid: Grid,
    azurite: Azurite,
) -> None:
    await grid.subscribe(answerSeconds=10)
    receiver.delay = 0.5
    await grid.publish(model_registered())
    await until(lambda: receiver.received)

    azurite.stop()  # between the receiver's answer and its record
    await asyncio.sleep(0.7)
    azurite.start()

    await until(lambda: no_longer_pending(grid))


async def no_longer_pending(grid: Grid) -> bool:
    return not await grid.deliveries("pending") and bool(await grid.deliveries("delivered"))


async def test_start_waits_for_a_storage_that_is_still_starting(
    config: Config,
    azurite: Azurite,
) -> None:
    azurite.stop()
    starting = asyncio.get_running_loop().call_later(0.5, azurite.start)

    async with running_grid(config) as grid:
        await grid.publish(model_registered())

    assert starting.when() < asyncio.get_running_loop().time()


async def test_deliveries_that_have_ended_are_told_by_the_health_page(grid: Grid) -> None:
    grid.app[SERVICES].delivering.cancel()

    async with grid.session.get(f"{grid.url}/health") as answer:
        assert answer.status == 503
        assert "start the process again" in (await answer.json())["status"]


async def test_killed_process_delivers_after_it_is_started_again(config: Config) -> None:
    config.save()
    receiver = Receiver()
    async with aiohttp.ClientSession() as http:
        process = await start(config)
        await Grid(config, http, build(config)).publish(model_registered())
        process.kill()
        await process.wait()

        async with receiver.serving(config):
            process = await start(config)
            try:
                await until(lambda: receiver.received)
            finally:
                process.terminate()
                await process.wait()

    assert receiver.subjects == ["models/taxi-fare:1"]
    log = (config.folder / "logs" / "event_grid.log").read_text()
    assert "request answered" in log
    assert config.topic_key not in log
    assert config.event_grid_system_key not in log


async def start(config: Config) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox.event_grid", "--state", config.state),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    assert line.decode().startswith("event grid: http://127.0.0.1:")
    return process
