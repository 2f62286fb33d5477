"""How long the webhook takes to answer an event, beside the writes that it must do."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import requests
from azure.data.tables import TableServiceClient
from azure.storage.queue import QueueServiceClient

from bench import events, hosting, local_cloud, stored
from bench.finding import Finding, median
from bench.scale import Scale
from promotion.adapters.tables import index, rows
from promotion.ports import LOOK_AFTER
from sandbox.config import Config

#: Times the reference's time.
GOAL: Final = 1.5
_WARM: Final = 20
#: Events for each of the scale's repetitions.
_EVENTS: Final = 10


def measure(scale: Scale, room: Path) -> Finding:
    """Deliver events one after the other, a bare write after each."""
    with local_cloud.running(room) as config, hosting.host(config, "on_model_registered"):
        deliver, write = _delivery(config), _writes(config)
        for _ in range(_WARM):
            deliver()
            write()
        runs = [
            {"ours_seconds": deliver(), "reference_seconds": write()}
            for _ in range(_EVENTS * scale.quick_runs)
        ]
    ours, bare = median(runs, "ours_seconds"), median(runs, "reference_seconds")
    return Finding(
        ours=ours * 1000,
        reference=bare * 1000,
        ratio=ours / bare,
        unit="ms",
        goal=f"ours <= {GOAL}x the bare writes, through the webhook",
        met=ours / bare <= GOAL,
        runs=runs,
        against="POST to the webhook / two table transactions and one queue message by the SDK",
        notes=["One event at a time; the ratio is that of the medians over all events."],
    )


def _delivery(config: Config) -> Callable[[], float]:
    session = requests.Session()

    def deliver() -> float:
        body = [events.registered(f"model-{uuid.uuid4().hex}")]
        headers = {"aeg-event-type": "Notification"}
        started = time.perf_counter()
        answer = session.post(config.event_grid_webhook, json=body, headers=headers, timeout=60)
        seconds = time.perf_counter() - started
        answer.raise_for_status()
        return seconds

    return deliver


def _writes(config: Config) -> Callable[[], float]:
    service = TableServiceClient.from_connection_string(config.connection_string())
    main = service.create_table_if_not_exists("bare")
    listing = service.create_table_if_not_exists("bareindex")
    queue = QueueServiceClient.from_connection_string(config.connection_string())
    hints = queue.create_queue("bare")

    def write() -> float:
        step = stored.opened(f"model-{uuid.uuid4().hex}")
        request = step.request
        note = index.watch_row(request.id, step.fact.at + LOOK_AFTER)
        listed = [
            {"PartitionKey": note["PartitionKey"], "RowKey": key} for key in index.keys(request)
        ]
        row, added = rows.step_rows(step, stored.NO_EVIDENCE)
        started = time.perf_counter()
        listing.submit_transaction([("upsert", each) for each in (*listed, note)])
        main.submit_transaction([("create", each) for each in (row, *added)])
        hints.send_message(_hint(request.id))
        return time.perf_counter() - started

    return write


def _hint(request_id: str) -> Any:  # noqa: ANN401 -- text, as the SDK takes it
    return f'{{"request":"{request_id}"}}'
